"""A run that is killed at any step leaves a dataset that reads right, and the next run ends as if nothing had happened."""

import shutil
from collections import Counter
from itertools import count
from pathlib import Path

import pytest

from tasks.dataset import Dataset, check, locked, open_dataset, query, sweep
from tasks.dataset.folder.swap import may_be_listed
from tests.tasks.killing import killed, whole_compact, whole_ingest
from tests.tasks.writing import ingest, state, stories, told

STRIDE = 5
"""Every fifth step is tried, each test from another one on; `-m slow` tries them all."""

every_step = pytest.mark.parametrize("first", [0, *(pytest.param(first, marks=pytest.mark.slow) for first in range(1, STRIDE))])


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory):
    place = tmp_path_factory.mktemp("uninterrupted") / "dataset"
    whole_ingest(place)
    return state(open_dataset(place))


def check_whole_stories(dataset: Dataset) -> None:
    """Every document that any reader sees has its rows, once each; `query` shows no row without its document."""
    docs = Counter(row["doc_id"] for row in told(dataset, "documents"))
    sections = Counter((row["doc_id"], row["section_index"]) for row in told(dataset, "sections"))
    assert not docs or max(docs.values()) == 1
    assert not sections or max(sections.values()) == 1
    assert docs.keys() <= {doc for doc, _ in sections}
    assert query(dataset, "SELECT 1 FROM quotes WHERE doc_id NOT IN (SELECT doc_id FROM documents)").num_rows == 0
    assert not damaged(dataset)


def damaged(dataset: Dataset) -> list[str]:
    """What `check` takes for damage: nothing, wherever a run was killed."""
    return [found.line for found in check(dataset.root) if found.status == 2]


def kill_ingest(folder: Path, at: int, uninterrupted) -> bool:
    place = folder / str(at)
    if not killed(whole_ingest, place, at):
        return False
    if (place / "documents" / "schema.parquet").exists():
        check_whole_stories(open_dataset(place))
    whole_ingest(place, "run-2")
    dataset = open_dataset(place)
    assert state(dataset) == uninterrupted
    assert not damaged(dataset)
    assert list(dataset.staging.iterdir()) == []
    assert not list(dataset.runs.glob("*.begun"))
    shutil.rmtree(place)
    return True


@every_step
def test_killed_ingest_ends_like_an_uninterrupted_one(first, memory_path, uninterrupted):
    for at in count(first, STRIDE):
        if not kill_ingest(memory_path, at, uninterrupted):
            break
    assert at >= 50


def test_killed_twice(memory_path, uninterrupted):
    place = memory_path / "dataset"
    assert killed(whole_ingest, place, 60)
    assert killed(whole_ingest, place, 20)
    whole_ingest(place, "run-3")
    assert state(open_dataset(place)) == uninterrupted


@every_step
def test_killed_compact_never_shows(first, memory_path):
    template = memory_path / "template"
    for n in range(4):
        ingest(template, [stories(2, 10 * n)], run=f"run-{n}", minutes=n)
    before = state(open_dataset(template))
    for at in count(first, STRIDE):
        place = memory_path / str(at)
        shutil.copytree(template, place)
        alive = not killed(whole_compact, place, at)
        dataset = open_dataset(place)
        assert state(dataset) == before, f"killed at step {at}"
        with locked(dataset, "run-after"):
            sweep(dataset)
        assert state(dataset) == before
        assert not damaged(dataset)
        assert [path for path in dataset.staging.iterdir() if not may_be_listed(path)] == []
        whole_compact(place)
        assert state(dataset) == before
        assert len(dataset.stems("documents")) == 1
        shutil.rmtree(place)
        if alive:
            break
    assert at >= 20
