"""The flow, run for real: worker processes, Prefect's server, a dataset that DuckDB reads."""

import gzip
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.options import Options
from flows.refusals import LISTED
from schemas.rows import TABLES
from schemas.steps import STEPS
from tasks.dataset import BusyError, DatasetError, locked, open_dataset
from tasks.read import NoSuchFormatError, NoSuchSourceError
from tasks.read.streams import REFUSED_FREELY
from tests.flows.conftest import login, write_stories

pytestmark = pytest.mark.usefixtures("prefect")

Ingest = Callable[..., Any]

SMALL = Options(workers=1, batch_size=4)


@pytest.fixture
def ingest() -> Ingest:
    from flows.ingest import ingest

    return ingest


def count(dataset: Path, table: str) -> int:
    ((rows,),) = duckdb.sql(f"SELECT count(*) FROM '{dataset}/{table}/*.parquet'").fetchall()
    return int(rows)


def test_the_sample_feed_becomes_a_dataset_and_a_second_run_finds_nothing_new(ingest: Ingest, feed: str, tmp_path: Path) -> None:
    dataset = tmp_path / "desk"
    first = ingest([feed], str(dataset))
    assert (first.state, first.stories_in, first.written, first.unchanged, first.rejected) == ("completed", 13, 13, 0, 0)
    assert {table.TABLE: count(dataset, table.TABLE) for table in TABLES} == {table.TABLE: first.rows[table.TABLE] for table in TABLES}
    assert first.rows["quotes"] > 13
    assert first.speakers > 0
    assert first.words > 1000
    assert set(first.step_seconds) == set(STEPS)
    assert first.model_version
    assert json.loads((dataset / "_runs" / f"{first.run_id}.json").read_text())["written"] == 13

    second = ingest([feed], str(dataset))
    assert (second.written, second.unchanged, second.batches) == (0, 13, [])
    assert count(dataset, "documents") == 13


def test_every_record_is_written_unchanged_rejected_or_skipped(ingest: Ingest, tmp_path: Path) -> None:
    inbox = write_stories(tmp_path / "inbox", 10)
    (inbox / "twin.txt").write_text((inbox / "0003.txt").read_text())
    (inbox / "binary.bin").write_bytes(b"\x00\x01\xff" * 99)
    (inbox / "empty.txt").write_text("")
    (inbox / ".DS_Store").write_text("x")
    run = ingest([str(inbox)], str(tmp_path / "desk"), SMALL)
    assert (run.stories_in, run.written, run.unchanged, run.rejected) == (12, 10, 1, 1)
    assert run.skipped == {"empty": 1, "hidden file": 1}
    assert [(skip.reason, skip.source_uri) for skip in run.skips] == [
        ("hidden file", (inbox / ".DS_Store").as_uri()),
        ("empty", (inbox / "empty.txt").as_uri()),
    ]
    assert [copy.source_uri.rsplit("/")[-1] for copy in run.copies] == ["twin.txt"]
    assert len(run.batches) == 3


@pytest.mark.usefixtures("poisoned_workers")
def test_a_story_that_kills_its_worker_costs_only_itself(ingest: Ingest, tmp_path: Path) -> None:
    inbox = write_stories(tmp_path / "inbox", 6)
    (inbox / "0002.txt").write_text("POISON die")
    (inbox / "0004.txt").write_text("POISON raise")
    run = ingest([str(inbox)], str(tmp_path / "desk"), Options(workers=2, batch_size=3))
    assert (run.written, run.rejected) == (4, 2)
    rejects = duckdb.sql(f"SELECT source_uri[-8:], step, error FROM '{tmp_path}/desk/rejects/*.parquet' ORDER BY 1").fetchall()
    assert rejects == [("0002.txt", "clean", "WorkerDied"), ("0004.txt", "clean", "LookupError")]


def test_a_bomb_and_a_file_of_nothing_cost_little_and_the_story_beside_them_is_written(ingest: Ingest, tmp_path: Path) -> None:
    inbox, dataset = write_stories(tmp_path / "inbox", 1), tmp_path / "desk"
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), pa.array(["x" * 2**23]))
    pq.write_table(pa.table({"text": text}), inbox / "a.parquet", compression="zstd")
    (inbox / "b.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 60_000))
    first, second = (ingest([str(inbox)], str(dataset), Options(workers=1)) for _ in range(2))
    assert (first.written, first.state, second.unchanged) == (1, "completed", 1)
    for run in (first, second):
        assert REFUSED_FREELY < run.rejected < REFUSED_FREELY + 1500
        assert run.rejected - run.unlisted == LISTED + 2
    of_all = duckdb.sql(f"SELECT error, message FROM '{dataset}/rejects/*.parquet' WHERE source_record = '' ORDER BY 1").fetchall()
    assert [error for error, _ in of_all] == ["DecompressionBomb", "TooManyRefused"]
    assert f"and {first.unlisted:,} more like these" in of_all[1][1]
    assert count(dataset, "rejects") == LISTED + 2


def test_retry_ingests_what_was_rejected_once_it_can_be_read(ingest: Ingest, tmp_path: Path) -> None:
    from flows.ingest import retry

    inbox, dataset = write_stories(tmp_path / "inbox", 2), str(tmp_path / "desk")
    (inbox / "late.txt").write_bytes(b"\x00\x01\xff" * 99)
    assert ingest([str(inbox)], dataset, SMALL).rejected == 1
    (inbox / "late.txt").write_text("The bridge is open again, engineer Odile Vanterpool said.")
    run = retry(dataset, SMALL)
    assert (run.flow, run.written, run.rejected) == ("retry", 1, 0)
    assert count(Path(dataset), "rejects") == 0


def test_retry_reads_each_source_as_it_was_read_unless_told_otherwise(ingest: Ingest, tmp_path: Path) -> None:
    from flows.ingest import retry

    dataset = str(tmp_path / "desk")
    told = {"tide": {"text_column": "story", "provider": "Tide Wire"}, "dune": {"text_column": "words"}, "gone": {"text_column": "words"}}
    for name, reading in told.items():
        (tmp_path / f"{name}.csv").write_text("nr,nothing\n1,-\n")
        assert ingest([str(tmp_path / f"{name}.csv")], dataset, SMALL.model_copy(update=reading)).rejected == 1
    (tmp_path / "tide.csv").write_text("nr,story\n1,Ferries sail again on Monday.\n")
    (tmp_path / "gone.csv").unlink()
    run = retry(dataset, Options(workers=1))
    assert (run.written, run.rejected, run.skipped) == (1, 1, {"no longer there": 1})
    assert [(skip.reason, skip.source_uri) for skip in run.skips] == [("no longer there", (tmp_path / "gone.csv").as_uri())]
    assert duckdb.sql(f"SELECT provider, text FROM '{dataset}/documents/*.parquet'").fetchall() == [
        ("Tide Wire", "Ferries sail again on Monday.")
    ]
    (tmp_path / "dune.csv").write_text("nr,copy\n1,The dune moves.\n")
    assert retry(dataset, Options(workers=1)).written == 0
    assert retry(dataset, Options(workers=1, text_column="copy", provider="Dune Press")).written == 1
    providers = duckdb.sql(f"SELECT DISTINCT provider FROM '{dataset}/documents/*.parquet' ORDER BY 1").fetchall()
    assert providers == [("Dune Press",), ("Tide Wire",)]
    assert count(Path(dataset), "rejects") == 1


def test_a_second_run_on_the_same_dataset_yields_with_the_reason(ingest: Ingest, feed: str, tmp_path: Path) -> None:
    dataset = open_dataset(tmp_path / "desk", create=True)
    with locked(dataset, "someone-else"), pytest.raises(BusyError, match="someone-else"):
        ingest([feed], str(dataset.root), SMALL)
    assert ingest([feed], str(dataset.root), SMALL).written == 13


def test_the_graph_names_every_step_with_its_batch_and_counts(ingest: Ingest, prefect: str, tmp_path: Path) -> None:
    inbox = write_stories(tmp_path / "inbox", 6)
    ingest([str(inbox)], str(tmp_path / "desk"), SMALL)
    flow_run = find(prefect, "flow_runs", {"flow_runs": {"name": {"any_": [f"ingest into {tmp_path / 'desk'}"]}}}, 1)[0]
    assert flow_run["state"]["message"] == "6 written, 0 unchanged, 0 rejected of 6 stories"
    of_the_run = {"flow_runs": {"id": {"any_": [flow_run["id"]]}}}
    runs = find(prefect, "task_runs", {**of_the_run, "task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}, 2 * len(STEPS))
    names = {run["name"] for run in runs}
    assert names == {f"{step} {n}" for step in STEPS for n in (1, 2)}
    messages = {run["name"]: run["state"]["message"] for run in runs}
    assert messages["tag 1"] == "4 stories"
    assert messages["write 2"].startswith("2 documents, ")
    ids = {run["id"]: run["name"] for run in runs}
    before = {run["name"]: {ids[i["id"]] for given in run["task_inputs"].values() for i in given if "id" in i} for run in runs}
    assert before["clean 2"] == {"read 2"}
    assert before["quotes 1"] == {"tag 1", "entities 1"}
    assert before["write 1"] == {"quotes 1"}
    summary = find(prefect, "artifacts", {"artifacts": {"flow_run_id": {"any_": [flow_run["id"]]}}}, 1)[0]
    assert "| written | 6 |" in summary["data"]


def test_an_interrupted_run_says_so_and_the_next_one_goes_on(ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import ingest as module

    inbox, dataset = write_stories(tmp_path / "inbox", 12), tmp_path / "desk"
    commit, commits = module.commit_batch, []

    def interrupted_commit(*arguments: Any) -> Any:
        commits.append(commit(*arguments))
        if len(commits) == 1:
            signal_main_thread()
            threading.Event().wait(3)
        return commits[-1]

    monkeypatch.setattr(module, "commit_batch", interrupted_commit)
    with pytest.raises(KeyboardInterrupt):
        ingest([str(inbox)], str(dataset), SMALL)
    monkeypatch.undo()
    (account,) = [json.loads(path.read_text()) for path in (dataset / "_runs").glob("*.json")]
    assert account["state"] == "interrupted"
    assert count(dataset, "documents") == 4
    run = ingest([str(inbox)], str(dataset), SMALL)
    assert (run.written, run.unchanged) == (8, 4)


def test_more_batches_than_one_flow_run_can_show_go_on_in_a_subflow(ingest: Ingest, prefect: str, tmp_path: Path, monkeypatch: Any) -> None:
    from flows import ingest as module

    monkeypatch.setattr(module, "TASK_RUNS", 10)
    run = ingest([str(write_stories(tmp_path / "inbox", 5))], str(tmp_path / "desk"), Options(workers=1, batch_size=1))
    assert run.written == 5
    assert len(find(prefect, "flow_runs", {"flows": {"name": {"any_": ["ingest-more"]}}}, 1)) >= 1


def signal_main_thread() -> None:
    import _thread

    _thread.interrupt_main()


def find(api: str, what: str, query: dict[str, Any], at_least: int) -> list[dict[str, Any]]:
    """What the server has of a run; it stores task runs about a second after they end."""
    for _ in range(60):
        found: list[dict[str, Any]] = httpx.post(f"{api}/{what}/filter", json=query, auth=login()).raise_for_status().json()
        if len(found) >= at_least:
            return found
        threading.Event().wait(0.5)
    return found


@pytest.mark.parametrize(
    ("source", "dataset", "format", "error"),
    [
        ("s3://bucket/in", "desk", None, NoSuchSourceError),
        ("nowhere", "desk", None, NoSuchSourceError),
        ("inbox", "s3://bucket/desk", None, DatasetError),
        ("inbox", "desk", "morse", NoSuchFormatError),
    ],
)
def test_a_place_that_cannot_be_used_leaves_nothing(
    ingest: Ingest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, dataset: str, format: str | None, error: type[Exception]
) -> None:
    monkeypatch.chdir(write_stories(tmp_path / "inbox", 1).parent)
    with pytest.raises(error):
        ingest([source], dataset, Options(workers=1, format=format))
    assert [path.name for path in tmp_path.iterdir()] == ["inbox"]
