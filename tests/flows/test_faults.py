"""Faults around a real ingest from the command line: a paragraph that says what to do, and a later run that makes it good."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from flows import server
from tests.flows.conftest import write_stories
from tests.flows.killing import Rows, read, start

pytestmark = pytest.mark.slow

STORIES, MANY = 40, 400
"""The many are more than a run reads ahead."""

Mount = Callable[[str], None]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return write_stories(tmp_path / "inbox", STORIES)


@pytest.fixture(autouse=True)
def api(prefect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", prefect)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=250k", "tmpfs", str(place)], capture_output=True).returncode:
        pytest.skip("only root may mount a disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def remount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(disk)], check=True)


def ended(run: subprocess.Popen[bytes]) -> tuple[int | None, str]:
    """A run's exit status, and what it complained of."""
    _, err = run.communicate()
    lines = [line for line in err.decode().splitlines() if line and "stories/s" not in line]
    assert not any("Traceback" in line for line in lines)
    return run.returncode, "\n".join(lines)


def ingested(inbox: Path, dataset: Path) -> tuple[int | None, str]:
    return ended(start(inbox, dataset, stderr=subprocess.PIPE))


def accounts(dataset: Path) -> list[dict[str, int | str]]:
    """The accounts of the dataset's runs, in the order of their beginning; in each the counts add up."""
    found = [json.loads(path.read_text()) for path in sorted(dataset.glob("_runs/*.json"))]
    assert all(run["stories_in"] == run["written"] + run["unchanged"] + run["rejected"] for run in found)
    return found


def last(dataset: Path) -> dict[str, int | str]:
    return max(accounts(dataset), key=lambda run: run["started_at"])


def until_a_batch_is_in(run: subprocess.Popen[bytes], dataset: Path) -> None:
    while not list(dataset.glob("documents/[0-9a-f]*.parquet")):
        assert run.poll() is None
        time.sleep(0.05)


def documents(dataset: Path) -> int:
    return len(read(dataset)["documents"])


@pytest.fixture(scope="module")
def whole(prefect: str, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What an undisturbed run makes of as many stories; their ids hold where they came from."""
    folder = tmp_path_factory.mktemp("whole")
    os.environ["PREFECT_API_URL"] = prefect
    assert ingested(write_stories(folder / "inbox", STORIES), folder / "desk") == (0, "")
    del os.environ["PREFECT_API_URL"]
    return read(folder / "desk")


def is_whole(dataset: Path, whole: Rows) -> bool:
    """As many rows of each table as without the fault, none of them twice."""
    rows = read(dataset)
    return all(len(rows[table]) == len(set(rows[table])) == len(whole[table]) for table in ("documents", "sections", "entities", "quotes"))


def test_a_full_disk_costs_a_batch(inbox: Path, disk: Path, whole: Rows) -> None:
    dataset = disk / "desk"
    status, told = ingested(inbox, dataset)
    assert status == 2
    assert told.count("\n") == 0
    assert "the disk is full" in told
    assert "committed before is safe" in told
    assert "free some space and start the same command again" in told
    assert 0 < documents(dataset) < STORIES
    remount(disk, "size=10m")
    before = documents(dataset)
    assert ingested(inbox, dataset) == (0, "")
    assert (last(dataset)["written"], last(dataset)["unchanged"]) == (STORIES - before, before)
    assert is_whole(dataset, whole)
    assert list((dataset / "_staging").iterdir()) == []


def test_a_read_only_disk_is_told_before_anything_is_read(inbox: Path, disk: Path) -> None:
    remount(disk, "size=10m")
    shutil.copytree(inbox, disk / "inbox")
    assert ingested(disk / "inbox", disk / "desk") == (0, "")
    before = read(disk / "desk")
    remount(disk, "ro")
    for name in ("desk", "new"):
        status, told = ingested(inbox, disk / name)
        assert (status, told.count("\n")) == (2, 0), told
        assert "the file system is read-only" in told
        assert "choose another --dataset folder" in told
    assert read(disk / "desk") == before
    remount(disk, "rw")
    assert ingested(disk / "inbox", disk / "desk") == (0, "")
    assert last(disk / "desk")["unchanged"] == STORIES


def test_a_source_that_vanishes_costs_what_was_not_read(tmp_path: Path) -> None:
    dataset, inbox = tmp_path / "desk", write_stories(tmp_path / "inbox", MANY)
    run = start(inbox, dataset, stderr=subprocess.PIPE)
    until_a_batch_is_in(run, dataset)
    shutil.rmtree(inbox)
    status, told = ended(run)
    account = last(dataset)
    assert (status, account["state"], account["stories_in"]) == (1, "completed", MANY)
    assert told == f"{account['rejected']} rejected; wiredesk rejects {dataset} says why"
    status, told = ingested(inbox, dataset)
    assert (status, told.count("\n")) == (2, 0), told
    assert "no such file or folder" in told
    write_stories(inbox, MANY)
    assert ingested(inbox, dataset) == (0, "")
    rows = read(dataset)
    assert (len(rows["documents"]), len(rows["rejects"])) == (MANY, 0)


@pytest.mark.parametrize("table", ["documents", "quotes"])
@pytest.mark.parametrize("damage", ["truncated", "deleted"])
def test_a_damaged_file_is_named_and_can_be_given_up(table: str, damage: str, inbox: Path, tmp_path: Path, whole: Rows) -> None:
    dataset = tmp_path / "desk"
    assert ingested(inbox, dataset) == (0, "")
    path = min(dataset.glob(f"{table}/[0-9a-f]*.parquet"))
    data = path.read_bytes()
    path.unlink()
    if damage == "truncated":
        path.write_bytes(data[: len(data) // 2])
    left = sorted(dataset.rglob("*.parquet"))
    status, told = ingested(inbox, dataset)
    assert (status, told.count("\n")) == (2, 0), told
    assert f"{table}/{path.name} ({'missing' if damage == 'deleted' else 'truncated'}" in told
    assert "put the files back from a copy; or give up their stories" in told
    assert sorted(dataset.rglob("*.parquet")) == left
    for same in dataset.glob(f"*/{path.name}"):
        same.unlink()
    assert ingested(inbox, dataset) == (0, "")
    assert is_whole(dataset, whole)


@pytest.mark.parametrize("back", [True, False])
def test_an_api_that_goes_away_in_the_middle_costs_no_story(
    back: bool, inbox: Path, tmp_path: Path, whole: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = tmp_path / "desk"
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    listening = server.listen(0)
    port: int = listening.getsockname()[1]
    api = server.Server(listening, "desk:secret", lasting=False)
    try:
        api.wait(300)
        monkeypatch.setenv("PREFECT_API_URL", api.url)
        monkeypatch.setenv("PREFECT_API_AUTH_STRING", "desk:secret")
        run = start(inbox, dataset, stderr=subprocess.PIPE)
        until_a_batch_is_in(run, dataset)
        api.process.kill()
        api.process.wait()
        if back:
            api = server.Server(server.listen(port), "desk:secret", lasting=False)
        status, told = ended(run)
    finally:
        with suppress(ProcessLookupError):
            api.process.kill()
    assert status == 0
    if not back:
        assert (
            told
            == "wiredesk: Prefect's API went away before the run could report its end there. The dataset and its manifest are complete."
        )
    account = last(dataset)
    assert (account["state"], account["written"]) == ("completed", STORIES)
    assert is_whole(dataset, whole)
