"""What goes on from a statement: quotations that its paragraph, an open mark or a broken sentence ties to it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from tasks.language.marks import Region
from tasks.language.page import Page, Stretch
from tasks.quotes.statements.edges import merged
from tasks.quotes.statements.statement import Statement


def join_free(found: Sequence[Statement], page: Page) -> list[Statement]:
    """Statements that nothing attributes, joined to the one they go on from or lead up to."""
    joined: list[Statement] = []
    for statement in found:
        before = joined[-1] if joined else None
        if before and statement.free and _takes_up(before, statement, page):
            joined[-1] = replace(before, spans=merged((*before.spans, *statement.spans), page))
        elif before and before.free and not statement.free and _reopens(before, statement.start, page):
            joined[-1] = replace(statement, spans=merged((*before.spans, *statement.spans), page))
        else:
            joined.append(statement)
    return joined


def continued(found: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements with the quotations that nothing claims and that continue them."""
    unclaimed = unclaimed_quotations(found, page)
    return [_continued(statement, unclaimed, page) for statement in found]


def _continued(statement: Statement, unclaimed: Sequence[Region], page: Page) -> Statement:
    """The statement with the unclaimed quotations that continue it."""
    for region in unclaimed[bisect_left(unclaimed, statement.end, key=lambda r: r.outer_start) :]:
        if (page.paragraph_at(region.outer_start) or 0) > (page.paragraph_at(statement.reach - 1) or 0) + 1:
            break
        span = Stretch(region.outer_start, region.outer_end)
        at_once = _reopens(statement, span.start, page) or resumes(statement, span.start, page)
        if at_once or (goes_on(statement, span.start, page) and page.is_full_sentence([span]) and _ends_sentence(span.end, page)):
            statement = replace(statement, spans=merged((*statement.spans, span), page))
    return statement


def goes_on(statement: Statement, start: int, page: Page) -> bool:
    """Whether a quotation at `start` continues the statement: it reopens an unclosed mark, or is the next sentence of the paragraph."""
    if start < statement.end:
        return False
    if _reopens(statement, start, page):
        return True
    here = page.paragraph_at(start)
    last = page.paragraph_at(statement.reach - 1)
    next_sentence = page.sentence_at(start) == page.sentence_at(statement.reach - 1) + 1
    starts_it = page.sentences[page.sentence_at(start)].start == start
    return here is not None and here == last and next_sentence and starts_it and True in page.marked(statement.spans)


def resumes(statement: Statement, start: int, page: Page) -> bool:
    """Whether a quotation at `start` takes up the sentence that the statement's cue broke: `“I went,” she said, “because I could.”`."""
    broken, cue = statement.spans[-1], statement.cue
    if cue is None or not broken.end <= cue.start < start or page.sentence_at(broken.end - 1) != page.sentence_at(start):
        return False
    commas = page.text[start - 2 : start].strip() == "," and "," in page.text[broken.end - 2 : broken.end + 1]
    if not commas or not page.quoted(broken.end - 1):
        return False
    return next((c for c in page.text[start:] if c.isalnum()), "").islower()


def unclaimed_quotations(found: Sequence[Statement], page: Page) -> list[Region]:
    """Quotations that share no character with any content."""
    claimed = bytearray(len(page.text))
    for span in (span for s in found for span in s.spans):
        claimed[span.start : span.end] = b"\1" * (span.end - span.start)
    return [r for r in page.regions if not any(claimed[r.outer_start : r.outer_end])]


def _takes_up(before: Statement, statement: Statement, page: Page) -> bool:
    """Whether a statement that nothing attributes goes on from the one before: as quoted sentences, or from an open mark."""
    if _reopens(before, statement.start, page):
        return True
    return page.is_full_sentence(statement.spans) and goes_on(before, statement.start, page)


def _reopens(statement: Statement, start: int, page: Page) -> bool:
    """Whether `start` opens the paragraph after one that ends in the statement's unclosed quotation."""
    region, here = page.region_at(statement.end - 1), page.paragraph_at(start)
    if region is None or region.closed or here is None or here == 0:
        return False
    return page.paragraphs[here - 1].end == region.outer_end and page.paragraphs[here].start == start and page.quoted(start)


def _ends_sentence(end: int, page: Page) -> bool:
    """Whether a sentence or paragraph ends at `end`: no `he asked` follows."""
    sentence = page.sentences[page.sentence_at(end - 1)]
    return not page.text[end : sentence.end].strip()
