"""The order of the steps stands once, and what derives from it follows."""

import ast
import pickle
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from flows.extract import story_of
from schemas import ids
from schemas.record import Record
from schemas.steps import AGAIN, STEPS, Step, story_steps, taken_by
from schemas.story import RawStory
from tasks.dataset import load_index, open_dataset
from tasks.workers.batch import PURE, Parcel, beside, pack, pack_stored, pack_story, rows_of, step_through
from tasks.workers.order import in_order
from tasks.workers.terms import Terms

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted(path for floor in ("schemas", "tasks", "flows") for path in (ROOT / floor).rglob("*.py"))


def orders(source: str) -> list[list[str]]:
    """Every place of a source that names three steps or more: a display of their names, or a function that calls them."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Tuple(elts=names) | ast.List(elts=names) | ast.Set(elts=names) | ast.Dict(keys=names):
                named = [name.value for name in names if isinstance(name, ast.Constant) and name.value in STEPS]
            case ast.FunctionDef(body=body):
                named = [step for part in body for call in ast.walk(part) if isinstance(call, ast.Call) for step in called(call)]
            case _:
                continue
        if len(set(named)) > 2:
            found.append(sorted(set(named), key=list(STEPS).index))
    return found


def called(call: ast.Call) -> list[str]:
    """The step that a call is of: `clean(...)`, `steps.clean(...)`, `crew.work("clean", ...)`."""
    match call:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name, value=ast.Name(id="steps" | "batch"))) if name in STEPS:
            return [name]
        case ast.Call(args=[ast.Constant(value=name), *_]) if name in STEPS:
            return [name]
    return []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('Step = Literal["read", "clean", "split"]', [["read", "clean", "split"]]),
        ('x = {"clean": clean, "split": split, "tag": tag}', [["clean", "split", "tag"]]),
        ("def f(x):\n    return tag(split(clean(x)))", [["clean", "split", "tag"]]),
        ('def f(x):\n    with a:\n        go("clean", x)\n    b = go("split", x)\n    go("tag", b)', [["clean", "split", "tag"]]),
        ("def f(x):\n    steps.tag(x)\n    steps.entities(x)\n    steps.quotes(x)", [["tag", "entities", "quotes"]]),
        ('x = ("documents", "sections", "entities", "quotes")', []),
        ("def f(x):\n    return split(clean(x))", []),
        ('def f(x):\n    x.write(y.read().split(","))\n    x.clean()', []),
    ],
)
def test_the_test_sees_an_order_of_steps(source: str, expected: list[list[str]]) -> None:
    assert orders(source) == expected


def test_the_order_of_the_steps_stands_once() -> None:
    found = {str(path.relative_to(ROOT)): order for path in SOURCES if (order := orders(path.read_text("utf-8")))}
    table = sorted(PURE, key=STEPS.index)
    assert found == {"schemas/steps.py": [list(STEPS)], "tasks/workers/batch.py": [table]}, "PURE binds functions; its order says nothing"


def test_every_step_does_something_and_takes_what_steps_before_it_gave() -> None:
    assert set(PURE) == set(STEPS) - {"read"}
    for step in STEPS[1:]:
        assert taken_by(step)
        assert all(STEPS.index(taken) < STEPS.index(step) for taken in taken_by(step))


def test_steps_are_done_in_order_each_on_what_it_takes() -> None:
    done = in_order(story_steps(), "raw", lambda step, taken: f"{step}({','.join(taken)})")
    assert list(done) == list(story_steps())
    assert done["split"] == "split(clean(raw))"
    assert done["quotes"] == f"quotes({done['tag']},{done['entities']})"


@pytest.mark.parametrize("first", AGAIN)
def test_a_stored_story_is_packed_as_the_first_step_takes_it(first: Step) -> None:
    raw = story_of("OSLO, March 5 (AP) - The ferry sails, the harbour master said.", "1")
    clean = PURE["clean"](raw)
    split = PURE["split"](clean)
    packed = pack_stored(ids.ids_of(raw), split, from_step=first)
    assert packed.unpack() == [{"clean": clean, "split": split}[taken] for taken in taken_by(first)]
    assert packed.ids == pack_story(raw).ids
    assert not step_through(first, [packed], 60).rejects


@pytest.mark.parametrize(
    ("new", "before", "again"),
    [
        ("", "tag", ("split", "tag")),
        ("silence", "tag", ("split", "silence")),
        ("silence", "split", ("silence", "tag")),
        ("silence", "entities", ("split", "tag")),
    ],
)
def test_the_steps_that_can_be_done_again_are_those_that_take_what_the_dataset_keeps(new: str, before: str, again: tuple[str, ...]) -> None:
    declared: dict[str, Any] = {}
    source = (ROOT / "schemas" / "steps.py").read_text("utf-8")
    exec(source.replace(f'"{before}", ', f'"{new}", "{before}", ' if new else f'"{before}", ', 1), declared)
    assert declared["AGAIN"] == get_args(declared["FromStep"]) == again


def test_a_story_is_hashed_once_and_packed_once_a_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts, content_id, dumps = Counter[str](), ids.content_id, pickle.dumps

    def hashing(raw: RawStory) -> str:
        counts["hashed"] += 1
        return content_id(raw)

    def packing(value: object) -> bytes:
        counts["packed"] += not isinstance(value, Record)
        return dumps(value)

    monkeypatch.setattr(ids, "content_id", hashing)
    monkeypatch.setattr(pickle, "dumps", packing)
    record = Record(source_uri="file:///a.txt", data=b"OSLO, March 5 (AP) - The ferry sails, the harbour master said.")
    [story] = step_through("read", [pack(record)], 60, Terms(provider="Tide Wire")).stories
    index = load_index(open_dataset(tmp_path, create=True))
    assert index.admit(*story.unpack(), story.ids) == "new"
    *_, done = in_order(story_steps(), Parcel([story]), lambda step, taken: step_through(step, beside(*taken).stories, 60)).values()
    [document] = rows_of(done.stories, 60, True).documents.to_pylist()
    assert (document["story_id"], document["content_id"], document["doc_id"]) == story.ids
    assert counts == {"hashed": 1, "packed": 1 + len(story_steps())}
