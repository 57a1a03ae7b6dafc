"""Which language a story is in: as its text shows where there is enough of it, else as declared."""

from functools import cache
from typing import NamedTuple

import pycld2
from babel import Locale
from babel.core import get_global

from schemas.story import RawStory

ENOUGH_WORDS, ENOUGH = 30, 60
"""Bytes of words without capitals, or else of text, below which no guess is made: at these, one of 9,600 paragraphs of
English news copy was taken for another language."""


ENOUGH_TO_DIFFER = 80
"""Bytes of words without capitals from which on the text is believed against what its source declares."""

NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
"""Codes of ISO 639-2 that name no language: undetermined, several, none, uncoded."""

ALIKE = (frozenset({"da", "nb", "nn", "no"}), frozenset({"bs", "hr", "me", "sr"}), frozenset({"id", "ms"}), frozenset({"cs", "sk"}))
"""Languages that are taken for one another; what is declared decides between them."""


class Language(NamedTuple):
    """A story's BCP 47 tag, None where it is not known; and the declared one where the text shows another."""

    tag: str | None
    instead_of: str | None = None


def language_of(raw: RawStory, text: str) -> Language:
    """The language of a story: the declared one, unless there is enough text in another.

    An agency declares its service's language, its system's or none in particular (`mul`), whatever the story is in.
    """
    declared = tag_of(raw.language)
    if declared is None:
        return Language(detect(text))
    found = detect(text) if len(_small_words(text).encode("utf-8", "replace")) >= ENOUGH_TO_DIFFER else None
    if found is None or _is_alike(found, declared):
        return Language(declared)
    return Language(found, raw.language)


def tag_of(declared: str | None) -> str | None:
    """The declared tag with the shortest code of its language; None where it names none.

    >>> tag_of("eng"), tag_of("pt-BR"), tag_of("mul"), tag_of("xx")
    ('en', 'pt-BR', None, None)
    """
    code, hyphen, rest = (declared or "").partition("-")
    code = get_global("language_aliases").get(code.lower(), code.lower()).partition("_")[0]
    return f"{code}{hyphen}{rest}" if code in _codes() and code not in NO_LANGUAGE else None


def detect(text: str) -> str | None:
    """The language of most of the text, as CLD2 (Apache-2.0, offline) sees it; None when it is not sure.

    Words with a capital are left out where enough others remain: names would make English results of Polish football
    Polish.

    >>> detect("Ministers met on Tuesday to talk about the price of grain, which has never been so high.")
    'en'
    >>> detect("Rams 54, Chiefs 51") is None
    True
    """
    for sample, enough in ((_small_words(text), ENOUGH_WORDS), (text, ENOUGH)):
        data = sample.encode("utf-8", "replace")
        if len(data) >= enough:
            try:
                reliable, _, ranked = pycld2.detect(data, bestEffort=True)
            except pycld2.error:  # a code point that may not be interchanged
                return None
            return ranked[0][1] if reliable else None
    return None


def _small_words(text: str) -> str:
    return " ".join(word for word in text.split() if word[0].isalpha() and not word[0].isupper())


def _is_alike(one: str, other: str) -> bool:
    """Whether two tags are of one language, or of two that are easily taken for one another."""
    codes = {tag_of(tag.partition("-")[0]) for tag in (one, other)}
    return len(codes) == 1 or any(codes <= group for group in ALIKE)


@cache
def _codes() -> frozenset[str]:
    return frozenset(Locale("en").languages)
