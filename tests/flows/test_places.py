"""Every command that takes a dataset or sources says what it cannot use before anything starts, and makes nothing."""

from pathlib import Path
from typing import NoReturn

import pytest

from tests.flows.test_cli import wiredesk

ELSEWHERE = ["s3://bucket/desk", "https://example.org/desk", "file://server/desk", ""]
"""Places that are not on this machine."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, and nothing that may start."""

    def started(*arguments: object, **options: object) -> NoReturn:
        pytest.fail("it started")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("flows.commands.run.run", started)
    monkeypatch.setattr("flows.server.prefect_api", started)
    return tmp_path


@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize(
    "command",
    [
        ["ingest", "-", "--dataset", "DIR"],
        ["ingest", "-", "--dataset", "DIR", "--dry-run"],
        ["schedule", ".", "--dataset", "DIR", "--interval", "60"],
        ["sql", "DIR", "select 1"],
        ["report", "DIR"],
        ["rejects", "DIR"],
        ["rejects", "DIR", "--retry"],
        ["compact", "DIR"],
        ["compact", "DIR", "--dry-run"],
        ["reprocess", "DIR"],
        ["reprocess", "DIR", "--dry-run"],
    ],
    ids=" ".join,
)
def test_a_dataset_elsewhere(command: list[str], place: str, here: Path) -> None:
    status, out, err = wiredesk(*(place if word == "DIR" else word for word in command))
    assert (status, out) == (2, "")
    assert err.startswith(f"wiredesk: {place or 'an empty name'}")
    assert "Write to a local or mounted folder" in err
    assert err.count("\n") == 1
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("place", [*ELSEWHERE, "nowhere"])
@pytest.mark.parametrize(
    "command",
    [
        ["ingest", "SOURCE", "--dataset", "desk"],
        ["ingest", "SOURCE", "--dataset", "desk", "--dry-run"],
        ["schedule", "SOURCE", "--dataset", "desk", "--interval", "60"],
    ],
    ids=" ".join,
)
def test_a_source_elsewhere(command: list[str], place: str, here: Path) -> None:
    status, out, err = wiredesk(*(place if word == "SOURCE" else word for word in command))
    assert (status, out) == (2, "")
    assert err.startswith(f"wiredesk: {place or 'an empty name'}")
    assert "check the spelling" in err or "Copy it to this machine first" in err
    assert err.count("\n") == 1
    assert list(here.iterdir()) == []
