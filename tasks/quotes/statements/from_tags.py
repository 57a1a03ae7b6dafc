"""From the tagger's attributions to statements clipped to the body, and the passes that correct a single content."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from schemas.tagged import Attribution
from tasks.language.page import Page, Stretch
from tasks.quotes.statements.edges import finished, pieces
from tasks.quotes.statements.statement import Statement, place

JOINT = re.compile(r",\s+(?P<joint>and|but|that)\s+")
"""What may stand between the cue or source and the words that it broke off."""


def clipped(attributions: Iterable[Attribution], page: Page) -> list[Statement]:
    """The tagger's attributions as statements in order of their start, each clipped to the body's paragraphs."""
    return sorted((s for a in attributions for s in _in_body(a, page)), key=place)


def _in_body(attribution: Attribution, page: Page) -> list[Statement]:
    """The attribution with every span clipped to the paragraphs it lies in; without a word in the body nothing is left of it.

    A span ends with its paragraph, unless that ends inside an open quotation. What it covered of the next paragraphs is a free
    statement.
    """
    cue, source = (next(iter(pieces(s, page)), None) if s else None for s in (attribution.cue, attribution.source))
    source = source and finished(source, page)
    content: list[Stretch] = []
    beyond: list[Stretch] = []
    for span in attribution.content:
        parts = [piece for piece in pieces(span, page) if page.words_in(*piece)]
        for before, piece in zip([None, *parts], parts, strict=False):
            (content if before is None or _is_open(before.end, page) else beyond).append(piece)
    free = [Statement((piece,), None, None, attribution.score) for piece in beyond]
    return [Statement(tuple(content), cue, source, attribution.score), *free] if content else free


def one_a_cue(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, those with the same cue merged: of a content that two of its windows cut, the tagger makes two attributions."""
    merged: dict[object, Statement] = {}
    for number, statement in enumerate(statements):
        key = statement.cue or number
        if before := merged.get(key):
            spans = tuple(sorted({*before.spans, *statement.spans}))
            statement = replace(before, spans=spans, score=min(before.score, statement.score))
        merged[key] = statement
    return list(merged.values())


def at_hand(statement: Statement, page: Page) -> Statement:
    """The statement without indirect words from another sentence than its cue's.

    Of the 14,790 spans in PolNeAR train that have no word in marks, 14,682 lie in their cue's sentence.
    """
    cue = statement.cue
    if cue is None or len(statement.spans) < 2:
        return statement
    here = page.sentence_at(cue.start)
    near = tuple(s for s in statement.spans if page.has_marked([s]) or page.sentence_at(s.start) == here)
    return replace(statement, spans=near) if near else statement


def in_full(statement: Statement, page: Page) -> Statement:
    """The statement without plain words where its cue's sentence quotes a full one: `“It is late,” he said of the ferry.`

    Of the 2,249 contents in PolNeAR train that quote a full sentence, 74 have plain words beside it.
    """
    cue, spans = statement.cue, statement.spans
    if cue is not None and (cue.of(page.text) == "asked" or spans[0].of(page.text).startswith("to ")):
        spans = tuple(_answer(span, page) for span in spans)
    quoted = tuple(s for s in spans if page.has_marked([s]) or s.of(page.text) == "that")
    if cue is None or quoted == statement.spans:
        return statement
    here = page.sentence_at(cue.start)
    beside = [s for s in quoted if here in (page.sentence_at(s.start), page.sentence_at(s.end - 1))]
    full = any(page.is_full_sentence([s]) or _opens_sentence(s, page) for s in beside)
    return replace(statement, spans=quoted) if full else statement


def _answer(span: Stretch, page: Page) -> Stretch:
    """The span without what stands before its colon: `Moe, asked | if he would sail: | “Never.”`, `Moe begged | to differ: | “Never.”`"""
    region = page.last_region(*span)
    answered = region is not None and page.text[span.start : region.outer_start].rstrip().endswith(":")
    return Stretch(region.outer_start, span.end) if region and answered else span


def with_joint(statement: Statement, page: Page) -> Statement:
    """The statement with what joins its content to what its cue broke off: `he said, | but “it sank.”`"""
    cue, spans = statement.cue, list(statement.spans)
    broken = max(part.end for part in (cue, statement.source) if part) if cue else len(page.text)
    for n, span in enumerate(spans[1:], start=1):
        if broken < span.start and (joint := JOINT.fullmatch(page.text, broken, span.start)):
            spans[n] = Stretch(joint.start("joint"), span.end)
    return replace(statement, spans=tuple(spans))


def _opens_sentence(quotation: Stretch, page: Page) -> bool:
    """Whether a quotation is all that its sentence says before the comma that parts it from its cue."""
    opens = page.sentences[page.sentence_at(quotation.start)].start == quotation.start and page.quoted(quotation.start)
    return opens and "," in page.text[quotation.end - 2 : quotation.end + 1]


def _is_open(end: int, page: Page) -> bool:
    """Whether a paragraph ends at `end` inside a quotation that it does not close."""
    region = page.region_at(end - 1)
    return region is not None and not region.closed


def distinct(statements: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements without free ones that are no full sentence; of those with the same content the one with the highest score."""
    kept = [s for s in statements if not s.free or page.is_full_sentence(s.spans)]
    best: dict[tuple[Stretch, ...], Statement] = {}
    for statement in sorted(kept, key=lambda s: (place(s), -s.score)):
        best.setdefault(statement.spans, statement)
    return list(best.values())
