"""Web archives: WARC and the older ARC; each stored HTML page is a story."""

import io
import logging
from collections.abc import Iterator

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from schemas.outcome import SkipReason
from tasks.read import html, streams
from tasks.read.dates import moment
from tasks.read.decode import decode
from tasks.read.errors import RefusedError
from tasks.read.fields import line
from tasks.read.source import Format, Outcome, Source
from tasks.read.streams import Budget

PAGES = frozenset({"text/html", "application/xhtml+xml"})
BROKEN = (ArchiveLoadFailed, AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What warcio raises on records it cannot parse: its own error, and those of the code that expected another."""

logging.getLogger("warcio").setLevel(logging.ERROR)  # its warnings put bytes of the archive on the terminal

STORED = frozenset({"response", "resource", "conversion"})
"""Record types that hold what a server sent; the others describe the crawl."""


MAX_HEADER_BYTES = 2**20
"""What the header of one record may take; servers stop at 8 to 64 kilobytes, and warcio copies a long line at each block of it."""


class _Headed:
    """An archive's bytes, counted while a header is read."""

    def __init__(self, stream: streams.Readable) -> None:
        self._stream = stream
        self.left: int | None = MAX_HEADER_BYTES
        """Bytes that the header may still take; None while content is read."""

    def read(self, size: int, /) -> bytes:
        """The next bytes. Raises RefusedError in a header that does not end."""
        data = self._stream.read(size)
        if self.left is not None:
            self.left -= len(data)
            if self.left < 0:
                raise RefusedError("TooLarge", "a record's header is longer than a megabyte; what follows is left unread")
        return data


def recognises(source: Source) -> bool:
    """Whether the record begins with WARC's or ARC's first line."""
    return source.head.startswith((b"WARC/", b"filedesc://"))


def cut(stream: io.BufferedReader, text_column: str | None, budget: Budget) -> Iterator[tuple[str, bytes | RefusedError]]:
    """Each record of the archive as one of its own, in WARC form whatever the archive's."""
    headed = _Headed(stream)
    archive = ArchiveIterator(headed, no_record_parse=True, arc2warc=True)
    archive.INC_RECORD = ""  # it writes that, with bytes of the archive, on standard error
    records = iter(archive)
    number = 0
    while True:
        try:
            headed.left = MAX_HEADER_BYTES
            record = next(records, None)
            if record is None:
                return
            number += 1
            headed.left = None
            content = streams.fill(record.raw_stream, streams.MAX_RECORD_BYTES + 1)
            while record.raw_stream.read(streams.CHUNK):  # of a record that is too large; warcio would read on in the next header
                pass
        except BROKEN as error:
            raise RefusedError("BrokenArchive", f"record {number + 1} cannot be read, nor what follows: {error}") from None
        if record.format == "arc":
            record.rec_headers.remove_header("WARC-Record-ID")  # ARC has none: warcio made it up, another in each run
        if len(content) > streams.MAX_RECORD_BYTES:
            yield str(number), streams.too_large("the archived page is larger than the largest record")
        else:
            record.rec_headers.replace_header("Content-Length", str(len(content)))
            yield str(number), record.rec_headers.to_ascii_bytes() + content + b"\r\n\r\n"


def stories(source: Source) -> Iterator[Outcome]:
    """The page that the record holds; a Skip for records of the crawl itself and for what is no page."""
    try:
        record = next(iter(ArchiveIterator(io.BytesIO(source.record.data))), None)
    except BROKEN as error:
        raise RefusedError("BrokenArchive", f"the archive's record cannot be read: {error}") from None
    if record is None or not record.rec_type:
        raise RefusedError("BrokenArchive", "the archive's record has no type")
    if record.rec_type not in STORED:
        yield source.skip(SkipReason.CRAWL, detail=record.rec_type)
        return
    if found := _no_page(record):
        reason, detail = found
        yield source.skip(reason, detail=detail)
        return
    content = streams.fill(record.content_stream(), streams.MAX_RECORD_BYTES + 1)
    if len(content) > streams.MAX_RECORD_BYTES:
        raise streams.too_large("the page is larger than the largest record")
    declared = html.CHARSET.search(content[:4096])
    source.decoded = decode(content, declared.group(1).decode("ascii") if declared else _charset(record))
    yield html.page(
        source,
        source.decoded.text,
        provider_id=line(record.rec_headers.get_header("WARC-Target-URI")),
        published_at=moment(record.rec_headers.get_header("WARC-Date")),
    )


def _no_page(record: ArcWarcRecord) -> tuple[SkipReason, str] | None:
    """Why the stored answer is no page to read, and what it says of that; None when it is one."""
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    if status != "200":
        return SkipReason.NOT_SERVED, f"HTTP {status}"
    kind = _content_type(record).partition(";")[0].strip().lower()
    return None if kind in PAGES else (SkipReason.NO_PAGE, kind)


def _content_type(record: ArcWarcRecord) -> str:
    return (record.http_headers or record.rec_headers).get_header("Content-Type") or ""


def _charset(record: ArcWarcRecord) -> str | None:
    return _content_type(record).lower().partition("charset=")[2].partition(";")[0].strip() or None


FORMAT = Format(
    name="warc",
    sniffs="WARC/ or filedesc:// at the start",
    about="Web archives, WARC and ARC: the HTML pages in them",
    recognises=recognises,
    stories=stories,
    many=recognises,
    cut=cut,
)
