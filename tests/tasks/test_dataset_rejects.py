"""`rejects` says what is refused now: no row twice, none for a record that has passed."""

import pytest

from schemas.outcome import Reject
from schemas.reading import Reading
from tasks.dataset import (
    Stamp,
    batch_rows,
    begin_run,
    commit_batch,
    end_run,
    load_index,
    open_dataset,
    refused_sources,
    settle_rejects,
)
from tests.tasks.writing import REJECTS, extracted, ingest, manifest, raw, stamp, stories, told


def reject(uri: str = "file:///inbox/bad.txt", message: str = "No reader took it.", sha: str = "b" * 64, record: str = "") -> Reject:
    return Reject(source_uri=uri, source_record=record, source_sha256=sha, step="read", error="UnknownFormat", message=message)


def messages(place) -> list[tuple[str, str, str]]:
    return sorted((row["source_uri"], row["source_record"], row["message"]) for row in told(open_dataset(place), "rejects"))


def test_a_reject_is_a_row_beside_the_batch(tmp_path):
    [done] = ingest(tmp_path, [stories(1)], REJECTS)
    assert done.rows["rejects"] == 2
    assert f"rejects/{done.files.batch_id}.parquet" in done.files.files
    assert [row["error"] for row in told(open_dataset(tmp_path), "rejects")] == ["UnknownFormat", "TimeLimit"]


def test_a_batch_of_nothing_but_rejects(tmp_path):
    [done] = ingest(tmp_path, [[]], [reject()])
    assert done.files.files == [f"rejects/{done.files.batch_id}.parquet"]
    assert told(open_dataset(tmp_path), "documents") == []


def test_the_same_reject_again_is_the_same_row(tmp_path):
    ingest(tmp_path, [[]], [reject(), reject()])
    [again] = ingest(tmp_path, [[]], [reject()], run="run-2", minutes=1)
    assert again.files.files == []
    assert len(messages(tmp_path)) == 1


@pytest.mark.parametrize("now", [reject(message="Another reason."), reject(sha="d" * 64)])
def test_a_record_refused_for_another_reason_keeps_the_new_row_only(tmp_path, now):
    ingest(tmp_path, [[]], [reject()])
    ingest(tmp_path, [[]], [now], run="run-2", minutes=1)
    assert messages(tmp_path) == [(now.source_uri, "", now.message)]


def test_a_record_that_passes_loses_its_row_and_the_others_keep_theirs(tmp_path):
    ingest(tmp_path, [[]], [reject("file:///inbox/0.txt"), reject("file:///inbox/other.txt")])
    ingest(tmp_path, [stories(1)], run="run-2", minutes=1)
    assert [uri for uri, _, _ in messages(tmp_path)] == ["file:///inbox/other.txt"]


def test_a_record_that_passes_as_a_copy_loses_its_row_too(tmp_path):
    ingest(tmp_path, [[extracted("Plain words.", "file:///inbox/p.txt")]], [reject("file:///inbox/q.txt")])
    ingest(tmp_path, [[extracted("Plain words.", "file:///inbox/q.txt")]], run="run-2", minutes=1)
    assert messages(tmp_path) == []


def test_a_source_refused_as_a_whole_passes_with_its_first_record(tmp_path):
    ingest(tmp_path, [[]], [reject("file:///inbox/feed.jsonl")])
    ingest(tmp_path, [[extracted("A line.", "file:///inbox/feed.jsonl", source_record="1")]], run="run-2", minutes=1)
    assert messages(tmp_path) == []


def test_one_record_that_passes_does_not_clear_its_neighbour(tmp_path):
    ingest(tmp_path, [[]], [reject("file:///inbox/feed.jsonl", record="2")])
    ingest(tmp_path, [[extracted("A line.", "file:///inbox/feed.jsonl", source_record="1")]], run="run-2", minutes=1)
    assert messages(tmp_path) == [("file:///inbox/feed.jsonl", "2", "No reader took it.")]


def test_a_source_whose_records_pass_and_whose_end_is_refused_again_keeps_its_row(tmp_path):
    line, end = extracted("A line.", "file:///inbox/feed.jsonl", source_record="1"), reject("file:///inbox/feed.jsonl")
    ingest(tmp_path, [[line]], [end])
    ingest(tmp_path, [[line]], [end], run="run-2", minutes=1)
    assert len(messages(tmp_path)) == 1


def test_a_record_refused_again_after_it_had_passed_comes_back(tmp_path):
    for run, (batch, rejects) in enumerate(
        [([], [reject("file:///inbox/0.txt")]), (stories(1), []), ([], [reject("file:///inbox/0.txt")])]
    ):
        ingest(tmp_path, [batch], rejects, run=f"run-{run}", minutes=run)
    assert len(messages(tmp_path)) == 1


def test_a_record_not_seen_by_a_run_keeps_its_row(tmp_path):
    ingest(tmp_path, [[]], [reject()])
    ingest(tmp_path, [stories(1)], run="run-2", minutes=1)
    assert len(messages(tmp_path)) == 1


def test_an_admitted_story_that_is_refused_later_is_new_again(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    index = load_index(dataset)
    story = raw("Plain words.", "file:///inbox/p.txt")
    assert index.admit(story) == "new"
    commit_batch(dataset, index, batch_rows([]), [reject("file:///inbox/p.txt")], stamp())
    assert index.admit(raw("Plain words.", "file:///inbox/q.txt")) == "new"


def test_a_kill_between_commit_and_settling_is_made_good(tmp_path):
    ingest(tmp_path, [[]], [reject()])
    dataset = open_dataset(tmp_path)
    commit_batch(dataset, load_index(dataset), batch_rows([]), [reject(message="Another reason.")], stamp("killed", 1))
    assert len(messages(tmp_path)) == 2
    later: Stamp = stamp("run-3", 2)
    index = load_index(dataset)
    commit_batch(dataset, index, batch_rows([]), [], later)
    assert settle_rejects(dataset, index.rejects) == 1
    assert [message for _, _, message in messages(tmp_path)] == ["Another reason."]


def test_each_source_of_a_reject_comes_with_how_the_run_read_it_that_refused_it_last(tmp_path):
    csv, tide, dune = Reading(format="csv"), Reading(provider="Tide Wire"), Reading(text_column="story", take_embargoed=True)
    a, b, c, d = (f"file:///inbox/{name}" for name in "abcd")
    runs = {"run-1": {"reading": csv}, "run-2": {"reading": tide, "reread": {a: dune}}, "lost": {"reading": csv}}
    for minutes, (run, refused) in enumerate({"run-1": [a, b], "run-2": [a, c], "lost": [d]}.items()):
        ingest(tmp_path, [[]], [reject(uri, f"Refused in {run}.") for uri in refused], run=run, minutes=minutes)
        end_run(open_dataset(tmp_path), manifest(run, **runs[run]))
    (tmp_path / "_runs" / "lost.json").unlink()
    assert refused_sources(open_dataset(tmp_path)) == {a: dune, b: csv, c: tide, d: Reading()}


def test_a_killed_run_is_asked_too(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    begin_run(dataset, manifest("killed", reading=Reading(format="csv")))
    commit_batch(dataset, load_index(dataset), batch_rows([]), [reject()], stamp("killed"))
    assert list(refused_sources(dataset).values()) == [Reading(format="csv")]
