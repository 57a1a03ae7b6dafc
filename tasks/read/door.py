"""The front door: from what people type to one record after the other, each with the place it came from."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.outcome import Reject, Skip
from schemas.record import Record
from tasks.read.errors import RefusedError
from tasks.read.formats import named
from tasks.read.opening import Found, opened
from tasks.read.streams import Budget, replay
from tasks.read.unpack import Opened, Options, unpack
from tasks.read.walk import STDIN, find


def records(
    sources: Iterable[str | Path], *, format: str | None = None, text_column: str | None = None, stdin: int = 0
) -> Iterator[Record | Skip | Reject]:
    """Yields every record of `sources` in a fixed order, one at a time, as it is asked for, in this process.

    A source is a file, a folder (searched through), a glob, a `file://` URI, or `-` for standard input. `format`
    names the reader for everything found; without it each record is sniffed. `text_column` names the column of CSV
    and Parquet tables, and the field of JSON stories, that holds the text. Hidden and temporary files are Skips; what
    cannot be opened, and links that leave their folder, are Rejects. `stdin` is the descriptor that `-` means. Raises
    NoSuchSourceError and NoSuchFormatError at once, before the first record.
    """
    if format is not None:
        named(format)
    found = find(sources)
    return (outcome for place in found for outcome in cut(place, Options(format, text_column), stdin))


def cut(place: Found | Skip | Reject, options: Options, stdin: int = 0) -> Iterator[Record | Skip | Reject]:
    """Yields every record of one file that was found; what is none already comes out as it is. Works in any process."""
    if isinstance(place, Skip | Reject):
        yield place
        return
    try:
        with os.fdopen(stdin, "rb", buffering=0, closefd=False) if place.uri == STDIN else opened(place) as file:
            size = None if place.uri == STDIN else os.fstat(file.fileno()).st_size
            yield from unpack(Opened(replay(b"", file), place.uri, Budget(size)), options)
    except RefusedError as refusal:
        yield _refused(place, refusal.error, str(refusal))
    except OSError as error:
        yield _refused(place, type(error).__name__, f"cannot be read: {error.strerror or error}")


def _refused(place: Found, error: str, message: str) -> Reject:
    return Reject(source_uri=place.uri, step="read", error=error, message=message)
