"""The word lists that quotes are resolved with; each stands in a file beside this one."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from tasks import shipped
from tasks.language import calendar, titles

WHEN = rf"(?: on)?(?: {calendar.weekday_pattern()})?"
"""A pattern of the day that may stand between a source and its cue, or behind the cue."""

Category = Literal["person", "people", "organization", "organizations", "place", "document", "documents"]


@cache
def table(name: str) -> Mapping[str, Any]:
    """The TOML table `name` of this folder."""
    return shipped.toml(f"language/en/{name}.toml")


@cache
def listed(name: str, key: str) -> frozenset[str]:
    """The words of one list of a table."""
    return frozenset(table(name)[key])


@cache
def pattern(name: str, key: str) -> str:
    """A pattern of any of the words of one list of a table."""
    return f"(?:{'|'.join(map(re.escape, table(name)[key]))})"


@cache
def pronouns() -> frozenset[str]:
    """Every pronoun of the table."""
    return frozenset(word for kind in table("pronouns").values() for word in kind)


def is_pronoun(word: str, *, in_capitals: bool = False) -> bool:
    """Whether a word, in the case it is printed in, is a pronoun: WHO, US and i are not, but `in_capitals` throughout WHO and US are."""
    return word == "I" or (word.lower() in pronouns() and len(word) > 1 and (in_capitals or not word.isupper()))


@cache
def people() -> frozenset[str]:
    """The nouns, singular, that name a person."""
    return titles.heads() | listed("nouns", "person")


@cache
def category(noun: str) -> Category | None:
    """What a noun names; None for an unlisted one."""
    lists: dict[Category, frozenset[str]] = {
        "document": listed("nouns", "document"),
        "organization": listed("nouns", "organization"),
        "place": listed("nouns", "place"),
        "person": people(),
    }
    plurals: dict[Category, Category] = {"document": "documents", "organization": "organizations", "person": "people"}
    known = next((c for c, nouns in lists.items() if noun in nouns), None)
    if known or noun in listed("nouns", "people"):
        return known or "people"
    return next((plurals[c] for s in _singulars(noun) for c in ("person", "organization", "document") if s in lists[c]), None)


@cache
def alike(noun: str) -> frozenset[str]:
    """The document nouns that may mean the same as this one, itself among them."""
    return frozenset({noun}).union(*(group for group in table("nouns")["alike"] if noun in group))


@cache
def singular(noun: str) -> str:
    """The listed singular of a plural noun, else the noun itself."""
    known = people() | listed("nouns", "organization") | listed("nouns", "document")
    return noun if noun in known else next((s for s in _singulars(noun) if s in known), noun)


def _singulars(noun: str) -> list[str]:
    forms = [noun[:-1]] if noun.endswith("s") else []
    forms += [noun[:-2]] if noun.endswith("es") else []
    forms += [noun[:-3] + "y"] if noun.endswith("ies") else []
    forms += [noun[:-3] + "man"] if noun.endswith("men") else []
    return forms


@cache
def holders(noun: str) -> frozenset[str]:
    """The titles whose holders a noun may mean: a lawmaker is a senator, a representative, ..."""
    wider = table("nouns")["wider"]
    return frozenset({noun, *wider.get(noun, ())}) | frozenset(k for k, v in table("nouns")["short"].items() if v == noun)
