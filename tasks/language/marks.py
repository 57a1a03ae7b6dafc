"""Quotation marks: every set of them by name, and what stands between them.

They are paired paragraph by paragraph, because one stray mark must not turn a story inside out. The sets are strings of characters,
to be put between the brackets of a regular expression: `rf"[^{marks.DOUBLE}]"`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from schemas.base import Span

OPENING, CLOSING, STRAIGHT = "“„‟«‹「『《〈〝❝", "”»›」』》〉〞❞", '"″＂ˮ'
"""Double marks: those that open in English, French and Chinese, those that close there, those that do either."""

SINGLE_OPENING, SINGLE_CLOSING = "‘‚‛'`´′", "’'´′"
"""Single marks; most of them are apostrophes as well. Two of "`", "'" or "´" are a double mark, as the wire types it."""

DOUBLE, SINGLE = OPENING + CLOSING + STRAIGHT, "‘‚‛’'`´′"
ANY = DOUBLE + SINGLE

MAY_OPEN, MAY_CLOSE = OPENING + "»›" + STRAIGHT + SINGLE_OPENING, CLOSING + "“‟«‹" + STRAIGHT + SINGLE_CLOSING + "‘"
"""What may stand before the first word of a quotation, and behind its last, in any language: „Ja“, »Ja«, ‚Ja‘."""

APOSTROPHE = "’'"
"""Apostrophes as they are printed and as they are typed."""

POSSESSIVES = tuple(f"{mark}s" for mark in APOSTROPHE)

OPENS, CLOSES = rf"(?:``|<<|(?<!\w),,|´´|′′|\"\"|[{OPENING}{STRAIGHT}»›])", rf"(?:''|>>|´´|′′|\"\"|[{CLOSING}{STRAIGHT}“‟«‹])"
"""Patterns of one double mark that opens or closes, that of the wire's typists among them."""

PAIRS = (
    ("``", "''"),
    ("<<", ">>"),
    (",,", "''"),
    ("´´", "´´"),
    ("′′", "′′"),
    *zip("“„„‟«»‹›「『《〈〝❝\"″＂‘‚‚'`´′", "”“””»«›‹」』》〉〞❞\"″＂’‘’''´′", strict=True),
)
"""Which mark closes what another opens."""

MARK = re.compile(rf"``|''|<<|>>|(?<!\w),,(?=\w)|´´|′′|\"\"|[{DOUBLE}]")
_OPENERS, _CLOSERS, _EITHER = {*OPENING, "``", "<<", ",,"}, {*CLOSING, ">>"}, {*STRAIGHT, "''", "´´", "′′", '""'}
SINGLE_MARK = re.compile(f"[{SINGLE}]")
ELISION = re.compile(r"['’‘](?:em|til|tis|twas|cause|round|bout|n|\d0s|\d\d)\b", re.IGNORECASE)
SENTENCE = re.compile(r"[.!?]\s+(?=[A-Z])")
"""Where the next sentence starts, with which a quotation is taken up again whose mark the typist forgot."""
UNSEEN = set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Characters without width: signs of direction and the like."""
BEFORE_OPENING = {*"([{—–-/:;=", "‘", "'", "“"} | UNSEEN
LONGEST_SINGLE = 600
"""Characters; a single mark whose partner is farther away is taken for an apostrophe."""


class Region(NamedTuple):
    """Text under quotation marks: the words are `[start, end)`, with their marks `[outer_start, outer_end)`.

    `closed` is False when the paragraph ends before the mark is closed: a quote that runs on, or a typist's slip.
    """

    outer_start: int
    start: int
    end: int
    outer_end: int
    closed: bool
    double: bool


def regions(text: str, paragraphs: Sequence[Span], *, nested: bool = True) -> list[Region]:
    """The quoted regions of each paragraph, in order, none inside another; single-quoted ones only outside double quotation marks.

    Where not `nested`, the first closing mark ends what is open, even if marks inside it pair: the corpora's kinds were read so.

    >>> text = 'He said "yes" and left.'
    >>> [text[r.start:r.end] for r in regions(text, [Span(start=0, end=len(text))])]
    ['yes']
    """
    found: list[Region] = []
    running = False
    for paragraph, following in zip_longest(paragraphs, paragraphs[1:]):
        carried = _carried(text, paragraph) if running else None
        start = carried.outer_end if carried else paragraph.start
        doubles = [*([carried] if carried else []), *_doubles(text, start, paragraph.end, nested)]
        singles = _singles(text, paragraph.start, paragraph.end, doubles)
        if following and not doubles and _begins_single(text, following.start) and (left := _left_open(text, paragraph, singles)):
            singles.append(left)
        found += _outer(text, doubles, singles)
        running = bool(doubles) and not doubles[-1].closed and doubles[-1].end == paragraph.end
    return found


def _carried(text: str, paragraph: Span) -> Region | None:
    """What a paragraph goes on with of a quotation left open before it: up to its first mark, when that can only close.

    Style books ask for a mark at the head of each paragraph of a quotation; not every typist sets it.
    """
    first = MARK.search(text, paragraph.start, paragraph.end)
    if first is None or first.start() == paragraph.start:
        return None
    start, end = first.span()
    closes = first.group() in _CLOSERS or (first.group() in _EITHER and _closes(text, start, paragraph.start))
    opens = _opens(text, start, end, paragraph.start, paragraph.end)
    return Region(paragraph.start, paragraph.start, start, end, True, True) if closes and not opens else None


def _opens(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Whether a straight mark at `[start, end)` can open: white space or a bracket before it, none after it.

    Or a full stop before it and a capital after it, where the typist forgot the space.
    """
    before = text[start - 1] if start > low else " "
    after = text[end] if end < high else " "
    return ((before.isspace() or before in BEFORE_OPENING) and not after.isspace()) or (before in ".!?" and after.isupper())


def _closes(text: str, start: int, low: int) -> bool:
    """Whether a straight mark at `start` can close: no white space before it."""
    return start > low and not text[start - 1].isspace() and text[start - 1] not in UNSEEN


def _doubles(text: str, low: int, high: int, nested: bool) -> list[Region]:
    found: list[Region] = []
    opened: tuple[int, int, str] | None = None
    marks = list(MARK.finditer(text, low, high))
    outermost = _outermost(marks) if nested else marks
    for match, following in zip_longest(outermost, outermost[1:]):
        start, end, mark = match.start(), match.end(), match.group()
        opens, closes = _opens(text, start, end, low, high), _closes(text, start, low)
        if opened is None:
            inch = mark in _EITHER and not opens and start > low and text[start - 1].isdigit()
            if mark in _OPENERS or (mark in _EITHER and not inch and (opens or not closes)) or (mark in _CLOSERS and opens and not closes):
                opened = (start, end, mark)
            elif closes and not inch and found and not text[end:high].strip(" ."):
                found += _taken_up(text, found[-1].outer_end, start, end)
            continue
        if following and start - 1 > opened[1] and _is_unit(text, match, following, low, high):
            continue
        closing = mark in _CLOSERS or (mark in _EITHER and (closes or not opens)) or (opened[2] in "„‟»" and mark in "“«")
        if closing:
            found.append(Region(opened[0], opened[1], start, end, True, True))
            opened = None
        elif mark in _OPENERS or opens:
            found.append(Region(opened[0], opened[1], start, start, False, True))
            opened = (start, end, mark)
    if opened is not None:
        found.append(Region(opened[0], opened[1], high, high, False, True))
    return [r for r in found if r.end > r.start]


def _taken_up(text: str, low: int, start: int, end: int) -> list[Region]:
    """What a mark at `[start, end)` closes that none opened: the sentences behind the one with the quotation that ends at `low`."""
    sentence = SENTENCE.search(text, low, start)
    return [Region(sentence.end(), sentence.end(), start, end, True, True)] if sentence else []


def _is_unit(text: str, mark: re.Match[str], following: re.Match[str], low: int, high: int) -> bool:
    """Whether a mark inside a quotation stands for inches, because the next one can only close: "A 24" screen is dear," he said."""
    inches = mark.group() in STRAIGHT and text[mark.start() - 1].isdigit() and text[mark.end() : mark.end() + 1] == " "
    opens = _opens(text, *following.span(), low, high)
    return inches and following.group() == mark.group() and _closes(text, following.start(), low) and not opens


def _outermost(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """The marks, without those inside others where all pair like brackets: “she says “no” to it”."""
    depth, outer = 0, list[re.Match[str]]()
    for mark in marks:
        opens, closes = mark.group() in _OPENERS, mark.group() in _CLOSERS
        depth += opens - closes
        if depth < 0 or not (opens or closes):
            return marks
        if depth == opens:
            outer.append(mark)
    return outer if depth == 0 else marks


def _singles(text: str, low: int, high: int, doubles: Sequence[Region]) -> list[Region]:
    starts = [r.outer_start for r in doubles]

    def quoted(at: int) -> bool:
        before = bisect_right(starts, at) - 1
        return before >= 0 and at < doubles[before].outer_end

    found, at = [], low
    while match := SINGLE_MARK.search(text, at, high):
        start = match.start()
        at = start + 1
        if match.group() not in SINGLE_OPENING or quoted(start) or ELISION.match(text, start):
            continue
        if not _opens(text, start, start + 1, low, high) or not text[start + 1].isalnum():
            continue
        close = _single_close(text, start + 1, min(high, start + LONGEST_SINGLE))
        if close is not None and not quoted(close):
            found.append(Region(start, start + 1, close, close + 1, True, False))
            at = close + 1
    return found


def _begins_single(text: str, start: int) -> bool:
    """Whether a single mark at `start` opens a quotation."""
    return text[start] in SINGLE_OPENING and text[start + 1 : start + 2].isalnum() and not ELISION.match(text, start)


def _left_open(text: str, paragraph: Span, singles: Sequence[Region]) -> Region | None:
    """The single-quoted region that a paragraph leaves open for the next to take up: its last opening mark has no partner."""
    low, high = max([paragraph.start, *(r.outer_end for r in singles)]), paragraph.end
    opening = [at for at in range(low, high) if _begins_single(text, at) and _opens(text, at, at + 1, low, high)]
    closed = not opening or any(text[at] in SINGLE_CLOSING and not text[at + 1 : at + 2].isalnum() for at in range(opening[-1] + 1, high))
    return None if closed else Region(opening[-1], opening[-1] + 1, high, high, False, False)


def _outer(text: str, doubles: Sequence[Region], singles: Sequence[Region]) -> list[Region]:
    """The regions in order, without those inside others: 'He told me "no",' she said.

    A single-quoted one may hold others where it ends as speech does; elsewhere its marks may well be apostrophes, and it gives way.
    """
    kept, dropped, starts = list[Region](), set[int](), [r.outer_start for r in doubles]
    for single in singles:
        inside = range(bisect_left(starts, single.start), bisect_left(starts, single.end))
        if not inside or text[single.end - 1] in ",.!?…":
            dropped.update(inside)
            kept.append(single)
    return sorted([*(r for at, r in enumerate(doubles) if at not in dropped), *kept])


def _single_close(text: str, start: int, high: int) -> int | None:
    """Where a single mark opened before `start` closes; a plural's apostrophe (the ministers' talks) gives way to a later mark."""
    plural = None
    for match in SINGLE_MARK.finditer(text, start, high):
        at = match.start()
        if match.group() not in SINGLE_CLOSING or text[at - 1].isspace() or text[at + 1 : at + 2].isalnum():
            continue
        if text[at - 1] == "s" and re.match(r".\s[a-z]", text[at : at + 3]):
            plural = at if plural is None else plural
            continue
        return at
    return plural


def unquoted(line: str) -> str | None:
    """The words of a line that one pair of quotation marks holds from end to end; None for any other line.

    >>> unquoted("«Oui»"), unquoted("'Don't panic'"), unquoted("‘One’ and ‘two’"), unquoted("Ministers’")
    ('Oui', "Don't panic", None, None)
    """
    for opening, closing in PAIRS:
        inner = line[len(opening) : -len(closing)]
        if inner and line == opening + inner + closing:
            inside = re.finditer(f"{opening}|{closing}", inner)
            return None if any(not _is_apostrophe(inner, *mark.span()) for mark in inside) else inner
    return None


def _is_apostrophe(text: str, start: int, end: int) -> bool:
    return text[start] in APOSTROPHE and text[start - 1 : start].isalnum() and text[end : end + 1].isalnum()


def runs_on(before: str, after: str) -> bool:
    """Whether a quotation that one paragraph leaves open is opened again by the next, as style books ask.

    >>> runs_on("She said: “We lost.", "“We will win.”"), runs_on("'We lost.", "'We will win.'"), runs_on("“We lost.”", "“We won.”")
    (True, True, False)
    """
    text = f"{before}\n{after}"
    first, second = Span(start=0, end=len(before)), Span(start=len(before) + 1, end=len(text))
    found = regions(text, [first, second])
    left_open = any(not r.closed and r.end == first.end for r in found)
    return left_open and any(r.outer_start == second.start < r.start for r in found)


def is_balanced(words: str) -> bool:
    """Whether every quotation mark among the words has its partner there."""
    counts = (
        sum(map(words.count, alike))
        for alike in ("“”„‟", "«»", "‹›", *map("".join, zip("「『《〈〝❝", "」』》〉〞❞", strict=True)), "‘’‚", "'`", "´", "′", *STRAIGHT)
    )
    return words.count("``") == words.count("''") and words.count("<<") == words.count(">>") and not any(count % 2 for count in counts)


OUTSIDE, OPEN_MARK, CLOSE_MARK, INSIDE, INSIDE_OPEN_ENDED, INSIDE_SINGLE = range(6)
"""States of a character: beside quotation marks, a mark, or inside (closed, not closed in its paragraph, single)."""


def states(text: str, paragraphs: Sequence[Span]) -> bytearray:
    """One state a character of `text`; characters outside every paragraph are OUTSIDE."""
    state = bytearray(len(text))
    for r in regions(text, paragraphs):
        inside = INSIDE_SINGLE if not r.double else INSIDE if r.closed else INSIDE_OPEN_ENDED
        state[r.outer_start : r.start] = bytes([OPEN_MARK]) * (r.start - r.outer_start)
        state[r.start : r.end] = bytes([inside]) * (r.end - r.start)
        state[r.end : r.outer_end] = bytes([CLOSE_MARK]) * (r.outer_end - r.end)
    return state
