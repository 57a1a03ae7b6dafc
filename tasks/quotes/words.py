"""The word lists that quotes are resolved with; each stands in a file beside this one."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> Mapping[str, Any]:
    """The TOML table `name` of this folder."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))


@cache
def listed(name: str, key: str) -> frozenset[str]:
    """The words of one list of a table."""
    return frozenset(table(name)[key])


def is_abbreviation(word: str, following: str) -> bool:
    """Whether the full stop after `word` belongs to it: Mr., Gen., J., U.S."""
    return following == "." and (word.lower() in listed("nouns", "abbreviations") or (len(word) == 1 and word.isalpha()) or "." in word)


@cache
def category(noun: str) -> str | None:
    """What a noun names: person, people, organization, organizations, place, document or documents; None for an unlisted one."""
    for name in ("document", "organization", "place", "person"):
        if noun in listed("nouns", name):
            return name
    for singular in _singulars(noun):
        if singular in listed("nouns", "person"):
            return "people"
        if singular in listed("nouns", "organization"):
            return "organizations"
        if singular in listed("nouns", "document"):
            return "documents"
    return "people" if noun in listed("nouns", "people") else None


def singular(noun: str) -> str:
    """The listed singular of a plural noun, else the noun itself."""
    known = listed("nouns", "person") | listed("nouns", "organization") | listed("nouns", "document")
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
