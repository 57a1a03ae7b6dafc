"""A schedule on an inbox that grows while it runs: each run takes what is new."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import write_stories


def accounts(dataset: Path, at_least: int, serving: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    """The accounts of the dataset's runs, in the order of their beginning, once there are so many."""
    while len(paths := sorted(dataset.glob("_runs/*.json"))) < at_least:
        assert serving.poll() is None
        time.sleep(0.2)
    return [json.loads(path.read_text()) for path in paths]


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
