"""Fits what a tagger's settings need beside its weights: calibrated scores, and the score below which a quote is dropped."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.evaluate.calibration import Scored
from tasks.tag.model import Calibration

STEPS, SMALLEST, RIDGE = 50, 1e-9, 1e-3
"""Newton steps, halved while they overshoot, and a weight on the coefficients that keeps them finite when the scores separate right
from wrong."""


def fit(scored: Sequence[Scored], words: Sequence[int] | None = None) -> Calibration:
    """The logistic curve from raw scores, and the number of words of each finding, to the share that is right.

    Platt (1999), "Probabilistic outputs for support vector machines", on the logit of the score; two numbers, or three, so
    that a development set of a thousand predictions cannot be overfitted.
    """
    raw = np.clip([s for s, _ in scored], 1e-6, 1 - 1e-6)
    columns = [np.log(raw / (1 - raw)), np.ones(len(raw)), *([np.log1p(words)] if words else [])]
    x = np.stack(columns, 1)
    right = np.array([r for _, r in scored])
    slope, intercept, *length = map(float, logistic(x, right, np.array([1.0, 0.0, 0.0][: len(columns)])))
    return Calibration(slope=slope, intercept=intercept, length=length[0] if length else 0.0)


def logistic(x: NDArray[np.float64], right: NDArray[np.float64], start: NDArray[np.float64], ridge: float = RIDGE) -> NDArray[np.float64]:
    """The weights of the columns of `x` `[rows, columns]` under which `right`, 0 to 1, is likeliest.

    Newton's method from `start`, to which `ridge` draws the weights.
    """

    def cost(weights: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0, x @ weights).sum() - right @ x @ weights + ridge / 2 * ((weights - start) ** 2).sum())

    weights = start
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (p - right) + ridge * (weights - start)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(len(start))
        step = np.linalg.solve(hessian, gradient)
        while cost(weights - step) > cost(weights) and np.abs(step).max() > SMALLEST:
            step = step / 2
        weights = weights - step
    return weights


class Balance(NamedTuple):
    """The score from which on predictions are kept, and the F1 that this gives."""

    least: float
    f1: float


def least_score(scored: Sequence[Scored], gold: int) -> Balance:
    """The score from which on predictions give the best F1 over `gold` items; 0 when dropping none is best.

    >>> least_score([(0.9, 1), (0.8, 1), (0.2, 0), (0.1, 0)], gold=2)
    Balance(least=0.8, f1=1.0)
    """
    best, hits = Balance(0.0, 0.0), 0.0
    ordered = sorted(scored, reverse=True)
    for n, (score, right) in enumerate(ordered, 1):
        hits += right
        last_of_its_score = n == len(ordered) or ordered[n][0] < score
        f1 = 2 * hits / (n + gold)
        if last_of_its_score and f1 > best.f1:
            best = Balance(score if n < len(ordered) else 0.0, f1)
    return best
