"""Opens the very file that was found: no link that was put in its place is followed, and no pipe is waited for."""

import errno
import os
import stat
from pathlib import Path
from typing import IO, NamedTuple, Self

from tasks.read.errors import RefusedError

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
"""How a file is opened; without O_NONBLOCK the opening of a named pipe waits for somebody to write."""

CHANGED = RefusedError(
    "ChangedWhileReading",
    "between listing and opening another file, link or folder was put in its place, or it was written to; "
    "run the ingest again when it is finished, and look who may write there if it was not you",
)


class Seen(NamedTuple):
    """What tells a file from another of its name: device, inode, size in bytes and time of change in nanoseconds."""

    device: int
    inode: int
    size: int
    modified: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """The same of any file."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class Found(NamedTuple):
    """A file to read, as plain values that any process can be given."""

    uri: str
    """What names it to the user."""
    root: str
    """The folder that the user named; below it no link is followed. Empty for a file that the user named."""
    path: str
    """Its path below `root`, or the user's own."""
    seen: Seen | None
    """What was there when it was found; None when that could not be seen."""


def opened(found: Found) -> IO[bytes]:
    """The file, open for reading.

    Raises RefusedError when it is not the regular file that was found, and OSError when it cannot be opened.
    """
    try:
        descriptor = below(found.root, found.path, FILE) if found.root else os.open(found.path, FILE)
    except OSError as error:
        if found.root and error.errno in {errno.ELOOP, errno.ENOTDIR, errno.ENXIO}:  # a link, no folder any more, a socket
            raise CHANGED from None
        raise
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or (found.seen and Seen.of(status) != found.seen):
        os.close(descriptor)
        raise CHANGED
    return os.fdopen(descriptor, "rb")


def below(root: str, path: str, flags: int) -> int:
    """A descriptor of what lies at `path` below the folder `root`. Raises OSError when there is a link anywhere on the way down."""
    *folders, name = Path(path).parts or (".",)
    at = os.open(root, FOLDER)
    try:
        for folder in folders:
            above, at = at, os.open(folder, FOLDER | os.O_NOFOLLOW, dir_fd=at)
            os.close(above)
        return os.open(name, flags | os.O_NOFOLLOW, dir_fd=at)
    finally:
        os.close(at)
