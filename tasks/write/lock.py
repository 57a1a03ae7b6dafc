"""One writer a dataset at a time. The lock is the kernel's, so it ends with its holder, however that dies."""

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

from tasks.write.dataset import Dataset
from tasks.write.errors import BusyError, DatasetError, told

PATIENCE = 0.2
"""Seconds between two looks at a lock that another run holds."""


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
        _sign(descriptor, holder)
        yield
    finally:
        os.ftruncate(descriptor, 0)
        os.close(descriptor)


def _taken(path: Path, dataset: Dataset) -> int | None:
    """A descriptor that holds the lock; None while another process does."""
    with told("taking the dataset's lock", dataset.root):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Someone may have deleted the file between open and flock: then a later run would lock another one.
        if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except BlockingIOError:
        pass
    except OSError as error:
        os.close(descriptor)
        if error.errno in {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}:
            raise DatasetError(
                f"The file system of {dataset.root} has no file locks, so two runs at once could spoil the dataset. "
                "Keep it on a local disk, or on NFS with locking (not mounted with nolock)."
            ) from error
        raise
    os.close(descriptor)
    return None


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
