"""Dates as the wire prints them: a month and a day, in several languages, mostly without a year."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from tasks.language.calendar import months, weekdays


@cache
def date_pattern() -> str:
    """A pattern for a date: `May 3`, `Feb. 1, 2017`, `3. Juni`, `Friday, 2 May`, `Monday`; day and month in named groups."""
    month, weekday = rf"{_any(months())}\.?", _any(weekdays())
    return (
        rf"(?:{weekday},? )?"
        rf"(?:(?P<month>{month}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:(?:, ?| )(?P<year>\d{{4}}))?"
        rf"|(?P<day2>\d{{1,2}})(?:\.|er|st|nd|rd|th)? (?:de )?(?P<month2>{month})(?:,? (?:de )?(?P<year2>\d{{4}}))?"
        rf"|{weekday}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?)"
    )


def _any(names: Iterable[str]) -> str:
    """A pattern of one of the names in any case, the longest first."""
    return f"(?i:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})"


def is_date_line(line: str) -> bool:
    """Whether a line is a date, with a time of day perhaps, and nothing else.

    >>> is_date_line("Friday, July 21, 2017"), is_date_line("July 21, 2017 10:15 GMT"), is_date_line("Friday")
    (True, True, False)
    """
    return any(c.isdigit() for c in line) and bool(_date_line().fullmatch(line))


@cache
def _date_line() -> re.Pattern[str]:
    return re.compile(rf"{date_pattern()}(?:[ ,|–—-]{{1,3}}(?:at )?\d{{1,2}}[:.]\d{{2}}(?: ?[ap]\.?m\.?)?(?: [A-Z]{{2,4}})?)?")


def date_of(match: re.Match[str], published: date | None) -> date | None:
    """The date of a match of `date_pattern`; without a year the one nearest to `published`, without both None."""
    groups = match.groupdict()
    month = months().get((groups.get("month") or groups.get("month2") or "").strip(".").casefold())
    day, year = groups.get("day") or groups.get("day2"), groups.get("year") or groups.get("year2")
    if not month or not day:
        return None
    return day_of(int(year), month, int(day)) if year else nearest(month, int(day), published)


def nearest(month: int, day: int, published: date | None) -> date | None:
    """The date of that month and day that lies next to the day of publication.

    >>> nearest(12, 31, date(2024, 1, 2))
    datetime.date(2023, 12, 31)
    """
    if published is None:
        return None
    near = [found for year in (published.year - 1, published.year, published.year + 1) if (found := day_of(year, month, day))]
    return min(near, key=lambda found: abs(found - published), default=None)


def day_of(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
