"""Cues and sources that grammar gives where the tagger gives none, or one that cannot be right."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from tasks.language import lexicon
from tasks.language.marks import APOSTROPHE, DOUBLE
from tasks.language.page import Page, Stretch
from tasks.language.reported import OF
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.statements.edges import trimmed
from tasks.quotes.statements.missed import SUBJECTS
from tasks.quotes.statements.statement import Statement

PASSIVE = re.compile(
    r"(?:was|were|is|are|been|being)\s++(?:\w+\s++)?(?:quoted|cited|reported|heard|recorded)\s++"
    rf"(?:by\s++[^,.;:{DOUBLE}\n]{{2,60}}?\s++|(?:\w+\s++){{0,3}}?)as\s++(?:having\s++)?(?:saying|said)"
)
"""A cue whose subject is the source, whatever newspaper follows `by`."""
RELAYED = re.compile(rf"quot(?:ed|es|ing)\s++(?P<source>[^,.;:{DOUBLE}\n]{{2,80}}?)\s++(?P<cue>as\s++(?:saying|having\s++said))\s++")
"""A newspaper's cue, the one whom it quotes, and that one's cue."""
AND = re.compile(r"(?P<first>\w.+), and (?P<second>\w.+)", re.DOTALL)
PHRASE = re.compile(OF, re.IGNORECASE)
SPOKE = re.compile(rf"(?:(?:has|have|had)\s+(?:\w+\s+){{0,3}}?)?{lexicon.pattern('nouns', 'spoke')}\b.*", re.DOTALL)
"""A cue that begins with a verb of speech in the active voice."""
NAMING = re.compile(r"\b(?:known(?: (?!(?:as|known)\b)\w++)*+ as|dubbed|nicknamed|titled|entitled|billed as)\b|^rated$")
BEHIND = re.compile(
    rf" (?P<source>(?:he|she|they|(?:[A-Z][\w.{APOSTROPHE}-]*)(?: [A-Z][\w.{APOSTROPHE}-]*){{0,3}})) "
    r"(?P<cue>said|says|added)(?=[,.]| (?:on|in)\b)"
)
"""Source and cue right behind a quotation."""
NAMED = {"PERSON", "ORGANIZATION", "PLACE", "NATIONALITY"}
REACH = 80
"""Characters between a cue and the end of the name that is its source."""


def saying(statements: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements without those that only name something, and nobody who named it so: `known at home as “the Postman”`."""
    return [s for s in statements if s.source or not (s.cue and NAMING.search(s.cue.of(page.text)))]


def told_behind(statements: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, each quotation that ends in a comma with the cue and source behind it that no other statement has."""
    cues = {statement.cue.start for statement in statements if statement.cue}
    return [_told_behind(statement, cues, page) for statement in statements]


def _told_behind(statement: Statement, cues: Set[int], page: Page) -> Statement:
    for span in statement.spans:
        behind = BEHIND.match(page.text, span.end)
        if behind and behind.start("cue") not in cues and _ends_in_comma(span, page):
            cue, source = (Stretch(*behind.span(part)) for part in ("cue", "source"))
            statement = replace(statement, spans=_with_lead(statement, page), cue=cue, source=source)
    return statement


def _ends_in_comma(quotation: Stretch, page: Page) -> bool:
    region = page.region_at(quotation.end - 1)
    return region is not None and page.text[region.end - 1] == ","


def _with_lead(statement: Statement, page: Page) -> tuple[Stretch, ...]:
    """The content, with what was taken for its source and cue if nothing else stands before it: `| The plan offers | “hope,”`."""
    source, cue, (first, *others) = statement.source, statement.cue, statement.spans
    if source and cue and page.words_in(source.start, first.end) == sum(page.words_in(*s) for s in (source, cue, first)):
        first = Stretch(source.start, first.end)
    return (first, *others)


def with_sources(statements: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements with the sources that grammar gives."""
    cues = defaultdict[Stretch | None, list[Stretch]](list)
    for statement in statements:
        cues[statement.source] += [statement.cue] if statement.cue else []
    return [_with_source(_alone(statement, cues, page), page, cast) for statement in statements]


def _alone(statement: Statement, cues: Mapping[Stretch | None, Sequence[Stretch]], page: Page) -> Statement:
    """The statement with the half of a source between two cues that is its subject: `| said Moe |, and Lund added`."""
    cue, source = statement.cue, statement.source
    halves = AND.fullmatch(page.text, *source) if source else None
    if cue is None or source is None or halves is None or len({c.end <= source.start for c in cues[source]}) < 2:
        return statement
    return replace(statement, source=Stretch(*halves.span("first" if cue.end <= source.start else "second")))


def _with_source(statement: Statement, page: Page, cast: Cast) -> Statement:
    """The statement with the source that grammar gives, and without a source from another paragraph than its cue's.

    Of 37 such sources in PolNeAR dev and 150 stories of train, none was right.
    """
    cue, source = statement.cue, statement.source
    if cue is None:
        return statement
    strayed = source is not None and page.paragraph_at(source.start) != page.paragraph_at(cue.start)
    if passive := PASSIVE.match(page.text, cue.start, page.sentences[page.sentence_at(cue.start)].end):
        statement = replace(statement, cue=Stretch(cue.start, passive.end()))
        named = _before(cue.start, page, cast, ",")
    elif relayed := RELAYED.match(page.text, cue.start, statement.end):
        rest = tuple(Stretch(max(s.start, relayed.end()), s.end) for s in statement.spans if s.end > relayed.end())
        statement, named = replace(statement, cue=Stretch(*relayed.span("cue")), spans=rest), Stretch(*relayed.span("source"))
    elif PHRASE.fullmatch(page.text, *cue):
        named = _behind(cue.end, page, cast) if source is None or source.start < cue.end else None
    elif strayed or (source is None and SPOKE.fullmatch(page.text, *cue)):
        statement = replace(statement, source=None)
        between = "," if page.quoted(statement.start) else ""  # Moe, asked if he would sail again: “Never in winter.”
        named = _before(cue.start, page, cast, between)
    else:
        return statement
    return _apart(statement, named, page) if named else statement


def _apart(statement: Statement, source: Stretch, page: Page) -> Statement:
    """The statement with the source, its content without the source where it begins or ends with it: `In the view of | Moe, | it slept`."""
    cut = [_without(source, span, page) for span in statement.spans]
    attributed = replace(statement, spans=tuple(s for s in cut if s and page.words_in(*s)), source=source)
    return attributed if attributed.spans and not attributed.covers(*source) else statement


def _without(source: Stretch, span: Stretch, page: Page) -> Stretch | None:
    """What is left of a span that runs into the source, or that begins with it and a comma or colon."""
    if span.start <= source.start < span.end <= source.end:
        return trimmed(span.start, source.start, page.text)
    begins = span.start <= source.start and not page.words_in(span.start, source.start)
    if begins and source.end < span.end and page.text[source.end] in ",:":
        return trimmed(source.end + 1, span.end, page.text)
    return span


def _before(end: int, page: Page, cast: Cast, between: str = "") -> Stretch | None:
    """The name with the person's role, or the subject pronoun, that ends right before `end`, or with the mark `between` them."""
    near = max(page.paragraphs[page.paragraph_at(end) or 0].start, end - REACH)
    last = re.search(r"(?<!\S)(\S++)\s++$", page.text[near:end])
    if last and lexicon.is_pronoun(last[1]) and last[1].lower() in SUBJECTS:
        return Stretch(near + last.start(1), near + last.end(1))
    adjacent = [m for m in cast.within(near, end) if m.label in NAMED and page.text[m.end : end].strip() in ("", between)]
    if not adjacent:
        return None
    start, role = adjacent[-1].start, f"{adjacent[-1].role or ''} ".lstrip()
    return Stretch(start - len(role) if page.text.endswith(role, near, start) else start, adjacent[-1].end)


def _behind(start: int, page: Page, cast: Cast) -> Stretch | None:
    """What stands behind `according to` and its like up to the end of the first name, no comma before it."""
    named = next((m for m in cast.within(start, start + REACH) if m.label in NAMED), None)
    return trimmed(start, named.end, page.text) if named and not set(",:;" + DOUBLE) & set(page.text[start : named.start]) else None
