"""Lines of furniture: notes, update flags, trailers and the rest, recognised by the patterns beside the code."""

import re
from functools import cache
from typing import Literal

from schemas.story import Status
from tasks.language import marks
from tasks.split.data import furniture, profiles

Kind = Literal["notes", "flags", "trailers", "closers", "withheld", "asides", "subheads"]

RULE = re.compile(r"[-_*=~–—.•# ]{2,}")
"""A line of dashes, stars or underscores."""

DASHED = re.compile(r"[-–—] (?P<words>[^.]{4,80}?)(?: ?[-–—])?")
"""A line that a dash opens; words in quotation marks there are a subhead."""

CORRECTED = re.compile(r"^\((?:Corrects|Correcting|In [^()]{1,80}\bcorrects|This [^()]{0,60}\bcorrects)\b", re.MULTILINE)
KILLED = re.compile(
    r"\b(?:(?:story|item|report) (?:has been|is|was) (?:withdrawn|killed|retracted)|(?:please|mandatory) kill)\b", re.IGNORECASE
)

LONGEST = 1500
"""Characters; no line of furniture is longer, and patterns need not look further."""


def is_kind(line: str, kind: Kind) -> bool:
    """Whether a whole line is furniture of that kind."""
    return len(line) <= LONGEST and bool(_pattern(kind).fullmatch(line))


def subhead_words(line: str) -> str | None:
    """The words of a line that is marked as a subhead, without dashes and quotation marks."""
    if (dashed := DASHED.fullmatch(line)) and (words := marks.unquoted(dashed["words"])):
        return words
    match = _pattern("subheads").fullmatch(line)
    return bare(next(words for words in match.groups() if words)) if match else None


def bare(heading: str) -> str:
    """A heading without the dashes around it, nor the quotation marks where they hold all of it.

    >>> bare("- 'Slow progress' -"), bare("Who is the ‘minister’?")
    ('Slow progress', 'Who is the ‘minister’?')
    """
    heading = heading.strip().strip("-–—").strip()
    return marks.unquoted(heading) or heading


def flags_before(headline: str) -> list[str]:
    """The update flags that a headline opens with.

    >>> flags_before("CORRECTED-UPDATE 1-Barley prices rise")
    ['CORRECTED', 'UPDATE 1']
    """
    found, at = [], 0
    while match := _leading_flag().match(headline, at):
        found.append(match["flag"])
        at = match.end()
    return found


def flags_in(slug: str) -> list[str]:
    """The update flags anywhere in a slugline or a line of flags."""
    return [match["flag"] for match in _any_flag().finditer(slug)]


def is_flag_line(line: str) -> bool:
    """Whether a line has nothing but update flags."""
    return bool(_flag_line().fullmatch(line))


def status_of(flags: list[str], notes: str) -> Status:
    """What the flags and the notes for editors say of the version.

    >>> status_of([], "(In Jan. 3 story, corrects name of minister)"), status_of(["KILL"], "")
    ('corrected', 'canceled')
    """
    words = " ".join(flags).upper()
    if re.search(r"\b(?:KILL|WITHDRAW|RETRACT|STORY REMOVED)", words) or KILLED.search(notes):
        return "canceled"
    return "corrected" if "CORRECT" in words or CORRECTED.search(notes) else "usable"


@cache
def _pattern(kind: Kind) -> re.Pattern[str]:
    patterns = [*furniture()[kind], *(p for profile in profiles() for p in getattr(profile, kind, []))]
    return re.compile("|".join(f"(?:{pattern.replace('(?P<words>', '(')})" for pattern in patterns))


@cache
def _any_flag() -> re.Pattern[str]:
    patterns = sorted({*furniture()["flags"], *(p for profile in profiles() for p in profile.flags)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?P<flag>{'|'.join(patterns)})(?!\w)")


@cache
def _leading_flag() -> re.Pattern[str]:
    return re.compile(rf"\W{{0,3}}{_any_flag().pattern}\W{{0,2}}(?:[-–—:/]|(?<=LEAD)\s)\s*")


@cache
def _flag_line() -> re.Pattern[str]:
    flag = f"(?>{_any_flag().pattern.replace('?P<flag>', '?:')})"  # several patterns fit UPDATE 1: the first, for good
    return re.compile(rf"\W*{flag}(?:[\W_]+{flag})*\W*")
