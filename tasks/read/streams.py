"""Bytes on their way in: looking ahead, reading to a limit, and counting what a compressed file grows to."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Protocol

from tasks.read.decode import wide_codec
from tasks.read.errors import RefusedError

MAX_RECORD_BYTES = 32 * 2**20
"""The largest single record that is read into memory; a story of a million words has 6 MB."""

MAX_SKIPPED_BYTES = 2**30
"""How far the end of a line that is too long is looked for before the rest of its file is given up."""

BUDGET_FLOOR = 2**30
"""What any source may grow to when it is unpacked."""

CHUNK = 2**20
SPOOL_BYTES = 32 * 2**20


REFUSED_FREELY, BYTES_A_REFUSAL = 10_000, 64
"""What `most_refused` allows: an archive may hold ten thousand pictures; beyond, the source must have 64 bytes on disk for each
refusal. A packed story takes some 1,500, so there may be two dozen refusals beside each; a line of `{}` packed by the hundred
thousand takes a fortieth of a byte, and a row of a table without text three, of which a million would cost minutes."""


def most_refused(size: int) -> int:
    """How many records of a source of `size` bytes on disk may give no story before the rest of it is left unread."""
    return REFUSED_FREELY + size // BYTES_A_REFUSAL


def too_many_refused(count: int) -> str:
    """What is said where the rest is left unread."""
    return (
        f"{count:,} of its records gave no story, more than its size on disk can account for, and the rest is left unread; if it holds "
        "stories all the same, unpack it, or take out what is none, and ingest that"
    )


class Readable(Protocol):
    """Anything that gives bytes: a file, a pipe, a decompressor, an archive member."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; none only at the end."""


class Budget:
    """How many bytes one source may still grow to when it is unpacked; stops decompression bombs.

    A source may grow to 1 GiB, or to 200 times its size on disk where that is more. Text and markup shrink to a tenth,
    at best to a fiftieth; DEFLATE bombs grow a thousandfold.
    """

    def __init__(self, size: int | None) -> None:
        self.left = max(BUDGET_FLOOR, 200 * size) if size is not None else 2**36
        self.most_refused = most_refused(size) if size is not None else None
        """How many of the source's records may give no story; None where its size is not known."""

    def spend(self, count: int) -> None:
        """Takes `count` bytes from what is left. Raises RefusedError when there is not enough."""
        self.left -= count
        self.afford(0)

    def afford(self, count: int) -> None:
        """Raises RefusedError when fewer than `count` bytes are left."""
        if self.left < count:
            raise RefusedError("DecompressionBomb", "it unpacks to more than 200 times its size; unpack it by hand if you trust it")


class Spending(io.RawIOBase):
    """A decompressor's output, charged to a budget as it is read."""

    def __init__(self, inner: Readable, budget: Budget) -> None:
        self._inner, self._budget = inner, budget

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fills `buffer` with the next bytes."""
        data = self._inner.read(len(buffer))
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


class Rewound(io.RawIOBase):
    """A stream whose first bytes, already read, are put back in front."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._read: Callable[[int], bytes] = getattr(rest, "read1", rest.read)  # a pipe's next line, not its next 64 kilobytes

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fills `buffer` with the next bytes."""
        if self._head:
            data, self._head = self._head[: len(buffer)], self._head[len(buffer) :]
        else:
            data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def fill(stream: Readable, size: int) -> bytes:
    """Reads `size` bytes, fewer only at the end; pipes and decompressors give less at a time."""
    parts, left = [], size
    while left > 0 and (part := stream.read(min(left, CHUNK))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def replay(head: bytes, stream: Readable) -> io.BufferedReader:
    """The stream from its beginning again, after `head` was read from it: sought back where it can be."""
    if isinstance(stream, io.BufferedReader) and stream.seekable():
        stream.seek(-len(head), io.SEEK_CUR)
        return stream
    return io.BufferedReader(Rewound(head, stream), 2**16)


@contextmanager
def seekable(stream: io.BufferedReader) -> Iterator[IO[bytes]]:
    """The stream if it can be sought, else a copy of it that can, in memory up to 32 MB and beyond on disk."""
    if stream.seekable():
        yield stream
        return
    with SpooledTemporaryFile(max_size=SPOOL_BYTES) as spool:
        while part := stream.read(CHUNK):
            spool.write(part)
        spool.seek(0)
        yield spool


def lines(stream: io.BufferedReader) -> Iterator[tuple[int, bytes | RefusedError]]:
    """Each line that is not blank with its number, counted from 1; a line that is too long is refused, not read.

    Lines of UTF-16 and UTF-32 come out in UTF-8. Raises RefusedError when a line does not end within a gigabyte.
    """
    readline = _readline(stream)
    number = 0
    while part := readline(MAX_RECORD_BYTES + 1):
        number += 1
        if len(part) > MAX_RECORD_BYTES:
            size = len(part) + (0 if part.endswith(b"\n") else _skip_line(readline, number))
            yield number, too_large(f"the line has {size:,} bytes")
        elif part.strip():
            yield number, part


def too_large(what: str) -> RefusedError:
    """The refusal of a record that is beyond the limit."""
    return RefusedError("TooLarge", f"{what}; a record may have {MAX_RECORD_BYTES // 2**20} MB at the most")


def _readline(stream: io.BufferedReader) -> Callable[[int], bytes]:
    codec = wide_codec(stream.peek(64)[:64])
    if codec is None:
        return stream.readline
    text = io.TextIOWrapper(stream, codec, errors="replace", newline="\n")
    return lambda size: text.readline(size).encode("utf-8", "replace")


def _skip_line(readline: Callable[[int], bytes], number: int) -> int:
    skipped = 0
    while part := readline(CHUNK):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
        if skipped > MAX_SKIPPED_BYTES:
            raise RefusedError("TooLarge", f"line {number} does not end within a gigabyte; the rest of the file is left unread")
    return skipped
