"""Datelines: where, when and by which agency a story was filed, as its first line says.

The shapes are those of AP, Reuters, AFP, AA, dpa, Kyodo, TASS, Xinhua, ANSA, NYT, ATS and their like. What makes a
shape safe is written beside it: a known agency, a date, or a place that is known to be one.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from schemas.base import Span
from schemas.story import Dateline
from tasks.language import marks
from tasks.split.data import Profile, profiles, regions, towns
from tasks.split.dates import date_of, date_pattern

PLACE_MAX = 90
"""No dateline reaches further than this before its agency or dash."""


class Shape(NamedTuple):
    """A form of dateline: a pattern over the building blocks, and what it needs to be believed."""

    pattern: str
    needs_known_place: bool = False


SHAPES = (
    # BRISTOL, England, May 3 (AP) - ...   Geneva (dpa) - ...   BEIRUT/THE HAGUE (Reuters) - ...   Madrid, 5 jun (EFE).- ...
    # Larvik (Norway), May 3 (AFP) - ...   Oslo (NTB): ...
    Shape(r"{places}(?:,? {date})?[,.]? ?{dash}?\({agency}\)(?:[.:]?{dash}|(?P<colon>: )|(?P<no_dash>(?=\s)))"),
    # LOS ANGELES (Variety.com) - ... in another agency's story
    Shape(r"{caps}(?:,? {date})?,? ?{dash}?\((?P<partner>[A-Z][^()\n]{{1,39}})\){dash}", needs_known_place=True),
    # OSTERBY, May 3 (Salt News) -- ... by an agency and from a town that we do not know
    Shape(r"{caps},? {date},? ?{dash}?\((?P<partner>[A-Z][^()\n]{{1,39}})\){dash}"),
    Shape(r"{date},? \((?P<partner>[A-Z][^()\n]{{1,39}})\){dash}"),
    # MOSCOW, May 3. /TASS/. ...   SAO PAULO, May 3, 2017 /PRNewswire/ -- ...
    Shape(r"{places}(?:[,.]? {date})?[,.]? ?/{agency} ?/[.:]?(?:{dash}|(?=\s|$))"),
    # NAGOYA, Japan, May 3 Kyodo - ...
    Shape(r"{caps},? {date},? {bare}{dash}"),
    # (ANSA) - ROME, MAY 3 - ...
    Shape(r"\({leading}\){dash}{places}(?:, {date})?{dash}"),
    # May 3 (Reuters) - ...   (Reuters) - ...
    Shape(r"(?:{date},? )?\({agency}\){dash}"),
    # SALVADOR, May 3 - ...
    Shape(r"{caps} ?[,.]? {date},?(?:{dash}|: )"),
    # Toronto, May 3 - ...
    Shape(r"{places} ?, {date},?(?:{dash}|: )", needs_known_place=True),
    # NEW YORK _ ...   BEAVERTON, Ore. - ...   NEW DELHI: ...
    Shape(r"{caps}(?:{dash}|: )", needs_known_place=True),
)

OWN_LINE = (
    Shape(r"{places}(?:,? {date})?[,.]? ?\({agency}\)[.:]?$"),
    Shape(r"{caps}, {date}[.:]?$", needs_known_place=True),
    Shape(r"{caps}$", needs_known_place=True),
)
"""Forms that need no dash because the dateline has the line to itself."""

IN_NAMES = marks.APOSTROPHE + "‘`"
"""What is typed for the apostrophe of a town's name."""

# No character may be read in two ways under a repeat: a hyphen is inside a word or, where none can go on with it, between two.
CAPS_WORD = rf"(?:(?:Mc|Mac|La|Le|De|Du|Di|Van|O[{marks.APOSTROPHE}])?[A-ZÀ-ÞĀŁŚŞŠŻŽİ][A-ZÀ-ÞĀĄČĘŁŃŚŞŠŻŽİ{IN_NAMES}.\-]*[A-ZÀ-ÞŁŚŞŠİ.])"
CAPS_NEXT = rf"(?: {CAPS_WORD}|-(?=[A-Z][a-z]){CAPS_WORD}|[ -](?:de|am|of|the|and)(?:-(?![A-Z][a-z]){CAPS_WORD})?)"
WORD = rf"(?:[A-ZÀ-ÞŁŚŞŠŻŽİ][\w{IN_NAMES}.\-]*)"
PARTICLE = r"(?:de|del|della|la|las|los|le|les|am|an|der|do|da|dos|of|the|on|upon|and|en|el|al|sur|sous|near|bei|in)"
REGION_NAME = rf"(?:the )?{WORD}(?: (?:{WORD}|of|and|the|d')){{0,8}}"
REGION = rf"(?:, {REGION_NAME}| \({REGION_NAME}\))"

_TOWNS_APART = re.compile(r" ?/ ?|, | (?i:and) ")
_REGIONS_APART = re.compile(r"(?<![ ,()]) *+[,()][ ,()]*+|(?<=[A-Z]) and (?=[A-Z]{2})")


def dateline_at_start(text: str, paragraph: Span, published: date | None) -> Dateline | None:
    """The dateline that opens a paragraph of `text`; None where there is none.

    A date without a year is read as the one next to `published`; without either it stays open.

    >>> dateline_at_start("TARVIN, Kenya (AP) _ Rain fell.", Span(start=0, end=31), None).country
    'KE'
    >>> dateline_at_start("NATO said on Monday", Span(start=0, end=19), None) is None
    True
    """
    line = paragraph.of(text)
    for shape, pattern in compiled():
        match = pattern.match(line, 0, 3 * PLACE_MAX)
        if match and (read := _read(shape, match)):
            place, country, agency = read
            return Dateline(
                span=Span(start=paragraph.start, end=paragraph.start + len(match[0].rstrip())),
                place=place,
                country=country,
                filed_on=date_of(match, published),
                agency=agency,
                places=[Span(start=paragraph.start + a, end=paragraph.start + b) for a, b in _places(match)],
                credits=[Span(start=paragraph.start + a, end=paragraph.start + b) for a, b in _agencies(match)],
            )
    return None


def _places(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where in its line the towns and regions of a match stand."""
    if match.groupdict().get("place"):
        yield from _between(_TOWNS_APART, match.string, match.start("place"), match.start("place") + len(_tidy(match["place"])))
        yield from _between(_REGIONS_APART, match.string, *match.span("region"))


def _agencies(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where in its line the agencies of a match stand; what is in brackets and no agency that we know is one name."""
    groups = match.groupdict()
    if groups.get("agency"):
        yield from (credit.span() for credit in _credit().finditer(match.string, *match.span("agency")))
    elif groups.get("partner"):
        yield match.span("partner")


def _between(apart: re.Pattern[str], line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the names stand in `line[start:end]` that `apart` parts."""
    for mark in apart.finditer(line, start, end):
        if start < mark.start():
            yield start, mark.start()
        start = mark.end()
    if start < end:
        yield start, end


def _read(shape: Shape, match: re.Match[str]) -> tuple[str | None, str | None, str | None] | None:
    """Place, country and agency of a match; None when the shape's needs are not met."""
    groups = match.groupdict()
    place, region = _tidy(groups.get("place") or ""), (groups.get("region") or "").strip(", ()")
    agency = groups.get("agency") or groups.get("partner")
    country = country_of(region)
    if region and not country and region.replace(" and ", "").isupper():  # NEW YORK, LONDON and BEIJING
        place, region = f"{place}, {region}", ""
    dated = bool(groups.get("day") or groups.get("day2"))
    known = bool(country) or (is_town(place) and (dated or not region))
    if (shape.needs_known_place or (not agency and len(place) < 4)) and not known:
        return None
    sure = (known and dated) or ((known or dated) and (agency or "").casefold() in _dashless())
    if groups.get("no_dash") is not None and not sure:
        return None
    if groups.get("colon") is not None and not (known or dated):
        return None
    if place.startswith("The ") and not known:
        return None
    if agency and (_initials(agency) == place or _initials(place).endswith(agency.upper())):
        return None  # NATO (North Atlantic Treaty Organization), the Associated Press (AP): no datelines
    return place or None, country, agency


def _tidy(place: str) -> str:
    """The place without the dash or full stop that parts it from date or agency."""
    place = place.rstrip("- ")
    return place.removesuffix(".") if "." not in place.rsplit(" ", 1)[-1][:-1] else place


def _initials(words: str) -> str:
    return "".join(word[0] for word in re.findall(r"[^\W\d_]+", words) if word[0].isupper())


def country_of(region: str) -> str | None:
    """The ISO 3166-1 code of the country that a dateline's region names or lies in.

    >>> country_of("Mo."), country_of("Ivory Coast"), country_of("Friday")
    ('US', 'CI', None)
    """
    names = [name.strip().removeprefix("the ") for name in region.split(",")]
    known = (regions().get(name) or regions().get(name.title()) for name in reversed(names) if name)
    return next(filter(None, known), None)


def is_town(place: str) -> bool:
    """Whether every part of a place (BEIRUT/THE HAGUE) is known as a town or country."""
    parts = re.split(r"/|, | AND ", place.replace("’", "'").upper())
    return all(part.strip() in towns() or part.strip().title() in regions() for part in parts)


@cache
def compiled() -> tuple[tuple[Shape, re.Pattern[str]], ...]:
    """The shapes as patterns, with the agencies' credits filled in."""
    blocks = _blocks()
    return tuple((shape, re.compile(shape.pattern.format(**blocks))) for shape in (*SHAPES, *OWN_LINE))


def _blocks() -> dict[str, str]:
    dash = rf"(?: ?(?:-{{1,3}}|[–—―_=])(?=[\s{marks.MAY_OPEN}(]|[A-Z]|$) ?)"
    caps_name = rf"{CAPS_WORD}{CAPS_NEXT}{{0,5}}"
    name = rf"{WORD}(?: (?:{WORD}|{PARTICLE}(?:-{WORD})?)){{0,5}}"
    return {
        "places": rf"(?P<place>{name}(?: ?/ ?{name}){{0,3}}(?:, {caps_name}){{0,4}}?(?: and {name})?)(?P<region>{REGION}{{0,2}})",
        "caps": rf"(?P<place>{caps_name}(?: ?/ ?{caps_name}){{0,3}}(?: and {caps_name})?)(?P<region>{REGION}{{0,2}})",
        "date": date_pattern(),
        "agency": _credits(profiles()),
        "bare": _credits(p for p in profiles() if p.bare),
        "leading": _credits(p for p in profiles() if p.leading),
        "dash": dash,
    }


def _credits(chosen: Iterable[Profile]) -> str:
    """A pattern for one or several of the agencies' credits: `AP`, `tca/dpa`, `ats afp`."""
    one = _any_credit(chosen)
    return rf"(?P<agency>{one}(?:(?: ?[/,-] ?| ){one})*)"


def _any_credit(chosen: Iterable[Profile]) -> str:
    names = sorted({re.escape(credit) for profile in chosen for credit in profile.credits}, key=len, reverse=True)
    return f"(?>(?i:{'|'.join(names)}))"  # the longest, for good: AP/Reuters is one credit, not two as well


@cache
def _credit() -> re.Pattern[str]:
    """Matches one agency's credit."""
    return re.compile(_any_credit(profiles()))


@cache
def _dashless() -> frozenset[str]:
    return frozenset(credit.casefold() for profile in profiles() if profile.dashless for credit in profile.credits)
