"""The dateline that a wire's own field gives: nothing in it but place, date and agency, so less evidence is asked for."""

import re
from datetime import date
from typing import NamedTuple

from schemas.base import Span
from tasks.split.datelines import dateline_at_start
from tasks.split.dates import date_of, date_pattern

END = re.compile(r"(?<![\s\-–—―_=:])[\s\-–—―_=:]++$")
BEHIND_PLACE = re.compile(rf"(?:[,.] *+|(?<! ) ++)?(?:[(/]|{date_pattern()})(?s:.*)")
PLACE = re.compile(r"[^\W\d_][^\d,()/]{0,60}")


class Filed(NamedTuple):
    """Where and when a story was filed."""

    place: str | None
    on: date | None


def dateline_field(words: str, published: date | None) -> Filed:
    """The place, without its region, and the date that a dateline field names; None for what it does not name.

    >>> dateline_field("Oslo, March 7", date(2026, 3, 8))
    Filed(place='Oslo', on=datetime.date(2026, 3, 7))
    >>> dateline_field("Shelton, Wash.", None).place, dateline_field("7 March", None).place
    ('Shelton', None)
    """
    bare = END.sub("", words.strip())
    printed = f"{bare} - "
    if bare and (read := dateline_at_start(printed, Span(start=0, end=len(printed)), published)):
        return Filed(read.place, read.filed_on)
    dated = re.search(rf"(?<![^\W_]){date_pattern()}", bare)
    place = PLACE.match(BEHIND_PLACE.sub("", bare).strip())
    return Filed(place[0].rstrip(" .") if place else None, date_of(dated, published) if dated else None)
