"""Finer labels for what a CoNLL-style tagger calls PER, ORG, LOC and MISC."""

import re
from functools import cache, lru_cache

from schemas.tagged import EntityLabel
from tasks import shipped
from tasks.language.countries import country_of_place, fold, is_demonym
from tasks.language.titles import bare, last_words_of_heads

_COARSE: dict[str, EntityLabel] = {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "PLACE", "MISC": "OTHER"}
_LINKERS = re.compile(r" (?:of|for|in|on|against|at) ")
_YEAR = re.compile(r"\b(?:(?:1\d|20)\d\d|\d\d)\b")


_AT = re.compile(r"\b([a-z]+) at (?:the )?$")
_OPENED = re.compile(r"(\S+) (?:of|for|in) ")


@lru_cache(maxsize=8192)
def named_as_body(mention: str) -> bool:
    """Whether a name says itself that it is an organization's: University of Osterby, Lund & Moe, Osterby Mills Inc.

    >>> named_as_body("University of Osterby"), named_as_body("Lund & Moe"), named_as_body("West Bank")
    (True, True, False)
    """
    words, key = _words("bodies"), fold(mention)
    if " " not in key or key in words["not"]:
        return False
    opened = _OPENED.match(key)
    last = key.split()[-2:]
    return " & " in key or (opened is not None and opens_names_of_bodies(opened[1])) or bool({last[-1], " ".join(last)} & words["heads"])


def opens_names_of_bodies(word: str) -> bool:
    """Whether names of bodies begin with a word, in small letters, that says only what kind of body it is.

    >>> opens_names_of_bodies("ministry"), opens_names_of_bodies("osterby")
    (True, False)
    """
    words = _words("bodies")
    return word in words["openers"] or word in words["heads"]


def is_workplace(text: str, start: int) -> bool:
    """Whether a name that starts at `start` is where somebody works or plays: a broker at Lund Moe, an analyst at the Osterby.

    Of the names after such words in CoNLL-2003 train, CleanCoNLL dev and IEER-99 dev 29 are bodies, 12 places and none a person.

    >>> is_workplace("A former broker at Lund Moe said so.", 19), is_workplace("He met the broker with Lund.", 23)
    (True, False)
    """
    before = _AT.search(text, max(0, start - 40), start)
    return before is not None and bare(before[1]) in last_words_of_heads()


@lru_cache(maxsize=8192)
def named_as_people(mention: str) -> bool:
    """Whether a name is a people's, a faith's or a party's followers' and no country's.

    >>> named_as_people("Norwegians"), named_as_people("Norway"), named_as_people("Norway-based")
    (True, False, False)
    """
    return "-" not in mention and _is_people(mention) and not country_of_place(mention)


@lru_cache(maxsize=8192)
def refine(mention: str, label: str) -> EntityLabel:
    """The label of a mention that the tagger called PER, ORG, LOC or MISC, or by our name of these: PERSON, ..., PLACE, OTHER.

    MISC is NATIONALITY for demonyms, faiths and politics, EVENT for cups, wars and summits, else OTHER; LOC is FACILITY for
    what people built, else PLACE. So each of ours stands for one of the tagger's: NATIONALITY, EVENT and OTHER for MISC,
    FACILITY and PLACE for LOC. All other labels come back as they are.

    >>> refine("Turkish", "MISC"), refine("World Cup", "MISC"), refine("Java", "MISC"), refine("Logan Airport", "LOC")
    ('NATIONALITY', 'EVENT', 'OTHER', 'FACILITY')
    """
    coarse = _COARSE.get(label, label)
    if coarse == "OTHER":
        return "NATIONALITY" if _is_people(mention) else "EVENT" if _is_event(mention) else "OTHER"
    if coarse == "PLACE" and _is_facility(mention):
        return "FACILITY"
    return coarse  # type: ignore[return-value]  # a label of ours, or the schema refuses it


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
    key = _YEAR.sub("", fold(mention)).strip()
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
