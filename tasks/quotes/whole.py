"""One quotation, one speaker: the words under a pair of marks stay together, and a quotation alone after a summary is a statement.

A tagger that reads in windows may give the sentences of one quotation to the attributions on either side of it, and ties a
quotation that stands alone to the sentence before it. Nobody changes inside a pair of marks, and `He said he was glad. "It took
years."` says two things.
"""

from collections.abc import Iterable
from dataclasses import replace

from tasks.quotes.edges import OUTSIDE, trimmed
from tasks.quotes.page import Page, Stretch
from tasks.quotes.statements import Statement


def whole(found: Iterable[Statement], page: Page) -> list[Statement]:
    """The statements, no quotation divided between two of them, none tied to a summary that stands apart from it."""
    return [part for statement in _undivided(found, page) for part in _parted(statement, page)]


def _undivided(found: Iterable[Statement], page: Page) -> list[Statement]:
    """The statements, each quotation that two of them share given whole to the one that attributes it."""
    done = list[Statement]()
    for other in found:
        one = done.pop() if done else None
        quotation = _shared(one, other, page) if one else None
        if one and quotation and _follows(other, quotation, page):
            one, other = _without(one, quotation, page), _with(other, quotation, page)
        elif one and quotation:
            one, other = _with(one, quotation, page), _without(other, quotation, page)
        done += [statement for statement in (one, other) if statement and statement.spans]
    return done


def _shared(one: Statement, other: Statement, page: Page) -> Stretch | None:
    """The quotation in which one statement ends and the other begins, with the words of its sentence that lead up to it."""
    region = page.region_at(other.start)
    if region is None or not region.closed or not region.outer_start < one.end <= other.start:
        return None
    inside = any(s and region.start <= s.start < region.end for told in (one, other) for s in (told.cue, told.source))
    if inside or page.words_in(one.end, other.start):
        return None
    sentence = page.sentences[page.sentence_at(region.outer_start)]
    leads_up = one.cue is None or one.cue.start < sentence.start
    start = max(sentence.start, one.spans[-1].start) if leads_up else region.outer_start
    return Stretch(min(start, region.outer_start), region.outer_end)


def _follows(statement: Statement, quotation: Stretch, page: Page) -> bool:
    """Whether the statement's cue stands behind the quotation, in the sentence that it ends."""
    sentence = page.sentences[page.sentence_at(quotation.end - 1)]
    return statement.cue is not None and quotation.end <= statement.cue.start < sentence.end


def _with(statement: Statement, quotation: Stretch, page: Page) -> Statement:
    return replace(statement, spans=tuple(sorted((*_without(statement, quotation, page).spans, quotation))))


def _without(statement: Statement, quotation: Stretch, page: Page) -> Statement:
    pieces = [piece for s in statement.spans for piece in _beside(s, quotation, page)]
    return replace(statement, spans=tuple(pieces))


def _beside(span: Stretch, quotation: Stretch, page: Page) -> list[Stretch]:
    """What a span has before the quotation and behind it."""
    if span.end <= quotation.start or quotation.end <= span.start:
        return [span]
    before = trimmed(span.start, max(span.start, quotation.start), page.text, OUTSIDE + ".")
    behind = trimmed(min(span.end, quotation.end), span.end, page.text)
    return [piece for piece in (before, behind) if piece]


def _parted(statement: Statement, page: Page) -> list[Statement]:
    """A summary with its cue, and the quotation of later sentences that was tied to it, as two statements."""
    for at, span in enumerate(statement.spans[1:], start=1):
        summary, rest = statement.spans[:at], statement.spans[at:]
        if any(page.quoted(s.end - 1) for s in summary):
            break
        alone = (
            page.sentences[page.sentence_at(span.start)].start
            == span.start
            >= max(s.end for s in (*summary, statement.cue, statement.source) if s)
        )
        if alone and page.is_full_sentence(rest):
            return [replace(statement, spans=summary), Statement(rest, None, None, statement.score)]
    return [statement]
