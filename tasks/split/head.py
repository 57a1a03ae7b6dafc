"""The top of a story: headline, notes, flags and byline above the first paragraph of the body."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

from schemas.base import Span
from schemas.story import Dateline, SectionKind
from tasks.language import marks
from tasks.language.sentences import BREAKS, ends
from tasks.split.bylines import Byline, agency_in, byline_of, is_credit
from tasks.split.datelines import dateline_at_start
from tasks.split.dates import is_date_line
from tasks.split.furniture import RULE, flags_before, flags_in, is_flag_line, is_kind

DEPTH = 16
"""Lines from the top among which furniture is sought."""

HEADLINE_LONGEST = 160
"""Characters of the longest headline."""

Guess = Literal["rule", "note", "flags", "byline", "credit", "dateline", "headline", "short", "sentence", "prose"]


class Head(NamedTuple):
    """What stands above the body: a section kind for each line, and what the lines say."""

    kinds: tuple[SectionKind, ...] = ()
    headline: str | None = None
    byline: Byline | None = None
    dateline: Dateline | None = None
    flags: tuple[str, ...] = ()


def read_head(text: str, lines: Sequence[Span], wire_headline: str | None, published: date | None) -> Head:
    """Finds where the body begins, and what the lines above it are.

    A dateline ends the head, else the last byline does. Without either, only lines that are clearly notes are
    taken, and a first line that is clearly a headline: short, unfinished, and followed by a whole sentence.
    """
    words = [line.of(text) for line in lines[:DEPTH]]
    guesses: list[Guess] = []
    dateline = None
    for line in lines[:DEPTH]:
        guess = guess_line(line.of(text), guesses, wire_headline)
        if guess in ("short", "sentence", "prose", "credit", "note") and (dateline := dateline_at_start(text, line, published)):
            guess = "dateline"
        guesses.append(guess)
        if dateline:
            break
    depth = _depth(guesses, words)
    dateline = dateline if dateline and depth == len(guesses) - 1 else None
    return _sections(words[:depth], guesses[:depth], dateline)


def guess_line(line: str, above: Sequence[Guess], wire_headline: str | None) -> Guess:
    """What a line at the top looks like on its own."""
    if wire_headline and _same(line, wire_headline):
        return "headline"
    if RULE.fullmatch(line):
        return "rule"
    if is_flag_line(line):
        return "flags"
    if byline_of(line):
        return "byline"
    if above and above[-1] in ("byline", "credit") and is_credit(line):
        return "credit"
    if is_kind(line, "notes") or is_date_line(line):
        return "note"
    if len(line) > HEADLINE_LONGEST:
        return "prose"
    return "sentence" if ends(line, BREAKS + ",") else "short"


def _depth(guesses: Sequence[Guess], words: Sequence[str]) -> int:
    """How many lines stand above the body."""
    bylines = [i for i, guess in enumerate(guesses) if guess in ("byline", "credit")]
    running = [i for i, guess in enumerate(guesses) if guess in ("prose", "sentence")]
    if guesses and guesses[-1] == "dateline":
        at = len(guesses) - 1
        above = [i for i in running if i > 1 or guesses[i] == "prose"]  # headline and deck may end with full stops
        if not above or (bylines and len(above) <= 2):
            return at
    if bylines and len([i for i in running if i < bylines[-1]]) <= 1:
        return _past_notes(guesses, bylines[-1] + 1)
    at = _past_notes(guesses, 0)
    if at < len(words) and (guesses[at] == "headline" or (guesses[at] == "short" and is_headline(words[at], words[at + 1 :]))):
        return _past_notes(guesses, at + 1)
    return at


def _past_notes(guesses: Sequence[Guess], at: int) -> int:
    while at < len(guesses) and guesses[at] in ("note", "flags", "rule"):
        at += 1
    return at


def is_headline(line: str, below: Sequence[str]) -> bool:
    """Whether a first line that ends no sentence is clearly a headline: the next line of text is a whole sentence."""
    if marks.unquoted(line) or not (line[0].isupper() or line[0].isdigit() or line[0] in marks.MAY_OPEN):
        return False
    following = next((w for w in below if not (is_kind(w, "notes") or is_date_line(w))), "")
    return len(following) >= 60 and ends(following, BREAKS + ",") and len(line.split()) >= 3


def _same(line: str, headline: str) -> bool:
    return re.sub(r"\W+", " ", line).strip().casefold() == re.sub(r"\W+", " ", headline).strip().casefold()


def _sections(words: Sequence[str], guesses: Sequence[Guess], dateline: Dateline | None) -> Head:
    """The head's sections and what they say."""
    kinds: list[SectionKind] = []
    headline, names, agency, flags = None, list[str](), None, list[str]()
    for line, guess in zip(words, guesses, strict=True):
        if guess == "byline" and (byline := byline_of(line)):
            names += byline.names
            agency = agency or byline.agency
            kinds.append("byline")
        elif guess == "credit":
            agency = agency or agency_in(line)
            kinds.append("byline")
        elif guess == "headline" or (guess in ("short", "sentence") and headline is None):
            headline = line
            flags += flags_before(line)
            kinds.append("headline")
        elif guess in ("short", "sentence") and kinds[-1:] == ["headline"]:
            kinds.append("headline")
        else:
            flags += flags_in(line) if guess == "flags" or line.startswith(("BC-", "AM-", "PM-")) else []
            kinds.append("note")
    return Head(tuple(kinds), headline, Byline(tuple(names), agency) if names else None, dateline, tuple(flags))
