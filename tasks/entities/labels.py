"""Finer labels than the tagger's: its OTHER and PLACE are told apart, and what a name says of itself goes before what was tagged."""

import re
from functools import cache, lru_cache

from schemas.tagged import EntityLabel
from tasks import shipped
from tasks.language.countries import country_of_place, fold, is_demonym

_NAMED = frozenset({"PERSON", "PLACE", "OTHER"})
"""Labels that give way to what the name itself says: Lund University, Norwegians."""
_LINKERS = re.compile(r" (?:of|for|in|on|against|at) ")
_OPENED = re.compile(r"(\S+) (?:of|for|in) ")


@lru_cache(maxsize=8192)
def label_of(name: str, label: EntityLabel) -> EntityLabel:
    """The label of a name that the tagger labelled so.

    ORGANIZATION and NATIONALITY where the name says it; of the rest, OTHER is NATIONALITY for adjectives of peoples, faiths and
    politics too, EVENT for cups, wars and summits, and PLACE is FACILITY for what people built. Other labels stay.

    >>> label_of("Turkish", "OTHER"), label_of("World Cup", "OTHER"), label_of("Logan Airport", "PLACE"), label_of("Lund & Moe", "PERSON")
    ('NATIONALITY', 'EVENT', 'FACILITY', 'ORGANIZATION')
    """
    if label in _NAMED and _is_body(name):
        return "ORGANIZATION"
    if label in _NAMED and _is_people(name) and (label == "OTHER" or not ("-" in name or country_of_place(name))):
        return "NATIONALITY"
    if label == "OTHER" and _is_event(name):
        return "EVENT"
    return "FACILITY" if label == "PLACE" and _is_facility(name) else label


def _is_body(name: str) -> bool:
    """Whether a name says itself that it is an organization's: University of Osterby, Lund & Moe, Osterby Mills Inc."""
    words, key = _words("bodies"), fold(name)
    if " " not in key or key in words["not"]:
        return False
    opened, last, heads = _OPENED.match(key), key.split()[-2:], words["heads"]
    opens = opened is not None and opened[1] in words["openers"] | heads
    return opens or " & " in key or bool({last[-1], " ".join(last)} & heads)


def _is_people(mention: str) -> bool:
    """Whether it names a people, a faith or a party's followers, or is an adjective of one: Bosnian Serb, neo-Nazi, U.S.-led."""
    words = _words("peoples")

    def known(key: str) -> bool:
        return is_demonym(key) or bool({key, key.removesuffix("s")} & words["words"])

    base, _, suffix = mention.rpartition("-")
    if suffix.islower() and (known(fold(base)) or country_of_place(base)):
        return True
    key = fold(mention)
    parts = [part for part in key.split() if part not in words["prefixes"]]
    return known(key) or (bool(parts) and all(known(part) for part in parts))


def _is_event(mention: str) -> bool:
    words = _words("events")
    key = fold(mention)
    head = _LINKERS.split(key)[0].rpartition(" ")[2]
    return key in words["names"] or key.partition(" ")[0] in words["openers"] or bool({key.rpartition(" ")[2], head} & words["heads"])


def _is_facility(mention: str) -> bool:
    words, key = _words("facilities"), fold(mention)
    return " " in key and key not in words["not"] and key.rpartition(" ")[2] in words["heads"]


@cache
def _words(table: str) -> dict[str, frozenset[str]]:
    """A table of `labels.toml`, its words folded."""
    data = shipped.toml("language/en/labels.toml")
    return {name: frozenset(map(fold, words)) for name, words in data[table].items()}
