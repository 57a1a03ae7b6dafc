"""The words of `titles.toml`, looked up."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal, cast, get_args

from tasks import shipped
from tasks.language import marks
from tasks.language.countries import unaccented

Gender = Literal["female", "male"]


@lru_cache(maxsize=8192)
def bare(word: str) -> str:
    """A word in small letters, without its full stops and the punctuation around it, as the tables have it.

    >>> bare("Sen."), bare("“Vice-President,")
    ('sen', 'vice-president')
    """
    return re.sub(f"[.{marks.APOSTROPHE}]", "", word.casefold()).strip(marks.ANY + ",;:()[]")


@cache
def table(section: str, name: str) -> frozenset[str]:
    """One list of `titles.toml`."""
    return frozenset(_data()[section][name])


@cache
def heads() -> frozenset[str]:
    """The nouns that end a title: president, first lady, spokesman."""
    return table("heads", "male") | table("heads", "female") | table("heads", "neutral")


@cache
def honorifics() -> frozenset[str]:
    """Mr., Dr. and their like, which tell no role."""
    return table("honorifics", "male") | table("honorifics", "female") | table("honorifics", "neutral")


@cache
def titles() -> frozenset[str]:
    """Words that may stand before a name inside its mention: honorifics, heads, the first words of such, parties."""
    return honorifics() | heads() | table("heads", "first_words")


@cache
def given_names_too() -> frozenset[str]:
    """Titles that are given names as well, so that "Dean Ahlgren" keeps both words."""
    return table("heads", "given_names_too")


def gender_of_titles(words: Iterable[str]) -> Gender | None:
    """The gender that the first of the words tells that is an honorific or a title with one: Mrs., king, spokeswoman.

    >>> gender_of_titles(["Mrs."]), gender_of_titles(["former", "chairman"]), gender_of_titles(["President"])
    ('female', 'male', None)
    """
    for word in map(bare, words):
        for gender in get_args(Gender):
            if word in table("honorifics", gender) or word in table("heads", gender):
                return cast(Gender, gender)
    return None


def chance_female(first_name: str) -> float | None:
    """How many of those who bear a first name are women, from .01 to .99; None for a name that is rare, or that both bear.

    >>> chance_female("Ada"), chance_female("José-Luis"), chance_female("Kim")
    (0.98, 0.06, None)
    """
    return _first_names().get(unaccented(first_name).partition("-")[0])


def is_first_name(word: str) -> bool:
    """Whether a capitalized word is a listed first name, which mostly women bear or mostly men.

    >>> is_first_name("Ada"), is_first_name("ada"), is_first_name("Harbour")
    (True, False, False)
    """
    return word[:1].isupper() and chance_female(word) is not None


@cache
def _first_names() -> dict[str, float]:
    lines = (line.split() for line in shipped.text("language/en/first_names.txt").splitlines() if not line.startswith("#"))
    return {name: int(share) / 100 for name, share in lines}


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    return shipped.toml("language/en/titles.toml")
