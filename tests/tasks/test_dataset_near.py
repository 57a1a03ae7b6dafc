"""Near duplicates: the same text from elsewhere and the story rewritten are found, whatever the batches."""

import random
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.dataset import batch_rows, open_dataset, query
from tasks.dataset.writing.near import load_sketches, sketch_file
from tasks.dataset.writing.sketches import shingles, similarity, sketch_table
from tests.tasks.writing import extracted, ingest

WORDS = [
    a + b
    for a in ("ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "vu", "wo")
    for b in ("bran", "dell", "fisk", "gar", "holm", "keld", "lund", "mar")
]


def prose(seed: int, words: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def rewritten(words: list[str], share: float, seed: int = 9) -> list[str]:
    """The words with a run of them, a share of the whole, replaced by others."""
    cut = int(len(words) * share)
    return [*prose(seed, cut), *words[cut:]]


def jaccard(one: str, other: str) -> float:
    a, b = set(shingles(one)), set(shingles(other))
    return len(a & b) / len(a | b)


def story(words: list[str], name: str, **fields):
    return extracted("Lede of its own kind.\n" + " ".join(words), f"file:///inbox/{name}.txt", **fields)


def likenesses(place) -> dict[str, tuple[str, float]]:
    """By source: the source of the earlier document, and the score."""
    sql = """SELECT d.source_uri AS one, e.source_uri AS other, d.near_duplicate_score AS score FROM documents d
        JOIN documents e ON d.near_duplicate_of = e.doc_id"""
    return {row["one"][14:-4]: (row["other"][14:-4], row["score"]) for row in query(open_dataset(place), sql).to_pylist()}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0, 0.6))
def test_the_score_estimates_the_jaccard_similarity(seed, share):
    one = prose(seed)
    pair = {"a": " ".join(one), "b": " ".join(rewritten(one, share, seed + 1))}
    sketches = np.frombuffer(b"".join(sketch_table(pair)["low_bytes"].to_pylist()), np.uint8).reshape(2, -1)
    assert similarity(sketches[0], sketches[1:])[0] == pytest.approx(jaccard(pair["a"], pair["b"]), abs=0.16)  # five standard errors


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.35])
def test_a_rewritten_story_is_found_with_its_score(tmp_path, share):
    one, other = story(prose(1), "one"), story(rewritten(prose(1), share), "other", provider="Other")
    ingest(tmp_path, [[one], [other]])
    expected = jaccard(*(s.split.text for s in (one, other)))
    assert expected > 0.45
    assert likenesses(tmp_path) == {"other": ("one", pytest.approx(expected, abs=0.12))}


def test_another_story_is_none_though_its_trailer_is_the_same(tmp_path):
    ingest(tmp_path, [[story(prose(n), f"s{n}") for n in range(20)]])
    assert likenesses(tmp_path) == {}


def test_the_most_alike_of_the_earlier_ones_is_named(tmp_path):
    original = prose(1)
    ingest(tmp_path, [[story(rewritten(original, 0.3), "far"), story(rewritten(original, 0.05), "near")], [story(original, "last")]])
    assert likenesses(tmp_path)["last"][0] == "near"


def test_a_version_of_the_same_story_is_no_near_duplicate(tmp_path):
    same = {"provider": "NBN", "provider_id": "1"}
    first, second = story(prose(1), "one", **same), story(rewritten(prose(1), 0.05), "two", **same)
    ingest(tmp_path / "together", [[first, second]])
    ingest(tmp_path / "apart", [[first], [second]])
    assert likenesses(tmp_path / "together") == likenesses(tmp_path / "apart") == {}


def series() -> list:
    return [story(rewritten(prose(n % 3), 0.08 * (n // 3), n), f"s{n}") for n in range(12)]


@pytest.mark.parametrize("size", [1, 5, 12])
def test_batches_make_no_difference(tmp_path, size):
    every = series()
    ingest(tmp_path / "one", [every])
    ingest(tmp_path / "many", [every[at : at + size] for at in range(0, len(every), size)])
    found = likenesses(tmp_path / "one")
    assert len(found) == 9
    assert likenesses(tmp_path / "many") == found


@pytest.mark.parametrize("size", [1, 7, 20])
def test_nor_where_more_share_their_words_than_are_looked_at(tmp_path, monkeypatch, size):
    monkeypatch.setattr("tasks.dataset.writing.near.MANY", 1)
    every = [story(rewritten(prose(1), 0.02 * n, n), f"s{n}") for n in range(20)]
    ingest(tmp_path / "one", [every])
    for number, at in enumerate(range(0, len(every), size)):
        ingest(tmp_path / "runs", [every[at : at + size]], run=f"run-{number}")
    ingest(tmp_path / "batches", [every[at : at + size] for at in range(0, len(every), size)])
    found = likenesses(tmp_path / "one")
    assert len(found) > 15
    assert likenesses(tmp_path / "runs") == likenesses(tmp_path / "batches") == found


def test_runs_make_no_difference_and_the_sketches_can_be_lost(tmp_path):
    every = series()
    ingest(tmp_path / "one", [every])
    ingest(tmp_path / "many", [every[:7]])
    dataset = open_dataset(tmp_path / "many")
    kept = load_sketches(dataset)
    shutil.rmtree(dataset.index)
    dataset.index.mkdir()
    assert load_sketches(dataset).equals(kept)
    sketch_file(dataset, dataset.stems("documents")[0]).write_bytes(b"damaged")
    ingest(tmp_path / "many", [every[7:]], run="run-2")
    assert likenesses(tmp_path / "many") == likenesses(tmp_path / "one")


def test_they_can_be_left_out():
    rows = batch_rows([story(prose(1), "one")], near_duplicates=False)
    assert rows.sketches.num_rows == 0


def test_very_short_stories_have_no_sketch():
    assert sketch_table({"a": "Four words, no more.", "b": ""}).num_rows == 0
