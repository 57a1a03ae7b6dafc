"""What can go wrong with a dataset: each message says what happened, what is safe and what to do."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DatasetError(Exception):
    """The dataset cannot be used as asked; the message says what happened, what is safe and what to do (exit status 2)."""


class BusyError(DatasetError):
    """Another run writes to the dataset, or readers hold its files; the message says which."""


class DamagedError(DatasetError):
    """Files of the dataset are truncated, missing or unreadable; the message names each."""


REASONS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", "free some space and start the same command again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and start the same command again"),
    errno.EFBIG: ("the file would be larger than this process may write", "raise the limit (ulimit -f) and start the same command again"),
    errno.EROFS: ("the file system is read-only", "make it writable, or choose another --dataset folder"),
    errno.EACCES: ("this user may not write there", "change the folder's permissions, or choose another --dataset folder"),
    errno.EPERM: ("this user may not write there", "change the folder's permissions, or choose another --dataset folder"),
    errno.EIO: ("the disk reports an error", "check the disk, then start the same command again"),
    errno.ENAMETOOLONG: ("its name is too long", "choose a shorter one"),
    errno.ELOOP: ("it is a link that leads back to itself", "choose another --dataset folder"),
    errno.EISDIR: ("a folder stands where a file belongs", "move it out of the dataset and start the same command again"),
    errno.ENOTDIR: ("a file stands where a folder belongs", "move it out of the dataset and start the same command again"),
    errno.EEXIST: ("something else stands where a folder belongs", "move it out of the dataset and start the same command again"),
    errno.ESTALE: ("the network folder was unmounted", "mount it again and start the same command again"),
}
"""What an operating system's error means, and what to do."""

IN_THE_WAY = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST)
"""Errors about one file or folder, whose name says where to look."""


@contextmanager
def explained(doing: str, root: Path, safe: str = "Everything committed before is safe.") -> Iterator[None]:
    """Turns an OSError inside the block into a DatasetError that says what failed while `doing` what, what is safe and what to do."""
    try:
        yield
    except OSError as error:
        code = error.errno if error.errno is not None else _errno_in(str(error))
        what, remedy = REASONS.get(code or 0, (str(error), "see to that, then start the same command again"))
        where = f" ({error.filename2 or error.filename})" if code in IN_THE_WAY and error.filename else ""
        raise DatasetError(f"Stopped while {doing} in {root}: {what}{where}. {safe} What to do: {remedy}.") from error


def _errno_in(message: str) -> int | None:
    """The error number of an OSError that Arrow raised without one; its text ends in the system's own words."""
    return next((code for code in REASONS if os.strerror(code) in message), None)
