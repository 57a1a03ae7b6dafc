"""Reuters-21578: the SGML files of the classic collection, many stories a file.

Elements as its README describes them: a DATE for each story, TITLE, DATELINE and BODY inside TEXT; a BRIEF has a
title alone, an UNPROC text is left as it came over the wire.
"""

import html
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from schemas.outcome import SkipReason
from tasks.read import streams
from tasks.read.dates import moment
from tasks.read.errors import RefusedError
from tasks.read.fields import byline, line, lines, place
from tasks.read.source import Format, Outcome, Source
from tasks.read.streams import Budget

END = b"</REUTERS>"
START = re.compile(rb"<REUTERS\b[^<>]*>")
NUMBER = re.compile(rb'\bNEWID="(\d+)"')
BRIEF = re.compile(r'<TEXT\b[^<>]*\bTYPE="BRIEF"')
CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")


def recognises(source: Source) -> bool:
    """Whether the record is a file of the collection, or one story cut from it."""
    return source.head.lstrip().startswith((b"<!DOCTYPE lewis", b"<REUTERS "))


def cut(stream: io.BufferedReader, text_column: str | None, budget: Budget) -> Iterator[tuple[str, bytes | RefusedError]]:
    """Each <REUTERS> element with its number; one whose number is broken, with its place in the file."""
    held, place = b"", 0
    while part := stream.read(streams.CHUNK):
        *whole, held = (held + part).split(END)
        for one in whole:
            if start := START.search(one):
                number, place = NUMBER.search(start.group()), place + 1
                yield number.group(1).decode() if number else f"@{place}", one[start.start() :] + END
        if len(held) > streams.MAX_RECORD_BYTES:
            raise streams.too_large("a story does not end")
    if START.search(held):
        raise RefusedError("BrokenSgml", "the file ends within a story")


def stories(source: Source) -> Iterator[Outcome]:
    """The one story of the element; a title alone is no story."""
    text = source.decoded.text
    body, dateline = _element(text, "BODY"), _element(text, "DATELINE")
    title = line(_element(text, "TITLE"))
    if not body:
        if BRIEF.search(text):
            yield source.skip(SkipReason.HEADLINE_ONLY)
            return
        body = _element(text.replace(f"<TITLE>{_raw(text, 'TITLE')}</TITLE>", ""), "TEXT")
    number = NUMBER.search(source.record.data[:400])
    yield source.story(
        dateline.lstrip("\n") + body.rstrip(),
        provider="Reuters",
        provider_id=number.group(1).decode() if number else None,
        headline=title,
        byline=byline(line(_element(text, "AUTHOR"))),
        dateline=place(dateline),
        published_at=moment(_date(_element(text, "DATE")), line(_element(text, "DATE"))),
        subjects=lines([name for list_of in ("TOPICS", "PLACES") for name in re.findall(r"<D>([^<]*)</D>", _raw(text, list_of))]),
    )


def _raw(text: str, name: str) -> str:
    opens = text.find(f"<{name}")
    starts = text.find(">", opens) if opens >= 0 else -1
    ends = text.find(f"</{name}>", starts) if starts >= 0 else -1
    return text[starts + 1 : ends] if ends >= 0 else ""


def _element(text: str, name: str) -> str:
    return CONTROL.sub("", html.unescape(CONTROL.sub("", _raw(text, name))))


def _date(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip().partition(".")[0], "%d-%b-%Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


FORMAT = Format(
    name="reuters-sgml",
    sniffs="<!DOCTYPE lewis> or <REUTERS at the start",
    about="Reuters-21578 SGML files, many stories each",
    recognises=recognises,
    stories=stories,
    many=recognises,
    cut=cut,
)
