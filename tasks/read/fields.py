"""Wire fields as formats write them, turned into the types of `RawStory`; what cannot be read becomes None."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from schemas.story import UNTIL_FURTHER_NOTICE
from tasks.read.dates import moment

FREE = frozenset({"", "-", "0", "no", "none", "null", "false", "n", "n/a", "lifted"})
"""What stands in a field for embargoes when there is none."""

SURROGATE = re.compile("[\ud800-\udfff]")
INTRODUCTION = re.compile(r"^(?:by|von|par|por|door)[:\s]+", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def line(value: Any) -> str | None:
    """A field as one line without doubled spaces; None when it is empty or no text.

    >>> line("  Floods cut off\\n  valley ")
    'Floods cut off valley'
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return " ".join(CONTROL.sub(" ", SURROGATE.sub("\ufffd", str(value))).split()) or None


def lines(values: Any) -> list[str]:
    """A list field: each entry as one line, in order, without empty entries and repetitions."""
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, Iterable) or isinstance(values, dict | bytes):
        return []
    return list(dict.fromkeys(found for value in values if (found := line(value))))


def whole(value: Any) -> int | None:
    """A version or number field, of which leading zeros and signs are no part; None when it is no whole number.

    >>> whole("0003"), whole("latest"), whole(2.0)
    (3, None, 2)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and value >= 0 else None
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def urgency(value: Any) -> int | None:
    """IPTC urgency or priority, 1 (most urgent) to 9; None outside that range."""
    number = whole(value)
    return number if number is not None and 1 <= number <= 9 else None


def embargo(value: Any) -> datetime | None:
    """The moment that a field for embargoes names; UNTIL_FURTHER_NOTICE where it says something that is no moment.

    >>> embargo("until the speech").year, embargo(None), embargo("none"), embargo(False)
    (9999, None, None, None)
    """
    if value is None or value is False or (isinstance(value, str) and value.strip().casefold() in FREE):
        return None
    return moment(value) or UNTIL_FURTHER_NOTICE


def byline(value: Any) -> list[str]:
    """A byline or several, each without the word that introduces it.

    >>> byline(" By  Ada Quill and Ben Oro"), byline([])
    (['Ada Quill and Ben Oro'], [])
    """
    return lines([INTRODUCTION.sub("", one) for one in lines(value)])


def place(value: Any) -> str | None:
    """A dateline or its place; None for a time stamp, which some feeds put there, and without the dash at its end.

    >>> place("ROME, March 7 (WD) -"), place("2018-01-03 20:13:08 GMT+00:00")
    ('ROME, March 7 (WD)', None)
    """
    text = (line(value) or "").rstrip(" -–—_")
    return text if re.search(r"[^\W\d_]{2}", text) and not re.search(r"\d:\d\d", text) else None


def origin(located: Any, dateline: str | None) -> str | None:
    """The place that metadata name, unless the dateline names another: then the metadata were made by a machine.

    >>> origin("Bethesda", "BETHESDA, Md."), origin("Pittsburgh", "FORT WASHINGTON, Pa.")
    ('Bethesda', None)
    """
    found = place(located)
    return found if found and (dateline is None or found.partition(",")[0].casefold() in dateline.casefold()) else None


def rights(*notices: Any) -> str | None:
    """Every copyright notice and usage term, in one line."""
    return " ".join(lines(notices)) or None


def language(value: Any) -> str | None:
    """A language tag with a small primary subtag; None for what names no language.

    >>> language("EN"), language("nb_NO"), language("x-default"), language("English")
    ('en', 'nb-NO', None, None)
    """
    tag = (line(value) or "").replace("_", "-")
    primary, _, rest = tag.partition("-")
    return "-".join(filter(None, (primary.lower(), rest))) if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag) else None


def notice(fields: Mapping[str, Any]) -> str:
    """What stands for the text of a story that its agency canceled without sending the text again."""
    return next(filter(None, (fields.get(name) for name in ("ed_note", "headline", "slugline", "provider_id"))), "canceled")
