"""Sources that are names: `Antony Blinken`, `Blinken`, `the WHO`, `Yerevan`."""

import re
from functools import cache

from babel import Locale

from schemas.extracted import Entity
from tasks.language import countries, lexicon
from tasks.language.marks import MAY_OPEN
from tasks.language.titles import bare, honorifics, last_words_of_heads
from tasks.quotes.speakers.cast import Chain
from tasks.quotes.speakers.heads import Head
from tasks.quotes.speakers.question import Ask, Speaker

OFFICE_INITIAL = re.compile(r"\b(?!(?:of|for|and|the|to)\b)\w")
"""The first letter of each word of an office that its letters stand for."""


def metonym(ask: Ask) -> Speaker | None:
    """A capital or a country for its government, a seat for the body that sits there; the chain is the place's."""
    head = ask.head
    if head is None or head.kind != "name" or (head.entity is None and head.modifiers):
        return None
    if head.entity and head.entity.stands_for == "team":
        return None
    name = _place_name(head)
    body = lexicon.table("metonyms")["seats"].get(name)
    if body is None and (head.entity is None or head.entity.label == "PLACE" or _only_a_place(head.entity, name)):
        body = government(name, head.entity.country if head.entity else None)
    if body is None or _namesakes(ask, head) or _is_titled(ask, name):
        return None
    return Speaker(body, "ORGANIZATION", None, head.entity.chain_id if head.entity else None)


def _place_name(head: Head) -> str:
    return (head.entity.text if head.entity else head.core[-1].text).removeprefix("the ").removeprefix("The ")


def _is_titled(ask: Ask, name: str) -> bool:
    """Whether the story puts a person's title before a place's name: Mayor Washington, Ms. Paris."""
    for found in re.finditer(rf"\b([A-Z][\w-]*)\.? (?={re.escape(name)}\b)", ask.page.text):
        begins = ask.page.sentences[ask.page.sentence_at(found.end())].start == found.end()
        if not begins and bare(found[1]) in honorifics() | last_words_of_heads():
            return True
    return False


def _namesakes(ask: Ask, head: Head) -> list[Chain]:
    """The people of the story of whose full name a place's name is the first or last word: Ada Paris, for `Paris`.

    Those who bear it as a surname come alone where there are any.
    """
    if head.entity and head.entity.label in {"NATIONALITY", "ORGANIZATION"}:
        return []
    word = _parts(_place_name(head))
    full = [(c, name) for c in ask.cast.labelled("PERSON") if len(name := _parts(c.name)) > 1]
    return [c for c, name in full if name[-1:] == word] or [c for c, name in full if name[:1] == word]


def _only_a_place(mention: Entity, name: str) -> bool:
    """Whether nobody in the story bears a capital's or country's name in full: what speaks in its place is often taken for a person."""
    return mention.label in {"PERSON", "ORGANIZATION"} and _parts(mention.name) == _parts(name)


def government(place: str, country: str | None = None) -> str | None:
    """The government that a capital or a country speaks for; `country` is its code where the story settles it.

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
    """A source that bears the speaker's full name, or a name that the story says only here."""
    head = ask.head
    if head is None or head.kind != "name":
        return None
    if head.entity is not None:
        if _officer(ask, head) or (head.entity.label == "PLACE" and _namesakes(ask, head)):
            return None
        chain = ask.cast.chain_of(head.entity)
        full = set(_parts(head.entity.name)) <= set(_parts(head.entity.text))
        return _owned(ask, head.entity, chain) if full else None
    if head.is_turn or _officer(ask, head) or _of_chain(ask, head) or _only_begins_sentence(ask, head) or head.core[-1].text in _dates():
        return None
    untitled = [t for t in head.core[1 if head.determiner else 0 :] if t.low not in honorifics()]
    if not untitled:
        return None
    titled = len(untitled) < len(head.core) and not head.determiner
    name = ask.page.text[untitled[0].start : head.end]
    return Speaker(name.title() if name.isupper() and len(name) > 4 else name, "PERSON" if titled else None)


def alias(ask: Ask) -> Speaker | None:
    """A source that bears part of a name, or another name of the same chain: surname, acronym, short form."""
    head = ask.head
    if head is None or head.kind != "name" or head.is_turn:
        return None
    if officer := _officer(ask, head):
        return Speaker.of(officer)
    if head.entity is not None:
        if head.entity.label == "PLACE" and (namesakes := _namesakes(ask, head)):
            return Speaker.of(namesakes[0]) if len(namesakes) == 1 else None
        return _owned(ask, head.entity, ask.cast.chain_of(head.entity))
    return _of_chain(ask, head)


def _officer(ask: Ask, head: Head) -> Chain | None:
    """The one person whose office the letters stand for: `the PM` for Prime Minister Ada Lund, unless a body bears them too."""
    letters = head.core[-1].text
    alone = [t.low for t in head.core[:-1]] == ["the"] and len(letters) > 1 and letters.isupper()
    if not alone or (head.entity and head.entity.name != letters) or _of_initials(ask, letters):
        return None
    holders = [c for c in ask.cast.labelled("PERSON") if c.role and "".join(OFFICE_INITIAL.findall(c.role)).upper().endswith(letters)]
    return holders[0] if len(holders) == 1 else None


def _owned(ask: Ask, mention: Entity, chain: Chain) -> Speaker:
    """The chain as a speaker; the ministry of the country that stands before the mention, where the story has several."""
    owner = ask.cast.owner_of(mention)
    return Speaker.of(chain)._replace(name=f"{owner} {mention.name}") if owner else Speaker.of(chain)


def _only_begins_sentence(ask: Ask, head: Head) -> bool:
    """Whether a word has its capital from the sentence that it begins: it stands in small letters elsewhere, or `of` follows."""
    start = ask.page.sentences[ask.page.sentence_at(head.start)].start
    acronym = len(head.word) > 1 and head.core[0].text.isupper()
    if acronym or len(head.core) > 1 or ask.page.text[start : head.start].strip(MAY_OPEN + " "):
        return False
    of = bool(head.tail) and head.tail[0].low == "of"
    return of or re.search(rf"\b{re.escape(head.word)}\b", ask.page.text) is not None


@cache
def _dates() -> frozenset[str]:
    """Weekdays and months, whose capitals make nobody's name: `a man arrested Tuesday`."""
    english = Locale("en")
    return frozenset(str(name) for names in (english.days, english.months) for name in names["format"]["wide"].values())


def _of_chain(ask: Ask, head: Head) -> Speaker | None:
    """The one person whose name ends as the source does, as in a transcript's capitals, or the body whose initials it is."""
    people = [c for c in ask.cast.labelled("PERSON") if _parts(c.name)[-1:] == [head.word]]
    initials = head.core[-1].text if len(head.word) > 1 and head.core[-1].text.isupper() else ""
    matches = people or _of_initials(ask, initials)
    return Speaker.of(matches[0]) if len(matches) == 1 else None


def _of_initials(ask: Ask, letters: str) -> list[Chain]:
    """The bodies whose capitals these are: `ILO` of the International Labour Organization."""
    return [c for c in ask.cast.labelled("ORGANIZATION") if "".join(re.findall(r"\b[A-Z]", c.name)) == letters]


def _parts(name: str) -> list[str]:
    return re.findall(r"\w+", name.casefold())
