"""Small files that unpack to much: one reject soon, before what they hold exists."""

import gc
import gzip
import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.outcome import Reject
from schemas.record import Record
from schemas.story import RawStory
from tasks.read import csv, parquet, read, records, streams, unpack
from tasks.read import warc as warc_reader

KILOBYTE = "x" * 1000


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BUDGET_FLOOR", 2**20)
    monkeypatch.setattr(streams, "REFUSED_FREELY", 100)
    for module in (streams, csv, parquet):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 2**16)


def outcomes(path: Path) -> list[str]:
    """The kinds of what a file gives, runs of one kind once."""
    kinds = [one.error if isinstance(one, Reject) else type(one).__name__ for one in records([path])]
    return [kind for kind, before in zip(kinds, ["", *kinds], strict=False) if kind != before]


def repeated(value: Any, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([value]))


BOMBS: dict[str, pa.Table] = {
    "a long text in many rows": pa.table({"text": repeated(KILOBYTE * 50, 50_000)}),
    "a long text that is not the story's": pa.table({"text": ["Calm seas."] * 50_000, "title": repeated(KILOBYTE, 50_000)}),
    "long texts in lists": pa.table(
        {"text": ["Calm seas."] * 9000, "tags": pa.ListArray.from_arrays(range(9001), repeated(KILOBYTE, 9000))}
    ),
    "long texts in objects": pa.table({"text": pa.StructArray.from_arrays([pa.array([KILOBYTE] * 9000)], ["rendered"])}),
    "a list of many numbers": pa.table({"text": ["Calm seas."], "tags": pa.array([[0] * 300_000], pa.list_(pa.int8()))}),
    "a name of a column in many rows": pa.table({"text": ["Calm seas."] * 9000, KILOBYTE: ["a"] * 9000}),
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_table_that_unpacks_to_too_much_is_refused(what: str, tmp_path: Path) -> None:
    pq.write_table(BOMBS[what], tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 10_000
    assert outcomes(tmp_path / "a.parquet") in (["DecompressionBomb"], ["Record", "DecompressionBomb"])


def test_a_bomb_is_refused_before_any_of_its_rows_is_given(tmp_path: Path) -> None:
    pq.write_table(BOMBS["a long text in many rows"], tmp_path / "a.parquet")
    assert outcomes(tmp_path / "a.parquet") == ["DecompressionBomb"]


def test_what_repeats_in_an_honest_table_is_read(tmp_path: Path) -> None:
    rows = {
        "id": [str(number) for number in range(3000)],
        "text": [f"Story number {number}." for number in range(3000)],
        "publisher": ["Tide Wire", None, "Dune Press"] * 1000,
        "tags": [["sea", "tide"], [], None] * 1000,
        "authors": pa.array([{"name": "Ada"}, None, {"name": None}] * 1000),
        "keywords": pa.array([[("a", "b")], [], None] * 1000, pa.map_(pa.string(), pa.string())),
    }
    pq.write_table(pa.table(rows), tmp_path / "a.parquet", row_group_size=1100)
    found = list(records([tmp_path]))
    assert [one.source_record for one in found] == [str(number) for number in range(1, 3001)]
    wanted = {"id": "0", "text": "Story number 0.", "publisher": "Tide Wire", "tags": ["sea", "tide"], "authors": {"name": "Ada"}}
    assert {**json.loads(found[0].data), "keywords": None} == {**wanted, "keywords": None}  # type: ignore[union-attr]


@pytest.mark.parametrize("copies", [1, 3])
def test_a_row_that_is_too_large_is_refused_alone(copies: int, tmp_path: Path) -> None:
    texts = ["Calm seas.", "x" * 2**17, "Rough seas."] * copies
    pq.write_table(pa.table({"text": pa.array(texts).dictionary_encode()}), tmp_path / "a.parquet")
    assert [type(one).__name__ for one in records([tmp_path])] == ["Record", "Reject", "Record"] * copies


def test_a_row_of_a_csv_has_no_more_than_a_record(tmp_path: Path) -> None:
    cells = ",".join(f'"{KILOBYTE}\n"' for _ in range(100))
    (tmp_path / "a.csv").write_text(f"text,{','.join(f'c{number}' for number in range(99))}\n{cells}\n")
    assert outcomes(tmp_path / "a.csv") == ["TooLarge"]
    (tmp_path / "a.csv").write_text("text,more\n" + f"{KILOBYTE},\n" * 100)
    assert outcomes(tmp_path / "a.csv") == ["Record"]


def test_the_name_of_a_csv_s_column_is_not_multiplied_without_end(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"text,{'x' * 9000}\n" + "a,\n" * 9000)
    assert outcomes(tmp_path / "a.csv") == ["Record", "DecompressionBomb"]


def overlapping(members: int) -> bytes:
    """A .zip whose directory lists one member again and again, under other names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0000.txt", "Calm seas.")
    data = packed.getvalue()
    at = data.index(b"PK\x01\x02")
    entry = data[at : data.index(b"PK\x05\x06")]
    directory = b"".join(entry.replace(b"0000.txt", f"{number:04}.txt".encode()) for number in range(members))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, members, members, len(directory), at, 0)
    return data[:at] + directory + end


def test_an_archive_whose_members_are_the_same_bytes_is_one_reject(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(overlapping(5000))
    [reject] = records([tmp_path])
    assert isinstance(reject, Reject)
    assert (reject.error, reject.source_record) == ("OverlappingMembers", "")
    (tmp_path / "a.zip").write_bytes(overlapping(1))
    assert outcomes(tmp_path / "a.zip") == ["Record"]


def test_an_archive_with_too_long_a_list_of_members_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MAX_DIRECTORY_BYTES", 10_000)
    for members, wanted in ((100, ["Record"]), (1000, ["TooLarge"])):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for number in range(members):
                archive.writestr(f"{number}.txt", "Calm seas.")
        assert outcomes(tmp_path / "a.zip") == wanted


def test_members_of_a_tar_are_not_kept(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as tar:
        for number in range(300):
            tar.addfile(tarfile.TarInfo(f"{number}.txt"))
    del tar
    found = records([tmp_path])
    for _ in range(200):
        next(found)
    assert sum(isinstance(one, tarfile.TarInfo) for one in gc.get_objects()) < 10


def test_a_frame_that_claims_a_huge_window_is_refused(tmp_path: Path) -> None:
    magic, descriptor, window_of_2_gib, last_empty_block = b"\x28\xb5\x2f\xfd", b"\x00", bytes([21 << 3]), b"\x01\x00\x00"
    (tmp_path / "a.txt.zst").write_bytes(magic + descriptor + window_of_2_gib + last_empty_block)
    [reject] = records([tmp_path])
    assert isinstance(reject, Reject)


@pytest.mark.parametrize(("size", "count", "error"), [(0, 103, "TooManyRefused"), (80_000, 901, "NoText")])
def test_a_record_gives_no_more_refusals_than_its_source_pays_for(size: int, count: int, error: str) -> None:
    entries = [{"text": "Calm seas, the harbour master said."}, *[{}] * 900]
    record = Record(source_uri="file:///a.json", data=json.dumps(entries).encode(), most_refused=streams.most_refused(size))
    first, *refused = read(record)
    assert isinstance(first, RawStory)
    assert isinstance(refused[-1], Reject)
    assert (1 + len(refused), refused[-1].error) == (count, error)


PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>Calm seas, the harbour master said.</p></html>"


def warc(header: str, content: str) -> str:
    of_both = f"WARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nContent-Length: {len(content)}\r\n"
    return f"WARC/1.0\r\n{of_both}{header}\r\n{content}\r\n\r\n"


@pytest.mark.parametrize(
    ("header", "content", "kinds"),
    [
        ("", PAGE, ["Record"]),
        (f"X-Long: {'x' * 40_000}\r\n", PAGE, ["Record"]),
        (f"X-Long: {'x' * 200_000}\r\n", PAGE, ["Record", "TooLarge"]),
        ("X: y\r\n" * 30_000, PAGE, ["Record", "TooLarge"]),
        ("", PAGE + "x" * 300_000, ["Record", "TooLarge", "Record"]),
    ],
)
def test_the_header_of_an_archived_page_ends_somewhere(
    header: str, content: str, kinds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_reader, "MAX_HEADER_BYTES", 100_000)
    (tmp_path / "a.warc").write_text(warc("", PAGE) + warc(header, content) + warc("", PAGE), newline="")
    assert outcomes(tmp_path / "a.warc") == kinds


def test_the_door_says_how_many_refusals_a_source_pays_for(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 9000))
    first = next(records([tmp_path]))
    assert isinstance(first, Record)
    assert first.most_refused == 100 + (tmp_path / "a.jsonl.gz").stat().st_size // 64 < 200
