"""The data beside the code of this room, read once: agency profiles, regions, towns."""

from functools import cache

from babel import Locale
from pydantic import Field

from schemas.base import Schema
from tasks import shipped
from tasks.language.countries import states_in_datelines


class Profile(Schema):
    """What is particular to one agency's copy; patterns are regular expressions that match a whole line."""

    version: int = Field(ge=1, description="Raised when the agency's habits, or what we know of them, change")
    name: str = Field(description="The agency's name; empty for a file that gathers many")
    credits: list[str] = Field(min_length=1, description="How it signs datelines and bylines")
    leading: bool = Field(False, description="The agency may stand before the place")
    bare: bool = Field(False, description="The agency may stand without parentheses after the date")
    dashless: bool = Field(False, description="No dash need follow the agency")
    notes: list[str] = Field(default_factory=list, description="Lines above the story for editors")
    flags: list[str] = Field(default_factory=list, description="Marks of an update, before the headline or on a line of their own")
    subheads: list[str] = Field(default_factory=list, description="Lines that head a section, their words in the group `words`")
    closers: list[str] = Field(default_factory=list, description="Lines that open the trailers, in the second half of a story")
    trailers: list[str] = Field(default_factory=list, description="Lines below the story")
    withheld: list[str] = Field(default_factory=list, description="Lines from which on nothing may be published")


@cache
def profiles() -> tuple[Profile, ...]:
    """Every agency profile of `profiles/`, by file name."""
    return tuple(Profile.model_validate(shipped.toml(name)) for name in shipped.folder("split/profiles"))


@cache
def furniture() -> dict[str, list[str]]:
    """Patterns of the furniture that agencies have in common, by kind."""
    return shipped.toml("split/furniture.toml")


@cache
def agency_credits() -> frozenset[str]:
    """How the agencies sign, in small letters."""
    return frozenset(credit.casefold() for profile in profiles() for credit in profile.credits)


@cache
def regions() -> dict[str, str]:
    """ISO 3166-1 code by the name of a country, state or province as datelines print it."""
    territories = Locale("en").territories
    names = {str(name): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    printed = shipped.toml("split/regions.toml")
    return states_in_datelines() | names | {name: code for code, regions in printed.items() for name in regions}


@cache
def towns() -> frozenset[str]:
    """Towns whose name alone, in capitals, may be a dateline."""
    return frozenset(line for line in shipped.text("split/places.txt").splitlines() if not line.startswith("#"))


def short_name(credit: str) -> str:
    """How an agency signs datelines, whichever of its credits is printed: AP for Associated Press.

    >>> short_name("The Associated Press"), short_name("tca/dpa"), short_name("Salt News/dpa"), short_name("Variety.com")
    ('AP', 'dpa', 'dpa', 'Variety.com')
    """
    return _short_names().get(credit.casefold()) or _short_names().get(credit.split("/")[-1].casefold()) or credit


@cache
def _short_names() -> dict[str, str]:
    return {credit.casefold(): profile.credits[0] for profile in profiles() if profile.name for credit in profile.credits}
