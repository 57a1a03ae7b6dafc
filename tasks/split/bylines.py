"""Bylines: who wrote a story, as a line above it or a wire field says."""

import re
from functools import cache
from typing import NamedTuple

from tasks.language import marks
from tasks.language.calendar import english_months, english_weekdays
from tasks.language.marks import APOSTROPHE
from tasks.language.sentences import BREAKS, ends
from tasks.split.data import agency_credits, profiles

LONGEST = 200
"""Characters; a longer line is a sentence."""

LONGEST_NAME = 6
"""Words."""

BY = re.compile(rf"(?:By|BY|by|Von|VON|Par|PAR|Por|POR|Door|Av|Text by|Story by|From)[: ]\s*(?=[\w{marks.MAY_OPEN}])")
FIELD_BY = re.compile(r"(?i:by|von|par|por|door)[: ]\s*")
PLACES = re.compile(rf",? (?:in|reporting from) [A-ZÀ-Þ][\w.{APOSTROPHE}-]*(?: [A-ZÀ-Þ][\w.{APOSTROPHE}-]*)*")
JOINT = re.compile(r"(?:(?<!\s)\s+?)?(,? (?:and|AND|und|et|y|&|with) |[,;|/])\s*+")
PARTICLES = frozenset(
    {"al", "ap", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la", "las", "le", "los"}
    | {"ten", "ter", "van", "von", "y", "zu"}
)
NAME_WORD = re.compile(rf"(?:[dDlLO][{APOSTROPHE}])?[A-ZÀ-ÞŁŚŞŠŻŽİČĆĐŘ][\w{APOSTROPHE}.\-]*")
ROLE = re.compile(
    r"\b(?:writers?|reporters?|correspondents?|staff|editors?|bureau|columnists?|analysts?|contributors?|photographers?|chief"
    r"|journalists?|desk|team|special|freelance|korrespondent(?:in|en)?)\b",
    re.IGNORECASE,
)
HOUSE = re.compile(
    r"\b(?:press|news|service|agency|agencies|times|post|journal|tribune|herald|gazette|courier|star|wires?|reports?|magazine|radio"
    r"|television|network|media|group|university|college|school|institute|cent(?:er|re)|council|foundation|company|inc|ltd|llc)\b",
    re.IGNORECASE,
)
"""Words of houses that people write for. They are surnames too, so they count only behind a comma."""

INITIALS = re.compile(r"[a-z]{1,5}(?:[-/ ][a-z]{1,5})*")
COLLECTIVE = re.compile(
    r"(?i:(?:[a-z]+ )?(?:our )?(?:own |special |staff |foreign )?(?:correspondents?|reporters?|writers?)"
    r"|(?:[a-z]+ )?staff(?: writers?)?|(?:news )?agencies|wire (?:services|reports))"
)
NOT_NAMES = frozenset(
    {*(name.casefold() for name in (*english_months(), *english_weekdays()))} - {"april", "may", "june", "august"}
    | {"early", "late", "mid"}
    | {"the", "a", "an", "his", "her", "their", "its", "our", "this", "that", "all"}
)
SMALL_WORDS = frozenset({"for", "of", "the", "at", "dpa", "and"})
INITIAL_END = re.compile(r"\b(?:[A-Z]|Jr|Sr)\.$")


class Byline(NamedTuple):
    """The authors' names, without agency and role, and the agency where one is named."""

    names: tuple[str, ...]
    agency: str | None = None


def byline_of(line: str) -> Byline | None:
    """The byline that a whole line is; None for any other line.

    >>> byline_of("By ADA LUND and Per Moe, AP Sports Writers =").names
    ('ADA LUND', 'Per Moe')
    >>> byline_of("By the time he arrived, the talks were over") is None
    True
    """
    line = _bare(line)
    opening = BY.match(line)
    if len(line) > LONGEST or (ends(line, BREAKS) and not INITIAL_END.search(line)):
        return None
    if opening:
        return _read(line[opening.end() :])
    name, *rest = JOINT.split(line, maxsplit=1)
    return _read(line) if rest and is_name(name) and is_credit(rest[1]) else None


def byline_field(value: str) -> Byline:
    """Names and agency in a wire's byline field; what cannot be read is taken for a name."""
    value = FIELD_BY.sub("", _bare(value))
    if not value or INITIALS.fullmatch(value):
        return Byline(())
    return _read(value) or Byline((value,))


def is_credit(line: str) -> bool:
    """Whether a line is what stands beside or under a byline: the agency, or the writer's role there."""
    line = _bare(line)
    words = line.split()
    if not words or len(words) > 8 or ends(line, BREAKS):
        return False
    titled = all(word[0].isupper() or word in SMALL_WORDS for word in words)
    return line.casefold() in agency_credits() or (titled and bool(ROLE.search(line) or HOUSE.search(line)))


def is_name(words: str) -> bool:
    """Whether the words have the form of a person's full name."""
    parts = words.split()
    if not 2 <= len(parts) <= LONGEST_NAME or ROLE.search(words) or parts[0].casefold() in NOT_NAMES or parts[-1] in PARTICLES:
        return False
    if any(credit in words.casefold() for credit in agency_credits() if " " in credit) or (parts[0] in _codes() and not words.isupper()):
        return False  # Associated Press, AP Sports
    return all(part in PARTICLES or part.startswith("al-") or NAME_WORD.fullmatch(part) for part in parts)


def _bare(line: str) -> str:
    return line.strip().removesuffix("=").strip()


def _read(words: str) -> Byline | None:
    """Names and agency among the words; None when something in them is neither name nor credit."""
    names, agency = list[str](), None
    parts = JOINT.split(PLACES.sub("", words))
    for part, joint in zip(parts[::2], ["", *parts[1::2]], strict=True):
        part = part.strip(marks.ANY + " ()-")
        name, credit = _name_and_credit(part, behind_comma=joint.strip() in (",", ";", "|", "/"))
        if name:
            names.append(name)
        elif part and not credit and not (names and not part[0].islower()):
            return None
        agency = agency or agency_in(credit or "")
    return Byline(tuple(names) or (words,), agency)


def _name_and_credit(part: str, behind_comma: bool) -> tuple[str | None, str | None]:
    """Parts what stands between two joints: a name, a credit, or a name with its credit behind."""
    if part.casefold() in agency_credits() or COLLECTIVE.fullmatch(part) or (behind_comma and is_credit(part)):
        return None, part
    if is_name(part) and (not HOUSE.search(part) or len(part.split()) == 2):
        return part, None
    words = part.split()
    for size in range(LONGEST_NAME + 1):
        name, credit = " ".join(words[:size]), " ".join(words[size:]).removeprefix("of ").removeprefix("for ").strip("(/ ")
        if is_name(name) and is_credit(credit):
            return name, credit
    return None, part if is_credit(part) else None


def agency_in(credit: str) -> str | None:
    """The agency that a credit names, as it is printed there."""
    if credit.casefold() in agency_credits():
        return credit
    match = _known_credits().search(credit)
    return match[0] if match else None


@cache
def _known_credits() -> re.Pattern[str]:
    names = sorted((re.escape(credit) for profile in profiles() for credit in profile.credits), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(names)})\b")


@cache
def _codes() -> frozenset[str]:
    """Credits in capitals (AP, AFP), which are first names too when a whole byline is set in capitals (MIA, SANA)."""
    return frozenset(credit for profile in profiles() for credit in profile.credits if credit.isupper())
