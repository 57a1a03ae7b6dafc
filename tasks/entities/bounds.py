"""Where a name begins and ends, by the conventions of wire copy: what a tagger gets wrong at the edges.

Titles and honorifics stay outside a person's name, as MUC-7 and CoNLL-2003 have it. The full stop of an abbreviation belongs to it,
even where it ends the sentence too, as in IEER-99.
"""

import re
from collections.abc import Iterator, Sequence

from schemas.base import Span
from schemas.tagged import EntityLabel, Mention
from tasks.entities.names import parse
from tasks.entities.roles import title_before
from tasks.language import marks
from tasks.language.countries import abbreviated_states
from tasks.language.titles import is_first_name

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

_WORD = re.compile(r"\S+")
_TWO_WORDS = re.compile(r"(\w+)([ \n])[A-Z][\w’'-]+")
_RUNS_ON = re.compile(r",|[’']s\b| [a-z]")
"""What follows a name in running text, not in a list."""
_SOMEWHERE = re.compile(r"\b(?:in|at|of|from|to|near|around|outside)\s$", re.IGNORECASE)
_DETERMINED = re.compile(r"\b(?:the|an?|his|her|its|their)\s$", re.IGNORECASE)

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
    """The mentions, in order, the two halves of one person's name made one."""
    joined: list[Mention] = []
    for mention in mentions:
        if joined and mention.label == "PERSON" and _are_one(text, joined[-1], mention):
            first = joined.pop()
            span = Span(start=first.span.start, end=mention.span.end)
            mention = mention.model_copy(update={"span": span, "score": min(first.score, mention.score)})
        joined.append(mention)
    return joined


def _are_one(text: str, first: Mention, second: Mention) -> bool:
    """Whether a nickname, its mark or "bin" parts them, or nothing parts a first name, even a place's, and a surname: India | Lund."""
    start, end = first.span.start, second.span.end
    if first.label == "PERSON" and _INSIDE.fullmatch(text, first.span.end, second.span.start):
        return text.count("(", start, end) == text.count(")", start, end) and marks.is_balanced(text[start:end])
    named = first.label == "PERSON" or (first.label == "PLACE" and not _SOMEWHERE.search(text[:start][-10:]))
    return named and _is_full_name(text, start, end)


def _is_full_name(text: str, start: int, end: int) -> bool:
    """Whether a listed first name and one word more stand there, on one line or where running text is wrapped."""
    words = _TWO_WORDS.fullmatch(text, start, end)
    running = text[start - 1 : start] == " " and _RUNS_ON.match(text, end)
    return words is not None and is_first_name(words[1]) and (words[2] == " " or bool(running))


def _names(text: str, mention: Mention, labels: dict[str, EntityLabel]) -> Iterator[tuple[int, int, EntityLabel]]:
    """The names in a mention: one, unless it took in its neighbour."""
    start, end, label = mention.span.start, mention.span.end, mention.label
    if label == "PERSON" and _is_full_name(text, start, end):
        yield start, end, label
        return
    if label in {"ORGANIZATION", "PERSON"} and (officer := _officer(text, start, end)):
        role, name = officer
        yield start, role if role >= start else name, "ORGANIZATION"
        yield name, end, "PERSON"
        return
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


def _officer(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where an office and its holder's name begin that the name of a body took in: Minister for | Inland Waters Ada Lund."""
    words = list(_WORD.finditer(text, start, end))
    for word in (w for w in words[-3:-1] if is_first_name(w[0]) and words[-1][0][0].isupper()):
        role = title_before(text, text.rfind("\n", 0, start) + 1, word.start()).start
        if role is not None and text[role].isupper() and not _DETERMINED.search(text[:role][-8:]):
            return role, word.start()
    return None


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
