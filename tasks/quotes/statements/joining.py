"""Quotations that continue a statement as the next sentences of its paragraph, and those that do not belong to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.language import marks
from tasks.language.page import Page, Stretch
from tasks.quotes.statements.edges import merged
from tasks.quotes.statements.statement import Covered, Statement


def continued(statements: Sequence[Statement], page: Page) -> list[Statement]:
    """Each statement with the quotations that continue it and that nothing attributes; a free statement among those is dropped."""
    attributed = Covered(page, (span for s in statements if not s.free for span in s.spans))
    open_to_all = {r.outer_start: r for r in page.regions if not attributed.touches(r.outer_start, r.outer_end)}
    done: list[Statement] = []
    for statement in statements:
        if not (statement.free and done and done[-1].covers(statement.start, statement.end)):
            done.append(_continued(statement, open_to_all, page))
    return done


def _continued(statement: Statement, quotations: Mapping[int, marks.Region], page: Page) -> Statement:
    """The statement with those of the unattributed quotations, by where they start, that are its next sentences."""
    while (after := page.sentence_at(statement.reach - 1) + 1) < len(page.sentences):
        region = quotations.get(page.sentences[after].start)
        quotation = region and Stretch(region.outer_start, region.outer_end)
        if not quotation or not goes_on(statement, quotation.start, page):
            break
        if not page.is_full_sentence([quotation]) or not _ends_sentence(quotation.end, page):
            break
        statement = replace(statement, spans=merged((*statement.spans, quotation), page))
    return statement


def goes_on(statement: Statement, start: int, page: Page) -> bool:
    """Whether a sentence of the statement's paragraph starts at `start`, right behind a statement that has words in quotation marks."""
    last, here = page.sentence_at(statement.reach - 1), page.sentence_at(start)
    same_paragraph = page.paragraph_at(start) == page.paragraph_at(statement.reach - 1)
    return here == last + 1 and page.sentences[here].start == start and same_paragraph and page.has_marked(statement.spans)


def _ends_sentence(end: int, page: Page) -> bool:
    """Whether the sentence ends with the quotation that ends at `end`: no `he asked` follows."""
    return not page.text[end : page.sentences[page.sentence_at(end - 1)].end].strip()


def resumed(statements: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, where quoted sentences that continue the statement before them are joined to it despite a cue between them.

    Of 1,430 quotations in PolNeAR train that are the next sentence of a quoted statement's paragraph and that their sentence attributes
    to nobody, 1,417 belong to that statement.
    """
    done: list[Statement] = []
    for statement in statements:
        if done and _is_resumption(done[-1], statement, page):
            done[-1] = replace(done[-1], spans=(*done[-1].spans, *statement.spans))
        else:
            done.append(statement)
    return done


def _is_resumption(before: Statement, statement: Statement, page: Page) -> bool:
    """Whether the statement is nothing but quoted sentences that continue the one before, its cue a second one behind the first."""
    second_cue = before.cue and statement.cue and before.end <= before.cue.start < statement.cue.start < statement.start
    return bool(second_cue) and page.is_full_sentence(statement.spans) and goes_on(before, statement.start, page)


def parted(statements: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, each summary without the quotation of a later sentence that was tied to it: that is a statement by itself."""
    return [part for statement in statements for part in _parted(statement, page)]


def _parted(statement: Statement, page: Page) -> list[Statement]:
    """Splits off a quoted sentence after an indirect summary (same paragraph) or after a partly quoted one (other paragraph).

    They are two in GUM, where the quotation alone is annotated. In PolNeAR train a summary before its cue is one with what follows
    in 6 of 7 cases, an indirect one with a quotation of another paragraph in 9 of 13, and a partly quoted one with a quotation of
    its paragraph in all of 58.
    """
    if statement.cue is None or statement.start < statement.cue.start:
        return [statement]
    for at, span in enumerate(statement.spans[1:], start=1):
        summary, rest = statement.spans[:at], statement.spans[at:]
        same_paragraph = page.paragraph_at(summary[-1].start) == page.paragraph_at(span.start)
        indirect = True not in page.marked(summary)
        if any(page.quoted(s.end - 1) for s in summary) or same_paragraph != indirect:
            break
        before = replace(statement, spans=summary)
        starts_sentence = page.sentences[page.sentence_at(span.start)].start == span.start
        if starts_sentence and before.reach <= span.start and page.is_full_sentence(rest):
            return [before, Statement(rest, None, None, statement.score)]
    return [statement]
