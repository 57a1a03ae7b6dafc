"""Decoding of BIO chains against the sum over all paths, written out."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.tag.chain import Found, legal, spans
from tasks.tag.labels import bio

TAGS = bio(("A", "B"))


def paths(words: int) -> list[tuple[int, ...]]:
    """Every tag sequence that BIO allows."""

    def allowed(before: int, tag: int) -> bool:
        return tag == 0 or tag % 2 == 1 or before in (tag - 1, tag)

    return [p for p in product(range(len(TAGS)), repeat=words) if all(allowed(a, b) for a, b in zip((0, *p), p, strict=False))]


def spans_of(path: tuple[int, ...]) -> set[tuple[int, int, int]]:
    found, t = set(), 0
    while t < len(path):
        end = t + 1
        if path[t] % 2 == 1:
            while end < len(path) and path[end] == path[t] + 1:
                end += 1
            found.add(((path[t] - 1) // 2, t, end))
        t = end
    return found


@settings(deadline=None, max_examples=40)
@given(words=st.integers(1, 5), seed=st.integers(0, 10_000))
def test_best_path_and_span_probabilities_are_those_of_all_paths(words: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    emissions = rng.normal(size=(words, len(TAGS))).astype(np.float32) * 2
    learned = rng.normal(size=(len(TAGS), len(TAGS))).astype(np.float32)

    def weight(path: tuple[int, ...]) -> float:
        moves = sum(learned[a, b] for a, b in pairwise(path))
        return float(sum(emissions[t, tag] for t, tag in enumerate(path)) + moves)

    every = paths(words)
    weights = np.exp([weight(p) for p in every])
    best = every[int(weights.argmax())]
    found = spans([emissions], legal(learned))[0]
    assert {f[:3] for f in found} == spans_of(best)
    for f in found:
        share = sum(w for p, w in zip(every, weights, strict=True) if f[:3] in spans_of(p)) / weights.sum()
        assert f.probability == pytest.approx(share, abs=1e-4)


@settings(deadline=None, max_examples=20)
@given(lengths=st.lists(st.integers(0, 30), max_size=9), seed=st.integers(0, 10_000))
def test_sequences_side_by_side_decode_as_each_alone(lengths: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    moves = legal(rng.normal(size=(len(TAGS), len(TAGS))).astype(np.float32))
    batch = [rng.normal(size=(n, len(TAGS))).astype(np.float32) * 3 for n in lengths]
    together = spans(batch, moves)
    for one, sequence in zip(together, batch, strict=True):
        alone = spans([sequence], moves)[0]
        assert [f[:3] for f in one] == [f[:3] for f in alone]
        assert [f.probability for f in one] == pytest.approx([f.probability for f in alone], abs=1e-4)


def test_a_span_can_follow_another_of_its_label() -> None:
    emissions = np.full((3, len(TAGS)), -9, np.float32)
    emissions[0, 1] = emissions[1, 1] = emissions[2, 2] = 9
    assert [f[:3] for f in spans([emissions], legal(np.zeros((5, 5), np.float32)))[0]] == [(0, 0, 1), (0, 1, 3)]


def test_an_inside_tag_without_its_beginning_is_never_chosen() -> None:
    emissions = np.zeros((2, len(TAGS)), np.float32)
    emissions[:, 4] = 5
    found = spans([emissions], legal(np.zeros((5, 5), np.float32)))[0]
    assert found == [Found(1, 0, 2, pytest.approx(found[0].probability))]
