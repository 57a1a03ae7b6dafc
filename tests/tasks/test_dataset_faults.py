"""Full disks, read-only folders and damaged files: said plainly, nothing lost."""

import errno
import os
import resource

import pyarrow.parquet as pq
import pytest

from tasks.dataset import DamagedError, DatasetError, begin_run, commit_batch, end_run, load_index, locked, open_dataset, query, sweep
from tasks.dataset.writing.rows import batch_rows
from tests.tasks.writing import BATCHES, REJECTS, files_of, ingest, manifest, stamp, state, stories, told


@pytest.fixture
def small_files():
    """No file may grow beyond 3,000 bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(to: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (to, hard))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_cannot_be_written_leaves_the_dataset_as_it_was(tmp_path, small_files):
    ingest(tmp_path, BATCHES[:1])
    dataset = open_dataset(tmp_path)
    before, index, rows = state(dataset), load_index(dataset), batch_rows(stories(400, 50))
    small_files(3000)
    with pytest.raises(DatasetError, match=r"batch is not in the dataset.*start the same command again"):
        commit_batch(dataset, index, rows, [], stamp("run-2"))
    small_files(resource.RLIM_INFINITY)
    assert state(dataset) == before
    commit_batch(dataset, index, rows, [], stamp("run-2"))
    assert len(told(dataset, "documents")) == 403


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("at", range(4))
def test_any_error_of_the_disk_is_told_and_made_good(tmp_path, monkeypatch, code, at):
    ingest(tmp_path, BATCHES[:1])
    dataset = open_dataset(tmp_path)
    index, replace, moves = load_index(dataset), os.replace, []

    def failing(source, target):
        moves.append(target)
        if len(moves) == at + 1:
            raise OSError(code, os.strerror(code), str(target))
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        with pytest.raises(DatasetError, match="What to do"):
            commit_batch(dataset, index, batch_rows(stories(2, 50)), [], stamp("run-2"))
    assert len(told(dataset, "documents")) == 3
    assert list(dataset.staging.iterdir()) == []
    ingest(tmp_path, [stories(2, 50)], run="run-3")
    assert [len(rows) for rows in state(dataset).values()] == [5, 10, 5, 5, 0]


def test_a_read_only_folder_is_told(tmp_path, monkeypatch):
    def refuse(*_args, **_options):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(DatasetError, match=r"read-only.*choose another --dataset"):
        open_dataset(tmp_path / "new", create=True)


@pytest.mark.parametrize("table", ["documents", "sections", "entities", "quotes", "rejects"])
@pytest.mark.parametrize("damage", ["cut in half", "emptied", "overwritten"])
def test_a_damaged_file_is_named(tmp_path, table, damage):
    ingest(tmp_path, BATCHES, REJECTS)
    dataset = open_dataset(tmp_path)
    path = dataset.file(table, dataset.stems(table)[-1])
    data = path.read_bytes()
    path.write_bytes({"cut in half": data[: len(data) // 2], "emptied": b"", "overwritten": b"x" * len(data)}[damage])
    with pytest.raises(DamagedError, match=rf"1 damaged or missing.*\n.*{table}/{path.name}"), locked(dataset, "run-2"):
        sweep(dataset)
    if table == "documents":
        with pytest.raises(DamagedError, match=path.name):
            load_index(dataset)
    path.write_bytes(data)
    with locked(dataset, "run-2"):
        sweep(dataset)


def test_damage_inside_a_file_is_named_by_whoever_reads_it(tmp_path):
    ingest(tmp_path, BATCHES)
    dataset = open_dataset(tmp_path)
    path = dataset.file("documents", dataset.stems("documents")[0])
    data = bytearray(path.read_bytes())
    data[4:400] = b"\xff" * 396
    path.write_bytes(data)
    with pytest.raises(DamagedError, match=path.name):
        load_index(dataset)


@pytest.mark.parametrize("table", ["documents", "sections", "entities", "quotes"])
def test_a_deleted_file_is_named(tmp_path, table):
    [done] = ingest(tmp_path, [stories(2)])
    dataset = open_dataset(tmp_path)
    end_run(dataset, manifest(batches=[done.files]))
    path = dataset.file(table, done.files.batch_id)
    path.unlink()
    with pytest.raises(DamagedError, match=rf"{table}/{path.name} \(missing\)"), locked(dataset, "run-2"):
        sweep(dataset)


def test_giving_up_a_damaged_batch_as_advised_lets_the_next_run_take_it_in_again(tmp_path):
    done = ingest(tmp_path, BATCHES)
    before = state(open_dataset(tmp_path))
    for path in tmp_path.glob(f"*/{done[0].files.batch_id}.parquet"):
        path.unlink()
    ingest(tmp_path, BATCHES, run="run-2")
    assert state(open_dataset(tmp_path)) == before


def test_a_damaged_dataset_is_not_read_as_if_it_were_whole(tmp_path):
    ingest(tmp_path, BATCHES)
    dataset = open_dataset(tmp_path)
    dataset.file("quotes", dataset.stems("quotes")[0]).unlink()
    with pytest.raises(DamagedError, match="quotes/"):
        query(dataset, "SELECT count(*) FROM quotes")


def test_a_query_names_the_file_that_is_truncated(tmp_path):
    ingest(tmp_path, BATCHES)
    dataset = open_dataset(tmp_path)
    path = dataset.file("quotes", dataset.stems("quotes")[0])
    data = path.read_bytes()
    path.write_bytes(data[:-20])
    with pytest.raises(DamagedError, match=rf"quotes/{path.name} \(truncated"):
        query(dataset, "SELECT count(*) FROM quotes")
    path.write_bytes(data)
    with pytest.raises(DatasetError, match=r"query failed.*nonsense"):
        query(dataset, "SELECT nonsense FROM documents")


def test_orphans_lose_their_rows_and_keep_their_names(tmp_path):
    ingest(tmp_path, BATCHES)
    dataset = open_dataset(tmp_path)
    stem = dataset.stems("documents")[0]
    dataset.file("documents", stem).unlink()
    with locked(dataset, "run-2"):
        swept = sweep(dataset)
    assert swept.orphans == [f"{table}/{stem}.parquet" for table in ("sections", "entities", "quotes")]
    assert pq.read_metadata(dataset.file("quotes", stem)).num_rows == 0
    with locked(dataset, "run-3"):
        assert sweep(dataset).orphans == []


def test_a_killed_run_gets_its_account_from_the_next(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    begin_run(dataset, manifest("killed"))
    ingest(tmp_path, BATCHES, REJECTS, run="killed", minutes=3)  # its own sweep accounts for the run begun, before it writes
    begin_run(dataset, manifest("killed-2"))
    ingest_of_killed = [stories(2, 70)]
    index = load_index(dataset)
    for batch in ingest_of_killed:
        commit_batch(dataset, index, batch_rows(batch), [], stamp("killed-2", 4))
    with locked(dataset, "next"):
        assert sweep(dataset).runs == ["killed-2"]
    [row] = (tmp_path / "_runs").glob("killed-2.json")
    found = type(manifest()).model_validate_json(row.read_bytes())
    assert (found.state, found.stories_in, found.written, found.rejected, found.speakers) == ("interrupted", 2, 2, 0, 1)
    assert found.rows == {"documents": 2, "sections": 4, "entities": 2, "quotes": 2, "rejects": 0}
    assert [len(batch.files) for batch in found.batches] == [4]
    assert set(found.batches[0].files) < set(files_of(dataset))


def test_a_run_id_that_is_a_path_is_refused(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    for bad in ("../x", "a/b", "", ".hidden"):
        with pytest.raises(ValueError, match="run id"):
            end_run(dataset, manifest(bad))
