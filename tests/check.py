"""Checks what you touched: `python -m tests.check`, or `python -m tests.check main` for all that a branch changed.

Lint, layout and types of everything, then the tests of the files that differ from a commit (HEAD where none is named).
"""

import argparse
import ast
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.test_house import FLOORS, MODULES, ROOT, imported

ALWAYS, SHIPPED = ROOT / "tests/test_house.py", ROOT / "tests/tasks/test_shipped.py"

TESTS = sorted((ROOT / "tests").rglob("test_*.py"))


def touched(since: str) -> list[Path]:
    """The files that differ from a commit, new and removed ones among them, below the root. Exits where git knows no such commit."""
    names = set[str]()
    for command in (["git", "diff", "--name-only", since], ["git", "ls-files", "--others", "--exclude-standard"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"git does not say what was touched since {since}: {done.stderr.strip()}")
        names |= set(done.stdout.splitlines())
    return [Path(name) for name in sorted(names)]


def checks_of(path: Path) -> set[Path]:
    """What pytest is given for a file.

    A test is its own. A module has its doctests, the tests that import it or its room, and those named after either; where
    there are none, those of the modules that import it. Any other file has the tests that name it or its folder, and one of
    the three floors those of its room.
    """
    if path.suffix != ".py":
        return _naming(path) | (_of_room(path) | {SHIPPED} if path.parts[0] in FLOORS else set())
    there = {ROOT / path} & {*MODULES, *TESTS}
    if path.parts[0] not in FLOORS:
        return there or _importing({_module(path)}, TESTS)
    if mirrors := _of_room(path) | _importing({_module(path)}, TESTS):
        return there | mirrors
    return there.union(*(checks_of(user.relative_to(ROOT)) for user in _importing({_module(path)}, MODULES)))


def _of_room(path: Path) -> set[Path]:
    floor, room = path.parts[0], Path(path.parts[1]).stem
    names = (f"test_{room}", f"test_{path.stem}")
    return {t for t in TESTS if t.stem in names or t.stem.startswith(f"test_{room}_")} | _importing({f"{floor}.{room}"}, TESTS)


def _importing(names: set[str], files: Iterable[Path]) -> set[Path]:
    return {file for file in files if names & _imports(file)}


def _naming(path: Path) -> set[Path]:
    names = [f'{name}"' for name in (path.name, path.parent.name) if name]
    return {test for test in TESTS if any(name in test.read_text("utf-8") for name in names)}


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@cache
def _imports(file: Path) -> frozenset[str]:
    """The modules that a file imports, whether it names them or their package."""
    tree = ast.walk(ast.parse(source := file.read_text("utf-8")))
    named = {f"{n.module}.{alias.name}" for n in tree if isinstance(n, ast.ImportFrom) for alias in n.names}
    return frozenset(imported(source) | named)


def commands(since: str) -> list[list[str]]:
    """What is run, one command after the other."""
    tests = {ALWAYS}.union(*map(checks_of, touched(since)))
    return [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["pytest", "-q", *sorted(str(test.relative_to(ROOT)) for test in tests)],
    ]


def main() -> int:
    """Runs every check, even when one fails; returns how many failed."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("since", nargs="?", default="HEAD", help="a commit or branch")
    failed = 0
    for command in commands(arguments.parse_args().since):
        print("==", *command, flush=True)
        failed += subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
