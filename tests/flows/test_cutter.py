"""Sources cut up in a worker: what an archive does to the worker costs that archive alone, and the parent's memory nothing."""

import gzip
import json
import subprocess
import sys
import textwrap
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.outcome import Reject, Skip
from schemas.record import Record
from tasks.read import Options, find, records
from tasks.read.streams import REFUSED_FREELY
from tasks.workers.cutter import SOURCES_AT_ONCE, Cutter
from tasks.workers.cutting import GROUP_OUTCOMES, Order, groups
from tasks.workers.pool import PoolClosedError

STORY = "RIVERTON (WD) - The dam held overnight, Mayor Ada Quill said."


@pytest.fixture
def cutter() -> Iterator[Cutter]:
    cutter = Cutter(seconds=60, megabytes=1024)
    yield cutter
    cutter.dismiss()


@pytest.fixture
def poisoned(poisoned_workers: None) -> Iterator[Cutter]:
    cutter = Cutter(seconds=0.5, megabytes=1024)
    yield cutter
    cutter.dismiss()


def none_refused(_: str) -> int:
    return 0


def cut(cutter: Cutter, *sources: str | Path) -> list[Record | Skip | Reject]:
    return list(cutter.records(find(sources), Options(), none_refused))


def lines(*texts: str) -> str:
    return "".join(json.dumps({"text": text}) + "\n" for text in texts)


def names(found: list[Record | Skip | Reject]) -> list[tuple[str, str]]:
    """The file and record of each outcome, with the error of a reject."""
    return [
        (one.source_uri.rsplit("/", 1)[-1], f"{one.source_record} {one.error}".strip() if isinstance(one, Reject) else one.source_record)
        for one in found
    ]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Small files, more than are handed to a worker together, and some of many records."""
    for number in range(SOURCES_AT_ONCE + 10):
        (tmp_path / f"{number:03}.txt").write_text(f"{STORY} {number}")
    (tmp_path / "010.jsonl").write_text(lines(*[STORY] * (2 * GROUP_OUTCOMES + 1)))
    (tmp_path / "020.csv").write_text("text\n" + "a,b\n" * 3 + "Calm seas.\n")
    (tmp_path / ".hidden").write_text("")
    with zipfile.ZipFile(tmp_path / "030.zip", "w") as archive:
        archive.writestr("a.txt", STORY)
        archive.writestr("../b.txt", STORY)
    return tmp_path


def test_a_worker_gives_what_this_process_would(cutter: Cutter, inbox: Path) -> None:
    assert cut(cutter, inbox) == list(records([inbox]))
    assert cut(cutter, inbox / "010.jsonl", inbox) == list(records([inbox / "010.jsonl", inbox]))


def test_small_files_travel_together_and_the_order_needs_no_worker(inbox: Path) -> None:
    found = list(find([inbox]))
    made = list(groups(Order(found, Options(), seconds=60)))
    assert [outcome for group in made for outcome in group.outcomes] == list(records([inbox]))
    assert len(made) < len(found) / 10
    assert (made[-1].source, made[-1].given) == (len(found), 0)
    first = made[0]
    rest = groups(Order(found[first.source :], Options(), seconds=60, given=first.given, alone=True))
    assert first.outcomes + [outcome for group in rest for outcome in group.outcomes] == list(records([inbox]))


@pytest.mark.parametrize(("poison", "error"), [("hang", "TimeLimit"), ("die", "WorkerDied"), ("stuck", "WorkerDied")])
def test_what_gives_its_cutter_no_peace_costs_itself_alone(poison: str, error: str, poisoned: Cutter, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    (tmp_path / "b.jsonl").write_text(lines("One.", "Two.", f"CUT POISON {poison}", "Four."))
    (tmp_path / "c.txt").write_text(STORY)
    (tmp_path / "d.txt").write_text("CUT POISON die")
    (tmp_path / "e.jsonl").write_text(lines("One."))
    found = cut(poisoned, tmp_path)
    assert names(found) == [
        ("a.txt", ""), ("b.jsonl", "1"), ("b.jsonl", "2"), ("b.jsonl", error), ("c.txt", ""), ("d.txt", "WorkerDied"), ("e.jsonl", "1"),
    ]  # fmt: skip
    said = [one.message for one in found if isinstance(one, Reject)]
    assert all("unpack it by hand, or raise --" in message for message in said)
    assert error == "TimeLimit" or "2 records of it were read" in said[0]
    assert "nothing of it was read" in said[1]


def test_a_source_that_is_full_of_what_is_no_story_is_left(cutter: Cutter, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 30_000))
    (tmp_path / "b.txt").write_text(STORY)
    seen = dict[str, int]()
    found = list[Record | Skip | Reject]()
    for one in cutter.records(find([tmp_path]), Options(), lambda uri: seen.get(uri, 0)):
        seen[one.source_uri] = seen.get(one.source_uri, 0) + 1
        found.append(one)
    assert REFUSED_FREELY < len(found) < REFUSED_FREELY + 500
    assert names(found)[-2:] == [("a.jsonl.gz", "TooManyRefused"), ("b.txt", "")]


def test_records_of_a_pipe_come_as_they_are_written() -> None:
    program = textwrap.dedent("""
        import sys
        from tasks.read import Options, find
        from tasks.workers.cutter import Cutter
        for record in Cutter(seconds=1, megabytes=1024).records(find(["-"]), Options(), lambda uri: 0):
            print(record.source_record, flush=True)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(lines(*[STORY] * 200).encode())  # more than a reader looks at before it begins
        process.stdin.flush()
        heard = [process.stdout.readline().strip() for _ in range(200)]
        threading.Timer(8, process.stdin.close).start()  # later than a record of a file might take in all
        process.stdin.write(lines("One more.").encode())
        heard += process.stdout.read().split()
    assert process.returncode == 0
    assert heard == [f"{number}".encode() for number in range(1, 202)]


def test_a_dismissed_cutter_says_so(inbox: Path) -> None:
    cutter = Cutter(seconds=60, megabytes=1024)
    found = cutter.records(find([inbox]), Options(), none_refused)
    next(found)
    cutter.dismiss()
    with pytest.raises(PoolClosedError):
        list(found)


BOMBS = """
import re, resource, sys
from pathlib import Path
from tasks.read import Options, find
from tasks.workers.cutter import Cutter

cutter = Cutter(seconds=100, megabytes=300)
found = list(cutter.records(find([sys.argv[1]]), Options(), lambda uri: 0))
cutter.dismiss()
print(*[one.source_uri.rsplit("/", 1)[-1] + getattr(one, "error", "").replace("WorkerDied", "MemoryError") for one in found])
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())  # ru_maxrss begins with that of the tests' process
print(int(peak[1]) // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""

MAKE = """
import sys, zipfile
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq

def table(rows, megabytes):
    text = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * (megabytes * 2**20)]))
    return pa.table({"text": text})

inbox = Path(sys.argv[1])
pq.write_table(table(64, 100), inbox / "a.100", compression="zstd")
pq.write_table(table(50_000, 8), inbox / "b.008", compression="zstd")
with zipfile.ZipFile(inbox / "c.zip", "w", zipfile.ZIP_BZIP2) as archive, archive.open("c.txt", "w") as member:
    for _ in range(400):
        member.write(bytes(2**20))
(inbox / "d.txt").write_text("The dam held overnight, Mayor Ada Quill said.")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its data limit")
def test_bombs_fill_neither_the_parent_nor_more_than_a_worker_may_have(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", MAKE, tmp_path], check=True)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 100_000
    done = subprocess.run([sys.executable, "-c", BOMBS, tmp_path], capture_output=True, text=True, check=True)
    outcomes, peaks = done.stdout.splitlines()
    assert outcomes.split() == ["a.100MemoryError", "b.008DecompressionBomb", "c.zipMemoryError", "d.txt"]
    parent, worker = map(int, peaks.split())
    assert parent < 250
    assert worker < 450
