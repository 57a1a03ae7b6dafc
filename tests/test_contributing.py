"""CONTRIBUTING.md is true: each recipe is followed to the letter in a copy of the working tree, and gives what it promises."""

import json
import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from schemas.rows import SCHEMA_VERSION
from tests.copies import ROOT, copy_to, python
from tests.tasks.aging import as_version
from tests.tasks.writing import BATCHES, ingest

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
RECIPES = dict(re.findall(r"^### (?:An? )?(.+?)\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))
ACT = re.compile(
    r"^<!-- (?P<act>write|add to|run)(?:: (?P<new>\S+)| (?P<old>\S+) before: (?P<text>\"[^\n]*\"))? -->\n```\w+\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
"""What a recipe has done: a file written, lines added before a text, commands run; HTML comments, which no reader sees, mark it."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_to(tmp_path / "wiredesk")


def follow(recipe: str, copy: Path, names: Mapping[str, object] = MappingProxyType({}), *, run: bool = True) -> None:
    """Does in a copy what a recipe says, in its order, with what its names stand for; without `run` only what it has written."""
    acts = [act.groupdict() for act in ACT.finditer(RECIPES[recipe])]
    assert len(acts) == RECIPES[recipe].count("```") // 2, "a block that nobody follows"
    for act in acts:
        for name, meaning in names.items():
            act["block"] = act["block"].replace(name, str(meaning))
        if act["act"] == "write":
            (copy / act["new"]).parent.mkdir(parents=True, exist_ok=True)
            (copy / act["new"]).write_text(act["block"], "utf-8")
        elif act["act"] == "add to":
            add(copy / act["old"], json.loads(act["text"]), act["block"])
        elif run:
            for line in act["block"].splitlines():
                command = shlex.split(line)
                assert command[0] == "python"
                done = python(copy, *command[1:])
                assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def add(path: Path, before: str, block: str) -> None:
    """Puts a block before the first place where a text stands; within a line, without the block's own line end."""
    content = path.read_text("utf-8")
    assert before in content, f"{path} has no {before!r}"
    at = content.index(before)
    path.write_text(content[:at] + (block if content[:at].endswith("\n") else block.rstrip("\n")) + content[at:], "utf-8")


def put(path: Path, old: str, new: str) -> None:
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")


def said(copy: Path, code: str) -> str:
    done = python(copy, "-c", code)
    return done.stdout.strip() if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def well_made(copy: Path) -> None:
    """Lint and layout of what the recipe has written."""
    for command in (["check"], ["format", "--check"]):
        done = python(copy, "-m", "ruff", *command, "schemas", "tasks")
        assert done.returncode == 0, done.stdout


def test_there_are_five_recipes() -> None:
    assert list(RECIPES) == ["agency", "format", "step", "column", "language"]


def test_it_is_about_two_pages_and_its_recipes_one_each() -> None:
    prose = re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)
    assert len(prose.split()) < 1300


def test_the_changelog_has_the_version_that_is_installed_and_what_is_new() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)[:2] == ["Unreleased", version]
    assert set(re.findall(r"^### (.+)", text, re.MULTILINE)) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


READ = "from tasks.split.datelines import dateline_at_start as d; from schemas.base import Span; "
READ += "t = {text!r}; found = d(t, Span(start=0, end=len(t)), None); print(found and found.place, found and found.agency)"


def test_agency(copy: Path) -> None:
    story = "SKARHOLM, March 5 HNS - The ferry stays in port, the harbour master said on Thursday."
    assert said(copy, READ.format(text=story)) == "None None"
    follow("agency", copy, run=False)
    assert "harbor.toml is new and has no checksum yet: run python -m tasks.shipped" in said(copy, READ.format(text=story))
    follow("agency", copy)
    assert said(copy, READ.format(text=story)) == "SKARHOLM HNS"


def test_format(copy: Path) -> None:
    (copy / "story.txt").write_text("HARBOR 12\nTram runs at night\nThe tram runs at night, the mayor said.\n")
    code = "from tasks.read import read, records; [s] = read(next(records(['story.txt']))); print(s.source_format, s.headline)"
    assert said(copy, code).startswith("text")
    follow("format", copy)
    assert said(copy, code) == "harbor Tram runs at night"
    well_made(copy)


def test_column(copy: Path) -> None:
    """The recipe's own tests open a dataset of the version before; here one that this version wrote is opened."""
    ingest(copy / "desk", BATCHES)
    as_version(copy / "desk", SCHEMA_VERSION)
    put(copy / "schemas/rows.py", f"SCHEMA_VERSION = {SCHEMA_VERSION}\n", f"SCHEMA_VERSION = {SCHEMA_VERSION + 1}\n")
    follow("column", copy, {"BEFORE": SCHEMA_VERSION, "YOURS": SCHEMA_VERSION + 1})
    upgrade = "from pathlib import Path; from tests.tasks.test_dataset_upgrade import upgraded; upgraded(Path('desk')); "
    read = "from tasks.dataset import open_dataset, query; print(query(open_dataset('desk'), 'select n_words from quotes').to_pylist()[0])"
    assert said(copy, upgrade + read) == f"{{'n_words': {len(BATCHES[0][0].quotes[0].text.split())}}}"
    well_made(copy)


def test_step(copy: Path) -> None:
    code = """
import pickle
from dataclasses import replace
from schemas.steps import AGAIN, story_steps
from schemas.story import RawStory
from tasks.workers.batch import Parcel, pack_story, step_through
def through(text):
    story = pack_story(RawStory(source_uri="test:", source_format="txt", source_sha256="0" * 64, text=text))
    done = Parcel([story])
    for step in story_steps()[: story_steps().index("tag")]:
        done = Parcel(rejects=done.rejects) + step_through(step, done.stories, 9.0)
    return len(done.stories), [(reject.step, reject.message) for reject in done.rejects]
print(story_steps(), AGAIN, through("OSLO (AP) - The ferry sails, she said."), through("OSLO (AP) - Ferry sails."))
"""
    before = said(copy, code)
    assert "'split', 'tag'" in before
    assert "('vet'" not in before
    follow("step", copy)
    after = said(copy, code)
    assert "'split', 'vet', 'tag'" in after
    assert after.endswith("(1, []) (0, [('vet', 'its body has fewer than five words')])")
    well_made(copy)


def test_language(copy: Path) -> None:
    story = "SKARHOLM, 5. marts (HNS) - Færgen bliver i havn, sagde havnefogeden torsdag."
    sentences = "from tasks.language.sentences import sentence_spans as s; print(len([*s('Det koster 4 pct. Mere er det ikke.', 0, 35)]))"
    assert said(copy, READ.format(text=story)) == "None None"
    assert said(copy, sentences) == "2"
    follow("language", copy)
    assert said(copy, READ.format(text=story)) == "SKARHOLM HNS"
    assert said(copy, sentences) == "1"
    well_made(copy)
