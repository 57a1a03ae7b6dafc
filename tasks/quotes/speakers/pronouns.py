"""Sources that are pronouns: followed back, sentence by sentence, to who spoke or was spoken of last."""

from collections.abc import Iterator
from typing import Literal

from schemas.tagged import EntityLabel
from tasks.language import lexicon
from tasks.language.page import WORD, Stretch
from tasks.language.titles import Gender
from tasks.quotes.speakers.cast import Chain
from tasks.quotes.speakers.question import Ask, Speaker, Told

Agreement = Literal["male", "female", "thing", "several", "speaker", "speakers", "relative", "nobody"]

AGREEMENTS: tuple[Agreement, ...] = ("male", "female", "thing", "several", "speaker", "speakers", "relative", "nobody")


def agreement(word: str) -> Agreement | None:
    """What a pronoun agrees with; None for any other word."""
    return next((a for a in AGREEMENTS if word in lexicon.listed("pronouns", a)), None)


def pronoun(ask: Ask) -> Speaker | None:
    """He and she, it, they, I and we, who: agreement comes from the text alone, the previous speaker goes before others."""
    head = ask.head
    if head is None or head.kind != "pronoun":
        return None
    match agreement(head.word):
        case "male" | "female" as gender:
            return _person(ask, gender)
        case "thing":
            return _thing(ask)
        case "several":
            return _several(ask)
        case "speaker":
            return _enclosing(ask)
        case "speakers":
            enclosing = _enclosing(ask)
            return enclosing if enclosing and enclosing.label != "PERSON" else None
        case "relative":
            return _antecedent(ask)
    return None


def _person(ask: Ask, gender: Gender) -> Speaker | None:
    """He or she: not who says the words in marks that the pronoun stands in, who would say I."""
    teller = _enclosing(ask) if ask.page.quoted(ask.at) else None
    for candidate in _people_back(ask, None if teller else gender):
        if candidate is None:
            return None
        if candidate.gender in (None, gender) and not (teller and candidate.id == teller.chain_id):
            return Speaker.of(candidate)
    fitting = [c for c in ask.cast.labelled("PERSON") if c.gender in (None, gender)]
    return Speaker.of(fitting[0]) if len(fitting) == 1 else None


def _people_back(ask: Ask, gender: Gender | None) -> Iterator[Chain | None]:
    """The people before the source, most likely first; None where someone unnamed spoke, whom the pronoun then means.

    Without `gender` a pronoun before may mean somebody else, as in what the one of whom the story tells says of another.
    """
    for sentence in ask.sentences_back():
        for told in ask.told_in(sentence):
            if told.anonymous and told.anonymous.category in {"person", None}:
                yield None
            elif told.speaker and told.speaker.label == "PERSON" and told.speaker.chain_id is not None:
                yield ask.cast.chains[told.speaker.chain_id]
        goes_on = _goes_on(ask, sentence, gender) if gender else None
        people = [m for m in ask.mentions_in(sentence, "PERSON") if goes_on is None or m.start < goes_on]
        yield from _by_salience([ask.cast.chain_of(m) for m in people], sentence, ask)


def _goes_on(ask: Ask, sentence: Stretch, gender: Gender) -> int | None:
    """Where a sentence before takes up with the same pronoun whom it is about: people named after that are others.

    Not in a phrase before the subject, which may look ahead: `In his statement, Moe said`.
    """
    if ask.page.sentence_at(sentence.start) == ask.page.sentence_at(ask.at):
        return None
    text, same, start = ask.page.text, lexicon.listed("pronouns", gender), sentence.start
    if (first := WORD.search(text, start, sentence.end)) and first.group().lower() in lexicon.listed("nouns", "prepositions"):
        start = max(start, text.find(",", start, sentence.end))
    outside = (m for m in WORD.finditer(text, start, sentence.end) if not ask.page.quoted(m.start()))
    return next((m.start() for m in outside if m.group().lower() in same), None)


def _by_salience(chains: list[Chain], sentence: Stretch, ask: Ask) -> list[Chain]:
    """The chains of a sentence: the one it begins with, then who spoke last, then the rest as they are."""
    first = min(chains, key=lambda c: next(m.start for m in c.mentions if m.start >= sentence.start), default=None)
    spoke = next((t.speaker.chain_id for t in reversed(ask.told) if t.speaker and t.speaker.label == "PERSON"), None)
    leads = chains[0] is first if chains else False
    return sorted(chains, key=lambda c: (not (leads and c is first), c.id != spoke))


def _thing(ask: Ask) -> Speaker | None:
    labels: tuple[EntityLabel, ...] = ("ORGANIZATION", "PLACE")
    for sentence in ask.sentences_back():
        for told in ask.told_in(sentence):
            if told.anonymous and told.anonymous.category in {"organization", "document", "place"}:
                return None
            if told.speaker and told.speaker.label in labels:
                return told.speaker
        for mention in ask.organizations_in(sentence):
            return Speaker.of(ask.cast.chain_of(mention))
    return None


def _several(ask: Ask) -> Speaker | None:
    """They: the group, body or unnamed people that spoke last."""
    for sentence in ask.sentences_back(4):
        for told in ask.told_in(sentence):
            if told.anonymous and told.anonymous.category not in {"person", "document"}:
                return None
            if told.speaker and (told.by == "group" or told.speaker.label == "ORGANIZATION"):
                return told.speaker
    return None


def _enclosing(ask: Ask) -> Speaker | None:
    """Who says the words that the source stands in."""
    around = [t for t in ask.told if t.statement.covers(ask.at, ask.at + 1)]
    return _narrowest(around).speaker if around else None


def _narrowest(told: list[Told]) -> Told:
    return min(told, key=lambda t: t.statement.end - t.statement.start)


def _antecedent(ask: Ask) -> Speaker | None:
    """Who: the name right before it, or the one whose apposition ends there (Smith, a lawyer, who said)."""
    sentence = next(ask.sentences_back(1), None)
    if sentence is None:
        return None
    near = ask.cast.within(sentence.start, ask.at)
    if not near:
        return None
    last = near[-1]
    gap = ask.page.text[last.end : ask.at].strip()
    if gap in {"", ","} and last.label in {"PERSON", "ORGANIZATION"}:
        return Speaker.of(ask.cast.chain_of(last))
    people = [m for m in near if m.label == "PERSON" and ask.page.text.startswith(",", m.end)]
    if (
        people
        and gap.endswith(",")
        and ask.page.text[people[-1].end :].lstrip(" ,").split(" ", 1)[0].lower() in {"a", "an", "the", "his", "her", "their", "its"}
    ):
        return Speaker.of(ask.cast.chain_of(people[-1]))
    return None
