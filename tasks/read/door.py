"""The front door: from what people type to one record after the other, each with the place it came from."""

import io
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from schemas.outcome import Reject, Skip
from schemas.record import Record
from tasks.read.formats import named
from tasks.read.streams import Budget, replay
from tasks.read.unpack import Opened, Options, unpack
from tasks.read.walk import STDIN, Found, find


def records(
    sources: Iterable[str | Path], *, format: str | None = None, text_column: str | None = None, stdin: io.BufferedIOBase | None = None
) -> Iterator[Record | Skip | Reject]:
    """Yields every record of `sources` in a fixed order, one at a time, as it is asked for.

    A source is a file, a folder (searched through), a glob, a `file://` URI, or `-` for standard input. `format`
    names the reader for everything found; without it each record is sniffed. `text_column` names the column of CSV
    and Parquet tables, and the field of JSON stories, that holds the text. Hidden and temporary files are Skips; what
    cannot be opened, and links that leave their folder, are Rejects. Raises NoSuchSourceError and NoSuchFormatError at
    once, before the first
    record.
    """
    if format is not None:
        named(format)
    found = find(sources)
    return _records(found, Options(format, text_column), stdin)


def _records(found: Iterable[Found | Skip | Reject], options: Options, stdin: io.BufferedIOBase | None) -> Iterator[Record | Skip | Reject]:
    for place in found:
        if isinstance(place, Skip | Reject):
            yield place
        elif place.uri == STDIN:
            yield from unpack(Opened(replay(b"", stdin or sys.stdin.buffer), STDIN, Budget(None)), options)
        else:
            try:
                with place.path.open("rb") as file:
                    yield from unpack(Opened(file, place.uri, Budget(os.fstat(file.fileno()).st_size)), options)
            except OSError as error:
                yield Reject(
                    source_uri=place.uri, step="read", error=type(error).__name__, message=f"cannot be read: {error.strerror or error}"
                )
