"""A schedule on an inbox that grows while it runs: each run takes what is new."""

import json
import os
import pickle
import re
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.commands.schedule import timetable
from flows.options import Options
from tests.flows.conftest import write_stories


def accounts(dataset: Path, at_least: int, serving: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    """The accounts of the dataset's runs, in the order of their beginning, once there are so many."""
    while len(paths := sorted(dataset.glob("_runs/*.json"))) < at_least:
        assert serving.poll() is None
        time.sleep(0.2)
    return [json.loads(path.read_text()) for path in paths]


@pytest.mark.parametrize(
    ("given", "here", "zone", "says"),
    [
        (None, "Europe/Kyiv", "Europe/Kyiv", "(Europe/Kyiv, the time zone of this machine; next "),
        ("Asia/Tokyo", "Europe/Kyiv", "Asia/Tokyo", "(Asia/Tokyo; next "),
        (None, None, "UTC", "(UTC, for the time zone of this machine has no name; --timezone gives one; next "),
    ],
)
def test_cron_is_in_the_time_zone_that_is_said(
    given: str | None, here: str | None, zone: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.timing.local_zone", lambda: here)
    schedule, words = timetable("0 7 * * *", given, None)
    assert (schedule.cron, schedule.timezone) == ("0 7 * * *", zone)
    assert f"at 0 7 * * * {says}" in words
    assert words.endswith(" 07:00)")


@pytest.mark.slow
def test_each_scheduled_run_takes_what_is_new(tmp_path: Path) -> None:
    inbox, dataset = write_stories(tmp_path / "inbox", 2), tmp_path / "desk"
    command = [sys.executable, "-c", "from flows.cli import app; app()", "schedule", str(inbox), "-d", str(dataset), "--interval", "20"]
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment |= {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300"}
    with (tmp_path / "log").open("wb") as log:
        serving = subprocess.Popen(command, start_new_session=True, stdout=log, stderr=log, env=environment)
        try:
            (first,) = accounts(dataset, 1, serving)[:1]
            write_stories(inbox, 5)
            runs = accounts(dataset, 1, serving)
            while not any(run["written"] for run in runs[1:]):
                runs = accounts(dataset, len(runs) + 1, serving)
            while "3 written, 2 unchanged, 0 rejected of 5 stories" not in (tmp_path / "log").read_text():
                assert serving.poll() is None
                time.sleep(0.2)
            os.killpg(serving.pid, signal.SIGINT)
            assert serving.wait() == 0
        finally:
            serving.kill()
    assert (first["written"], first["unchanged"]) == (2, 0)
    assert [(run["written"], run["unchanged"]) for run in runs[1:] if run["written"]] == [(3, 2)]
    assert "stopped; what is written is safe" in (tmp_path / "log").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kill", "number", "times"),
    [
        pytest.param(os.kill, signal.SIGTERM, 1, id="docker stop"),
        pytest.param(os.killpg, signal.SIGTERM, 1, id="systemctl stop"),
        pytest.param(os.killpg, signal.SIGINT, 2, id="Ctrl-C twice"),
        pytest.param(os.kill, signal.SIGKILL, 1, id="kill -9"),
    ],
)
def test_a_schedule_that_is_ended_during_a_run_leaves_no_process_and_goes_on_when_it_starts_again(
    kill: Callable[[int, int], None], number: signal.Signals, times: int, tmp_path: Path
) -> None:
    inbox, dataset, home = write_stories(tmp_path / "inbox", 2000), tmp_path / "desk", tmp_path / "prefect"
    first = serve(inbox, dataset, home, tmp_path / "first")
    until(first, lambda: batches(dataset) > 0)
    for _ in range(times):
        kill(first.pid, number)
    assert first.wait() == (-number if number == signal.SIGKILL else 0)
    while processes_of(first):
        time.sleep(0.2)
    if number != signal.SIGKILL:
        assert "stopped; what is written is safe" in (tmp_path / "first").read_text()
        assert "Traceback" not in (tmp_path / "first").read_text()
        ended = [json.loads(path.read_text())["state"] for path in dataset.glob("_runs/*.json")]
        assert ended in (["interrupted"], [])  # none where the machine was too busy to write it in time: the next run will
        assert "Running" not in states(home)
    done = batches(dataset)
    second = serve(inbox, dataset, home, tmp_path / "second")
    until(second, lambda: batches(dataset) > done)
    assert states(home).count("Running") == 1
    assert url(tmp_path / "second") == url(tmp_path / "first")
    os.kill(second.pid, signal.SIGTERM)
    assert second.wait() == 0
    while processes_of(second):
        time.sleep(0.2)
    assert "Running" not in states(home)


@pytest.mark.slow
def test_a_schedule_takes_no_orders_from_its_server(tmp_path: Path) -> None:
    inbox, dataset, log = write_stories(tmp_path / "inbox", 2), tmp_path / "desk", tmp_path / "log"
    theirs = write_stories(tmp_path / "private", 1)
    serving = serve(inbox, dataset, tmp_path / "prefect", log)
    try:
        assert accounts(dataset, 1, serving)[0]["written"] == 2
        kept = Path(said(log, r"with the password in (\S+);"))
        secret = kept.read_text().strip()
        assert kept.stat().st_mode & 0o777 == 0o600
        assert secret.split(":")[1] not in log.read_text()

        pages = url(log)
        assert "html" in httpx.get(pages, headers={"Accept": "text/html"}, follow_redirects=True).headers["content-type"]
        settings = httpx.get(f"{pages}/ui-settings").json()
        assert (settings["auth"], settings["api_url"]) == ("BASIC", f"{pages}/api")

        with httpx.Client(base_url=f"{pages}/api", auth=httpx.BasicAuth(*secret.split(":")), timeout=60) as client:
            (deployment,) = client.post("/deployments/filter", json={}).raise_for_status().json()
            at = f"/deployments/{deployment['id']}"
            assert httpx.post(f"{pages}/api{at}/create_flow_run", json={}).status_code == 401
            given = deployment["parameters"]
            assert given["sources"] == [f"{inbox}"]
            for changed in (
                {"sources": [f"{theirs}"]},
                {"dataset": f"{tmp_path / 'stolen'}"},
                {"options": given["options"] | {"limit": 1}},
            ):
                ended = end_of(client, f"{at}/create_flow_run", {"parameters": given | changed})
                assert (ended["type"], "this schedule ingests what its command line names" in ended["message"]) == ("FAILED", True)
            without_deployment = {"flow_id": deployment["flow_id"], "deployment_id": deployment["id"], "state": {"type": "SCHEDULED"}}
            ended = end_of(client, "/flow_runs/", without_deployment | {"parameters": given | {"sources": [f"{theirs}"], "more": 1}})
            assert ended["type"] in ("FAILED", "CRASHED")
            client.patch(at, json={"parameters": given | {"sources": [f"{theirs}"]}}).raise_for_status()
            assert end_of(client, f"{at}/create_flow_run", {})["type"] == "FAILED"
            assert end_of(client, f"{at}/create_flow_run", {"parameters": given})["type"] == "COMPLETED"
    finally:
        serving.send_signal(signal.SIGTERM)
        assert serving.wait() == 0
    assert not kept.exists()
    assert not (tmp_path / "stolen").exists()
    sources = [json.loads(path.read_text())["sources"] for path in dataset.glob("_runs/*.json")]
    assert [given for given in sources if given != [f"{inbox}"]] == []


def end_of(client: httpx.Client, at: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """The last state of a run that is asked for there, not cancelled for another that is at work."""
    while True:
        while (asked := client.post(at, json=wanted)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            time.sleep(0.2)  # the server's database is locked for a moment
        run = asked.raise_for_status().json()
        while run["state"]["type"] not in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            time.sleep(0.2)
            run = client.get(f"/flow_runs/{run['id']}").raise_for_status().json()
        if run["state"]["type"] != "CANCELLED":
            state: dict[str, Any] = run["state"]
            return state


def test_a_run_of_a_schedule_takes_its_arguments_and_no_others(prefect: str, tmp_path: Path) -> None:
    from flows.scheduled import RefusedError, scheduled

    inbox, dataset = f"{write_stories(tmp_path / 'inbox', 2)}", f"{tmp_path / 'desk'}"
    run = scheduled([inbox], dataset, Options())
    for given in (
        ([inbox, inbox], dataset, Options()),
        ([inbox], f"{tmp_path / 'other'}", Options()),
        ([inbox], dataset, Options(limit=1)),
    ):
        with pytest.raises(RefusedError, match="this schedule ingests what its command line names"):
            run(*given)
    assert [path.name for path in tmp_path.iterdir()] == ["inbox"]
    assert run([inbox], dataset, Options()).written == 2


def hold(flow: bytes) -> None:
    """The process of a run that has its flow and comes no further."""
    pickle.loads(flow)
    print("here", flush=True)
    time.sleep(600)


def test_the_process_of_a_run_ends_with_a_schedule_that_is_killed_before_the_run_begins() -> None:
    program = textwrap.dedent("""
        import multiprocessing, time
        import cloudpickle
        from flows.options import Options
        from flows.scheduled import scheduled
        from tests.flows.test_schedule import hold
        flow = cloudpickle.dumps(scheduled(["inbox"], "desk", Options()))
        multiprocessing.get_context("spawn").Process(target=hold, args=[flow]).start()
        time.sleep(600)
    """)
    schedule = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert schedule.stdout
    assert schedule.stdout.readline() == "here\n"
    schedule.kill()
    schedule.communicate(timeout=60)  # the run's process has the pipe too: it ends when that does


def serve(inbox: Path, dataset: Path, home: Path, log: Path) -> subprocess.Popen[bytes]:
    """A schedule in a session of its own, with a server of its own."""
    command = [sys.executable, "-c", "from flows.cli import app; app()", "schedule", str(inbox), "-d", str(dataset), "--interval", "15"]
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment |= {"PREFECT_HOME": str(home), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300"}
    with log.open("wb") as file:
        return subprocess.Popen([*command, "--batch-size", "50"], start_new_session=True, stdout=file, stderr=file, env=environment)


def until(serving: subprocess.Popen[bytes], done: Callable[[], bool]) -> None:
    while not done():
        assert serving.poll() is None
        time.sleep(0.2)


def batches(dataset: Path) -> int:
    return len(list(dataset.glob("documents/[0-9a-f]*.parquet")))


def processes_of(serving: subprocess.Popen[bytes]) -> bool:
    """Whether a process of the schedule's session lives: its own, its server's, its run's, a worker's."""
    listed = subprocess.run(["ps", "-e", "-o", "sid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(int(line.split()[0]) == serving.pid and not line.split()[1].startswith("Z") for line in listed.splitlines())


def states(home: Path) -> list[str]:
    """The states of the runs that began, as the server's database has them."""
    (database,) = home.glob("wiredesk/*/prefect.db")
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return [name for (name,) in connection.execute("SELECT state_name FROM flow_run WHERE start_time IS NOT NULL")]


def url(log: Path) -> str:
    """Where the schedule's pages are."""
    return said(log, r"runs: ([^\s,]+)")


def said(log: Path, pattern: str) -> str:
    """The part that the schedule said of a line like this."""
    found = re.search(pattern, log.read_text())
    assert found
    return found[1]
