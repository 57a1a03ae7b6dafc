"""Which language a story is in: as declared, else as detected offline."""

import pycld2

from schemas.story import RawStory

ENOUGH = 200
"""Bytes of text below which CLD2's guess is not worth having."""


def language_of(raw: RawStory, text: str) -> str | None:
    """The BCP 47 tag that the source declares, else the detected one; None when the text is too short or mixed to tell."""
    return raw.language or detect(text)


def detect(text: str) -> str | None:
    """The language of most of the text, as CLD2 (Apache-2.0, offline) sees it; None when it is not sure.

    >>> detect("Ministers met on Tuesday to talk about the price of grain. " * 4)
    'en'
    """
    data = text.encode("utf-8", "replace")
    if len(data) < ENOUGH:
        return None
    try:
        reliable, _, ranked = pycld2.detect(data, bestEffort=True)
    except pycld2.error:  # invalid or noncharacters: CLD2 takes only what may be interchanged
        return None
    code = ranked[0][1]
    return code if reliable and code != "un" else None
