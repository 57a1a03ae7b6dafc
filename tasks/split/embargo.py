"""Embargoes printed in a story's notes: until when it may not be published."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from tasks.split.dates import WEEKDAYS, date_of, date_pattern

EMBARGO = re.compile(r"(?i:\bembargo(?:ed)?\b|\bhold for release\b|\bnot for (?:release|publication|use) (?:before|until)\b)[^\n]*")
ZONES = {
    "GMT": "UTC", "UTC": "UTC", "BST": "Europe/London", "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "MSK": "Europe/Moscow",
    "EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York", "CST": "America/Chicago", "CDT": "America/Chicago",
    "CT": "America/Chicago", "MST": "America/Denver", "MDT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "PT": "America/Los_Angeles", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "JST": "Asia/Tokyo", "IST": "Asia/Kolkata",
}  # fmt: skip
ZONE = re.compile(rf"\b(?:{'|'.join(ZONES)})\b")

CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>[ap])\.?m\b"
    rf"|\b(?P<hour2>[01]\d|2[0-3])(?P<minute2>[:.][0-5]\d\b|[0-5]\d(?= ?(?:hrs|hours|h|{'|'.join(ZONES)})\b))"
    r"|\b(?P<word>midnight|noon)\b",
    re.IGNORECASE,
)
"""A time of day; four digits alone are one only where a zone or `hrs` follows, else they are a year."""


def mentions_embargo(text: str) -> bool:
    """Whether a text speaks of an embargo at all, be it on itself or on arms: only then can splitting it find one."""
    return EMBARGO.search(text) is not None


def embargo_in(notes: str, published: datetime | None) -> datetime | None:
    """The moment until which the notes forbid publication; None where they name none.

    A date without a year, or a weekday, is read next to the day of publication; a time without a zone as UTC, a date
    without a time as its first moment.

    >>> embargo_in("EMBARGOED UNTIL 0001 GMT ON THURSDAY, MARCH 9, 2017", None)
    datetime.datetime(2017, 3, 9, 0, 1, tzinfo=datetime.timezone.utc)
    """
    for match in EMBARGO.finditer(notes):
        words = match[0]
        day = _day_in(words, published.date() if published else None)
        clock, zone = _clock_in(words), ZONE.search(words)
        if day is None and clock and published:
            day = published.date()
        if day:
            where: tzinfo = ZoneInfo(ZONES[zone[0]]) if zone else UTC
            return datetime.combine(day, clock or time(), where).astimezone(UTC)
    return None


def _day_in(words: str, published: date | None) -> date | None:
    for match in _date().finditer(words):
        if day := date_of(match, published):
            return day
        named = match[0].casefold()
        if published and named in WEEKDAYS:
            return published + timedelta(days=(WEEKDAYS.index(named) - published.weekday()) % 7)
    return None


def _clock_in(words: str) -> time | None:
    match = CLOCK.search(words)
    if not match:
        return None
    if match["word"]:
        return time(12 if match["word"].casefold() == "noon" else 0)
    if match["hour2"]:
        return time(int(match["hour2"]), int(match["minute2"].lstrip(":.")))
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if not 1 <= hour <= 12 or minute > 59:
        return None
    return time(hour % 12 + (12 if match["half"].casefold() == "p" else 0), minute)


@cache
def _date() -> re.Pattern[str]:
    return re.compile(rf"\b{date_pattern()}\b")
