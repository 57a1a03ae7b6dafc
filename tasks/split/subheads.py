"""Subheads: the short lines that part a story's body."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from schemas.base import Span
from tasks.language import marks
from tasks.language.sentences import BREAKS, ends
from tasks.split.bylines import is_name
from tasks.split.furniture import RULE, bare, subhead_words

LONGEST_NAMED = 120
"""Characters from which on a sentence that the markup calls a heading is a summary all the same."""

LONGEST_WORDS = 9
LONGEST = 64
PROSE = 80
"""Characters from which on a line that ends a sentence is a paragraph of prose."""

BULLET = re.compile(r"[-*•–—·]\s|\(?\d{1,2}[.)]\s")
NOT_HEADING = re.compile(
    rf"^[\W_]*$|\w \d+, \w.* \d+$|[{BREAKS},{marks.MAY_CLOSE})\]/|=]$|\d[-:]\d|^[a-z]|^[{marks.MAY_OPEN}(]|://|@|\d.*\d.*\d.*\d"
)


def heading_lines(text: str, lines: Sequence[Span], headings: Sequence[Span]) -> frozenset[int]:
    """The lines, by index, that the markup's headings fill."""
    found = set()
    for heading in headings:
        at = bisect_right(lines, heading.start, key=lambda line: line.start) - 1
        if at >= 0 and heading.start < lines[at].end and 2 * len(heading.of(text)) > len(lines[at].of(text)):
            found.add(at)
    return frozenset(found)


def subhead_at(text: str, lines: Sequence[Span], at: int, named: bool) -> str | None:
    """The words of the subhead that line `at` of the body is; None where it is none.

    Lines that the markup has `named` headings are believed, and so are the marked forms of the agencies. A bare line
    must be short, unfinished and stand between two paragraphs of prose.
    """
    words = lines[at].of(text)
    if named:
        return None if len(words) > LONGEST_NAMED and ends(words) else subhead_words(words) or bare(words)
    above = lines[at - 1].of(text) if at else ""
    below = lines[at + 1].of(text) if at + 1 < len(lines) else ""
    if not below or BULLET.match(below) or BULLET.match(above):
        return None
    if marked := subhead_words(words):
        return marked
    return words if _is_bare_subhead(above, words, below) else None


def _is_bare_subhead(above: str, words: str, below: str) -> bool:
    if len(words) > LONGEST or len(words.split()) > LONGEST_WORDS or NOT_HEADING.search(words) or BULLET.match(words):
        return False
    if above[-1:] in {*marks.MAY_CLOSE} and is_name(words):
        return False  # whose quotation that was
    return _is_prose(below) if ends(above) else bool(RULE.fullmatch(above) and ends(below))


def _is_prose(line: str) -> bool:
    return len(line) >= PROSE and ends(line)
