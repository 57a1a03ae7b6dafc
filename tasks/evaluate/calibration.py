"""Whether a score of .8 is right eight times in ten.

Expected calibration error: over bins of predictions, the mean distance between a bin's mean score and the share of it
that is right, weighted by the bin's size (Guo et al. 2017, "On Calibration of Modern Neural Networks").
"""

from collections.abc import Sequence
from itertools import pairwise

from pydantic import BaseModel

BINS = 10

Scored = tuple[float, float]
"""A prediction's score, and 1 if it is right or 0."""


class Calibration(BaseModel):
    """Expected calibration error over ten bins, of equal width (0 to .1, ...) and of equal mass (as many predictions in each)."""

    n: int
    ece_equal_width: float
    ece_equal_mass: float


def calibration(scored: Sequence[Scored]) -> Calibration:
    """How far the scores are from the truth.

    >>> calibration([(0.75, 1), (0.75, 1), (0.75, 1), (0.75, 0)]).ece_equal_width
    0.0
    """
    by_width: dict[int, list[Scored]] = {}
    for score, right in scored:
        by_width.setdefault(band(score), []).append((score, right))
    return Calibration(n=len(scored), ece_equal_width=_error(list(by_width.values())), ece_equal_mass=_error(_equal_mass(scored)))


def band(score: float) -> int:
    """The bin of equal width that a score falls into, 0 to 9."""
    return min(int(score * BINS), BINS - 1)


def band_name(score: float) -> str:
    """That bin's bounds.

    >>> band_name(0.83)
    '0.8-0.9'
    """
    return f"{band(score) / BINS:.1f}-{(band(score) + 1) / BINS:.1f}"


def _error(bins: Sequence[Sequence[Scored]]) -> float:
    total = sum(map(len, bins))
    return sum(abs(sum(score - right for score, right in scored)) for scored in bins) / total if total else 0.0


def _equal_mass(scored: Sequence[Scored]) -> list[list[Scored]]:
    """Ten bins as near in size as they can be; equal scores share their luck, so that the order of input does not matter."""
    luck: dict[float, list[float]] = {}
    for score, right in scored:
        luck.setdefault(score, []).append(right)
    ordered = [(score, sum(rights) / len(rights)) for score, rights in sorted(luck.items()) for _ in rights]
    cuts = [len(ordered) * i // BINS for i in range(BINS + 1)]
    return [ordered[low:high] for low, high in pairwise(cuts)]
