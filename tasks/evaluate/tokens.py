"""Spans as sets of word tokens, so that marks, commas and spaces at their edges do not matter."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

WORD = re.compile(r"\w+")


class Tokens:
    """The word tokens of a text.

    >>> Tokens('"No," she said.').under([(0, 5)])
    frozenset({0})
    """

    def __init__(self, text: str) -> None:
        spans = [m.span() for m in WORD.finditer(text)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def under(self, spans: Iterable[tuple[int, int]]) -> frozenset[int]:
        """The tokens of which at least one character lies in `spans`."""
        return frozenset(t for start, end in spans for t in range(bisect_right(self.ends, start), bisect_left(self.starts, end)))


def printed_extent(text: str, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The spans without white space at their edges, those merged that only white space parts.

    >>> printed_extent("a b  c", [(0, 2), (2, 3), (5, 6)])
    ((0, 6),)
    """
    runs: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        words = text[start:end]
        if not words.strip():
            continue
        start, end = end - len(words.lstrip()), start + len(words.rstrip())
        if runs and not text[runs[-1][1] : start].strip():
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((start, end))
    return tuple(runs)
