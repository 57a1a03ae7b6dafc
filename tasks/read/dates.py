"""When: date fields as formats, databases and people write them, told apart without guessing."""

import json
import math
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Literal

from dateutil import parser

from tasks.language.calendar import english_months
from tasks.split.dates import date_of, date_pattern

EARLIEST_YEAR, YEARS_AHEAD = 1850, 10
"""News is dated from the first telegraph agencies to the end of the longest embargoes; a date beyond is a mistake."""

UNITS = (1, 10**3, 10**6, 10**9)
"""Seconds, milliseconds, microseconds and nanoseconds since 1970, by how many of them are a second."""

LEAST_SECONDS = 10**8
"""1973: numbers below are no moments of any news in machine-readable form, and above it no two units overlap."""

HOUR = "%Y%m%d%H"
COMPACT = {8: "%Y%m%d", 10: HOUR, 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
"""Calendar dates without marks, by their digits; those of an hour are seconds of the years from 2030 too."""

ABSENT = frozenset({"", "-", "nan", "nat", "none", "null", "n/a", "na", "0", "0000-00-00", "0000-00-00 00:00:00"})
"""What programs write where there is no date."""

OFFSETS = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "MSK": 3, "JST": 9, "AEST": 10, "AEDT": 11,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
"""Hours from UTC by the zone's name; the American ones as RFC 5322 has them."""

NUMERIC = re.compile(r"(?<!\d)(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})(?!\d)")
YEAR_FIRST = re.compile(r"\d{4}([./-])(?:0?[1-9]|1[0-2])\1\d{1,2}(?!\d)")
MONTH = re.compile(rf"(?<![a-z])(?:{'|'.join(name[:3] for name in english_months())})", re.IGNORECASE)
CJK = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]")
INTRODUCTION = re.compile(r"(?:first |last )?(?:published|updated|posted|issued|created)(?: on| at)?:? ", re.IGNORECASE)
BLANKS = (datetime(1904, 1, 1), datetime(1908, 2, 2))
"""Two leap days of nothing: what differs between a text read upon one and upon the other, the text does not say."""


class Unread(str):
    """A date that is there and not understood, as it is written. False, as if there were none."""

    __slots__ = ()

    def __bool__(self) -> Literal[False]:
        return False


def moment(*values: Any) -> datetime | Unread | None:
    """The first date among a story's fields that is understood, in UTC; else the first that is not; None when none is there.

    ISO 8601 (extended or basic), RFC 5322, dates spelt out, YYYYMMDD[hhmm[ss]] and seconds, milliseconds, microseconds or
    nanoseconds since 1970, as text or number. A time without a zone is taken as UTC, as IPTC formats recommend writing it.
    Whether 03/12 is in March or December is not guessed, and a year before 1850 or far ahead is not believed.

    >>> moment("20240307T101500+0200").isoformat(), moment("Thu, 07 Mar 2024 08:15:00 GMT").isoformat()
    ('2024-03-07T08:15:00+00:00', '2024-03-07T08:15:00+00:00')
    >>> moment(20240307).isoformat(), moment("03/12/2024"), moment(None, "13/12/2024").isoformat()
    ('2024-03-07T00:00:00+00:00', '03/12/2024', '2024-12-13T00:00:00+00:00')
    """
    unread = None
    for value in filter(_is_there, values):
        try:
            found = _parse(value)
            found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
            if EARLIEST_YEAR <= found.year <= datetime.now(UTC).year + YEARS_AHEAD:
                return found
        except (ValueError, OverflowError, OSError, TypeError, IndexError, AttributeError, RecursionError):
            pass
        unread = Unread(" ".join(str(value).split())) if unread is None else unread
    return unread


def _is_there(value: Any) -> bool:
    if isinstance(value, Unread):
        return True
    if value is None or isinstance(value, bool) or (isinstance(value, float) and math.isnan(value)) or value in ([], {}):
        return False
    return str(value).strip().casefold() not in ABSENT


def _parse(value: Any) -> datetime:
    """The moment that a value names. Raises ValueError and its like where it names none."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, dict):  # MongoDB's {"$date": ...}, {"$date": {"$numberLong": "..."}}
        [inner] = value.values()
        return _parse(inner)
    if isinstance(value, int | float):
        return _of_number(value)
    if not isinstance(value, str):
        raise ValueError("no date")
    text = INTRODUCTION.sub("", CJK.sub(r"\1-\2-\3", value.strip()), count=1)
    if re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return _of_number(float(text) if "." in text else int(text))
    if text.startswith("{"):
        return _parse(dict(json.loads(text)))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return _spelt(text)


def _of_number(number: float) -> datetime:
    """A compact calendar date, else so many seconds or parts of them since 1970; the ranges of the units lie apart."""
    digits = str(int(number)) if float(number).is_integer() else ""
    if len(digits) in COMPACT and _year_is_likely(int(digits[:4])):
        try:
            found = datetime.strptime(digits, COMPACT[len(digits)])
        except ValueError:
            pass
        else:
            if COMPACT[len(digits)] == HOUR:
                raise ValueError("an hour of a day, or seconds since 1970?")
            return found
    for unit in UNITS:
        if LEAST_SECONDS <= abs(number) / unit < LEAST_SECONDS * 100:
            return datetime.fromtimestamp(0, UTC) + timedelta(seconds=number / unit)
    raise ValueError("no number of seconds since 1970, nor parts of them")


def _year_is_likely(year: int) -> bool:
    return EARLIEST_YEAR <= year <= datetime.now(UTC).year + YEARS_AHEAD


def _spelt(text: str) -> datetime:
    """A date spelt out in English with all its parts, or in another language that datelines are read in, without a time."""
    numeric = NUMERIC.search(text)
    day_first = numeric is not None and (numeric["mark"] == "." or int(numeric["first"]) > 12)
    if numeric:
        decided = day_first or int(numeric["second"]) > 12 or int(numeric["first"]) == int(numeric["second"])
        if len(numeric["year"]) != 4 or not decided:
            raise ValueError("which is the day, which the month?")
    elif not YEAR_FIRST.match(text) and not MONTH.search(text):
        return _named(text)
    try:
        one, other = (parser.parse(text, default=blank, dayfirst=day_first, tzinfos=_zone) for blank in BLANKS)
    except ValueError:
        return _named(text)
    if one != other:
        raise ValueError("a part of the date is missing")
    found: datetime = one
    return found


def _named(text: str) -> datetime:
    """The day that is named with a month of another language. Raises ValueError."""
    named = re.fullmatch(date_pattern(), text)
    day = date_of(named, None) if named else None
    if day is None:
        raise ValueError("no date in a language that is known")
    return datetime(day.year, day.month, day.day)


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """A zone as dateutil asks for it. Raises ValueError where only guessing could tell how far it is from UTC."""
    if name is None and offset is None:
        return None
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name not in OFFSETS:
        raise ValueError(f"no zone is known as {name}")
    return timezone(timedelta(hours=OFFSETS[name]))
