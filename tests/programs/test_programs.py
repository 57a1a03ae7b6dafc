"""The proof programs, each in a small run; `-m slow` for larger ones, and their command lines for as long as you like."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.server import prefect_api
from tests.programs.attack import ATTACKS, attack
from tests.programs.attacking import PEAK_BYTES, SECRET, Ended, Findings
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


@pytest.mark.parametrize(
    ("names", "count"), [(("tar", "pipes", "sql"), 5), pytest.param(tuple(one.name for one in ATTACKS), None, marks=pytest.mark.slow)]
)
def test_attack(names: tuple[str, ...], count: int | None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(folder / "prefect"))
    monkeypatch.setenv("PREFECT_API_URL", "")
    found = dict(attack(folder, names, count))
    assert [f"{name}: {violation}" for name, one in found.items() for violation in one.violations] == []
    assert list(found) == [one.name for one in ATTACKS if one.name in names]
    assert min(one.inputs for one in found.values()) > 0


@pytest.mark.parametrize(
    ("ended", "crashes", "hangs", "violations"),
    [
        (Ended(0, "done", 1.0, 1), 0, 0, 0),
        (Ended(2, "no such file", 1.0, 1), 0, 0, 0),
        (Ended(3, "", 1.0, 1), 1, 0, 1),
        (Ended(-11, "", 1.0, 1), 1, 0, 1),
        (Ended(1, "Traceback (most recent call last):\n  ...\nKeyError: 1", 1.0, 1), 1, 0, 1),
        (Ended(-9, "", 1.0, 1, "waits for 60 seconds"), 0, 1, 1),
        (Ended(-9, "", 1.0, 1, "ran out of 4 GB of memory"), 1, 0, 1),
        (Ended(0, "", 1.0, PEAK_BYTES + 1), 0, 0, 1),
        (Ended(0, f"a row says {SECRET}", 1.0, 1), 0, 0, 1),
    ],
)
def test_attack_judges_how_a_command_ended(ended: Ended, crashes: int, hangs: int, violations: int) -> None:
    found = Findings()
    found.take(ended, "a file")
    assert (found.crashes, found.hangs, len(found.violations)) == (crashes, hangs, violations)
