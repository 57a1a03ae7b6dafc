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
from tasks.language.countries import abbreviated_states, country_of_people
from tasks.language.titles import bare, last_words_of_heads, titles

_MARKS = marks.DOUBLE + "‘‚`*_,;:<> "
"""What neither opens nor closes a name."""

_ABBREVIATION = re.compile(r"\b(?:(?:[A-Z]\.)+[A-Z]|(?i:inc|corp|co|cos|ltd|bros|jr|sr))$")
_GENERATION = re.compile(r"(?:,? (?:Jr|Sr)\b| (?:III?|IV|VI{0,3})\b)(?=\W|$)")
"""What a person's name goes on with."""

_BASED = re.compile(r"(?<=[\w.]-)(?:based|born|led|backed|run|owned|controlled|held|style) ")
"""Ends the adjective in "Ohio-based Osterby Mills"."""

_SEAT = re.compile(r"([A-Z]{1,5})-(?=[A-Z])")
"""A legislator's party before the state or the seat: "R-Ohio", "SNP-Perth"."""

_APART = re.compile(r"\s*\n\s*| +(?:-{1,2}|[–—]) +|\s*<[A-Z.]{1,7}(?:>\s*|$)|\b[A-Z.]{1,7}>\s*")
"""What parts two names in any layout: the end of a paragraph, a dash with spaces, a ticker in angle brackets as Reuters has it."""

_CLOSES = rf"(?:''|[{marks.MAY_CLOSE})])"
_NICKNAME = re.compile(rf" ?{_CLOSES}? ?(?:(?:``|[{marks.MAY_OPEN}(])[^\W\d_][^(){marks.DOUBLE}\n]{{0,24}}{_CLOSES} ?)?")
"""What may stand inside one person's name: James (Jim) Lund, Ada “Macho” Lund; the tagger ends a name before or behind a mark."""
_SON_OF = re.compile(r" (?:bin|ibn|bint|binti|binte|ould) ")
"""What stands between a person's name and the father's, which are one name: Faisal bin Nasser; the tagger ends a name before it."""
_BRACKET = re.compile(r" ?\(")
"""What may stand inside a body's name: Osterby (Holdings) Ltd; the tagger ends a name before it."""
_MARKED = re.compile(_CLOSES)

_REST = re.compile(rf"[{marks.APOSTROPHE}`](?!(?i:s|d|m|t|ll|re|ve)\b)\w+(?=\W|$)|(?<=-)[a-z]+")
"""What a name goes on with when it was cut inside a word: Songo'o, Indonesian-made."""

_TITLED = re.compile(rf"\b(?P<title>[\w-]+) (?P<name>[A-Z][a-zß-ÿ{marks.APOSTROPHE}-]+) $")
"""A word, perhaps a title, and a name in front of another name."""

_AND = re.compile(r",? and (?:the )?|, ")

_PAIR = re.compile(r"(?P<first>[^\s,]+ [^,]+?) and (?:the )?(?P<second>[^\s,]+ [^,]+)")
"""Two names of two words and more; of one word are the parts of Salt and Sons."""
_FIRM = re.compile(r"\b(?i:inc|corp|co|cos|company|ltd|plc|bros|group)\.?$")
"""How a firm's name ends, which may well be called by its first words for short: Osterby Power, of Osterby Power and Light Co."""


def mended(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions with their edges put right, in order; one that holds several names becomes several.

    >>> text = "Mrs. Lund of Salt Inc. said so."
    >>> found = [Mention(span=Span(start=s, end=e), label=x, score=1) for s, e, x in [(0, 9, "PERSON"), (13, 21, "ORGANIZATION")]]
    >>> [m.span.of(text) for m in mended(text, found)]
    ['Lund', 'Salt Inc.']
    """
    labels = {m.span.of(text): m.label for m in mentions}
    found: list[Mention] = []
    for mention in _nicknamed(text, _two_bodies(text, sorted(mentions, key=lambda m: m.span.start))):
        for start, end, label in _names(text, mention, labels):
            span = _edged(text, start, end, label)
            if span and not (found and found[-1].span.overlaps(span)):
                found.append(mention.model_copy(update={"span": span, "label": label}))
    return found


def _two_bodies(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, a body's made two where what follows "and" in it stands alone elsewhere, which is then a name of one, too.

    Of the 60 bodies with "and" in their name in CoNLL-2003 train, CleanCoNLL dev and IEER-99 dev, none has such a part. A firm's
    first words do stand alone, as its short name, and so do the words behind which an acronym follows in brackets.
    """
    apart: list[Mention] = []
    for mention in mentions:
        pair = _PAIR.fullmatch(text, mention.span.start, mention.span.end) if mention.label == "ORGANIZATION" else None
        if pair is None or " and " in pair["second"] or _FIRM.search(pair["second"]) or text.startswith(" (", mention.span.end):
            continue
        if alone := _alone(text, pair["second"], mention.span):
            parts = (Span(start=pair.start(part), end=pair.end(part)) for part in ("first", "second"))
            apart += [mention.model_copy(update={"span": span}) for span in (*parts, *alone)]
    if not apart:
        return list(mentions)
    kept = [m for m in mentions if not any(a.span.overlaps(m.span) for a in apart)]
    return sorted({m.span: m for m in (*kept, *apart)}.values(), key=lambda m: m.span.start)


def _alone(text: str, name: str, beside: Span) -> list[Span]:
    """Where a name stands in whole words and beside no "and", but for where it was read."""
    found = re.finditer(rf"(?<![\w&-])(?<!and )(?<!and the ){re.escape(name)}(?![\w&-])(?! and )", text)
    return [span for m in found if not (span := Span(start=m.start(), end=m.end())).overlaps(beside)]


def _nicknamed(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, a person's that a nickname, marks or "bin" cut in pieces made whole, and a body's that a bracket cut in two."""
    whole: list[Mention] = []
    for mention in mentions:
        before = whole[-1] if whole else None
        if before and before.label == mention.label and before.span.end <= mention.span.start:
            between = text[before.span.end : mention.span.start]
            nickname = mention.label == "PERSON" and _NICKNAME.fullmatch(between) and _MARKED.search(between)
            father = mention.label == "PERSON" and _SON_OF.fullmatch(between)
            bracket = mention.label == "ORGANIZATION" and _BRACKET.fullmatch(between)
            if (nickname or father or bracket) and _balanced(text[before.span.start : mention.span.end]):
                span = Span(start=before.span.start, end=mention.span.end)
                whole[-1] = before.model_copy(update={"span": span, "score": min(before.score, mention.score)})
                continue
        whole.append(mention)
    return whole


def _balanced(name: str) -> bool:
    return name.count("(") == name.count(")") and marks.is_balanced(name)


def _names(text: str, mention: Mention, labels: dict[str, EntityLabel]) -> Iterator[tuple[int, int, EntityLabel]]:
    """The names in a mention: one, unless it took in its neighbour."""
    start, end, label = mention.span.start, mention.span.end, mention.label
    for apart in _APART.finditer(text, start, end):
        if not _hyphenated(text[start : apart.start()], apart[0]):
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


def _hyphenated(before: str, apart: str) -> bool:
    """Whether a dash with spaces is the hyphen of a name all the same: of `Council on American - Nordic Relations`, say.

    A name that has begun does not end in a people's adjective.
    """
    first, _, last = before.rpartition(" ")
    return bool(first) and apart.strip() == "-" and country_of_people(last) is not None


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
    if text.count(")", start, end) > text.count("(", start, end) and text[start - 1 : start] == "(":
        start -= 1
    if label == "PERSON":
        if generation := _GENERATION.match(text, end):
            end = generation.end()
        start += parse(text[start:end]).offset
        start = _given_name(text, start, end)
    if text[end : end + 1] == "." and (_ABBREVIATION.search(text, start, end) or _is_state(text[start:end], label)):
        end += 1
    return Span(start=start, end=end)


def _given_name(text: str, start: int, end: int) -> int:
    """Where a surname begins with the one word between it and a title, which can only be the given name: director Beat | Hug."""
    before = _TITLED.search(text, max(0, start - 60), start)
    titled = before and bare(before["title"]) in last_words_of_heads() and bare(before["name"]) not in titles()
    return before.start("name") if before and titled and " " not in text[start:end] else start


def _is_state(name: str, label: EntityLabel) -> bool:
    return label == "PLACE" and f"{name.rpartition(' ')[2]}." in abbreviated_states()
