"""A real ingest, killed with all its processes at random moments, ends as if nothing had happened."""

from pathlib import Path

import pytest

from tests.flows.killing import kill_ingests


@pytest.mark.parametrize("kills", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_nothing_is_lost_and_nothing_doubled(kills: int, prefect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", prefect)
    figures = kill_ingests(tmp_path, kills, seed=kills, stories=40)
    assert figures.kills == kills
    assert not figures.wrong, str(figures)
