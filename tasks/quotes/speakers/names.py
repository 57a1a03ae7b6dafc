"""Sources that are names: `Antony Blinken`, `Blinken`, `the WHO`, `Yerevan`."""

import re

from babel import Locale

from tasks.language import calendar, countries, lexicon
from tasks.language.marks import MAY_OPEN
from tasks.language.titles import honorifics
from tasks.quotes.speakers.cast import Chain
from tasks.quotes.speakers.heads import Head
from tasks.quotes.speakers.question import Ask, Speaker

OFFICE_INITIAL = re.compile(r"\b(?!(?:of|for|and|the|to)\b)\w")
"""The first letter of each word of an office that its letters stand for."""


def metonym(ask: Ask) -> Speaker | None:
    """A capital or a country for its government, a seat for the body that has it; the chain is the place's."""
    head = _name(ask)
    if head is None or _namesakes(ask, head) or (head.entity is None and head.modifiers):
        return None
    mention, place = head.entity, _place_name(head)
    body = lexicon.table("metonyms")["seats"].get(place)
    if body is None and (mention is None or (mention.label == "PLACE" and mention.stands_for != "team")):
        body = government(place, mention.country if mention else None)
    return Speaker(body, "ORGANIZATION", None, mention.chain_id if mention else None) if body else None


def government(place: str, country: str | None = None) -> str | None:
    """The government that a capital or a country stands for; `country` is its ISO code where the story settles it.

    >>> government("Yerevan"), government("Zagreb"), government("Oxford")
    ('Government of Armenia', 'Government of Croatia', None)
    """
    data = lexicon.table("metonyms")
    code = countries.capital_of(place) or data["capitals"].get(place)
    if code is None and countries.is_country(place):
        code = country or countries.country_of_place(place)
    if code is None:
        return None
    cldr = Locale("en").territories.get(code, code).replace(" & ", " and ").replace("St. ", "Saint ")
    return f"Government of {data['countries'].get(code, cldr)}"


def named(ask: Ask) -> Speaker | None:
    """A source that is the full name of its chain, or a name that is no mention of any chain."""
    head = _name(ask)
    if head is None or _unmentioned(ask, head):
        return None
    if head.entity is not None:
        return Speaker.of(ask.cast.chain_of(head.entity)) if set(_parts(head.entity.name)) <= set(_parts(head.entity.text)) else None
    if _only_begins_sentence(ask, head) or calendar.is_name(head.core[-1].text):
        return None
    untitled = [t for t in (*head.modifiers, head.core[-1]) if t.low not in honorifics()] or [head.core[-1]]
    name = ask.page.text[untitled[0].start : head.end]
    return Speaker(name.title() if name.isupper() and len(name) > 4 else name)


def alias(ask: Ask) -> Speaker | None:
    """A source that is part of a name, or another name of the same chain: surname, acronym, short form."""
    head = _name(ask)
    if head is None:
        return None
    if others := _unmentioned(ask, head):
        return Speaker.of(others[0]) if len(others) == 1 else None
    return Speaker.of(ask.cast.chain_of(head.entity)) if head.entity else None


def _name(ask: Ask) -> Head | None:
    return ask.head if ask.head and ask.head.kind == "name" and not ask.head.is_turn else None


def _unmentioned(ask: Ask, head: Head) -> list[Chain]:
    """The chains that a name stands for although it is no mention of theirs: by office, by initials, by surname, as a place's name."""
    if officers := _officers(ask, head):
        return officers
    if head.entity:
        return _namesakes(ask, head) if head.entity.label == "PLACE" else []
    surnamed = [c for c in ask.cast.labelled("PERSON") if _parts(c.name)[-1:] == [head.word]]
    chains = surnamed or _of_initials(ask, head.core[-1].text)
    return chains if len(chains) == 1 else []


def _officers(ask: Ask, head: Head) -> list[Chain]:
    """The one person with an office of these initials: `the PM` for Prime Minister Ada Lund, unless a body has the same initials."""
    letters = head.core[-1].text
    if head.determiner != "the" or head.modifiers or len(letters) < 2 or not letters.isupper() or _of_initials(ask, letters):
        return []
    offices = {c.id: "".join(OFFICE_INITIAL.findall(c.role or "")).upper() for c in ask.cast.labelled("PERSON")}
    holders = [ask.cast.chains[number] for number, initials in offices.items() if initials.endswith(letters)]
    return holders if len(holders) == 1 else []


def _of_initials(ask: Ask, letters: str) -> list[Chain]:
    """The bodies whose capitals these are: `ILO` of the International Labour Organization."""
    return [c for c in ask.cast.labelled("ORGANIZATION") if len(letters) > 1 and "".join(re.findall(r"\b[A-Z]", c.name)) == letters]


def _namesakes(ask: Ask, head: Head) -> list[Chain]:
    """The people whose surname, else whose first name, is a place's name: Ada Paris, for `Paris`."""
    word = _parts(_place_name(head))
    full = [(c, name) for c in ask.cast.labelled("PERSON") if len(name := _parts(c.name)) > 1]
    return [c for c, name in full if name[-1:] == word] or [c for c, name in full if name[:1] == word]


def _place_name(head: Head) -> str:
    return (head.entity.text if head.entity else head.core[-1].text).removeprefix("the ").removeprefix("The ")


def _only_begins_sentence(ask: Ask, head: Head) -> bool:
    """Whether a word is capitalized only because it begins a sentence: it is in lower case elsewhere, or `of` follows it."""
    start = ask.page.sentences[ask.page.sentence_at(head.start)].start
    acronym = len(head.word) > 1 and head.core[0].text.isupper()
    if acronym or len(head.core) > 1 or ask.page.text[start : head.start].strip(MAY_OPEN + " "):
        return False
    of = bool(head.tail) and head.tail[0].low == "of"
    return of or re.search(rf"\b{re.escape(head.word)}\b", ask.page.text) is not None


def _parts(name: str) -> list[str]:
    return re.findall(r"\w+", name.casefold())
