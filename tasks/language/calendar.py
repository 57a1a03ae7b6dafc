"""The months and days of the week, by language: CLDR's names, and what the wire prints beside them."""

from collections.abc import Iterable
from functools import cache
from typing import Literal

from babel import Locale

from tasks import shipped
from tasks.language.countries import fold

LANGUAGES = ("en", "en_GB", "de", "de_AT", "fr", "es", "es_PE", "it", "pt", "nl")
"""Those of the agencies whose datelines are read; of one language several, where they have names of their own: Sept, Jänner, setiembre."""

PRINTED = {"mrz": 3, "fév": 2}
"""Month names that CLDR does not have, by their number."""

Width = Literal["wide", "abbreviated"]


@cache
def months() -> dict[str, int]:
    """Month number, 1 to 12, by name or abbreviation in any language, in small letters without full stop, with accents and without.

    >>> months()["sept"], months()["jänner"], months()["aout"]
    (9, 1, 8)
    """
    names = [(name, number) for code in LANGUAGES for width in ("wide", "abbreviated") for number, name in _months(code, width)]
    return _keyed([*names, *PRINTED.items()])


@cache
def weekdays() -> dict[str, int]:
    """Day of the week, Monday 0 as in `datetime`, by name in any language, in small letters, with accents and without.

    >>> weekdays()["sunday"], weekdays()["mercredi"], weekdays()["sabado"]
    (6, 2, 5)
    """
    return _keyed((str(name), number) for code in LANGUAGES for number, name in Locale.parse(code).days["format"]["wide"].items())


@cache
def english_months(width: Width = "wide") -> tuple[str, ...]:
    """January to December, or what may be printed for them, without full stops: Jan to Dec, Sept too. May has no short form."""
    names = [name for code in ("en", "en_GB") for _, name in _months(code, width)]
    return tuple(dict.fromkeys(name for name in names if width == "wide" or name not in english_months()))


@cache
def english_weekdays(width: Width = "wide") -> tuple[str, ...]:
    """Monday to Sunday, or what may be printed for them, without full stops: Mon to Sun, Tues and Thurs too."""
    names = (str(name) for _, name in sorted(Locale("en").days["format"][width].items()))
    return (*names, *(shipped.toml("language/en/calendar.toml")["abbreviated_weekdays"] if width == "abbreviated" else ()))


@cache
def is_name(word: str) -> bool:
    """Whether a word, in any case, is the English name of a month or a weekday.

    >>> is_name("MAY"), is_name("Friday"), is_name("Fri")
    (True, True, False)
    """
    return word.capitalize() in english_months() or word.capitalize() in english_weekdays()


def weekday_pattern() -> str:
    """A pattern of an English weekday, capitalised as in running text."""
    return f"(?:{'|'.join(english_weekdays())})"


def _months(code: str, width: Width) -> list[tuple[int, str]]:
    return [(number, str(name).strip(".")) for number, name in Locale.parse(code).months["format"][width].items()]


def _keyed(names: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {key: number for name, number in names for key in (name.casefold(), fold(name).replace(" ", "-"))}
