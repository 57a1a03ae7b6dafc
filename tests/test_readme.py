"""The README is true: its Python runs on a real dataset, its commands work, its set-up block is the one that CI runs."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(m.group(1), m.group(2), README[: m.start()].rstrip().split("\n")[-1]) for m in BLOCK.finditer(README)]
PYTHON = [code for language, code, _ in BLOCKS if language == "python"]
COMMANDS = [line for language, code, before in BLOCKS if language == "sh" and "run:" not in before for line in code.splitlines()]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the README's reader has it after the set-up command."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "tests").mkdir()
    (folder / "tests" / "feed").symlink_to(ROOT / "tests" / "feed")
    done = subprocess.run(wiredesk("ingest tests/feed --dataset desk"), cwd=folder, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def wiredesk(arguments: str) -> list[str]:
    return [sys.executable, "-c", "from flows.cli import app; app()", *shlex.split(arguments)]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90"}


def test_there_is_something_to_run() -> None:
    assert len(PYTHON) == 5
    assert {line.split()[1] for line in COMMANDS} >= {"ingest", "extract", "schedule", "sql", "rejects", "report", "formats"}
    assert [before for _, _, before in BLOCKS if "run:" in before] == ["<!-- run: setup -->", "<!-- run: tests -->"]


@pytest.mark.parametrize("code", PYTHON, ids=["duckdb", "polars", "pandas", "query", "reading"])
def test_python_prints_rows(code: str, place: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=place, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 5


@pytest.mark.skipif(not shutil.which("flock"), reason="flock is not installed here")
def test_a_program_under_the_lock(place: Path) -> None:
    (line,) = (c for c in COMMANDS if c.startswith("flock"))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(line, shell=True, cwd=place, env=environment() | {"PATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "count_star()" in done.stdout


@pytest.mark.parametrize("line", [c for c in COMMANDS if c.startswith("wiredesk") and "schedule" not in c])
def test_command_works(line: str, place: Path) -> None:
    command, _, target = line.partition(" > ")
    done = subprocess.run(wiredesk(command.removeprefix("wiredesk ")), cwd=place, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout or target
    if "--out" in command:
        assert (place / "report.html").stat().st_size > 1000


def test_schedule_serves_until_it_is_interrupted(place: Path) -> None:
    line = next(c for c in COMMANDS if "schedule" in c)
    with (place / "schedule.log").open("w+") as log:
        serving = subprocess.Popen(wiredesk(line.removeprefix("wiredesk ")), cwd=place, env=environment(), stdout=log, stderr=log)
        try:
            until = time.monotonic() + 120
            while time.monotonic() < until and "Ctrl-C" not in (place / "schedule.log").read_text():
                assert serving.poll() is None, (place / "schedule.log").read_text()
                time.sleep(0.5)
            assert "Ctrl-C" in (place / "schedule.log").read_text()
            serving.send_signal(signal.SIGINT)
            assert serving.wait(60) in (0, 130)
        finally:
            serving.kill()
