"""Which language a story is in: as declared, else as detected offline."""

import pycld2

from schemas.story import RawStory

ENOUGH_WORDS, ENOUGH = 30, 60
"""Bytes of words without capitals, or else of text, below which no guess is made: at these, one of 9,600 paragraphs of
English news copy was taken for another language."""


def language_of(raw: RawStory, text: str) -> str | None:
    """The BCP 47 tag that the source declares, else the detected one; None when the text is too short or mixed to tell."""
    return raw.language or detect(text)


def detect(text: str) -> str | None:
    """The language of most of the text, as CLD2 (Apache-2.0, offline) sees it; None when it is not sure.

    Words with a capital are left out where enough others remain: names would make English results of Polish football
    Polish.

    >>> detect("Ministers met on Tuesday to talk about the price of grain, which has never been so high.")
    'en'
    >>> detect("Rams 54, Chiefs 51") is None
    True
    """
    words = " ".join(word for word in text.split() if word[0].isalpha() and not word[0].isupper())
    for sample, enough in ((words, ENOUGH_WORDS), (text, ENOUGH)):
        data = sample.encode("utf-8", "replace")
        if len(data) >= enough:
            try:
                reliable, _, ranked = pycld2.detect(data, bestEffort=True)
            except pycld2.error:  # a code point that may not be interchanged
                return None
            return ranked[0][1] if reliable and ranked[0][1] != "un" else None
    return None
