"""One quotation, one speaker: the words under a pair of marks stay together, and a quotation alone after a summary is a statement.

A tagger that reads in windows may give the sentences of one quotation to the attributions on either side of it, and ties a
quotation that stands alone to the sentence before it. Nobody changes inside a pair of marks, and `He said he was glad. "It took
years."` says two things.
"""

from collections.abc import Sequence
from dataclasses import replace

from tasks.language.page import Page, Stretch
from tasks.quotes.statements.edges import OUTSIDE, trimmed
from tasks.quotes.statements.joining import goes_on, resumes
from tasks.quotes.statements.statement import Statement


def resumed(found: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, a quotation that goes on from the one before it taken from whoever else it was given to.

    Of 1,430 quotations in PolNeAR train that are the next sentence of a quoted statement's paragraph and that their own sentence
    attributes to nobody, 1,417 belong to that statement.
    """
    done = list[Statement]()
    for other in found:
        one, first = done[-1] if done else None, other.spans[0]
        if one and (resumption := _resumption(one, other, page)):
            done[-1], other = _with(one, resumption, page), _without(other, resumption, page)
        elif one and first.start >= one.reach and _goes_on_alone(one, other, page):
            done[-1], other = replace(one, spans=(*one.spans, *other.spans)), replace(other, spans=())
        done += [other] if other.spans else []
    return done


def _resumption(one: Statement, other: Statement, page: Page) -> Stretch | None:
    """The quotation that takes up the sentence which the one statement's cue broke, and that the other has."""
    regions = (page.region_at(s.end - 1) for s in other.spans)
    region = next((r for r in regions if r and resumes(one, r.outer_start, page)), None)
    return Stretch(region.outer_start, region.outer_end) if region else None


def _goes_on_alone(one: Statement, other: Statement, page: Page) -> bool:
    """Whether the other statement is nothing but quoted sentences that go on from the one, its cue a stray one behind the one's own."""
    stray = one.cue and other.cue and one.end <= one.cue.start < other.cue.start < other.start
    return bool(stray) and page.is_full_sentence(other.spans) and goes_on(one, other.start, page)


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


def parted(found: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, a quotation that stands apart from the summary before it a statement of its own."""
    return [part for statement in found for part in _parted(statement, page)]


def _parted(statement: Statement, page: Page) -> list[Statement]:
    """A summary behind its cue, and the quotation that was tied to it, as two statements: one of the paragraph's next sentences where
    the summary is in plain words, one of another paragraph where it has words in marks.

    They are two in GUM, where the quotation alone is annotated. In PolNeAR train a summary before its cue is one with what follows
    in 6 of 7 cases, a plain one with a quotation of another paragraph in 9 of 13, and one with words in marks with a quotation of
    its own paragraph in all of 58.
    """
    if statement.cue is None or statement.start < statement.cue.start:
        return [statement]
    for at, span in enumerate(statement.spans[1:], start=1):
        summary, rest = statement.spans[:at], statement.spans[at:]
        near = page.paragraph_at(summary[-1].start) == page.paragraph_at(span.start)
        in_plain_words = True not in page.marked(summary)
        if any(page.quoted(s.end - 1) for s in summary) or near != in_plain_words:
            break
        alone = (
            page.sentences[page.sentence_at(span.start)].start
            == span.start
            >= max(s.end for s in (*summary, statement.cue, statement.source) if s)
        )
        if alone and page.is_full_sentence(rest):
            return [replace(statement, spans=summary), Statement(rest, None, None, statement.score)]
    return [statement]
