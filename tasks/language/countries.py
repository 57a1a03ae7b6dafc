"""Which country a place or a nationality belongs to, from CLDR's territory names and our own table of demonyms and capitals."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global

from tasks import shipped
from tasks.language import marks


def country_of_place(name: str, context: Iterable[str] = ()) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country, capital, state or well-known city; None where the tables do not know it.

    `context` are the other places and nationalities of the story; names that could lie in two countries ("Georgia") need one
    of them to settle it. Names come from CLDR (countries, and the cities that name time zones) and from `countries.toml`.

    >>> country_of_place("the United States"), country_of_place("Baku"), country_of_place("Georgia", ["Tbilisi"])
    ('US', 'AZ', 'GE')
    """
    key = fold(name)
    candidates = _places().get(key, ())
    if len(candidates) == 1 and key not in _ambiguous():
        return candidates[0]
    if candidates:
        told = {code for other in context if (fold(other) not in _ambiguous()) and (code := country(other))}
        return next((code for code in candidates if code in told), None)
    return None


def country_of_people(name: str) -> str | None:
    """The code of a demonym's country: "Turkish", "Danes", "South Korean-led"; None for peoples without a state.

    >>> country_of_people("Russians"), country_of_people("U.S.-backed"), country_of_people("Kurdish")
    ('RU', 'US', None)
    """
    words = fold(name).split()
    for length in range(len(words), 0, -1):
        if code := _demonym(" ".join(words[:length])):
            return code
    base, hyphen, _ = name.partition("-")
    return country_of_place(base) if hyphen else None


def is_demonym(name: str) -> bool:
    """Whether the whole name is a demonym of a country.

    >>> is_demonym("South Koreans"), is_demonym("Turkish Airlines")
    (True, False)
    """
    return _demonym(fold(name)) is not None


def country(name: str) -> str | None:
    """The code of a place or a demonym, whichever the tables know."""
    return country_of_place(name) or country_of_people(name)


def is_country(name: str) -> bool:
    """Whether the name is a whole country's, not a part's.

    >>> is_country("U.S."), is_country("Scotland")
    (True, False)
    """
    return fold(name) in _countries()


def capital_of(name: str) -> str | None:
    """The code of the country whose capital or seat of government bears this name, for metonyms ("Yerevan denied").

    >>> capital_of("Yerevan"), capital_of("New York")
    ('AM', None)
    """
    return _capitals().get(fold(name))


@cache
def abbreviated_states() -> frozenset[str]:
    """The states and provinces as wire copy shortens them: Calif., N.Y."""
    return frozenset(state for states in _table()["states"].values() for state in states if state.endswith("."))


@cache
def states_in_datelines() -> dict[str, str]:
    """The country's code by the name of a state or province, in full or as datelines shorten it: Ohio, Calif., TX."""
    tables = (_table()["states"], _table()["states_in_datelines"])
    return {state: code for table in tables for code, states in table.items() for state in states}


def unaccented(name: str) -> str:
    """A name without case and accents.

    >>> unaccented("São Tomé")
    'sao tome'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """A name without case, accents, full stops and a leading article, its hyphens as spaces: what lookups compare.

    >>> fold("the U.S."), fold("São Tomé"), fold("Guinea-Bissau")
    ('us', 'sao tome', 'guinea bissau')
    """
    return re.sub(r"[\s-]+", " ", re.sub(f"[.{marks.APOSTROPHE}]", "", unaccented(name))).strip().removeprefix("the ")


def _demonym(key: str) -> str | None:
    demonyms = _demonyms()
    return demonyms.get(key) or demonyms.get(key.removesuffix("s"))


NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "ZZ"})
"""Codes that CLDR keeps for unions, regions and the unknown."""


@cache
def _table() -> dict[str, Any]:
    return shipped.toml("language/en/countries.toml")


@cache
def _ambiguous() -> frozenset[str]:
    return frozenset(map(fold, _table()["ambiguous"]))


@cache
def _countries() -> dict[str, str]:
    """Folded names of whole countries."""
    named = [
        (name, code) for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha() and not code.startswith("X")
    ]
    named += [(name.replace(" & ", " and "), code) for name, code in named]
    named += [(name, code) for code, entry in _table()["countries"].items() for name in entry.get("names", ())]
    return {fold(name): code for name, code in named if code not in NO_COUNTRIES}


@cache
def _capitals() -> dict[str, str]:
    return {fold(entry["capital"]): code for code, entry in _table()["countries"].items() if "capital" in entry}


@cache
def _demonyms() -> dict[str, str]:
    return {fold(word): code for code, entry in _table()["countries"].items() for word in entry.get("demonyms", ())}


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """Folded place names with the countries that they may lie in."""
    places: dict[str, list[str]] = {}
    zones = get_global("zone_territories").items()  # "Etc/UTC" is in 001, the world
    cities = ((zone.rpartition("/")[2].replace("_", " "), code) for zone, code in zones if code.isalpha() and code not in NO_COUNTRIES)
    parts = ((part, code) for code, entry in _table()["countries"].items() for part in entry.get("parts", ()))
    states = ((state, code) for code, names in _table()["states"].items() for state in names)
    for name, code in (*_countries().items(), *_capitals().items(), *cities, *parts, *states):
        known = places.setdefault(fold(name), [])
        if code not in known:
            known.append(code)
    return {name: tuple(codes) for name, codes in places.items()}
