"""Sources that grammar names and the tagger does not: of passives, fixed phrases, words that a newspaper relays or a colon leads up to.

Who "was quoted as saying" something is the subject, whatever newspaper follows `by`; "in the words of" is followed by whose words
they are; what a daily "quoted Ada Lund as saying" is told by both.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from schemas.base import Span
from schemas.extracted import Entity
from tasks.entities.roles import title_before
from tasks.language import lexicon
from tasks.language.marks import APOSTROPHE, DOUBLE, MAY_CLOSE
from tasks.language.page import Page, Stretch
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.phrase import read_phrase
from tasks.quotes.statements.edges import trimmed
from tasks.quotes.statements.statement import Statement

PASSIVE = re.compile(
    r"(?:was|were|is|are|been|being)\s+(?:\w+\s+)?(?:quoted|cited|reported|heard|recorded)\s+"
    rf"(?:by\s+[^,.;:{DOUBLE}\n]{{2,60}}?\s+|(?:\w+\s+){{0,3}}?)as\s+(?:having\s+)?(?:saying|said)"
)
PHRASE = re.compile(r"(?:in the (?:words|view|opinion|eyes|telling|account) of|by the account of|to quote|according to)", re.IGNORECASE)
"""What opens a sentence with whose words it holds: whoever follows is the source."""
OPENER = re.compile(rf"(?:And |But |Or )?(?P<cue>{PHRASE.pattern}) (?P<source>[^{DOUBLE};:]{{2,80}}?)[,:]\s*", re.IGNORECASE)
"""The same with the source and the mark before the words, at the start of their sentence."""
RELAYED = re.compile(rf"(?P<name>[^{DOUBLE},;:]{{2,80}}?),?\s+(?P<cue>as (?:having said|saying|telling \w+))\s+(?=\S)")
SPOKE = re.compile(
    r"(?:(?:has|have|had)\s+(?:\w+\s+){0,3}?)?(?:said|told|denied|refused|declined|insisted|warned|rejected|promised|pledged|vowed|threatened|announced|demanded|urged|claimed)\b.*",
    re.DOTALL,
)
"""A verb of speech in the active, from its start."""
NAMING = re.compile(r"\b(?:known(?: \w+)* as|dubbed|nicknamed|titled|entitled|billed as)\b|^rated$")
EXPLAINED = re.compile(rf"(?:[A-Z][\w{APOSTROPHE}-]*|of|the|and)(?: (?:[A-Z][\w{APOSTROPHE}-]*|of|the|and))*,?[{MAY_CLOSE}]+,? an? [a-z]")
"""A name in marks that what follows explains: `the ‘Bilge Club’, a group of junior aides`."""
AND_VERB = re.compile(r"\b(?:and|but) (?:\w+ly |also |then |later )?$")
ACTIVE = re.compile(
    r"(?:\w+ly )?(?!(?:is|are|was|were|be|been|being|has been|had been|have been|an?|no|it|very|about|the)\b)[a-z]+(?<!ing)\b"
)
VERB = re.compile(
    r"(?:\w+ly )?(?:has|had|have|[a-z]+ed|met|held|won|lost|left|made|took|gave|went|came|ran|led|spoke|stood|sat|told|said) "
)
FIRST_PRONOUN = re.compile(r"(?P<subject>(?:[Hh]e|[Ss]he|[Tt]hey)) ")
"""What a subject of two verbs is known by: `and` before the second, which is active, a plain verb behind the subject."""
BEHIND = re.compile(r" (?P<source>(?:he|she|they|(?:[A-Z][\w.’'-]*)(?: [A-Z][\w.’'-]*){0,3})) (?P<cue>said|says|added)(?=[.,])")
"""Who speaks, and the verb, right behind a quotation."""
LEAD = re.compile(r":\s+$")
AGE = re.compile(r"(?<=\w),\s+(?:aged?\s+)?\d{1,3}(?=[,.;]|\s*$)", re.MULTILINE)
NO_SUBJECT = r"(?!(?:In|On|At|By|As|If|For|From|With|After|Before|When|While|Since|But|And)\b)"
PARTED = re.compile(
    rf"(?P<subject>{NO_SUBJECT}[^,{DOUBLE};:]{{3,60}}, "
    rf"(?:(?:who|which|where|whose|a|an|the)\b[^{DOUBLE};:]*|[A-Z][^,{DOUBLE};:]{{2,40}})),\s+"
)
"""A subject and what stands between commas behind it: a clause, a title, or the name of who bears the title before."""
DOING = re.compile(rf"(?P<subject>{NO_SUBJECT}[^,{DOUBLE};:]{{3,60}}), [a-z]+ing\b[^{DOUBLE};:]*,\s+")
"""A subject, and what it does meanwhile between commas."""
SUBJECT = re.compile(rf"(?P<subject>(?:The|An?|His|Her|Its|Their) [^,{DOUBLE};:]{{3,80}}?(?<! and)){lexicon.WHEN}\s+")
"""A subject that no comma cuts, and the day that it did so."""
SUBJECTS = {"he", "she", "it", "they"}
NAMED = {"PERSON", "ORGANIZATION", "PLACE", "NATIONALITY"}


def saying(found: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements without those in which nobody says anything, but something bears a name."""
    return [statement for statement in found if not _only_names(statement, page)]


def told_behind(found: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, a quotation that a comma closes given to the verb behind it that nobody has."""
    cues = {statement.cue.start for statement in found if statement.cue}
    return [_told_behind(statement, cues, page) for statement in found]


def with_sources(found: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements with the sources that grammar gives."""
    return [_with_source(statement, page, cast) for statement in found]


def asked(found: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, an answer in the place of the question that led to it."""
    return [_asked(statement, page, cast) for statement in found]


def relayed(found: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements; one that is relayed comes once more, from whose words it relays."""
    return [*found, *(inner for statement in found for inner in _relayed(statement, page, cast))]


def _only_names(statement: Statement, page: Page) -> bool:
    """Whether nobody says anything, but something bears a name: `dubbed “the Pantry”`, `known at home as “the Postman”`."""
    if statement.source or not statement.cue:
        return False
    region = page.last_region(statement.spans[-1].start, statement.end)
    explained = region and page.text.endswith("the ", 0, region.outer_start) and EXPLAINED.match(page.text, region.start)
    return bool(explained or NAMING.search(statement.cue.of(page.text)))


def _told_behind(statement: Statement, cues: Set[int], page: Page) -> Statement:
    """The statement with the verb behind it that the comma in its closing mark leads to and nobody has: `... the tide,” Moe said.`

    What the tagger took for source and verb is then the beginning of what was said: `| The plan offers | “hope against the tide,”`.
    """
    source, cue, last = statement.source, statement.cue, statement.spans[-1]
    region = page.region_at(last.end - 1)
    behind = BEHIND.match(page.text, last.end) if region and page.quoted(last.end - 1) else None
    if behind is None or region is None or behind.start("cue") in cues or not page.text[region.start : region.end].endswith(","):
        return statement
    first, *others = statement.spans
    if source and cue and page.words_in(source.start, first.end) == sum(page.words_in(*s) for s in (source, cue, first)):
        first = Stretch(source.start, first.end)
    source, cue = (Stretch(behind.start(part), behind.end(part)) for part in ("source", "cue"))
    return replace(statement, spans=(first, *others), cue=cue, source=source)


def _asked(statement: Statement, page: Page, cast: Cast) -> Statement:
    """The answer, where the tagger saw a question: `Moe, asked if he would sail again: “Never in winter.”`"""
    cue = statement.cue
    source = statement.source or (cue and _before(cue.start, page, cast, between=","))
    if not source or not cue or cue.of(page.text) != "asked" or "," not in page.text[source.end - 1 : cue.start]:
        return statement
    for span in statement.spans:
        region = page.last_region(span.start, span.end)
        colon = region and LEAD.search(page.text, span.start, region.outer_start)
        if region and colon and page.is_full_sentence([answer := Stretch(region.outer_start, region.outer_end)]):
            name = trimmed(*source, page.text, ",") or source
            return replace(statement, spans=(answer,), cue=Stretch(colon.start(), colon.start() + 1), source=name)
    return statement


def _with_source(statement: Statement, page: Page, cast: Cast) -> Statement:
    """The statement with the source that grammar gives; without one from another paragraph than the verb's, which never was right.

    Measured on PolNeAR dev and 150 stories of train: 0 of 37.
    """
    cue = statement.cue
    if cue is None:
        return _opened(statement, page, cast)
    if passive := PASSIVE.match(page.text, cue.start, page.sentences[page.sentence_at(cue.start)].end):
        named = _before(cue.start, page, cast, between=",")
        statement = replace(statement, cue=Stretch(cue.start, passive.end()))
    elif PHRASE.fullmatch(page.text, cue.start, cue.end):
        named = _opening_name(cue.end, page, cast) if statement.source is None or statement.source.start < cue.end else None
    elif statement.source and page.paragraph_at(statement.source.start) != page.paragraph_at(cue.start):
        statement = replace(statement, source=None)
        named = _before(cue.start, page, cast) or _with_clause(cue.start, page) or _subject(cue.start, page, cast)
    elif statement.source is None and SPOKE.fullmatch(page.text, cue.start, cue.end):
        named = _before(cue.start, page, cast) or _with_clause(cue.start, page) or _subject(cue.start, page, cast)
        named = named or _of_both_verbs(cue, page, cast)
    elif statement.source is None:
        named = _of_both_verbs(cue, page, cast)
    else:
        return statement
    return _apart(statement, named, page) if named else statement


def _opened(statement: Statement, page: Page, cast: Cast) -> Statement:
    """The quotation without cue that a phrase opens, with that and its source: `In the words of Moe, “the pier is lost.”`"""
    first = statement.spans[0]
    start = page.sentences[page.sentence_at(first.start)].start
    opener = OPENER.fullmatch(page.text, start, first.start)
    named = _opening_name(opener.end("cue"), page, cast) if opener else None
    if opener is None or named is None or named.end > opener.end("source"):
        return statement
    cue, source = (Stretch(opener.start(part), opener.end(part)) for part in ("cue", "source"))
    return replace(statement, cue=cue, source=source)


def _apart(statement: Statement, source: Stretch, page: Page) -> Statement:
    """The statement with the source, cut off where it begins or ends what was said: `In the view of | Moe, | it slept`."""
    cut = [_without(source, span, page) for span in statement.spans]
    told = replace(statement, spans=tuple(s for s in cut if s and page.words_in(*s)), source=source)
    return told if told.spans and not told.covers(source.start, source.end) else statement


def _without(source: Stretch, span: Stretch, page: Page) -> Stretch | None:
    """What of a span is left before a source that it runs into, or behind one that it begins with."""
    if span.start <= source.start < span.end <= source.end:
        return trimmed(span.start, source.start, page.text)
    if (
        span.start <= source.start
        and source.end < span.end
        and page.text[source.end] in ",:"
        and not page.words_in(span.start, source.start)
    ):
        return trimmed(source.end + 1, span.end, page.text)
    return span


def aged(statement: Statement, page: Page) -> Statement:
    """The statement with the age that follows its source in it: `Ada Lund, 71,`."""
    source = statement.source
    age = source and AGE.match(page.text, source.end)
    return replace(statement, source=Stretch(source.start, age.end())) if source and age else statement


def _before(end: int, page: Page, cast: Cast, between: str = "") -> Stretch | None:
    """The name with its title, or the pronoun, that ends right before `end`, or with the mark `between` them."""
    paragraph = page.paragraphs[page.paragraph_at(end) or 0]
    near = max(paragraph.start, end - 80)
    last = re.search(r"(\S+)\s+$", page.text[near:end])
    if last and lexicon.is_pronoun(last[1]) and last[1].lower() in SUBJECTS:
        return Stretch(near + last.start(1), near + last.end(1))
    adjacent = [m for m in cast.within(near, end) if page.text[m.end : end].strip() in ("", between) and m.label in NAMED]
    return _titled(adjacent[-1], paragraph, page, cast) if adjacent else None


def _after(start: int, page: Page, cast: Cast) -> Stretch | None:
    """The name with its title that begins right after `start`, no comma before it."""
    named = [m for m in cast.within(start, start + 80) if m.label in NAMED and "," not in page.text[start : m.start]]
    between = Stretch(start, named[0].start).of(page.text).split() if named else []
    titled = all(word[0].isupper() or lexicon.category(word) or word in lexicon.listed("nouns", "determiners") for word in between)
    return Stretch(start + len(page.text[start:]) - len(page.text[start:].lstrip()), named[0].end) if named and titled else None


def _opening_name(start: int, page: Page, cast: Cast) -> Stretch | None:
    """The first name behind `according to` and its like, up to a comma, with whatever stands before it."""
    named = next((m for m in cast.within(start, start + 80) if m.label in NAMED), None)
    return trimmed(start, named.end, page.text) if named and not set(",:;" + DOUBLE) & set(page.text[start : named.start]) else None


def _with_clause(end: int, page: Page) -> Stretch | None:
    """The subject that its sentence begins with and commas part from the verb: `The inn, where Moe slept, said`, `The coach, Moe, said`."""
    start = page.sentences[page.sentence_at(end - 1)].start
    match = PARTED.fullmatch(page.text, start, end) or DOING.fullmatch(page.text, start, end)
    return Stretch(start, match.end("subject")) if match else None


def _subject(end: int, page: Page, cast: Cast) -> Stretch | None:
    """The noun with all that stands by it that its sentence begins with and a day at most parts from the verb."""
    start = page.sentences[page.sentence_at(end - 1)].start
    match = SUBJECT.fullmatch(page.text, start, end)
    subject = match and Stretch(start, match.end("subject"))
    phrase = read_phrase(subject, page, cast) if subject else None
    return subject if phrase and any(h.category for h in phrase.heads) else None


def _of_both_verbs(cue: Stretch, page: Page, cast: Cast) -> Stretch | None:
    """The name or pronoun that the sentence begins with and that has another verb before the cue's: `Moe sailed and told ...`."""
    sentence = page.sentences[page.sentence_at(cue.start)]
    if not AND_VERB.search(page.text, sentence.start, cue.start) or not ACTIVE.match(page.text, *cue) or page.quoted(sentence.start):
        return None
    if clause := PARTED.match(page.text, sentence.start, cue.start):
        subject, after = Stretch(clause.start("subject"), clause.end("subject")), clause.end()
    else:
        pronoun = FIRST_PRONOUN.match(page.text, sentence.start)
        named = Stretch(pronoun.start("subject"), pronoun.end("subject")) if pronoun else _after(sentence.start, page, cast)
        if named is None or page.text[named.end : named.end + 1] != " ":
            return None
        subject, after = named, named.end + 1
    return subject if after < cue.start and VERB.match(page.text, after, cue.start) else None


def _titled(mention: Entity, paragraph: Span, page: Page, cast: Cast) -> Stretch:
    names = [(m.start, m.end) for m in cast.within(paragraph.start, mention.start)]
    title = title_before(page.text, paragraph.start, mention.start, names) if mention.label == "PERSON" else None
    start = title.start if title and title.titled else None
    return Stretch(mention.start if start is None else start, mention.end)


def _relayed(statement: Statement, page: Page, cast: Cast) -> Iterator[Statement]:
    """The words of whom a newspaper quoted `as saying` them."""
    cue, first = statement.cue, statement.spans[0]
    if cue is None or not re.search(r"\b(?:quot|cit)", cue.of(page.text)):
        return
    match = RELAYED.match(page.text, first.start, first.end)
    name = match and Stretch(match.start("name"), match.end("name"))
    if match and name and read_phrase(name, page, cast):
        rest = (Stretch(match.end(), first.end), *statement.spans[1:])
        yield Statement(rest, Stretch(match.start("cue"), match.end("cue")), name, statement.score)
