"""Compact and reprocess, run for real: every row kept, and what another release made is made anew."""

from pathlib import Path
from typing import Any

import pytest

from flows.options import Options
from schemas.run import RunManifest
from tasks.batch import Parcel
from tasks.crew import Crew
from tasks.write import open_dataset, query
from tests.flows.conftest import write_stories
from tests.tasks.test_write_rewrite import rewrite
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


def test_a_large_batch_goes_through_in_slices_and_a_refused_story_keeps_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.reprocess import reprocess

    write_by_hand(tmp_path, [stories(5)])
    work = Crew.work

    def refusing(crew: Crew, step: Any, stories: Any, on_tick: Any = None) -> Parcel:
        done = work(crew, step, stories, on_tick)
        lost = [story for story in done.stories if story.source_uri.endswith("/3.txt") and step == "tag"]
        return Parcel([story for story in done.stories if story not in lost], [story.reject("tag", "LookupError", "") for story in lost])

    monkeypatch.setattr(Crew, "work", refusing)
    run = reprocess(str(tmp_path), "tag", OPTIONS)
    assert (run.stories_in, run.written, run.rejected) == (5, 4, 1)
    dataset = open_dataset(tmp_path)
    assert query(dataset, "SELECT source_uri FROM documents WHERE model_version = 'by hand'").to_pylist() == [
        {"source_uri": "file:///inbox/3.txt"}
    ]
    kept = "SELECT score FROM quotes JOIN documents USING (doc_id) WHERE model_version = 'by hand'"
    assert query(dataset, kept).to_pylist() == [{"score": 0.8}]
