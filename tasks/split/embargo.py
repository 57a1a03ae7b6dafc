"""Embargoes printed in a story's notes, slugline or headline: until when it may not be published."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from schemas.story import UNTIL_FURTHER_NOTICE
from tasks.language import marks
from tasks.language.calendar import weekdays
from tasks.split.dates import date_of, date_pattern

MENTION = re.compile(r"\bembargo|\bhold for release\b|\bnot for (?:release|publication|use) (?:before|until)\b", re.IGNORECASE)
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


HELD = r"(?<!\bnot )(?<!\blonger )\bembargoed (?:until|till|for (?:release|publication|use))\b|\bhold for release\b"
"""What holds a story wherever it stands: in a headline, too."""

BEGIN = r"(?:^|[.!?:(*\[|])\W{0,4}"
BEGIN_OR_DASH = r"(?:^|[.!?:;–—(*\[|/-])\W{0,4}"
THING = r"(?:story|copy|report|item|article|text|material|release|dispatch|package|series|figures|results|content)"
LEAD = rf"(?:(?:(?:this|the|all) )?{THING} )?(?:(?:is|are|remains?|still|strictly|strict|under|an?|press|news|media) )*"
LIFTED = re.compile(
    r"\bembargo\b\W{1,3}(?:(?:is|was|has|been|now) )*(?:lifted|over|off|broken|removed|expired|passed|ended|none|no\b)"
    r"|\bno(?:t| longer)? (?:under )?embargo",
    re.IGNORECASE,
)


def mentions_embargo(*texts: str | None) -> bool:
    """Whether a text speaks of an embargo at all, be it on itself or on arms: only then can splitting the story find one."""
    return any(MENTION.search(text) for text in texts if text)


def embargo_in(notes: str, published: datetime | None, *, slugline: str = "", headline: str = "") -> datetime | None:
    """The moment until which a story may not be published; None where nothing says that there is one.

    What says so without a moment that can be read holds the story UNTIL_FURTHER_NOTICE. A date without a year, or a
    weekday, is read next to the day of publication; a time without a zone as UTC, a date without a time as its first
    moment. Embargoes on goods are ruled out by what stands around the word: a declaration opens its sentence and is followed
    by its end, by `until` or by a moment; in a slugline, where topics stand, it is a participle.

    >>> embargo_in("EMBARGOED UNTIL 0001 GMT ON THURSDAY, MARCH 9, 2017", None)
    datetime.datetime(2017, 3, 9, 0, 1, tzinfo=datetime.timezone.utc)
    >>> embargo_in("(Adds reaction to grain embargo)", None)
    """
    declared = [*_declared(_note(), notes), *_declared(_slug(), slugline), *_declared(_title(), headline)]
    moments = (moment for words in declared if (moment := _moment_in(words, published)))
    return next(moments, UNTIL_FURTHER_NOTICE if declared else None)


def _declared(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """What the lines say that declare an embargo, from the declaration on."""
    for line in text.splitlines():
        if (match := pattern.search(line)) and not LIFTED.search(line):
            yield line[match.start() :]


def _moment_in(words: str, published: datetime | None) -> datetime | None:
    day = _day_in(words, published.date() if published else None)
    clock, zone = _clock_in(words), ZONE.search(words)
    if day is None and clock and published:
        day = published.date()
    if day is None:
        return None
    where: tzinfo = ZoneInfo(ZONES[zone[0]]) if zone else UTC
    return datetime.combine(day, clock or time(), where).astimezone(UTC)


def _day_in(words: str, published: date | None) -> date | None:
    for match in _date().finditer(words):
        if day := date_of(match, published):
            return day
        named = match[0].casefold()
        if published and named in weekdays():
            return published + timedelta(days=(weekdays()[named] - published.weekday()) % 7)
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
def _note() -> re.Pattern[str]:
    asked = r"\b(?:please (?:note|observe|respect)|note) (?:(?:the|this|strict) )*embargo\b"
    before = r"\bnot for (?:release|publication|use) (?:before|until)\b"
    return re.compile(rf"{HELD}|{asked}|{before}|{_opening(BEGIN, 'embargo')}|{_opening(BEGIN_OR_DASH, 'embargoed')}", re.IGNORECASE)


@cache
def _slug() -> re.Pattern[str]:
    return re.compile(rf"{HELD}|{_opening(BEGIN_OR_DASH, 'embargoed')}", re.IGNORECASE)


@cache
def _title() -> re.Pattern[str]:
    return re.compile(HELD, re.IGNORECASE)


def _opening(begin: str, word: str) -> str:
    """A pattern for the word where it opens a sentence and declares: it ends there, or `until`, `for release` or a moment follows."""
    clock, day = (re.sub(r"\?P<\w+>", "?:", pattern) for pattern in (CLOCK.pattern, rf"\b{date_pattern()}\b"))
    moment = rf"(?:{clock}|{day}|[0-2]\d{{3}}\b)"
    link = r"(?:(?:strictly|not|to|for|at|by|before|time|date|notice)\b\W{1,3})*"
    end = rf"[\s{marks.MAY_CLOSE}]*(?:$|[.!;)\]*])|(?<=ed)\s*[–—-]+\s|:?\W*$"
    return rf"{begin}{LEAD}\b{word}\b(?={end}|\W{{1,4}}(?:(?:strictly )?(?:until|till)\b|for (?:release|publication|use)\b|{link}{moment}))"


@cache
def _date() -> re.Pattern[str]:
    return re.compile(rf"\b{date_pattern()}\b")
