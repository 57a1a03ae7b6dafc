"""The house keeps its shape: imports point down only, workers know nothing of Prefect, no module shadows the standard library."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {"schemas": 0, "tasks": 1, "flows": 2}
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


def imported(source: str) -> set[str]:
    """The modules that a source names in its imports, at any depth."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


def pointing_up(floor: str, source: str) -> set[str]:
    return {name for name in imported(source) if FLOORS.get(name.split(".")[0], -1) > FLOORS[floor]}


@pytest.mark.parametrize(
    ("floor", "source", "wrong"),
    [
        ("schemas", "from tasks.read import read", {"tasks.read"}),
        ("tasks", "def f():\n    import flows.ingest", {"flows.ingest"}),
        ("tasks", "import schemas.story, json", set()),
        ("flows", "from tasks import steps", set()),
    ],
)
def test_the_test_sees_imports_that_point_up(floor: str, source: str, wrong: set[str]) -> None:
    assert pointing_up(floor, source) == wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down_only(path: Path) -> None:
    names = imported(path.read_text("utf-8"))
    assert not pointing_up(path.relative_to(ROOT).parts[0], path.read_text("utf-8"))
    assert not any(name.startswith(".") for name in names), "name the room: relative imports hide which way they point"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_hidden_by_what_its_package_exports(path: Path) -> None:
    if path.name != "__init__.py" or path.parent.name == "train":  # training needs PyTorch
        return
    package = importlib.import_module(".".join(path.relative_to(ROOT).parts[:-1]))
    modules = [p.stem for p in path.parent.glob("*.py") if p.stem != "__init__"]
    modules += [p.parent.name for p in path.parent.glob("*/__init__.py")]
    assert not [name for name in modules if not isinstance(getattr(package, name, package), ModuleType)]


def test_no_two_modules_know_each_others_types() -> None:
    """An import for the type checker alone hides a circle; those of flows are none, they only put Prefect off."""
    hidden = [p for p in MODULES if "TYPE_CHECKING" in p.read_text("utf-8") and p.relative_to(ROOT).parts[0] != "flows"]
    assert not hidden


def test_flows_have_no_standard_library_name() -> None:
    assert not {path.stem for path in (ROOT / "flows").glob("*.py")} & sys.stdlib_module_names - {"__init__"}


def test_what_workers_run_does_not_load_prefect() -> None:
    code = "import sys, tasks.workers.batch, tasks.workers.pool, tasks.dataset; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_only_the_card_s_folders_stand_at_the_top() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    if not tracked:
        pytest.skip("not a git checkout")
    folders = {line.split("/")[0] for line in tracked if "/" in line and not line.startswith(".")}
    assert folders <= {*FLOORS, "tests"}
