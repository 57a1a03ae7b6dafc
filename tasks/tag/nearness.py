"""How far apart a content and its cue, a cue and its source, a pronoun and a name may be: cells of distance that the linker weighs."""

import numpy as np
from numpy.typing import NDArray

EDGES = (1, 2, 3, 4, 6, 9, 15, 25, 50)
"""Words of distance at which a new cell begins."""

CELLS = 2 * 2 * (len(EDGES) + 1)
"""Cells: before or after, in the same paragraph or not, by distance."""

Positions = NDArray[np.int64]


def cells(start: int, end: int, candidates: Positions, paragraph: Positions) -> Positions:
    """The cell of each candidate word's place beside the words `[start, end]`; `paragraph` is each word's paragraph.

    >>> cells(3, 4, np.array([2, 3, 5, 9]), np.zeros(10, int)).tolist()
    [3, 1, 23, 29]
    """
    before, after = start - candidates, candidates - end
    gap = np.searchsorted(EDGES, np.maximum(np.maximum(before, after), 0), side="right")
    same = paragraph[candidates] == paragraph[start]
    cell: Positions = ((after > 0) * (len(EDGES) + 1) + gap) * 2 + same
    return cell
