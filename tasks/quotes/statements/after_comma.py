"""Quotations that end in a comma: `“It was wrapped in a flag,” quipped the commander.` Their own sentence says who speaks.

Of the 2,986 such contents in PolNeAR train 2,982 have their cue in the same sentence, so a tagger that ties one to a cue
elsewhere is wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tasks.language.marks import DOUBLE
from tasks.language.page import Page, Stretch
from tasks.quotes.statements.statement import Statement

VERB = r"(?:[a-z]+ed|sa(?:id|ys)|wr(?:ote|ites)|told|asks|adds|notes|explains)"
NOUN_OPENS = r"(?:(?:the|an?|his|her|its|their|our|my|one) |[A-Z])"
VERB_FIRST = re.compile(rf"\s*(?P<cue>{VERB}(?: [a-z]+ly)?) (?P<source>{NOUN_OPENS}[^;:{DOUBLE}]*?)[.?!]?\s*$")
SUBJECT_FIRST = re.compile(rf"\s*(?P<source>he|she|they|it|we|I|who|{NOUN_OPENS}[^,;:{DOUBLE}]*?) (?P<cue>(?:[a-z]+ly )?{VERB})\b")


def broken_off(found: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, each quotation broken off by a comma parted from a cue outside its sentence and given its own."""
    return [part for statement in found for part in _parted(statement, page)]


def _parted(statement: Statement, page: Page) -> Iterator[Statement]:
    astray = {span: own for span in statement.spans if (own := _own(span, statement, page))}
    kept = tuple(span for span in statement.spans if span not in astray)
    if kept:
        yield replace(statement, spans=kept)
    yield from astray.values()


def _own(span: Stretch, statement: Statement, page: Page) -> Statement | None:
    """The statement that a span's own sentence makes of it, where the given cue stands in another."""
    sentence = page.sentences[page.sentence_at(span.end - 1)]
    elsewhere = statement.cue is not None and not sentence.start <= statement.cue.start < sentence.end
    if not elsewhere or not page.quoted(span.end - 1) or "," not in page.text[span.end - 2 : span.end + 1]:
        return None
    behind = span.end + page.text[span.end : span.end + 1].count(",")
    told = VERB_FIRST.match(page.text, behind, sentence.end) or SUBJECT_FIRST.match(page.text, behind, sentence.end)
    if told is None:
        return None
    cue, source = (Stretch(told.start(part), told.end(part)) for part in ("cue", "source"))
    return Statement((span,), cue, source, statement.score)
