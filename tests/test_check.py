"""What is checked of a file that somebody touched."""

from pathlib import Path

import pytest

from tests.check import ROOT, checks_of, commands


@pytest.mark.parametrize(
    ("touched", "among", "not_among"),
    [
        ("tasks/split/tail.py", ["tests/tasks/test_split.py", "tasks/split/tail.py"], ["tests/tasks/test_tagger.py"]),
        ("tasks/split/profiles/ap.toml", ["tests/tasks/test_split.py", "tests/tasks/test_shipped.py"], ["tasks/split/profiles/ap.toml"]),
        ("tasks/dataset/folder/lock.py", ["tests/tasks/test_dataset_lock.py"], ["tests/flows/test_server.py"]),
        ("tasks/tag/chain.py", ["tests/tasks/test_chain.py"], ["tests/tasks/test_split.py"]),
        ("tasks/language/lexicon.py", ["tests/tasks/test_quotes.py"], ["tests/tasks/test_read.py"]),
        ("flows/server.py", ["tests/flows/test_server.py"], ["tests/tasks/test_split.py"]),
        ("schemas/migrations.py", ["tests/tasks/test_dataset_upgrade.py"], ["tests/tasks/test_values.py"]),
        ("tests/tasks/building.py", ["tests/tasks/test_building.py", "tests/tasks/test_quotes.py"], ["tests/tasks/test_read.py"]),
        ("tests/tasks/test_values.py", ["tests/tasks/test_values.py"], ["tests/tasks/test_split.py"]),
        ("tests/tasks/cases/values.txt", ["tests/tasks/test_values.py"], ["tests/tasks/test_tagger.py"]),
        ("tests/tasks/cases/agencies/ap.txt", ["tests/tasks/test_split.py"], ["tests/tasks/test_values.py"]),
        ("README.md", ["tests/test_readme.py"], ["tests/tasks/test_split.py"]),
        ("CONTRIBUTING.md", ["tests/test_contributing.py"], ["tests/tasks/test_split.py"]),
        ("tasks/split/removed.py", ["tests/tasks/test_split.py"], ["tasks/split/removed.py"]),
        ("LICENSE", [], ["tests/tasks/test_split.py"]),
    ],
)
def test_the_tests_of_a_file(touched: str, among: list[str], not_among: list[str]) -> None:
    tests = {str(test.relative_to(ROOT)) for test in checks_of(Path(touched))}
    assert tests >= set(among)
    assert not tests & set(not_among)


def test_every_module_has_tests_of_its_own_or_of_its_room() -> None:
    modules = [path.relative_to(ROOT) for floor in ("tasks", "flows") for path in (ROOT / floor).rglob("*.py")]
    assert not [path for path in modules if path.name != "__init__.py" and not checks_of(path) - {ROOT / path}]


def test_lint_types_and_the_shape_of_the_house_are_always_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.check.touched", lambda since: [])
    assert [command[0] for command in commands("HEAD")] == ["ruff", "ruff", "mypy", "pytest"]
    assert commands("HEAD")[-1][2:] == ["tests/test_house.py"]
