"""Sources that are nouns: `the president`, `his lawyer`, `the company`, `the Azerbaijani Foreign Ministry`.

A noun is followed to a chain that fits it. An institution that the story names only by such words is its own speaker; a
person whom the story does not name stays unresolved, the source kept.
"""

import re

from tasks.language import lexicon
from tasks.quotes.speakers.cast import Chain
from tasks.quotes.speakers.heads import ANSWERS, WORD, Head, fits
from tasks.quotes.speakers.phrase import words_of
from tasks.quotes.speakers.question import Ask, Speaker

SPEAKS = re.compile(r"(?:, (?:aged? )?\d{1,3},)? (?:said|says|told|testified|recalled|explained|wrote)\b")
"""What follows a name whose bearer speaks."""


def nominal(ask: Ask) -> Speaker | None:
    """A noun for the chain that it describes, or for the institution that it names."""
    head = ask.head
    if head is None or head.kind == "pronoun":
        return None
    if head.kind == "name":
        return _interviewee(ask) if head.is_turn and head.core[0].text in ANSWERS else None
    match head.category:
        case "person" | None:
            return _person(ask, head)
        case "organization":
            return _organization(ask, head)
        case "place":
            return _place(ask, head)
    return None


def _person(ask: Ask, head: Head) -> Speaker | None:
    """The nearest person whose role the noun is, or the only one near; for `a broker`, whom the story names next."""
    if head.is_indefinite:
        return _named_next(ask, head)
    if holders := [c for c in ask.cast.labelled("PERSON") if c.role and fits(head, c.role)]:
        return _nearest(ask, holders)
    return _only_person(ask, head)


def _named_next(ask: Ask, head: Head) -> Speaker | None:
    """The one person whom the second paragraph introduces and lets speak, for a source in the first: `A broker said`, `Moe said`."""
    following = ask.page.paragraphs[1:2] if ask.page.paragraph_at(ask.at) == 0 else []
    named = [m for paragraph in following for m in ask.cast.within(paragraph.start, paragraph.end)]
    people = [m for m in named if m.label == "PERSON" and not ask.page.quoted(m.start)]
    if len({m.chain_id for m in people}) != 1 or not SPEAKS.match(ask.page.text, people[0].end):
        return None
    chain = ask.cast.chain_of(people[0])
    return Speaker.of(chain) if chain.role is None or fits(head, chain.role) else None


def _nearest(ask: Ask, chains: list[Chain]) -> Speaker:
    """The chain mentioned last before the source, else the one mentioned first after it."""
    before = [(m.start, c.id) for c in chains for m in c.mentions if m.start < ask.at]
    return Speaker.of(ask.cast.chains[max(before)[1]] if before else min(chains, key=lambda c: c.mentions[0].start))


def _only_person(ask: Ask, head: Head) -> Speaker | None:
    """The one person of the last sentences, if the story gives them no office and the noun names nobody else's."""
    described = any(t.entity for t in head.modifiers)
    if head.category != "person" or described or head.tail or head.determiner not in {"the", "this", "that"}:
        return None
    near = list(ask.sentences_back(4))
    people = {m.chain_id for sentence in near for m in ask.mentions_in(sentence, "PERSON")}
    if len(people) != 1 or any(t.anonymous for sentence in near for t in ask.told_in(sentence)):
        return None
    chain = ask.cast.chains[people.pop()]
    known = any(lexicon.category(word) == "person" for word in WORD.findall((chain.role or "").lower()))
    return None if known else Speaker.of(chain)


def _organization(ask: Ask, head: Head) -> Speaker | None:
    """The nearest body called by the noun, the one that only these words name, or any that was mentioned last."""
    if head.is_indefinite:
        return None
    adjectives = [t.low for t in head.modifiers if t.entity is None and not t.possessive and not t.is_in("passing")]
    labels = ask.cast.labelled("ORGANIZATION", "PERSON", "OTHER")
    called = [c for c in labels if _is_called(ask, c, head, adjectives)]
    if called and not any(t.entity for t in head.modifiers):
        return _nearest(ask, called)
    if head.is_specific:
        return Speaker(words_of(head, ask.page), "ORGANIZATION")
    if head.core[-1].is_in("general_organization") and head.determiner in {"the", "this", "that", ""} and not adjectives:
        return _recent_organization(ask)
    return None


def _is_called(ask: Ask, chain: Chain, head: Head, adjectives: list[str]) -> bool:
    """Whether a body's name holds the noun and its adjectives, or the noun stands before a name: `group Mare Libero`."""
    name = chain.name.lower()
    if chain.label == "ORGANIZATION" and head.word in WORD.findall(name) and all(word in name for word in adjectives):
        return True
    starts = (m.start for m in chain.mentions if m.start < ask.at and not adjectives)
    return any(ask.page.text[max(0, start - len(head.word) - 2) : start].split()[-1:] == [head.word] for start in starts)


def _recent_organization(ask: Ask) -> Speaker | None:
    """The organization that spoke last or was mentioned last."""
    for sentence in ask.sentences_back():
        spoke = [t.speaker for t in ask.told_in(sentence) if t.speaker and t.speaker.label == "ORGANIZATION"]
        if known := spoke or [Speaker.of(ask.cast.chain_of(m)) for m in ask.organizations_in(sentence)]:
            return known[0]
    return None


def _place(ask: Ask, head: Head) -> Speaker | None:
    """The place named behind `of` (the city of Oslo), else the country, or other place, mentioned last."""
    if head.determiner not in {"the", "this", ""}:
        return None
    country = head.word in {"country", "nation", "kingdom", "republic"}
    places = (ask.cast.chain_of(m) for sentence in ask.sentences_back() for m in ask.mentions_in(sentence, "PLACE"))
    return next((Speaker.of(c) for c in places if country == any(m.country for m in c.mentions)), None)


def _interviewee(ask: Ask) -> Speaker | None:
    """Who answers in a transcript: whoever answered before, else the person whom the story mentions most."""
    if answered := [t.speaker for t in ask.told if t.speaker and t.phrase and t.phrase.head.is_turn]:
        return answered[-1]
    people = [c for c in ask.cast.labelled("PERSON") if c.mentions[0].start < ask.at]
    return Speaker.of(max(people, key=lambda c: (len(c.mentions), -c.mentions[0].start))) if people else None
