"""Compact and reprocess, run for real: every row kept, and what another release made is made anew."""

from pathlib import Path
from typing import Any

import pytest

from flows.options import Options
from schemas.outcome import Reject
from schemas.rows import SCHEMA_VERSION
from schemas.run import RunManifest
from tasks.dataset import DatasetError, open_dataset, query
from tasks.workers.batch import Parcel
from tasks.workers.crew import Crew
from tests.flows.conftest import write_stories
from tests.flows.test_cli import wiredesk
from tests.tasks.aging import aged, as_if_new, as_version, know_ways
from tests.tasks.test_dataset_rewrite import rewrite
from tests.tasks.writing import ingest as write_by_hand
from tests.tasks.writing import state, stories

pytestmark = pytest.mark.usefixtures("prefect")

OPTIONS = Options(workers=1, batch_size=2)


def test_compact_keeps_every_row_in_fewer_files_and_says_so(tmp_path: Path) -> None:
    from flows.compact import compact

    write_by_hand(tmp_path, [stories(2), stories(2, 10), stories(2, 20)])
    dataset = open_dataset(tmp_path)
    before = state(dataset)
    run = compact(str(tmp_path))
    assert run.compacted is not None
    assert run.compacted.files_after < run.compacted.files_before
    assert state(dataset) == before
    assert RunManifest.model_validate_json((dataset.runs / f"{run.run_id}.json").read_bytes()).compacted == run.compacted
    again = compact(str(tmp_path)).compacted
    assert again is not None
    assert again.files_before == again.files_after


def test_reprocess_takes_stored_stories_through_this_releases_steps(tmp_path: Path) -> None:
    from flows.ingest import ingest
    from flows.reprocess import reprocess

    ingest([str(write_stories(tmp_path / "inbox", 5))], str(tmp_path / "desk"), OPTIONS)
    dataset = open_dataset(tmp_path / "desk")
    fresh = state(dataset)
    rewrite(dataset.root)
    assert state(dataset)["quotes"] != fresh["quotes"]
    run = reprocess(str(dataset.root), "split", OPTIONS)
    assert (run.flow, run.written, run.unchanged, run.rejected) == ("reprocess", 5, 0, 0)
    assert state(dataset) == fresh
    again = reprocess(str(dataset.root), "tag", OPTIONS)
    assert (again.written, again.unchanged, again.batches) == (0, 5, [])
    everything = reprocess(str(dataset.root), "split", OPTIONS, everything=True)
    assert (everything.written, everything.unchanged) == (5, 0)
    assert state(dataset) == fresh


def test_an_older_dataset_is_upgraded_by_reprocess_and_by_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.ingest import ingest
    from flows.reprocess import reprocess

    inbox, desk = write_stories(tmp_path / "inbox", 3), str(tmp_path / "desk")
    ingest([str(inbox)], desk, OPTIONS)
    fresh = {table: as_if_new(rows, table) for table, rows in state(open_dataset(desk)).items()}
    rewrite(Path(desk))
    aged(Path(desk))
    with pytest.raises(DatasetError, match=f"wiredesk reprocess {desk}"):
        ingest([str(inbox)], desk, OPTIONS)
    for command in (["compact", desk, "--dry-run"], ["sql", desk, "select 1"], ["report", desk, "--out", f"{tmp_path}/report.html"]):
        status, _, err = wiredesk(*command)
        assert (status, f"wiredesk reprocess {desk}" in err.replace("\n", " ")) == (2, True)
    assert wiredesk("reprocess", desk, "--dry-run")[1].startswith(
        f"3 stories to bring from schema version {SCHEMA_VERSION - 1} to {SCHEMA_VERSION} first"
    )
    know_ways(monkeypatch)
    run = reprocess(desk, "tag", OPTIONS)
    assert (run.upgraded, run.written, run.unchanged, run.rejected) == (2, 3, 0, 0)
    again = state(open_dataset(desk))
    assert [len(again[table]) for table in again] == [len(fresh[table]) for table in fresh]
    assert again["documents"] == fresh["documents"]
    assert ingest([str(write_stories(inbox, 4))], desk, OPTIONS).written == 1
    assert wiredesk("sql", desk, "select count(*) n from documents", "-o", "csv")[1].split() == ["n", "4"]
    assert wiredesk("report", desk, "--out", f"{tmp_path}/report.html")[0] == 0


def test_a_dataset_of_version_1_is_told_what_places_stand_for_by_reprocess(tmp_path: Path) -> None:
    from flows.ingest import ingest
    from flows.reprocess import reprocess

    inbox, desk = tmp_path / "inbox", str(tmp_path / "desk")
    inbox.mkdir()
    (inbox / "a.txt").write_text("France beat Peru 2-1 in Lima. The striker scored twice in the soccer match.\n", encoding="utf-8")
    ingest([str(inbox)], desk, OPTIONS)
    fresh = state(open_dataset(desk))
    assert [row["stands_for"] for row in fresh["entities"] if row["text"] == "France"] == ["team"]
    as_version(Path(desk), 1)
    with pytest.raises(DatasetError, match=f"schema version 1.*wiredesk reprocess {desk}"):
        ingest([str(inbox)], desk, OPTIONS)
    run = reprocess(desk, "tag", OPTIONS)
    assert (run.schema_version, run.upgraded, run.written) == (SCHEMA_VERSION, 1, 1)
    assert state(open_dataset(desk)) == fresh


def test_a_large_batch_goes_through_in_slices_and_a_refused_story_keeps_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.reprocess import reprocess

    write_by_hand(tmp_path, [stories(5)])
    work = Crew.work

    def refusing(crew: Crew, step: Any, stories: Any, on_tick: Any = None) -> Parcel:
        done = work(crew, step, stories, on_tick)
        lost = [story for story in done.stories if story.source_uri.endswith("/3.txt") and step == "tag"]
        return Parcel(
            [story for story in done.stories if story not in lost], [Reject.of(story, "tag", "LookupError", "") for story in lost]
        )

    monkeypatch.setattr(Crew, "work", refusing)
    run = reprocess(str(tmp_path), "tag", OPTIONS)
    assert (run.stories_in, run.written, run.rejected) == (5, 4, 1)
    dataset = open_dataset(tmp_path)
    assert query(dataset, "SELECT source_uri FROM documents WHERE model_version = 'by hand'").to_pylist() == [
        {"source_uri": "file:///inbox/3.txt"}
    ]
    kept = "SELECT score FROM quotes JOIN documents USING (doc_id) WHERE model_version = 'by hand'"
    assert query(dataset, kept).to_pylist() == [{"score": 0.8}]
