"""Files and folders of every name that a disk can hold: read, named in the dataset, found again and pasted into a shell."""

import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from glob import escape
from pathlib import Path

import duckdb
import pytest

from flows.commands.reasons import place
from flows.options import Options
from schemas.outcome import Reject
from schemas.printable import one_line, pasteable
from schemas.record import Record
from tasks.dataset import DatasetError, compact, dataset_folder, locked, open_dataset, query, reading
from tasks.paths import local_path, sendable
from tasks.read import is_there, located, records
from tests.flows.test_cli import wiredesk
from tests.tasks.writing import ingest as write_by_hand
from tests.tasks.writing import stories

NAMES = [
    b"caf\xe9.txt",
    b"\xff\xfe.txt",
    "café €.txt".encode(),
    b"a[1].txt",
    b"[ab].txt",
    b"*.txt",
    b"**.txt",
    b"what?.txt",
    b"100%.txt",
    b"%41.txt",
    b"a#b.txt",
    b"a b  c.txt",
    b"it's.txt",
    b'say "hi".txt',
    b"two\nlines.txt",
    b"\x1b[2J.txt",
    "\u202etxt.exe.txt".encode(),
    b"C:\\desk\\a.txt",
    b"C:.txt",
    b"back\\slash.txt",
    b"dots.txt...",
    b"$(touch x)`touch y`;&|<>.txt",
    b"-rf.txt",
    b"s3:.txt",
    b"x" * 251 + b".txt",
]
"""Names of files, none of which holds a story of another."""

FOLDERS = [name.removesuffix(b".txt") for name in NAMES]

UNFIT = [b"caf\xe9", b"a\\[b"]
"""Names that no dataset can have."""

STORY = "HARBOR CITY, May 3 (WD) - Pier {} is closed.\n\n“We counted the cracks,” Mayor Ruth Okonjo said.\n"


def at(folder: Path, name: bytes) -> Path:
    return folder / os.fsdecode(name)


def found_by(*sources: str) -> list[str]:
    """The URIs of the records that sources lead to; each must be valid to write and lead to a file that is there."""
    outcomes = list(records(sources))
    assert all(isinstance(outcome, Record) for outcome in outcomes)
    uris = [outcome.source_uri for outcome in outcomes]
    assert all(uri.isascii() and os.path.lexists(local_path(uri)) for uri in uris)
    return uris


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder with a story under each of NAMES."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        at(folder, name).write_text(STORY.format(number))
    return folder


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_file_is_found_by_its_very_name(name: bytes, inbox: Path) -> None:
    file = at(inbox, name)
    assert found_by(str(file)) == found_by(located(str(file))) == found_by(file.as_uri()) == [file.as_uri()]
    assert os.fsencode(local_path(file.as_uri())) == os.fsencode(file)
    assert is_there(file.as_uri())
    file.unlink()
    assert not is_there(file.as_uri())  # whatever else a pattern of that name would find


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_sent_as_words_that_lead_back(name: bytes, tmp_path: Path) -> None:
    sent = sendable(at(tmp_path, name))
    assert sent.encode()
    assert os.fsencode(local_path(sent)) == os.fsencode(at(tmp_path, name))


def test_a_folder_gives_each_of_its_files(inbox: Path) -> None:
    assert {os.fsencode(local_path(uri).name) for uri in found_by(str(inbox))} == set(NAMES)


@pytest.mark.parametrize("name", FOLDERS, ids=ascii)
@pytest.mark.parametrize("pattern", ["*.txt", "[ab].txt", "**/a.txt"])
def test_a_pattern_in_a_folder_means_that_folder(name: bytes, pattern: str, tmp_path: Path) -> None:
    for folder in (at(tmp_path, name), tmp_path / "a", tmp_path / "1", tmp_path / "other"):
        folder.mkdir(exist_ok=True)
        (folder / "a.txt").write_text(STORY.format(1))
    wanted = [(at(tmp_path, name) / "a.txt").as_uri()]
    assert found_by(f"{at(tmp_path, name)}/{pattern}") == found_by(located(f"{at(tmp_path, name)}/{pattern}")) == wanted


def archive_of_tar(names: list[bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for number, name in enumerate(names):
            data = STORY.format(number).encode()
            member = tarfile.TarInfo(os.fsdecode(name))
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def archive_of_zip(names: list[bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name.decode("cp437"), STORY.format(number))
    return file.getvalue()


@pytest.mark.parametrize("pack", [archive_of_tar, archive_of_zip])
def test_the_members_of_an_archive_keep_names_that_can_be_written(pack: Callable[[list[bytes]], bytes], tmp_path: Path) -> None:
    names = [b"caf\xe9.txt", b"\xff/\xfe.txt", b"a[1].txt", b"two\nlines.txt", b".\xe9", b"\xe9.tmp"]
    (tmp_path / "a.bin").write_bytes(pack(names))
    outcomes = list(records([tmp_path / "a.bin"]))
    assert [type(outcome) for outcome in outcomes].count(Record) == 4
    assert len({outcome.source_record.encode() for outcome in outcomes}) == len(names)


def test_a_zip_that_lies_about_its_names_is_rejected_in_one_piece(tmp_path: Path) -> None:
    packed = archive_of_zip(["é.txt".encode("cp437")]).replace("é".encode(), b"\xe9\xe9")
    (tmp_path / "a.zip").write_bytes(packed)
    assert [type(outcome) for outcome in records([tmp_path / "a.zip"])] == [Reject]


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("file:///in/caf%E9.txt", "/in/caf\\xe9.txt"),
        ("file:///in/caf%C3%A9.txt", "/in/café.txt"),
        ("file:///in/%5Bx%5D%1B%5B2J", "/in/[x]\ufffd[2J"),
    ],
)
def test_people_read_a_name_as_their_shell_lists_it(uri: str, shown: str) -> None:
    assert place(uri) == shown


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with datasets of one story that patterns could take for others."""
    folder = tmp_path_factory.mktemp("desks")
    for name in ("a", "b", "a1", "anything"):
        write_by_hand(folder / name, [stories(1)])
    return folder


@pytest.mark.parametrize("name", FOLDERS[2:], ids=ascii)
def test_a_dataset_of_any_name_answers_for_itself(name: bytes, desks: Path, tmp_path: Path) -> None:
    folder = at(desks, name)
    write_by_hand(folder, [stories(2), stories(1, first=2)])
    dataset = open_dataset(folder)
    assert query(dataset, "select count(*) as n from documents_latest").to_pylist() == [{"n": 3}]
    assert wiredesk("sql", str(folder), "select count(*) as n from quotes", "-o", "jsonl") == (0, '{"n": 3}\n', "")
    assert wiredesk("rejects", str(folder))[0] == 0
    status, printed, _ = wiredesk("report", str(folder), "--out", str(tmp_path / "report.html"))
    assert (status, "stories 3" in printed) == (0, True)
    with locked(dataset, "test"):
        assert compact(dataset).files_after < 15
    assert query(dataset, "select count(*) as n from documents").to_pylist() == [{"n": 3}]
    with reading(dataset) as files:
        assert duckdb.read_parquet(list(map(escape, files["quotes"]))).fetchall()


@pytest.mark.parametrize("name", UNFIT, ids=ascii)
@pytest.mark.parametrize("below", [b"", b"/desk"])
def test_a_dataset_that_no_reader_could_open_is_refused_before_anything_starts(name: bytes, below: bytes, tmp_path: Path) -> None:
    folder = at(tmp_path, name + below)
    with pytest.raises(DatasetError, match="Nothing was made"):
        dataset_folder(folder)
    status, out, err = wiredesk("ingest", "-", "-d", str(folder), "--dry-run", stdin="x")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert list(tmp_path.iterdir()) == []
    folder.mkdir(parents=True)
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(DatasetError, match="Nothing was made"):
        open_dataset(tmp_path / "link", create=True)


@pytest.mark.parametrize(("name", "says"), [("x" * 300, "too long"), ("loop/desk", "leads back to itself"), ("file:///a%00b", "NUL")])
def test_a_dataset_that_the_system_cannot_name_is_refused_in_one_line(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    place = name if name.startswith("file:") else str(tmp_path / name)
    for arguments in (["sql", place, "select 1"], ["ingest", "-", "-d", place, "--dry-run"], ["skipped", place]):
        status, out, err = wiredesk(*arguments, stdin="x")
        assert (status, out, err.count("\n"), says in err) == (2, "", 1, True)


@pytest.mark.parametrize("name", [*NAMES, b" leading", b"trailing ", b"tab\there", b"\\'\\", "\u2028".encode()], ids=ascii)
def test_a_printed_command_can_be_pasted(name: bytes, tmp_path: Path) -> None:
    argument = pasteable(at(tmp_path, name))
    assert argument == one_line(argument)
    said = subprocess.run(["bash", "-c", f"printf %s {argument}"], capture_output=True, check=True, cwd=tmp_path)
    assert (said.stdout, said.stderr) == (os.fsencode(at(tmp_path, name)), b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("prefect")
def test_a_feed_of_such_names_becomes_a_dataset_and_its_rejects_are_found_again(inbox: Path, tmp_path: Path) -> None:
    from flows.ingest import ingest, retry

    options, desk = Options(workers=1, near_duplicates=False), str(tmp_path / "[a] desk\n%41?")
    at(inbox, b"bad\xe9[1].json").write_text('{"x": ')
    alone = at(inbox, NAMES[0])
    first = ingest([located(str(alone))], desk, options)
    assert (first.written, first.sources) == (1, [alone.as_uri()])
    run = ingest([str(inbox)], desk, options)
    assert (run.written, run.unchanged, run.rejected, run.skipped) == (len(NAMES) - 1, 1, 1, {})
    uris = [row["source_uri"] for row in query(open_dataset(desk), "select source_uri from documents").to_pylist()]
    assert {os.fsencode(local_path(uri).name) for uri in uris} == set(NAMES)
    again = retry(desk, options)
    assert (again.stories_in, again.rejected, again.skipped) == (1, 1, {})
    at(inbox, b"bad\xe9[1].json").write_text(json.dumps({"text": STORY.format("bad")}))
    assert retry(desk, options).written == 1
    assert query(open_dataset(desk), "select count(*) as n from rejects").to_pylist() == [{"n": 0}]
