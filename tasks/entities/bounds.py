"""Where a name begins and ends, by the conventions of wire copy: what a tagger gets wrong at the edges.

Titles and honorifics stay outside a person's name, as MUC-7 and CoNLL-2003 have it. The full stop of an abbreviation belongs to it,
even where it ends the sentence too, as in IEER-99.
"""

import re
from collections.abc import Iterator, Sequence

from schemas.base import Span
from schemas.tagged import EntityLabel, Mention
from tasks.entities.names import parse
from tasks.language import marks
from tasks.language.countries import abbreviated_states

_MARKS = marks.DOUBLE + "‘‚`*_,;:<> "
"""What neither opens nor closes a name."""

_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.[A-Z]|(?i:inc|corp|co|cos|ltd|bros|jr|sr))$")
_GENERATION = re.compile(r"(?:,? (?:Jr|Sr)\b| (?:III?|IV|VI{0,3})\b)(?=\W|$)")
"""What a person's name goes on with."""

_BASED = re.compile(r"(?<=[\w.]-)(?:based|born|led|backed|run|owned|controlled|held|style) ")
"""Ends the adjective in "Ohio-based Osterby Mills"."""

_SEAT = re.compile(r"([A-Z]{1,5})-(?=[A-Z])")
"""A legislator's party before the state or the seat: "R-Ohio", "SNP-Perth"."""

_APART = re.compile(r"(?:(?<!\s)\s*?)?\n\s*+|(?<! ) ++(?:-{1,2}|[–—]) ++|(?:(?<!\s)\s++)?<[A-Z.]{1,7}(?:>\s*+|$)|\b[A-Z.]{1,7}>\s*+")
"""What parts two names in any layout: the end of a paragraph, a dash with spaces, a ticker in angle brackets as Reuters has it."""

_CLOSES = rf"(?:''|[{marks.MAY_CLOSE})])"
_NICKNAME = rf"(?:``|[{marks.MAY_OPEN}(])[^\W\d_][^(){marks.DOUBLE}\n]{{0,24}}{_CLOSES}"
_INSIDE = re.compile(rf" ?{_NICKNAME} ?| ?{_CLOSES} ?(?:{_NICKNAME} ?)?| (?:bin|ibn|bint|binti|binte|ould) ")
"""Where the tagger ends a person's name too early: Ada “Macho” | Lund, James (Jim) | Lund, Faisal | bin Nasser."""

_REST = re.compile(rf"[{marks.APOSTROPHE}`](?!(?i:s|d|m|t|ll|re|ve)\b)\w+(?=\W|$)|(?<=-)[a-z]+")
"""What a name goes on with when it was cut inside a word: Songo'o, Indonesian-made."""

_AND = re.compile(r",? and (?:the )?|, ")


def mended(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions with their edges put right, in order; one that holds several names becomes several.

    >>> text = "Mrs. Lund of Salt Inc. said so."
    >>> found = [Mention(span=Span(start=s, end=e), label=x, score=1) for s, e, x in [(0, 9, "PERSON"), (13, 21, "ORGANIZATION")]]
    >>> [m.span.of(text) for m in mended(text, found)]
    ['Lund', 'Salt Inc.']
    """
    labels = {m.span.of(text): m.label for m in mentions}
    found: list[Mention] = []
    for mention in _joined(text, sorted(mentions, key=lambda m: m.span.start)):
        for start, end, label in _names(text, mention, labels):
            span = _edged(text, start, end, label)
            if span and not (found and found[-1].span.overlaps(span)):
                found.append(mention.model_copy(update={"span": span, "label": label}))
    return found


def _joined(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, in order; two of people become one where a nickname, its mark or "bin" is all that parts them."""
    joined: list[Mention] = []
    for mention in mentions:
        if joined and joined[-1].label == mention.label == "PERSON" and _INSIDE.fullmatch(text, joined[-1].span.end, mention.span.start):
            first = joined[-1]
            span = Span(start=first.span.start, end=mention.span.end)
            if span.of(text).count("(") == span.of(text).count(")") and marks.is_balanced(span.of(text)):
                mention = first.model_copy(update={"span": span, "score": min(first.score, mention.score)})
                joined.pop()
        joined.append(mention)
    return joined


def _names(text: str, mention: Mention, labels: dict[str, EntityLabel]) -> Iterator[tuple[int, int, EntityLabel]]:
    """The names in a mention: one, unless it took in its neighbour."""
    start, end, label = mention.span.start, mention.span.end, mention.label
    for apart in _APART.finditer(text, start, end):
        yield start, apart.start(), label
        start = apart.end()
    if based := _BASED.search(text, start, end):
        yield start, based.end() - 1, "OTHER"
        start = based.end()
    if (seat := _SEAT.match(text, start, end)) and text[start - 1 : start] in {"(", " "} and text[start - 2 : start] in {", ", " ("}:
        if len(seat[1]) > 1:
            yield start, seat.end(1), "ORGANIZATION"
        yield seat.end(), end, "PLACE"
        return
    parts = _AND.split(text[start:end])
    if len(parts) > 1 and all(part in labels for part in parts):
        for part in parts:
            start = text.index(part, start)
            yield start, start + len(part), labels[part]
            start += len(part)
        return
    yield start, end, label


def _edged(text: str, start: int, end: int, label: EntityLabel) -> Span | None:
    """A name without the marks and titles around it, with the full stop, the bracket and the "Jr." that belong to it."""
    if rest := _REST.match(text, end):
        end = rest.end()
    if inner := marks.unquoted(text[start:end]):
        start = text.index(inner, start)
        end = start + len(inner)
    while start < end and (text[start] in _MARKS or text[start].isspace()):
        start += 1
    while start < end and (text[end - 1] in _MARKS or text[end - 1].isspace()):
        end -= 1
    if text.count("(", start, end) > text.count(")", start, end):
        end = end + 1 if text[end : end + 1] == ")" else len(text[: text.rindex("(", start, end)].rstrip())
    if start >= end:
        return None
    if label == "PERSON":
        if generation := _GENERATION.match(text, end):
            end = generation.end()
        start += parse(text[start:end]).offset
    if text[end : end + 1] == ".":
        state = label == "PLACE" and text[start : end + 1].rpartition(" ")[2] in abbreviated_states()
        end += bool(state or _ABBREVIATION.search(text, start, end))
    return Span(start=start, end=end)
