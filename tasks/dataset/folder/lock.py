"""Who may do what to a dataset at one time: one writer, and no change of folders under readers who ask for that.

All locks are the kernel's (flock), so they end with their holder, however that dies. A writer holds `.lock`. A reader who
lists folders and opens what is listed may hold the dataset's own folder, shared with other readers; files that such a
reader may have listed then stay where they are. Programs in other languages can do the same: `flock --shared DIR COMMAND`.
"""

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from schemas.rows import DocumentRow
from tasks.dataset.folder.errors import BusyError, DatasetError, explained
from tasks.dataset.folder.layout import Dataset

PATIENCE = 0.2
"""Poll interval in seconds, while another run holds the lock."""

READERS_TIME = 60.0
"""Seconds that a change of folders waits for readers to end."""

GLANCE = 0.002
"""Poll interval in seconds; short enough to catch the gap of a reader that locks again at once without taking the gate."""


@contextmanager
def locked(dataset: Dataset, holder: str, *, wait: float | None = 0.0) -> Iterator[None]:
    """Holds the dataset's lock: one writer at a time; it ends with the block or with the process, however that dies.

    `holder` is the run id, shown to whoever finds the dataset busy. `wait` is seconds to wait for the lock: 0 yields at
    once, None waits for ever. Raises BusyError. Never fork a process while holding it, since the child would hold it too
    (spawn is safe).
    """
    path = dataset.root / ".lock"
    until = None if wait is None else time.monotonic() + wait
    while (descriptor := _taken(path, dataset)) is None:
        if until is not None and time.monotonic() >= until:
            raise BusyError(_who(path, dataset))
        time.sleep(PATIENCE)
    try:
        with explained("signing the dataset's lock", dataset.root):
            _sign(descriptor, holder)
        yield
    finally:
        os.ftruncate(descriptor, 0)
        os.close(descriptor)


def _taken(path: Path, dataset: Dataset) -> int | None:
    """A descriptor that holds the lock; None while another process does."""
    with explained("taking the dataset's lock", dataset.root):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        # Someone may have deleted the file between open and flock: then a later run would lock another one.
        if _flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, dataset) and path.exists() and _is(descriptor, path):
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


@contextmanager
def shared(dataset: Dataset) -> Iterator[None]:
    """Keeps the files of all tables where they are: no merge or rewrite changes them until the block ends.

    Ingests go on, and any number of readers may hold it at once. Hold it no longer than a read takes: a change that finds
    readers lets no new ones begin (so do not nest it), waits for those there are, and gives up after READERS_TIME.
    """
    with _folder(dataset.root) as files:
        with _folder(_gate(dataset)) as gate:
            _flock(gate, fcntl.LOCK_SH, dataset)
            _flock(files, fcntl.LOCK_SH, dataset)
        yield


@contextmanager
def alone(dataset: Dataset, *, wait: float = READERS_TIME) -> Iterator[None]:
    """Waits `wait` seconds for readers to end and lets none begin, so that folders can be changed. Raises BusyError."""
    until = time.monotonic() + wait
    with _folder(dataset.root) as files, _folder(_gate(dataset)) as gate:
        for descriptor in (gate, files):
            while not _flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, dataset):
                if time.monotonic() >= until:
                    raise BusyError(
                        f"{dataset.root} has been read by another program for {wait:g} seconds, and the files that it may have listed were "
                        "to be changed for others. No row was lost. Start the same command again when that program has ended."
                    )
                time.sleep(GLANCE)
        yield


def _gate(dataset: Dataset) -> Path:
    """What readers pass one by one and a change closes behind those who are in: every dataset has it, copied ones too."""
    return dataset.table(DocumentRow.TABLE)


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    """A descriptor of a folder, to be locked; the lock ends with it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _flock(descriptor: int, kind: int, dataset: Dataset) -> bool:
    """Whether the lock was to be had. Raises DatasetError where the file system has none."""
    try:
        fcntl.flock(descriptor, kind)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EINVAL}:
            raise DatasetError(
                f"The file system of {dataset.root} has no file locks, so two programs at once could spoil the dataset or be misled. "
                "Keep it on a local disk, or on NFS with locking (not mounted with nolock)."
            ) from error
        raise
    return True


def is_written_to(dataset: Dataset) -> bool:
    """Whether a run holds the dataset's lock now."""
    path = dataset.root / ".lock"
    if not path.is_file():
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return not _flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB, dataset)
    finally:
        os.close(descriptor)


def _is(descriptor: int, path: Path) -> bool:
    return os.path.samestat(os.fstat(descriptor), path.stat())


def _sign(descriptor: int, holder: str) -> None:
    """Leaves word of who holds the lock; only for people, never relied on."""
    card = {"run_id": holder, "pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(card).encode(), 0)


def _who(path: Path, dataset: Dataset) -> str:
    try:
        card = json.loads(path.read_text("utf-8"))
        who = f"run {card['run_id']} (process {card['pid']} on {card['host']}, since {card['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another run"
    return (
        f"{dataset.root} is busy: {who} is writing to it. Nothing was changed. Wait for it to end (or pass a time to wait); "
        "what it does not take in, the next run will."
    )
