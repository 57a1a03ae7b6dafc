"""Where a content begins and ends: within its paragraph, and with the quotation marks at its edges."""

import re
from collections.abc import Sequence
from dataclasses import replace

from schemas.base import Span
from tasks.language.marks import DOUBLE
from tasks.language.page import Page, Stretch
from tasks.quotes.statements.statement import Statement

OUTSIDE = ",;:-–—―"
"""Marks at a content's end that belong to the sentence around it."""

UNFINISHED = re.compile(r"[\s,]+(?:who|whose|which|that|and|or|as|of|in|the)$")
"""The end of a source that was cut too late: a word that opens a clause or phrase."""
UNFINISHED_MAX = 40
"""Characters in which such an end stands."""

TELLS = re.compile(r"\b(?:t(?:ell(?:s|ing)?|old)|remind(?:s|ed|ing)?)$")
ADDRESSEE = re.compile(
    rf"(?:(?!\b(?:who|which|whose|whom)\b)[^,;:.{DOUBLE}]){{2,200}}?(?:, (?:(?!\bwho\b)[^,;:.{DOUBLE}]){{2,80}},)? "
    r"(?<!\band )(?<!\bor )(?<!\bbut )(?=that\b)"
)
"""The addressee behind such a cue, before `that`."""

IT = re.compile(r"\s+it[,:]\s+")
"""The rest of `as she put it,` behind its verb."""


def put_it(statement: Statement, page: Page) -> Statement:
    """Moves the `it` of `as she put it, “...”` from the content into the cue."""
    cue, (first, *others) = statement.cue, statement.spans
    it = IT.match(page.text, cue.end, first.end) if cue else None
    if cue is None or it is None or not cue.end <= first.start < it.end() < first.end:
        return statement
    comma = len(it[0].rstrip()) - 1
    return replace(statement, cue=Stretch(cue.start, cue.end + comma), spans=(Stretch(it.end(), first.end), *others))


def unaddressed(statement: Statement, page: Page) -> Statement:
    """The statement without the addressee between cue and content: `told | the crews | that it is safe`.

    PolNeAR train leaves it out after `told` in 252 contents of 262, after `reminded` in 19 of 20; `urged` and `accused` differ.
    """
    cue = statement.cue
    if cue is None or not TELLS.search(page.text, *cue):
        return statement
    return replace(statement, spans=tuple(_behind_addressee(span, cue, page) for span in statement.spans))


def _behind_addressee(span: Stretch, cue: Stretch, page: Page) -> Stretch:
    behind_cue = cue.end <= span.start and not page.text[cue.end : span.start].strip()
    addressee = ADDRESSEE.match(page.text, *span) if behind_cue else None
    return Stretch(addressee.end(), span.end) if addressee else span


def snapped(statement: Statement, page: Page) -> Statement:
    """The statement widened to the quotation marks at its edges, its spans merged where only spaces part them."""
    return replace(statement, spans=merged([_snapped(span, page) for span in statement.spans], page))


def finished(source: Stretch, page: Page) -> Stretch:
    """The source without a word at its end that opens a clause: `Ada Lund, | who`."""
    while cut := UNFINISHED.search(page.text, max(source.start, source.end - UNFINISHED_MAX), source.end):
        source = Stretch(source.start, cut.start())
    return source


def pieces(span: Span, page: Page) -> list[Stretch]:
    """The span clipped to paragraphs, each piece up to the end of a quotation that ends its sentence."""
    cut = [(max(span.start, p.start), _sentence_end(span, p, page)) for p in page.paragraphs_over(span.start, span.end)]
    return [piece for start, end in cut if (piece := trimmed(start, end, page.text))]


def _sentence_end(span: Span, paragraph: Span, page: Page) -> int:
    """Where a span stops in a paragraph: at its end, or at a closing mark before it that ends a sentence, if no quotation follows."""
    start, end = max(span.start, paragraph.start), min(span.end, paragraph.end)
    inner = (s for s in page.sentences[page.sentence_at(start) : page.sentence_at(end - 1)] if s.end < end)
    breaks = (s.end for s in inner if page.quoted(s.start + len(s.of(page.text).rstrip()) - 1) and not page.quoted(s.end))
    return next((b for b in breaks if page.last_region(b, end) is None), end)


def trimmed(start: int, end: int, text: str, ends: str = "") -> Stretch | None:
    """The span without white space at its edges and without `ends` at its end."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ends):
        end -= 1
    return Stretch(start, end) if end > start else None


def merged(spans: Sequence[Stretch], page: Page) -> tuple[Stretch, ...]:
    """The spans with those made one that overlap or have only spaces between them; paragraphs stay apart."""
    joined: list[Stretch] = []
    for span in spans:
        if joined and (span.start <= joined[-1].end or not page.text[joined[-1].end : span.start].strip(" \u00a0")):
            before = joined.pop()
            span = Stretch(start=before.start, end=max(before.end, span.end))
        joined.append(span)
    return tuple(joined)


def _snapped(span: Stretch, page: Page) -> Stretch:
    """The span with the marks of the quotations at its edges, where no word stands between."""
    start, end = span.start, span.end
    first, last = page.region_at(start), page.region_at(end - 1)
    if first and not page.words_in(first.start, start):
        start = first.outer_start
    if last and not page.words_in(end, last.end):
        end = last.outer_end
    inside = last is not None and end <= last.outer_end
    return trimmed(start, end, page.text, "" if inside else OUTSIDE) or span
