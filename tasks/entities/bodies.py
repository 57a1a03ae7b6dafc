"""Which mentions of organizations, places and other things are one thing's: by name, by acronym, by country."""

import re
from collections.abc import Sequence
from functools import cache

from schemas.base import Span
from tasks import shipped
from tasks.entities.names import without_possessive
from tasks.language.countries import country_of_place, fold, is_country

_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "to", "de", "la", "des", "du", "et"})
_ARTICLE = re.compile(r"^[Tt]he\s+(?=\w)")
_ACRONYM = re.compile(r"(?:[A-Z]\.?&?-?){2,8}|[A-Z][a-z][A-Z]")


def stripped(mention: str) -> str:
    """A mention without article and possessive.

    >>> stripped("the Harbour Board’s"), stripped("United States'")
    ('Harbour Board', 'United States')
    """
    return _ARTICLE.sub("", without_possessive(mention))


def join_named(text: str, mentions: Sequence[Span]) -> list[str]:
    """For each mention of an organization or a place, in text order, the key of what it names.

    A country's names are one ("U.S.", "United States"). An acronym joins the name whose initials it is, or which it stands behind in
    brackets: "Nordic Salt Union (NSU)". A name joins its longer form where that only adds what kind of body it is: "Osterby Mills Inc.",
    "Labour Party".
    """
    names = [stripped(span.of(text)) for span in mentions]
    keys = [_key(name) for name in names]
    acronyms = {key for name, key in zip(names, keys, strict=True) if _ACRONYM.fullmatch(name)}
    present, full = set(keys), dict[str, str]()
    for i in range(1, len(keys)):
        if keys[i] in acronyms and _bracketed(text, mentions[i - 1], mentions[i]):
            full.setdefault(keys[i], keys[i - 1])
    for name, key in zip(names, keys, strict=True):
        for alias in {_without_kind(key), *(_initials(name) & acronyms)} & present - {key}:
            full.setdefault(alias, key)
    return [full.get(key, key) for key in keys]


def join_bodies(text: str, mentions: Sequence[Span]) -> list[str]:
    """The same for organizations, which also go by their first word where only one name of the story begins so: "Osterby".

    A word that may begin the names of many bodies is a name by itself: "National", a place.
    """
    keys = join_named(text, mentions)
    full = dict[str, str]()
    for key in {key for key in keys if " " not in key and not (key in _table()["openers"] or country_of_place(key))}:
        longer = {other for other in keys if other.startswith(key + " ")}
        if len(longer) == 1:
            full[key] = longer.pop()
    return [full.get(key, key) for key in keys]


def join_by_name(text: str, mentions: Sequence[Span]) -> list[str]:
    """For each mention its name in small letters, singular: Russians are Russian."""
    return [fold(stripped(span.of(text))).removesuffix("s") for span in mentions]


def _key(name: str) -> str:
    """What names of one thing share: the country's code, else the folded name without its legal form."""
    if is_country(name):
        return country_of_place(name) or fold(name)
    return _endings("legal_forms").sub("", fold(name))


def _without_kind(key: str) -> str:
    """The key without the kind of body that it ends with, unless a place's name is left: "England Bank" is not England."""
    short = _endings("kinds").sub("", key)
    return key if country_of_place(short) else short


def _bracketed(text: str, before: Span, after: Span) -> bool:
    """Whether an acronym stands in brackets behind a name."""
    return text[before.end : after.start].strip() == "(" and text.startswith(")", after.end)


def _initials(name: str) -> set[str]:
    """The acronyms that a name of several words can have, folded: with and without its small words."""
    words = re.findall(r"\w+", name.casefold())
    return {"".join(w[0] for w in words), "".join(w[0] for w in words if w not in _SMALL_WORDS)} if len(words) > 1 else set()


@cache
def _endings(table: str) -> re.Pattern[str]:
    """Matches the last words that a name can lose, of a table of `bodies.toml`."""
    return re.compile(rf"(?: (?:{'|'.join(_table()[table])})){{1,9}}$")


@cache
def _table() -> dict[str, list[str]]:
    return shipped.toml("language/en/bodies.toml")
