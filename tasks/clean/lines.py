"""Lines and paragraphs: which line breaks are the writer's and which the wire's.

Wire copy is wrapped at 65 to 80 characters; its paragraphs open with an indent or follow a blank line. A break in
mid-sentence (no full stop before it, a small letter after it) can only be a wrap. Where such breaks are found, the
width of the copy is the one that explains most of them: greedy wrapping at width W leaves every line at most W long,
and too long for the next word. A break is then a wrap when its line is full and nothing marks a new paragraph.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from statistics import mode
from typing import NamedTuple

from tasks.clean.mended import Edit
from tasks.language import marks
from tasks.language.sentences import BREAKS, ends

WHITE_SPACE = re.compile(r"\s+")
SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
"""Runs of white space, and any white space but a plain space, inside a line."""

MIN_WIDTH, MAX_WIDTH = 40, 120
"""Nobody wraps wire copy narrower or wider than this; lists of results and names have shorter lines of their own."""

SLACK = 3
"""Characters by which a full line may miss the width: tabs and a few lost spaces count differently at each agency."""

SENTENCE_END = BREAKS + "="
"""` =` ends a header line in IPTC 7901."""

RULE = re.compile(r"[\W_]+")
ITEM = re.compile(r"(?:[-*•·▪–—+o]|--|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+\S")
COLUMNS = re.compile(r"\S(?:\s{3,}|\t+)\S|\.{4,}|\S\s{2,}\S.*[^\s.?!:]\s{2,}\S")
"""A row of a table: columns parted by wide gaps or dot leaders."""

OPENING = re.compile(r"[A-ZÀ-Þ][^()]{0,60}\((?!s\))[A-Za-z][\w./ ]{0,29}\w\)\s*(?:-{1,2}|[–—_])(?=\s|$)")
"""A dateline with its agency opens a paragraph, even below a headline that fills its line."""

BYLINE = re.compile(r"By [A-Z]")
COMPOUND_END = re.compile(rf"[\w.{marks.APOSTROPHE}]-$")
SUSPENDED = frozenset({"and", "or", "to", "und", "oder", "et", "y", "e"})
"""After these a hyphen was not for joining: "pre- and post-war"."""


class Line(NamedTuple):
    """A line that is not blank: where its words are, how far indented, how many line ends before it."""

    start: int
    end: int
    indent: int
    gap: int
    words: str

    def room_for(self, after: "Line") -> int:
        """The widest measure at which the next line's first word would not have fitted on this one.

        Agencies differ in whether the measure counts the indent; here it does, for the benefit of the doubt.
        """
        return self.indent + len(self.words) + len(after.words.split()[0])

    @property
    def ended(self) -> bool:
        """Whether the line ends a sentence."""
        return ends(self.words, SENTENCE_END)


class Wrapping(NamedTuple):
    """How a text was wrapped.

    The widest measure that the breaks allow, and the narrowest, at which a line counts as full; indent of lines inside
    a paragraph; line ends between its lines; whether indents or blank lines mark where a paragraph opens.
    """

    width: int
    full: int
    indent: int
    gap: int
    cued: bool


def lines_of(text: str) -> Iterator[Line]:
    """The lines that are not blank."""
    at = 0
    for match in re.finditer(r"\S[^\n]*", text):
        space, words, start = text[at : match.start()], match[0].rstrip(), match.start()
        yield Line(start, start + len(words), len(space.rpartition("\n")[2].expandtabs(4)), space.count("\n"), words)
        at = match.end()


def wrapping_of(text: str) -> Wrapping | None:
    """How the text is hard-wrapped; None when its lines are paragraphs.

    >>> wrapping_of("The minister said the harvest was the\\nbest in ten years.") is None
    False
    >>> wrapping_of("Harvest is best in years\\nThe minister said so.") is None
    True
    """
    lines = list(lines_of(text))
    broken = [(a, b) for a, b in pairwise(lines) if len(a.words) <= MAX_WIDTH and in_mid_sentence(a, b)]
    gap = min((b.gap for _, b in pairwise(lines)), default=0)
    broken = [(a, b) for a, b in broken if b.gap == gap]
    if not broken:
        return None
    votes = Counter(width for a, b in broken for width in range(len(a.words), a.room_for(b) + 1))
    most = max(votes.values())
    width = full = max(w for w, n in votes.items() if n == most)
    while votes[full - 1] == most:
        full -= 1
    full = max(full, MIN_WIDTH)
    inside = sum(len(a.words) for a in lines if len(a.words) <= width + SLACK)
    if inside * 2 < sum(len(a.words) for a in lines):
        return None
    indent = mode(b.indent for _, b in broken)
    cued = any(b.gap > gap or b.indent != indent for b in lines[1:])
    return Wrapping(width, full, indent, gap, cued)


def in_mid_sentence(before: Line, after: Line) -> bool:
    """Whether the break between two lines falls inside a sentence, as no writer would place it."""
    return not before.ended and after.words[0].islower() and not ITEM.match(after.words) and not _stands_alone(before)


def relay(text: str, wrapping: Wrapping | None) -> Iterator[Edit]:
    """Makes every paragraph one line, with nothing but one line feed between paragraphs."""
    at, before, opener = 0, None, None
    vocabulary: frozenset[str] | None = None
    for line in lines_of(text):
        put = "\n" if before else ""
        if before and opener and wrapping and is_wrap(before, line, opener, wrapping):
            put = " "
            if COMPOUND_END.search(before.words) and line.words[0].isalnum():
                vocabulary = vocabulary or frozenset(re.findall(r"\w+(?:-\w+)*", text))
                at, put = _rejoined(before, line, vocabulary, at)
        if put == "\n" or not before:
            opener = line
        yield at, line.start, put
        at, before = line.end, line
    yield at, len(text), ""


def is_wrap(before: Line, after: Line, opener: Line, wrapping: Wrapping) -> bool:
    """Whether the break between two lines is the wire's: `opener` is the first line of the paragraph so far."""
    if after.gap > wrapping.gap or len(before.words) > wrapping.width + SLACK:
        return False
    if _stands_alone(before) or _stands_alone(after) or (before is opener and OPENING.match(after.words)):
        return False
    slack = 0 if before.ended and not wrapping.cued else SLACK
    full = before.room_for(after) >= wrapping.full - slack
    sentence_goes_on = in_mid_sentence(before, after)
    if ITEM.match(after.words) and not (full and not before.ended and not ITEM.match(opener.words)):
        return False
    if after.indent != wrapping.indent and not (sentence_goes_on and abs(after.indent - wrapping.indent) < 2):
        return bool(ITEM.match(opener.words)) and after.indent > opener.indent
    if BYLINE.match(before.words) and before is opener and not full:
        return False
    return full or sentence_goes_on


def _stands_alone(line: Line) -> bool:
    """Whether a line is a rule or a row of a table, which no paragraph takes in."""
    if len(line.words) > 2 * MAX_WIDTH:
        return False
    gaps = "  " in line.words or "\t" in line.words or "...." in line.words
    return bool(RULE.fullmatch(line.words)) or (gaps and bool(COLUMNS.search(line.words)))


def _rejoined(before: Line, after: Line, vocabulary: frozenset[str], at: int) -> tuple[int, str]:
    """How to join a word over a hyphen at the line's end: where to cut from, and what to put.

    The hyphen stays unless the text itself has the word without it and never with it.
    """
    left, right = before.words.split()[-1].strip(marks.MAY_OPEN + "("), re.match(r"\w+", after.words)
    if not right or right[0] in SUSPENDED:
        return at, " "
    solid, hyphened = left[:-1] + right[0], left + right[0]
    return (at - 1, "") if solid in vocabulary and hyphened not in vocabulary else (at, "")
