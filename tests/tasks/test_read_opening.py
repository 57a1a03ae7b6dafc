"""Files that are swapped between listing and opening, links on the way, pipes: what is read is what was found."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.outcome import Reject, Skip
from schemas.record import Record
from tasks.read import Found, Options, cut, find, records, walk

STORY = b"RIVERTON (WD) - The dam held overnight, Mayor Ada Quill said.\n"
SECRET = b"The password of the desk is rosebud, the editor said.\n"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "a.txt").write_bytes(SECRET)
    return tmp_path / "private" / "a.txt"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox" / "sub").mkdir(parents=True)
    (tmp_path / "inbox" / "sub" / "a.txt").write_bytes(STORY)
    return tmp_path / "inbox"


def opened(found: Found | Skip | Reject) -> list[str]:
    """What a listed file gives: the errors, or its text."""
    return [one.data.decode() if isinstance(one, Record) else one.error for one in cut(found, Options()) if not isinstance(one, Skip)]


def _link(path: Path, secret: Path) -> None:
    path.unlink()
    path.symlink_to(secret)


def _hard_link(path: Path, secret: Path) -> None:
    path.unlink()
    path.hardlink_to(secret)


def _pipe(path: Path, secret: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path, secret: Path) -> None:
    path.unlink()
    path.mkdir()


def _replace(path: Path, secret: Path) -> None:
    path.with_suffix(".new").write_bytes(STORY)
    path.with_suffix(".new").replace(path)


def _grow(path: Path, secret: Path) -> None:
    path.write_bytes(STORY * 2)


def _link_folder(path: Path, secret: Path) -> None:
    path.parent.rename(path.parent.with_name("aside"))
    path.parent.symlink_to(secret.parent)


SWAPS: list[Callable[[Path, Path], None]] = [_link, _hard_link, _pipe, _folder, _replace, _grow, _link_folder]


@pytest.mark.parametrize("swap", SWAPS, ids=lambda swap: swap.__name__)
@pytest.mark.parametrize("source", ["{inbox}", "{inbox}/*/*.txt", "{inbox}/**/*.txt"])
def test_what_was_put_in_the_place_of_a_listed_file_is_not_read(source: str, swap: Callable, inbox: Path, secret: Path) -> None:
    [found] = find([source.format(inbox=inbox)])
    swap(inbox / "sub" / "a.txt", secret)
    assert opened(found) == ["ChangedWhileReading"]


@pytest.mark.parametrize("swap", [_link, _hard_link, _pipe, _folder, _replace, _grow], ids=lambda swap: swap.__name__)
def test_neither_when_the_user_named_the_file(swap: Callable, inbox: Path, secret: Path) -> None:
    [found] = find([inbox / "sub" / "a.txt"])
    swap(inbox / "sub" / "a.txt", secret)
    assert opened(found) == ["ChangedWhileReading"]


def test_a_file_that_is_gone_is_no_swap(inbox: Path) -> None:
    [found] = find([inbox])
    (inbox / "sub" / "a.txt").unlink()
    assert opened(found) == ["FileNotFoundError"]


def test_a_folder_that_became_a_link_is_not_listed(inbox: Path, secret: Path) -> None:
    (inbox / "first.txt").write_bytes(STORY)
    listing = find([inbox])
    next(listing)
    _link_folder(inbox / "sub" / "a.txt", secret)
    [reject] = listing
    assert isinstance(reject, Reject)
    assert reject.source_uri == (inbox / "sub").as_uri()


def test_a_glob_leads_through_no_link_out_of_its_folder(inbox: Path, secret: Path) -> None:
    (inbox / "out").symlink_to(secret.parent)
    (inbox / "in").symlink_to(inbox / "sub")
    found = {one.source_uri.removeprefix(f"{inbox.as_uri()}/"): one for one in records([f"{inbox}/*/*.txt"])}
    assert {name: getattr(one, "error", None) for name, one in found.items()} == {
        "in/a.txt": None,
        "out/a.txt": "LinkLeavesSource",
        "sub/a.txt": None,
    }


@pytest.mark.parametrize("named", [True, False])
def test_a_link_that_the_user_named_is_followed_and_one_that_a_run_found_is_not(named: bool, inbox: Path, secret: Path) -> None:
    (inbox / "link.txt").symlink_to(secret)
    (inbox / "folder").symlink_to(secret.parent)
    found = [outcome for one in find([inbox / "link.txt", inbox / "folder"], named=named) for outcome in opened(one)]
    assert found == ([SECRET.decode()] * 2 if named else ["LinkLeavesSource"] * 2)
    (inbox / ".hidden.txt").write_bytes(STORY)
    asked_for = find([inbox / "sub" / "a.txt", inbox / ".hidden.txt"], named=named)
    assert [outcome for one in asked_for for outcome in opened(one)] == [STORY.decode()] * 2


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_a_pipe_or_device_that_the_user_named_is_refused_with_what_to_do(make: Callable, tmp_path: Path) -> None:
    make(tmp_path / "a.txt")
    [reject] = records([tmp_path / "a.txt"])
    assert isinstance(reject, Reject)
    assert (reject.error, "ingest - " in reject.message) == ("NotAFile", True)


def test_folders_in_folders_end_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_DEPTH", 3)
    deep = tmp_path / "1" / "2" / "3" / "4"
    deep.mkdir(parents=True)
    for folder in (deep, deep.parent):
        (folder / "a.txt").write_bytes(STORY)
    assert [(one.source_uri.rsplit("/", 1)[-1], getattr(one, "error", "")) for one in records([tmp_path])] == [
        ("4", "NestedTooDeep"),
        ("a.txt", ""),
    ]
    assert len(list(records([deep]))) == 1
