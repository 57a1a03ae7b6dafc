"""The front door: what sources lead to, in which order, through which packings, and what is left out with which reason."""

import gzip
import io
import os
import tarfile
import zipfile
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pytest

from schemas.outcome import Reject, Skip
from schemas.record import Record
from tasks.dataset import open_dataset
from tasks.read import FORMATS, NoSuchFormatError, NoSuchSourceError, read, records, streams

EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
STORY = b"RIVERTON (WD) - The dam held overnight, Mayor Ada Quill said.\n"


def names(found: list[Record | Skip | Reject]) -> list[tuple[str, str, str]]:
    """Kind, last part of the URI, and record of each outcome."""
    return [(type(one).__name__, one.source_uri.rsplit("/", 1)[-1], one.source_record) for one in found]


def piped(data: bytes) -> list[Record | Skip | Reject]:
    """What comes of a few bytes on a pipe that is standard input."""
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    try:
        return list(records(["-"], stdin=reading))
    finally:
        os.close(reading)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    box = tmp_path / "in box"
    (box / "b" / "deep").mkdir(parents=True)
    (box / "z.txt").write_bytes(STORY)
    (box / "a.txt").write_bytes(STORY)
    (box / "b" / "deep" / "c.txt").write_bytes(STORY)
    return box


def test_folder_is_read_through_in_the_order_of_names(inbox: Path) -> None:
    found = list(records([inbox]))
    assert [one.source_uri for one in found] == [(inbox / name).as_uri() for name in ("a.txt", "b/deep/c.txt", "z.txt")]
    assert all(isinstance(one, Record) and one.data == STORY and one.source_record == "" for one in found)


@pytest.mark.parametrize("spell", [str, lambda p: p.as_uri(), lambda p: f"{p}/", lambda p: f"{p}/**/*.txt", lambda p: f"{p}/../in box"])
def test_every_way_to_name_a_folder_gives_the_same_records(inbox: Path, spell) -> None:
    assert list(records([spell(inbox)])) == list(records([inbox]))


def test_a_file_that_two_sources_lead_to_is_read_once(inbox: Path) -> None:
    assert len(list(records([inbox / "a.txt", inbox, f"{inbox}/*.txt"]))) == 3


def test_relative_sources_get_absolute_uris(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(inbox)
    assert [one.source_uri for one in records(["a.txt"])] == [(inbox / "a.txt").as_uri()]


def test_standard_input_is_one_story_or_many_lines() -> None:
    assert names(piped(STORY)) == [("Record", "stdin:", "")]
    two = b'{"id": "1", "text": "One."}\n\n{"id": "2", "text": "Two."}\n'
    assert names(piped(two)) == [("Record", "stdin:", "1"), ("Record", "stdin:", "3")]


def test_records_are_found_as_they_are_asked_for(inbox: Path) -> None:
    found = records([inbox])
    assert next(found).source_uri.endswith("a.txt")
    (inbox / "z.txt").unlink()
    assert [type(one) for one in found] == [Record, Reject]


@pytest.mark.parametrize("source", ["nowhere", "nowhere/*.txt", "file://elsewhere/a.txt", "s3://bucket/inbox"])
def test_a_source_that_leads_nowhere_is_said_at_once(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoSuchSourceError, match=r"nowhere|file URI|only files"):
        records([source])


def test_a_glob_that_matches_nothing_yet_is_an_empty_inbox(inbox: Path) -> None:
    assert list(records([f"{inbox}/*.xml"])) == []


def test_an_unknown_format_name_is_said_at_once(inbox: Path) -> None:
    with pytest.raises(NoSuchFormatError, match="text"):
        records([inbox], format="morse")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".hidden.txt", "hidden file"),
        (".git/config", "hidden file"),
        ("story.txt~", "temporary file"),
        ("story.txt.part", "temporary file"),
        ("~$story.txt", "temporary file"),
        ("#story.txt#", "temporary file"),
    ],
)
def test_hidden_and_unfinished_files_are_skipped_with_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(STORY)
    [skip] = records([tmp_path])
    assert isinstance(skip, Skip)
    assert skip.reason == reason
    [asked_for] = records([path])
    assert isinstance(asked_for, Record)


def test_links_are_followed_inside_the_source_and_nowhere_else(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Not for the wire.")
    links = {
        "1out.txt": tmp_path / "secret.txt",
        "2in.txt": inbox / "a.txt",
        "3gone.txt": inbox / "gone",
        "4loop.txt": inbox / "4loop.txt",
        "5up": tmp_path,
    }
    for name, target in links.items():
        (inbox / name).symlink_to(target)
    found = list(records([inbox]))
    assert names(found)[:4] == [
        ("Reject", "1out.txt", ""),
        ("Record", "2in.txt", ""),
        ("Reject", "3gone.txt", ""),
        ("Reject", "4loop.txt", ""),
    ]
    assert names(found)[4] == ("Reject", "5up", "")
    assert isinstance(found[0], Reject)
    assert found[0].error == "LinkLeavesSource"
    assert names(list(records([f"{inbox}/1*.txt"]))) == [("Reject", "1out.txt", "")]


@pytest.mark.parametrize("source", ["{inbox}", "{inbox}/*", "{inbox}/**/*.parquet", "{inbox}/**/*"])
def test_the_dataset_in_its_own_inbox_is_no_source(inbox: Path, source: str) -> None:
    open_dataset(inbox / "desk", create=True)
    found = list(records([source.format(inbox=inbox)]))
    assert {outcome.reason for outcome in found if isinstance(outcome, Skip) and "/desk" in outcome.source_uri} == {"wiredesk dataset"}
    assert not [outcome for outcome in found if isinstance(outcome, Record | Reject) and "/desk" in outcome.source_uri]
    asked_for = list(records([f"{inbox}/desk/documents/*.parquet"]))
    assert [outcome.reason for outcome in asked_for if isinstance(outcome, Skip)] != ["wiredesk dataset"]


def test_a_pipe_in_a_folder_does_not_hang_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    [skip] = records([tmp_path])
    assert isinstance(skip, Skip)
    assert skip.reason == "not a regular file"


def test_packed_files_are_unpacked_however_they_are_nested(tmp_path: Path) -> None:
    lines = b'{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("z/story.txt", STORY)
        archive.writestr("feed.jsonl.gz", gzip.compress(lines))
        archive.writestr("__MACOSX/._story.txt", b"\x00\x05")
    with tarfile.open(tmp_path / "day.tar.gz", "w:gz") as tar:
        for name, data in [("day.zip", packed.getvalue()), ("plain.txt", STORY)]:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    (tmp_path / "e.txt.zst").write_bytes(pa.compress(STORY, "zstd", asbytes=True))
    (tmp_path / "f.txt.gz").write_bytes(gzip.compress(STORY[:10]) + gzip.compress(STORY[10:]))
    found = list(records([tmp_path]))
    assert names(found) == [
        ("Skip", "day.tar.gz", "day.zip#__MACOSX/._story.txt"),
        ("Record", "day.tar.gz", "day.zip#feed.jsonl.gz#1"),
        ("Record", "day.tar.gz", "day.zip#feed.jsonl.gz#2"),
        ("Record", "day.tar.gz", "day.zip#z/story.txt"),
        ("Record", "day.tar.gz", "plain.txt"),
        ("Record", "e.txt.zst", ""),
        ("Record", "f.txt.gz", ""),
    ]
    assert [one.data for one in found if isinstance(one, Record) and one.format is None] == [STORY] * 4


@pytest.mark.parametrize("name", ["../up.txt", "/etc/up.txt", "a/../../up.txt", "..\\up.txt", "C:\\up.txt"])
def test_members_whose_path_leads_out_of_the_archive_are_rejected(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, STORY)
        archive.writestr("z.txt", STORY)
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = len(STORY)
        tar.addfile(member, io.BytesIO(STORY))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    found = list(records([tmp_path]))
    assert [type(one) for one in found] == [Reject, Record, Reject, Skip]
    assert all(one.error == "UnsafePath" for one in found if isinstance(one, Reject))
    assert {path.name for path in tmp_path.parent.rglob("up.txt")} == set()


@pytest.mark.parametrize(
    ("name", "data"), [("a.jsonl", b"\n \n"), ("a.csv", b"id,text\n"), ("a.txt.gz", gzip.compress(b"", mtime=0)), ("a.zip", EMPTY_ZIP)]
)
def test_what_holds_nothing_is_said_to_be_empty(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    found = [one for record in records([tmp_path]) for one in (read(record) if isinstance(record, Record) else [record])]
    assert [one.reason for one in found if isinstance(one, Skip)] == ["empty"]
    assert len(found) == 1


def test_a_bomb_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zeros.txt.gz").write_bytes(gzip.compress(bytes(40 * 2**20)))
    monkeypatch.setattr(streams, "BUDGET_FLOOR", 2**20)
    (tmp_path / "lines.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}\n' * 2**19))
    found = list(records([tmp_path]))
    assert isinstance(found[-1], Reject)
    assert found[-1].error == "DecompressionBomb"
    assert [one.error for one in found if isinstance(one, Reject)] == ["DecompressionBomb"] * 2


def test_archives_in_archives_end_somewhere(tmp_path: Path) -> None:
    data = STORY
    for _ in range(6):
        data = gzip.compress(data)
    (tmp_path / "russian-doll.txt.gz").write_bytes(data)
    [reject] = records([tmp_path])
    assert isinstance(reject, Reject)
    assert reject.error == "NestedTooDeep"


@pytest.mark.parametrize("cut", [5, 30, -4])
@pytest.mark.parametrize("suffix", ["gz", "zst", "zip", "tar.gz"])
def test_what_is_damaged_is_rejected_and_the_rest_goes_on(tmp_path: Path, suffix: str, cut: int) -> None:
    whole = tmp_path / f"a.txt.{suffix}"
    noise = os.urandom(3000).hex().encode()
    if suffix == "zip":
        with zipfile.ZipFile(whole, "w") as archive:
            archive.writestr("a.txt", noise)
    elif suffix == "tar.gz":
        with tarfile.open(whole, "w:gz") as tar:
            member = tarfile.TarInfo("a.txt")
            member.size = len(noise)
            tar.addfile(member, io.BytesIO(noise))
    else:
        whole.write_bytes(gzip.compress(noise) if suffix == "gz" else pa.compress(noise, "zstd", asbytes=True))
    whole.write_bytes(whole.read_bytes()[:cut])
    (tmp_path / "b.txt").write_bytes(STORY)
    found = list(records([tmp_path]))
    assert found[-1].source_uri.endswith("b.txt")
    assert isinstance(found[0], Reject)
    assert len(found) == 2


def test_a_line_that_is_too_long_is_refused_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_RECORD_BYTES", 1000)
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "One."}\n{"text": "' + b"x" * 3_000_000 + b'"}\n\n{"text": "Three."}')
    found = list(records([tmp_path]))
    assert names(found) == [("Record", "a.jsonl", "1"), ("Reject", "a.jsonl", "2"), ("Record", "a.jsonl", "4")]
    assert isinstance(found[1], Reject)
    assert "3,000,0" in found[1].message


def test_a_line_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_RECORD_BYTES", 1000)
    monkeypatch.setattr(streams, "MAX_SKIPPED_BYTES", 2**21)
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "' + b"x" * 2**23)
    assert names(list(records([tmp_path]))) == [("Reject", "a.jsonl", "")]


def test_a_file_beyond_the_limit_is_rejected_unread(tmp_path: Path) -> None:
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(2**40)
    [reject] = records([tmp_path])
    assert isinstance(reject, Reject)
    assert reject.error == "TooLarge"


def test_lines_in_any_unicode_are_cut_where_they_end(tmp_path: Path) -> None:
    text = '{"text": "Ćma."}\n{"text": "中文ਊ."}\n'
    for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"):
        (tmp_path / "a.jsonl").write_bytes(text.encode(codec))
        assert [one.source_record for one in records([tmp_path])] == ["1", "2"], codec


def test_a_run_over_many_files_keeps_none_of_them(inbox: Path) -> None:
    for number in range(50):
        (inbox / f"n{number:02}.txt").write_bytes(STORY)
    assert len(list(islice(records([inbox]), 10))) == 10


def test_the_table_of_formats_says_what_sniffs_each() -> None:
    assert len({format.name for format in FORMATS}) == len(FORMATS)
    assert all(format.sniffs and format.about for format in FORMATS)
    assert FORMATS[-1].name == "text"
