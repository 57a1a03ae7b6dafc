"""Small files become large ones; no reader sees a row twice or not at all."""

import errno
import os

import pyarrow.parquet as pq
import pytest

from schemas.arrow import arrow_schema
from schemas.rows import TABLES
from tasks.dataset import DatasetError, batch_rows, commit_batch, compact, load_index, locked, open_dataset, query, sweep
from tasks.dataset.upkeep.compact import groups
from tasks.dataset.writing.indexfile import intact_table
from tasks.dataset.writing.near import sketch_file
from tests.tasks.writing import BATCHES, REJECTS, extracted, files_of, ingest, stamp, state, stories


def merge(place, **options):
    dataset = open_dataset(place)
    with locked(dataset, "run-compact"):
        sweep(dataset)
        done = compact(dataset, **options)
        sweep(dataset)
    return dataset, done


def test_many_files_become_one_a_table_with_the_same_rows(tmp_path):
    for n in range(6):
        ingest(tmp_path, [stories(2, 10 * n)], [REJECTS[n % 2]], run=f"run-{n}", minutes=n)
    before = state(open_dataset(tmp_path))
    dataset, done = merge(tmp_path)
    assert state(dataset) == before
    assert [len(dataset.stems(table.TABLE)) for table in TABLES] == [1] * 5
    assert (done.files_before, done.files_after) == (6 * 4 + 2 + 5, 5 + 5)
    assert done.bytes_after < done.bytes_before


def test_a_folder_that_a_reader_is_listing_stays_a_minute(tmp_path):
    ingest(tmp_path, [stories(2), stories(2, 10)])
    with os.scandir(tmp_path / "documents") as listing:
        first = next(listing).name
        dataset, _ = merge(tmp_path)
        ingest(tmp_path, [stories(2, 20)], run="run-2")
        assert len({first, *(entry.name for entry in listing)}) == 3
    [old] = dataset.staging.glob("swapped.*")
    assert len(list((old / "documents").iterdir())) == 3
    os.utime(old, (1, 1))
    ingest(tmp_path, [stories(2, 30)], run="run-3")
    assert not old.exists()


def test_merged_files_keep_order_schema_and_runs(tmp_path):
    for n in range(3):
        ingest(tmp_path, [stories(20, 100 * n)], run=f"run-{n}", minutes=n)
    dataset, _ = merge(tmp_path)
    for table in TABLES[:4]:
        file = pq.ParquetFile(dataset.file(table.TABLE, dataset.stems(table.TABLE)[0]))
        assert file.schema_arrow.equals(arrow_schema(table))
        assert file.schema_arrow.metadata[b"run_id"] == b"run-0,run-1,run-2"
        assert all(field.metadata[b"description"] for field in file.schema_arrow)
        assert file.metadata.num_row_groups == 1
        assert file.metadata.row_group(0).sorting_columns
        rows = file.read(list(table.SORT)).to_pylist()
        assert rows == sorted(rows, key=lambda row: tuple(row.values()))


def test_row_groups_stay_small_however_large_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.dataset.folder.disk.ROW_GROUP_ROWS", 30)
    monkeypatch.setattr("tasks.dataset.folder.disk.ROW_GROUP_BYTES", 10**9)
    for n in range(3):
        ingest(tmp_path, [stories(20, 100 * n)], run=f"run-{n}")
    dataset, _ = merge(tmp_path)
    metadata = pq.read_metadata(dataset.file("sections", dataset.stems("sections")[0]))
    assert metadata.num_rows == 120
    assert all(metadata.row_group(n).num_rows <= 30 for n in range(metadata.num_row_groups))


def test_files_are_merged_oldest_first_towards_the_target(tmp_path):
    done = [ingest(tmp_path, [stories(2, 10 * n)], run=f"run-{n}", minutes=10 - n)[0].files.batch_id for n in range(5)]
    dataset = open_dataset(tmp_path)
    size = max(dataset.file(table, done[0]).stat().st_size for table in ("documents", "sections", "entities", "quotes"))
    assert groups(dataset, 3 * size + size // 2) == [[done[4], done[3], done[2]], [done[1], done[0]]]
    assert groups(dataset, size) == []


def test_nothing_to_merge_changes_nothing(tmp_path):
    ingest(tmp_path, [stories(2)])
    before = {path: path.stat().st_ino for path in tmp_path.glob("*/*.parquet")}
    dataset, done = merge(tmp_path)
    assert done.files_before == done.files_after
    assert {path: path.stat().st_ino for path in tmp_path.glob("*/*.parquet")} == before
    assert files_of(dataset)


def test_large_files_stay_the_same_files(tmp_path):
    ingest(tmp_path, [stories(400)])
    [large] = open_dataset(tmp_path).stems("documents")
    ingest(tmp_path, [stories(2, 1000), stories(2, 2000)], run="run-2", minutes=1)
    target = open_dataset(tmp_path).file("documents", large).stat().st_size
    dataset, _ = merge(tmp_path, target_bytes=target)
    assert len(dataset.stems("documents")) == 2
    assert large in dataset.stems("documents")


def test_twice_under_one_lock(tmp_path):
    ingest(tmp_path, [stories(2), stories(2, 10)])
    dataset = open_dataset(tmp_path)
    with locked(dataset, "run-2"):
        sweep(dataset)
        compact(dataset)
        ingested = state(dataset)
        commit_batch(dataset, load_index(dataset), batch_rows(stories(1, 50)), [], stamp("run-2"))
        compact(dataset)
    assert len(dataset.stems("documents")) == 1
    assert len(state(dataset)["documents"]) == len(ingested["documents"]) + 1


def test_runs_go_on_after_a_merge(tmp_path):
    ingest(tmp_path, BATCHES, REJECTS)
    dataset, _ = merge(tmp_path)
    before = state(dataset)
    again = ingest(tmp_path, BATCHES, REJECTS, run="run-2", minutes=1)
    assert all(not done.files.files for done in again)
    newest = extracted("The ferry sinks, the line said.", "file:///inbox/y.txt", provider="NBN", provider_id="ferry")
    ingest(tmp_path, [[newest]], run="run-3", minutes=2)
    assert len(state(dataset)["documents"]) == len(before["documents"]) + 1
    assert query(dataset, "SELECT max(version) AS v FROM documents")["v"][0].as_py() == 4
    merge(tmp_path)
    assert len(load_index(dataset)) == len(before["documents"]) + 1


def test_merged_sketches_are_those_of_the_documents(tmp_path):
    ingest(tmp_path, BATCHES)
    dataset, _ = merge(tmp_path)
    path = sketch_file(dataset, dataset.stems("documents")[0])
    assert [other.name for other in path.parent.iterdir()] == [path.name]
    assert intact_table(path)["doc_id"].to_pylist() == sorted(row["doc_id"] for row in state(dataset)["documents"])


def test_rejects_that_passed_leave_no_file(tmp_path):
    ingest(tmp_path, [[]], [REJECTS[0]])
    ingest(tmp_path, [[extracted("It reads now.", REJECTS[0].source_uri)]], [REJECTS[1]], run="run-2", minutes=1)
    ingest(tmp_path, [[extracted("So does it.", REJECTS[1].source_uri, source_record="7")]], run="run-3", minutes=2)
    dataset = open_dataset(tmp_path)
    assert state(dataset)["rejects"] == []
    assert len(dataset.stems("rejects")) == 2
    merge(tmp_path)
    assert dataset.stems("rejects") == []


def test_emptied_orphans_are_dropped(tmp_path):
    ingest(tmp_path, [stories(2), stories(2, 10)])
    dataset = open_dataset(tmp_path)
    orphan = dataset.stems("documents")[0]
    dataset.file("documents", orphan).unlink()
    merge(tmp_path)
    assert orphan not in dataset.stems("quotes")
    assert dataset.stems("quotes") == dataset.stems("documents")


def test_a_file_system_that_cannot_do_it_is_told_and_left_alone(tmp_path, monkeypatch):
    ingest(tmp_path, [stories(2), stories(2, 10)])
    dataset = open_dataset(tmp_path)
    before = files_of(dataset)

    def refuse(*_paths):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr("tasks.dataset.folder.swap._exchange", refuse)
    with pytest.raises(DatasetError, match="cannot exchange two folders"):
        merge(tmp_path)
    assert files_of(dataset) == before
    assert list(dataset.staging.iterdir()) == []


@pytest.mark.parametrize("step", ["write_table", "link", "rename"])
def test_a_full_disk_stops_it_and_leaves_nothing_behind(tmp_path, monkeypatch, step):
    ingest(tmp_path, [stories(2), stories(2, 10)])
    dataset = open_dataset(tmp_path)
    before = files_of(dataset)

    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter if step == "write_table" else os, step, full)
        with pytest.raises(DatasetError, match=r"disk is full.*No row was lost"):
            merge(tmp_path)
    assert files_of(dataset) == before
    assert list(dataset.staging.iterdir()) == []
    merge(tmp_path)
    assert len(dataset.stems("documents")) == 1
