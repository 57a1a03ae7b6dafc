"""What an ingest from the command line does when things go wrong around it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows import server
from tests.flows.conftest import write_stories
from tests.flows.killing import start


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_twice_ends_with_one_clean_line_and_an_account(
    number: signal.Signals, prefect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", prefect)
    inbox, dataset = write_stories(tmp_path / "inbox", 400), tmp_path / "desk"
    run = start(inbox, dataset, stderr=subprocess.PIPE)
    while not list(dataset.glob("documents/[0-9a-f]*.parquet")):
        assert run.poll() is None
        time.sleep(0.05)
    os.killpg(run.pid, number)  # as a terminal and systemd do: to the program and all its children
    time.sleep(0.2)
    os.killpg(run.pid, number)
    _, err = run.communicate()
    assert run.returncode == 128 + number
    lines = [line for line in err.decode().splitlines() if "stories/s" not in line and line]
    assert len(lines) == 1
    assert re.fullmatch(
        r"wiredesk: interrupted( after \d+ stories)?; what is written is safe, and the same command goes on from there\.", lines[0]
    )
    states = [json.loads(account.read_text())["state"] for account in (dataset / "_runs").glob("*.json")]
    assert states in (["interrupted"], [])  # none yet where the machine was too busy to write it in time: the next run will
    assert not list(dataset.glob("rejects/[0-9a-f]*.parquet"))  # no story is to blame for the end of its worker


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_before_the_run_ends_it_too_and_where_a_shell_has_jobs_ignore_ctrl_c(number: signal.Signals) -> None:
    code = (
        "import os, signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a script's shell has it for `wiredesk ... &`\n"
        f"from flows.commands.run import heed_sigterm; heed_sigterm(); os.kill(os.getpid(), {int(number)}); time.sleep(60); print('on')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (128 + number, "")
    assert done.stderr == "wiredesk: interrupted; what is written is safe, and the same command goes on from there.\n"


def test_a_prefect_api_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    run = start(write_stories(tmp_path / "inbox", 1), tmp_path / "desk", stderr=subprocess.PIPE)
    _, err = run.communicate()
    assert run.returncode == 2
    assert err.decode().count("\n") == 1
    assert "http://127.0.0.1:9/api does not answer" in err.decode()
    assert not (tmp_path / "desk").exists()


def test_the_exit_status_says_whether_stories_were_rejected(prefect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", prefect)
    inbox = write_stories(tmp_path / "inbox", 2)
    assert start(inbox, tmp_path / "desk").wait() == 0
    (inbox / "bad.bin").write_bytes(b"\x00\x01\xff" * 99)
    run = start(inbox, tmp_path / "desk", stderr=subprocess.PIPE)
    _, err = run.communicate()
    assert run.returncode == 1
    assert "1 rejected; wiredesk rejects" in err.decode()


def test_an_api_that_goes_away_costs_the_report_not_the_run(made_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, dataset = write_stories(tmp_path / "inbox", 40), tmp_path / "desk"
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "1")  # each costs seconds at every call, and brings the API not back
    api = server.Server(server.listen(0), "desk:secret", lasting=False)
    try:
        api.wait(300)
        monkeypatch.setenv("PREFECT_API_URL", api.url)
        monkeypatch.setenv("PREFECT_API_AUTH_STRING", "desk:secret")
        run = start(inbox, dataset, stderr=subprocess.PIPE)
        while not list(dataset.glob("documents/[0-9a-f]*.parquet")):
            assert run.poll() is None
            time.sleep(0.05)
    finally:
        api.process.kill()
    _, err = run.communicate()
    assert run.returncode == 0
    assert "Prefect's API went away" in err.decode()
    (account,) = [json.loads(path.read_text()) for path in (dataset / "_runs").glob("*.json")]
    assert (account["state"], account["written"]) == ("completed", 40)
