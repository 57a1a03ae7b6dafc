"""Ingests of one inbox into one dataset at once that share a Prefect server: typed by hand, and runs of one schedule.

Part of `python -m tests.programs.overlap --server`. Every ingest is the whole program. Of those typed, some wait; whoever
is turned away must say who is writing and that nothing was changed. Of two runs of a schedule that are due together, one
is cancelled by its limit, or begins when the other has ended.
"""

import os
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from tests.flows.conftest import login, password, write_stories
from tests.flows.killing import Figures, Rows, judge, read, start
from tests.programs.kill import WRONG
from tests.programs.killing import REFUSED

PATIENCE = 300.0
"""Seconds until a run of a schedule must have ended."""

NEVER = "0 0 29 2 *"
"""A day that hardly ever comes: the runs of the schedule are those that are asked for."""


def sharing(folder: Path, rounds: int, api: str, stories: int = 18) -> tuple[Counter[str], list[str]]:
    """Overlapping ingests on the Prefect API of that URL, `rounds` times; how they ended, and what was wrong."""
    os.environ |= {"PREFECT_API_URL": api, "PREFECT_API_AUTH_STRING": password()}
    inbox = write_stories(folder / "inbox", stories)
    if status := start(inbox, folder / "whole").wait():
        raise RuntimeError(f"an ingest without any other ended with {status}")
    whole, ends, violations = read(folder / "whole"), Counter[str](), list[str]()
    for number in range(rounds):
        for way, go in {"typed": typed, "scheduled": scheduled}.items():
            dataset = folder / f"{way}-{number}"
            ended, wrong = go(inbox, dataset, api)
            ends.update(ended)
            violations += [f"{way}, round {number}: {what}" for what in (*wrong, *differences(dataset, whole))]
    return ends, violations


def differences(dataset: Path, whole: Rows) -> list[str]:
    """What tells the dataset from that of a single run."""
    figures = Figures()
    judge(dataset, whole, figures)
    return [f"{count} {name.replace('_', ' ')}" for name in WRONG if (count := getattr(figures, name))]


def typed(inbox: Path, dataset: Path, api: str) -> tuple[list[str], list[str]]:
    """Three ingests, two of which wait."""
    waits = [("--wait", "600"), (), ("--wait", "600")]
    runs = [start(inbox, dataset, *wait, stderr=subprocess.PIPE) for wait in waits]
    ends, wrong = list[str](), list[str]()
    for wait, run in zip(waits, runs, strict=True):
        told = run.communicate()[1].decode()
        ends.append(f"typed, {'waited' if wait else 'would not wait'}, {'ended well' if run.returncode == 0 else 'was turned away'}")
        if run.returncode != 0 and not (
            not wait and run.returncode == REFUSED and "is busy: run" in told and "Nothing was changed" in told and "Traceback" not in told
        ):
            wrong.append(f"{ends[-1]} with {run.returncode}: {told}")
    return ends, wrong


def scheduled(inbox: Path, dataset: Path, api: str) -> tuple[list[str], list[str]]:
    """Two runs of one schedule, asked for at once."""
    with (
        httpx.Client(base_url=api, auth=login(), timeout=60) as client,
        (dataset.parent / f"{dataset.name}.log").open("wb") as log,
    ):
        serving = start(inbox, dataset, "--cron", NEVER, command="schedule", stderr=log)
        try:
            deployment = _deployment(client, dataset, serving)
            asked = [_asked(client, deployment) for _ in range(2)]
            states = [_end(client, run) for run in asked]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(serving.pid, signal.SIGINT)
            status = serving.wait()
    kinds = sorted(state["type"] for state in states)
    wrong = [] if kinds in (["CANCELLED", "COMPLETED"], ["COMPLETED", "COMPLETED"]) else [f"the runs ended as {states}"]
    if status:
        wrong.append(f"the schedule ended with {status}")
    return [f"scheduled, {state['name'].lower()}: {state['message']}" for state in states], wrong


def _asked(client: httpx.Client, deployment: str) -> str:
    """The id of a new run of the deployment; asks again while the server is too busy to take it, as Prefect's own client does."""
    while (response := client.post(f"/deployments/{deployment}/create_flow_run", json={})).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        time.sleep(1)
    return str(response.raise_for_status().json()["id"])


def _deployment(client: httpx.Client, dataset: Path, serving: subprocess.Popen[bytes]) -> str:
    """The id of the dataset's deployment, once it is served."""
    while serving.poll() is None:
        found = client.post("/deployments/filter", json={}).raise_for_status().json()
        for deployment in found:
            if deployment["name"].startswith(f"{dataset.name}-"):
                return str(deployment["id"])
        time.sleep(0.5)
    raise RuntimeError(f"the schedule ended with {serving.returncode}")


def _end(client: httpx.Client, run: str) -> dict[str, Any]:
    """The state that a flow run ended in; after PATIENCE, the one that it is in."""
    until = time.monotonic() + PATIENCE
    while True:
        state: dict[str, Any] = client.get(f"/flow_runs/{run}").raise_for_status().json()["state"]
        if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") or time.monotonic() > until:
            return state
        time.sleep(0.5)
