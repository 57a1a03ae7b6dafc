"""The README is true: its Python runs on a real dataset, its commands work, its set-up block is the one that CI runs."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(m.group(1), m.group(2), README[: m.start()].rstrip().split("\n")[-1]) for m in BLOCK.finditer(README)]
PYTHON = [code for language, code, _ in BLOCKS if language == "python"]
SAYS = [before for language, _, before in BLOCKS if language == "python"]
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
    assert {line.split()[0] for line in COMMANDS} == {"wiredesk", "flock", "source", "export", "prefect"}, "what the set-up put on the path"
    assert {line.split()[1] for line in COMMANDS} >= {"ingest", "extract", "schedule", "sql", "rejects", "report", "formats"}
    assert [before for _, _, before in BLOCKS if "run:" in before] == ["<!-- run: setup -->", "<!-- run: tests -->"]


def pinned(file: str) -> set[str]:
    """The packages that a set-up with this file of constraints installs, those of the file that it builds on among them."""
    lines = (ROOT / file).read_text("utf-8")
    return set(re.findall(r"^([\w.-]+)==", lines, re.MULTILINE)).union(*map(pinned, re.findall(r"^-r (\S+)$", lines, re.MULTILINE)))


def required(packages: Iterable[str]) -> set[str]:
    """Packages, and what `pip install` brings with them."""
    names = {package for package in packages if package in pinned("constraints-test.txt")}
    needs = {re.split(r"[^\w.-]", need)[0] for name in names for need in requires(name) or [] if "extra ==" not in need}
    return names | (required(needs - names) if needs - names else set())


def hidden(before: str) -> set[str]:
    """The modules that a reader of the README does not have at a snippet, from the line before it: those of the test extra alone."""
    there = pinned("constraints.txt") | required(re.findall(r"`pip install ([\w-]+)`", before))
    lacking = pinned("constraints-test.txt") - there
    return {module for module, names in packages_distributions().items() if all(canonicalize_name(name) in lacking for name in names)}


def test_what_the_set_up_does_not_install_is_hidden_until_the_readme_says_to_install_it() -> None:
    assert hidden("DuckDB:") >= {"pandas", "polars", "pytest"}
    assert not hidden("DuckDB:") & {"duckdb", "pyarrow", "prefect", "numpy", "dateutil"}
    assert "polars" not in hidden("Polars, after `pip install polars`:")
    assert "pandas" in hidden("Polars, after `pip install polars`:")


def test_the_constraints_of_the_tests_build_on_the_others_and_repeat_none() -> None:
    lines = (ROOT / "constraints-test.txt").read_text("utf-8")
    assert lines.startswith("-r constraints.txt\n")
    assert not set(re.findall(r"^([\w.-]+)==", lines, re.MULTILINE)) & pinned("constraints.txt")
    assert "://" not in lines, "an index is of the machine that wrote the file"


@pytest.mark.parametrize("extra", ["", "test"])
def test_every_dependency_is_pinned(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = project["optional-dependencies"][extra] if extra else project["dependencies"]
    assert {canonicalize_name(re.split(r"[^\w.-]", need)[0]) for need in needs} <= pinned(
        "constraints-test.txt" if extra else "constraints.txt"
    )


@pytest.mark.parametrize(("before", "code"), list(zip(SAYS, PYTHON, strict=True)), ids=["duckdb", "polars", "pandas", "query", "reading"])
def test_python_prints_rows(before: str, code: str, place: Path) -> None:
    code = f"import sys\nsys.modules.update(dict.fromkeys({sorted(hidden(before))}))\n{code}"
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
