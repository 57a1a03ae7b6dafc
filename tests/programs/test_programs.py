"""The proof programs, each in a small run; `-m slow` for larger ones, and their command lines for as long as you like."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import prefect_api
from tests.programs.figures import scratch
from tests.programs.fuzz import fuzz
from tests.programs.kill import kill, points
from tests.programs.overlap import overlap
from tests.programs.reading import READERS, reading
from tests.programs.sharing import sharing
from tests.programs.small_runs import small_runs


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as path:
        yield path


def sizes(small: int, large: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("size", [small, pytest.param(large, marks=pytest.mark.slow)])


@sizes(200, 5000)
def test_fuzz(size: int) -> None:
    found = fuzz(seed=size, first=0, count=size)
    assert found.violations == []
    assert found.counts["inputs"] == size
    assert min(found.counts[what] for what in ("skips", "rejects", "documents", "quotes", "tagged")) > 0


@sizes(12, 60)
def test_kill(size: int, folder: Path) -> None:
    places, figures, violations = kill(folder, size, seed=size)
    assert violations == []
    assert places.total() == size
    assert sum(points(places)[who] for who in ("in a worker", "in the parent", "in all at once")) == size
    assert figures.rounds > 0


@sizes(1, 8)
def test_overlap(size: int, folder: Path) -> None:
    ends, violations = overlap(folder, rounds=size, at_once=2, seed=size)
    assert violations == []
    assert ends.total() == 2 * size


@pytest.mark.slow
def test_overlap_on_a_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(folder / "prefect"))
    for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING"):
        monkeypatch.setenv(name, "")  # so that it is put back after `sharing` has set it
    with prefect_api() as api:
        ends, violations = sharing(folder, 1, api)
    assert violations == []
    assert ends.total() == 5
    assert any("cancelled" in end for end in ends)


@sizes(8, 100)
@pytest.mark.parametrize("compact_every", [None, 4])
def test_reading(size: int, compact_every: int | None, folder: Path) -> None:
    counts, violations = reading(folder / "dataset", size, compact_every)
    assert violations == []
    assert min(counts[f"{name} read"] for name in READERS) > 0


def test_small_runs(folder: Path) -> None:
    figures, violations = small_runs(folder, runs=10, compact_every=4, rows=2)
    assert violations == []
    assert list(figures) == ["after 5 runs", "after 10 runs"]
