"""Decoding of BIO chains: the best legal tag sequence, and how sure the chain is of each span in it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

ILLEGAL = -1e4
"""Score of a transition that BIO forbids, as in training."""

AT_ONCE = 64
"""Sequences that are decoded side by side."""


class Found(NamedTuple):
    """A span of words `[start, end)` with its label's index and the chain's probability of exactly this span."""

    label: int
    start: int
    end: int
    probability: float


class Moves(NamedTuple):
    """Transition scores `[from, to]` and the scores of a first tag."""

    between: Scores
    first: Scores


def legal(learned: Scores) -> Moves:
    """The learned transition scores, with ILLEGAL added where BIO forbids a move.

    Tags are numbered O, B-x, I-x, B-y, I-y, ...: an inside tag is even and follows its own B or itself.
    """
    count = len(learned)
    between, first = learned.astype(np.float32).copy(), np.zeros(count, np.float32)
    for inside in range(2, count, 2):
        between[[t for t in range(count) if t not in (inside - 1, inside)], inside] += ILLEGAL
        first[inside] = ILLEGAL
    return Moves(between, first)


def spans(sequences: Sequence[Scores], moves: Moves) -> list[list[Found]]:
    """The spans of the best path through each sequence of emissions `[words, tags]`, with their probabilities.

    The probability of a span is the weight of all paths that have exactly this span, over that of all paths.
    """
    found: list[list[Found]] = [[] for _ in sequences]
    order = sorted((n for n, s in enumerate(sequences) if len(s)), key=lambda n: len(sequences[n]))
    for at in range(0, len(order), AT_ONCE):
        chosen = order[at : at + AT_ONCE]
        for n, result in zip(chosen, _decode([sequences[n] for n in chosen], moves), strict=True):
            found[n] = result
    return found


def _decode(sequences: Sequence[Scores], moves: Moves) -> list[list[Found]]:
    lengths = np.array([len(s) for s in sequences])
    emissions = np.zeros((len(sequences), lengths.max(), sequences[0].shape[1]), np.float32)
    for n, s in enumerate(sequences):
        emissions[n, : len(s)] = s
    tags = _best_path(emissions, lengths, moves)
    alpha, beta = _forward(emissions, moves), _backward(emissions, lengths, moves)
    total = _logsumexp(alpha[np.arange(len(sequences)), lengths - 1], 1)
    return [
        [
            Found((opening - 1) // 2, start, end, _probability(opening, start, end, alpha[n, :size], beta[n], s, moves, float(total[n])))
            for opening, start, end in _runs(tags[n, :size].tolist())
        ]
        for n, (s, size) in enumerate(zip(sequences, lengths, strict=True))
    ]


def _runs(tags: list[int]) -> list[tuple[int, int, int]]:
    """Opening tag, start and end of each span of a tag sequence."""
    found, start = [], None
    for t, tag in enumerate([*tags, 0]):
        if start is not None and (tag == 0 or tag % 2 == 1):
            found.append((tags[start], start, t))
            start = None
        if tag % 2 == 1:
            start = t
    return found


def _probability(opening: int, start: int, end: int, alpha: Scores, beta: Scores, emissions: Scores, moves: Moves, total: float) -> float:
    inside, last, score = opening + 1, opening, alpha[start, opening]
    if end - start > 1:
        stay = (end - start - 2) * moves.between[inside, inside]
        score += moves.between[opening, inside] + emissions[start + 1 : end, inside].sum() + stay
        last = inside
    if end < len(emissions):
        leave = moves.between[last] + emissions[end] + beta[end]
        leave[inside] = -np.inf
        score += _logsumexp(leave, 0)
    return float(np.exp(min(0.0, score - total)))


def _best_path(emissions: Scores, lengths: NDArray[np.int64], moves: Moves) -> NDArray[np.int64]:
    count, words, _ = emissions.shape
    best = emissions[:, 0] + moves.first
    back = np.zeros(emissions.shape, np.int64)
    ends = np.zeros(count, np.int64)
    for t in range(words):
        if t:
            through = best[:, :, None] + moves.between
            back[:, t] = through.argmax(1)
            best = through.max(1) + emissions[:, t]
        last = lengths - 1 == t
        ends[last] = best[last].argmax(1)
    tags = np.zeros((count, words), np.int64)
    rows = np.arange(count)
    for t in range(words - 1, -1, -1):
        following = back[rows, t + 1, tags[:, t + 1]] if t + 1 < words else ends
        tags[:, t] = np.where(lengths - 1 == t, ends, np.where(lengths - 1 > t, following, 0))
    return tags


def _forward(emissions: Scores, moves: Moves) -> Scores:
    alpha = np.empty_like(emissions)
    alpha[:, 0] = emissions[:, 0] + moves.first
    for t in range(1, emissions.shape[1]):
        alpha[:, t] = _logsumexp(alpha[:, t - 1, :, None] + moves.between, 1) + emissions[:, t]
    return alpha


def _backward(emissions: Scores, lengths: NDArray[np.int64], moves: Moves) -> Scores:
    beta = np.zeros_like(emissions)
    for t in range(emissions.shape[1] - 2, -1, -1):
        after = _logsumexp(moves.between + (emissions[:, t + 1] + beta[:, t + 1])[:, None, :], 2)
        beta[:, t] = np.where((t + 1 < lengths)[:, None], after, 0)
    return beta


def _logsumexp(values: Scores, axis: int) -> Scores:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray((np.log(np.exp(values - top).sum(axis=axis, keepdims=True)) + top).squeeze(axis), np.float32)
