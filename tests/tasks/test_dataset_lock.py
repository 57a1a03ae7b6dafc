"""One writer at a time, and no change of folders under readers; locks end with their holder."""

import os
import shutil
import signal
import threading
import time
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tasks.dataset import BusyError, locked, open_dataset, reading, sweep
from tasks.dataset.folder.lock import alone, shared
from tests.tasks.killing import CONTEXT, killed, whole_compact
from tests.tasks.writing import ingest, stories


def hold(place: Path, holds) -> None:
    with locked(open_dataset(place), "run-of-the-other"):
        holds.set()
        time.sleep(60)


@contextmanager
def beside(work, place: Path):
    """Another process, from where `work` holds its lock."""
    holds = CONTEXT.Event()
    process = CONTEXT.Process(target=work, args=(place, holds))
    process.start()
    assert holds.wait(30)
    yield process
    process.kill()
    process.join()


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock."""
    open_dataset(tmp_path, create=True)
    with beside(hold, tmp_path) as process:
        yield process


def test_a_busy_dataset_yields_at_once_and_names_who_holds_it(tmp_path, other):
    with (
        pytest.raises(BusyError, match=rf"run-of-the-other \(process {other.pid} on .*Nothing was changed"),
        locked(open_dataset(tmp_path), "mine"),
    ):
        pass


def test_waiting_ends_at_its_limit(tmp_path, other):
    with pytest.raises(BusyError), locked(open_dataset(tmp_path), "mine", wait=0.3):
        pass


def test_the_lock_dies_with_its_holder(tmp_path, other):
    os.kill(other.pid, signal.SIGKILL)
    with locked(open_dataset(tmp_path), "mine", wait=None):
        assert '"run_id": "mine"' in (tmp_path / ".lock").read_text()
    assert (tmp_path / ".lock").read_text() == ""


def test_one_process_does_not_take_it_twice(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    with locked(dataset, "first"), pytest.raises(BusyError, match="first"), locked(dataset, "second"):
        pass
    with locked(dataset, "third"):
        pass


def test_a_deleted_lock_file_locks_nobody_out_or_in(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    with locked(dataset, "first"):
        (tmp_path / ".lock").unlink()
    with locked(dataset, "second"), pytest.raises(BusyError, match="second"), locked(dataset, "third"):
        pass


def test_an_error_inside_frees_it(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    with pytest.raises(ZeroDivisionError), locked(dataset, "first"):
        _ = 1 / 0
    with locked(dataset, "second"):
        pass


def read(place: Path, holds) -> None:
    with reading(open_dataset(place)):
        holds.set()
        time.sleep(60)


@pytest.fixture
def reader(tmp_path):
    """Another process that reads the dataset."""
    for n in range(3):
        ingest(tmp_path, [stories(2, 10 * n)], run=f"run-{n}")
    with beside(read, tmp_path) as process:
        yield process


@pytest.fixture
def hasty(monkeypatch):
    """No patience with readers."""
    monkeypatch.setattr("tasks.dataset.folder.swap.alone", partial(alone, wait=0.3))


def test_files_stay_while_they_are_read_and_stories_still_come_in(tmp_path, reader, hasty):
    before = open_dataset(tmp_path).stems("quotes")
    with pytest.raises(BusyError, match=r"has been read by another program for 0.3 seconds.*No row was lost"):
        whole_compact(tmp_path)
    assert open_dataset(tmp_path).stems("quotes") == before
    ingest(tmp_path, [stories(2, 90)], run="run-beside")
    assert len(open_dataset(tmp_path).stems("quotes")) == len(before) + 1


def test_a_readers_lock_dies_with_it(tmp_path, reader, hasty):
    reader.kill()
    reader.join()
    whole_compact(tmp_path)
    assert len(open_dataset(tmp_path).stems("quotes")) == 1


def test_a_copy_for_reading_only_can_be_read(tmp_path):
    ingest(tmp_path / "desk", [stories(2)])
    for table in ("documents", "sections", "entities", "quotes", "rejects"):
        shutil.copytree(tmp_path / "desk" / table, tmp_path / "copy" / table)
    for folder in (tmp_path / "copy", *(tmp_path / "copy").iterdir()):
        folder.chmod(0o555)
    with reading(open_dataset(tmp_path / "copy")) as files:
        assert pq.read_table(files["documents"][1]).num_rows == 2


def test_readers_share_and_their_files_can_be_read_without_more(tmp_path, reader):
    with reading(open_dataset(tmp_path)) as files, reading(open_dataset(tmp_path)) as same:
        assert files == same
        assert [pq.ParquetFile(path).metadata.num_rows for path in files["documents"]] == [0, 2, 2, 2]


def test_no_reader_begins_while_folders_change(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    seen = list[str]()

    def look() -> None:
        with shared(dataset):
            seen.append("read")

    with alone(dataset):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        seen.append("changed")
    thread.join()
    assert seen == ["changed", "read"]


def test_a_decided_change_waits_for_readers_too(tmp_path, hasty):
    for n in range(3):
        ingest(tmp_path, [stories(2, 10 * n)], run=f"run-{n}")
    dataset = open_dataset(tmp_path)
    first = 20  # a few steps before the change is decided
    at = next(n for n in count(first) if killed(whole_compact, tmp_path, n) and (dataset.staging / "swap.ready").exists())
    assert at > first
    with shared(dataset), pytest.raises(BusyError), locked(dataset, "next"):
        sweep(dataset)
    whole_compact(tmp_path)
    assert len(dataset.stems("quotes")) == 1
