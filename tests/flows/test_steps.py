"""A step that nobody foresaw: once declared, every flow takes stories through it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.extract import extract_text, extract_texts
from flows.options import Options
from schemas import steps
from tasks.dataset import open_dataset, query
from tasks.workers import batch
from tests.flows.conftest import write_stories
from tests.flows.invented.sitecustomize import silence
from tests.flows.test_ingest import find

TEXT = '"The bridge is closed," engineer Odile Vanterpool said on Monday.'
OPTIONS = Options(workers=1, batch_size=2)

INVENTED = Path(__file__).parent / "invented"


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Declares the invented step between split and tag, here and in workers started from now on."""

    def declared() -> None:
        at = steps.STEPS.index("tag")
        monkeypatch.setattr(steps, "STEPS", (*steps.STEPS[:at], "silence", *steps.STEPS[at:]))
        monkeypatch.setitem(batch.PURE, "silence", silence)  # type: ignore[misc]
        monkeypatch.syspath_prepend(str(INVENTED))

    return declared


def test_a_text_goes_through_it(declare: Callable[[], None]) -> None:
    assert extract_text("a", TEXT)["quotes"]
    declare()
    assert extract_text("a", TEXT)["quotes"] == []


def test_texts_go_through_it_in_workers(declare: Callable[[], None]) -> None:
    assert [bool(found["quotes"]) for found in extract_texts([("a", TEXT)], OPTIONS)] == [True]
    declare()
    assert list(extract_texts([("a", TEXT)], OPTIONS)) == [{"id": "a", "quotes": [], "entities": extract_text("a", TEXT)["entities"]}]


def test_ingest_and_reprocess_take_stories_through_it_and_account_for_it(declare: Callable[[], None], prefect: str, tmp_path: Path) -> None:
    from flows.ingest import ingest
    from flows.reprocess import reprocess

    loud, silent = str(tmp_path / "loud"), str(tmp_path / "silent")
    inbox = str(write_stories(tmp_path / "inbox", 3))
    assert ingest([inbox], loud, OPTIONS).rows["quotes"] > 0
    declare()
    run = ingest([inbox], silent, OPTIONS)
    assert (run.written, run.rejected, run.rows["quotes"]) == (3, 0, 0)
    assert set(run.step_seconds) == set(steps.STEPS)
    again = reprocess(loud, "split", OPTIONS, everything=True)
    assert (again.written, again.rows["quotes"]) == (3, 0)
    assert query(open_dataset(loud), "SELECT DISTINCT kind FROM sections").to_pylist() == [{"kind": "trailer"}]
    assert edges(prefect, f"ingest into {silent}", 2 * len(steps.STEPS)) >= {
        ("read 1", "clean 1"),
        ("split 1", "silence 1"),
        ("silence 1", "tag 1"),
        ("tag 2", "quotes 2"),
        ("entities 2", "quotes 2"),
    }


def edges(prefect: str, flow_run: str, task_runs: int) -> set[tuple[str, str]]:
    """The graph of a flow run of so many task runs: each that another one waited for, with that other."""
    of_it = {"flow_runs": {"name": {"any_": [flow_run]}}, "task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    runs = find(prefect, "task_runs", of_it, task_runs)
    names = {run["id"]: run["name"] for run in runs}
    return {(names[i["id"]], run["name"]) for run in runs for given in run["task_inputs"].values() for i in given if "id" in i}
