"""One writer at a time; the lock ends with its holder."""

import os
import signal
import time
from pathlib import Path

import pytest

from tasks.write import BusyError, locked, open_dataset
from tests.tasks.killing import CONTEXT


def hold(place: Path, holds) -> None:
    with locked(open_dataset(place), "run-of-the-other"):
        holds.set()
        time.sleep(60)


@pytest.fixture
def other(tmp_path):
    """Another process that holds the lock."""
    open_dataset(tmp_path, create=True)
    holds = CONTEXT.Event()
    process = CONTEXT.Process(target=hold, args=(tmp_path, holds))
    process.start()
    assert holds.wait(30)
    yield process
    process.kill()
    process.join()


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
