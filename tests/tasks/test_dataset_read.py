"""Reading a dataset: one instant of it, confined to it, while others write."""

import re
import threading
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest

import tasks.dataset.readers
from tasks.dataset import DatasetError, connect, open_dataset, query, reading
from tests.tasks.killing import CONTEXT, whole_compact
from tests.tasks.writing import BATCHES, REJECTS, ingest, stories


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory):
    place = tmp_path_factory.mktemp("read") / "data set's"
    ingest(place, BATCHES, REJECTS)
    return open_dataset(place)


@pytest.mark.parametrize("view", ["documents", "sections", "entities", "quotes", "rejects"])
def test_every_table_is_a_view(dataset, view):
    assert query(dataset, f"FROM {view}").num_rows == ds.dataset(dataset.root / view).count_rows() > 0


@pytest.mark.parametrize(
    "sql",
    [
        "COPY quotes TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/quotes/out.parquet'",
        "EXPLAIN ANALYZE COPY quotes TO '{folder}/out.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_text('{folder}/README.md')",
        "SELECT * FROM '{folder}/../*'",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_csv('https://127.0.0.1:9/x.csv')",
        "ATTACH '{folder}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "PRAGMA enable_external_access=true",
        "PRAGMA threads=1",
        "CHECKPOINT",
        "EXPORT DATABASE '{folder}/x'",
        "CALL pragma_version()",
        "CREATE VIEW documents AS SELECT 1",
        "DROP VIEW documents",
        "SELECT 1; SELECT 2",
        "SELECT * FROM frame",
        "SELEC 1",
        "SELECT nothing FROM documents",
        "",
    ],
)
def test_a_query_reads_the_dataset_and_does_nothing_else(dataset, sql):
    frame = pd.DataFrame({"secret": [1]})  # DuckDB would find it by its name
    before = sorted(dataset.root.rglob("*"))
    with pytest.raises(DatasetError):
        query(dataset, sql.format(folder=str(dataset.root).replace("'", "''")))
    assert sorted(dataset.root.rglob("*")) == before
    assert len(frame) == 1


@pytest.mark.parametrize(
    "sql", ["FROM documents", "WITH q AS (SELECT * FROM quotes) SELECT count(*) FROM q", "DESCRIBE quotes", "SUMMARIZE quotes"]
)
def test_ways_to_read(dataset, sql):
    assert query(dataset, sql).num_rows


def test_a_connection_shows_one_instant(tmp_path):
    ingest(tmp_path, [stories(2)])
    with connect(open_dataset(tmp_path)) as connection:
        ingest(tmp_path, [stories(2, 10)], run="run-2")
        assert connection.sql("SELECT count(*) FROM documents").fetchall() == [(2,)]


def test_rows_without_their_document_never_show(tmp_path):
    ingest(tmp_path, [stories(2), stories(3, 10)])
    dataset = open_dataset(tmp_path)
    dataset.file("documents", dataset.stems("documents")[0]).unlink()
    left = query(dataset, "SELECT count(*) AS n FROM documents")["n"][0].as_py()
    assert left in {2, 3}
    assert query(dataset, "SELECT * FROM quotes").num_rows == left


def write_and_compact(place: Path, rounds: int) -> None:
    for n in range(rounds):
        ingest(place, [stories(2, 100 * n), stories(2, 100 * n + 50)], run=f"run-{n}", minutes=n)
        if n % 4 == 3:
            whole_compact(place)


def by_query(place: Path) -> tuple[int, int]:
    """Documents, and those of them that have both sections, their entity and their quote."""
    sql = """SELECT count(*) AS documents, count(*) FILTER (s = 2 AND e = 1 AND q = 1) AS whole FROM documents
        LEFT JOIN (SELECT doc_id, count(*) s FROM sections GROUP BY 1) USING (doc_id)
        LEFT JOIN (SELECT doc_id, count(*) e FROM entities GROUP BY 1) USING (doc_id)
        LEFT JOIN (SELECT doc_id, count(*) q FROM quotes GROUP BY 1) USING (doc_id)"""
    return tuple(query(open_dataset(place), sql).to_pylist()[0].values())


STORY_TABLES = ("documents", "sections", "entities", "quotes")


def by_pandas(place: Path) -> tuple[int, int]:
    with reading(open_dataset(place)) as files:
        return _whole(*(pd.read_parquet(files[table])["doc_id"].tolist() for table in STORY_TABLES))


def by_polars(place: Path) -> tuple[int, int]:
    with reading(open_dataset(place)) as files:
        return _whole(*(pl.scan_parquet(files[table]).select("doc_id").collect()["doc_id"].to_list() for table in STORY_TABLES))


def by_arrow(place: Path) -> tuple[int, int]:
    with reading(open_dataset(place)) as files:
        return _whole(*(ds.dataset(files[table]).to_table(["doc_id"])["doc_id"].to_pylist() for table in STORY_TABLES))


JOIN = """SELECT count(DISTINCT doc_id), count(*) FROM read_parquet({documents}) d
    JOIN read_parquet({quotes}) q USING (doc_id) JOIN read_parquet({entities}) e USING (doc_id)"""


def by_duckdb(place: Path) -> tuple[int, int]:
    with reading(open_dataset(place)) as files, duckdb.connect() as connection:
        return connection.sql(JOIN.format_map(files)).fetchall()[0]


def of_bare_folders(place: Path) -> tuple[int, int]:
    """The documented join: from `documents`, listed first, by the files that Python's glob lists."""
    with duckdb.connect() as connection:
        files = {table: [str(path) for path in (place / table).glob("*.parquet")] for table in STORY_TABLES}
        return connection.sql(JOIN.format_map(files)).fetchall()[0]


def _whole(documents: list[str], sections: list[str], entities: list[str], quotes: list[str]) -> tuple[int, int]:
    assert len(documents) == len(set(documents)), "a document twice"
    have = set(entities) & set(quotes) & {doc for doc in set(sections) if sections.count(doc) == 2}
    return len(documents), len(set(documents) & have)


GONE = "No such file|No files found|not found|Cannot open file|does not exist|cannot find"
"""What a reader without the lock may be told in the instant that `compact` exchanges a folder: an error, never wrong rows."""


READERS = [by_query, by_pandas, by_polars, by_arrow, by_duckdb, of_bare_folders]


def test_readers_that_loop_while_others_write(memory_path):
    ingest(memory_path, [stories(1, 9999)])
    seen, errors = {reader: [1] for reader in READERS}, {reader: list[Exception]() for reader in READERS}
    writer = CONTEXT.Process(target=write_and_compact, args=(memory_path, 8))

    def loop(reader) -> None:
        while writer.is_alive():
            try:
                documents, whole = reader(memory_path)
                assert documents == whole, "a document without its rows"
                assert documents >= seen[reader][-1], "fewer than before"
                seen[reader].append(documents)
            except Exception as error:
                errors[reader].append(error)

    writer.start()
    threads = [threading.Thread(target=loop, args=(reader,)) for reader in READERS]
    for thread in threads:
        thread.start()
    for thread in (*threads, writer):
        thread.join()
    assert writer.exitcode == 0
    assert [reader(memory_path) for reader in READERS] == [(33, 33)] * len(READERS)
    assert all(len(counts) > 2 for counts in seen.values())
    assert [e for e in errors.pop(of_bare_folders) if not re.search(GONE, str(e))] == []
    assert [e for each in errors.values() for e in each] == []


def test_a_query_begins_again_when_files_are_merged_under_it(tmp_path, monkeypatch):
    for n in range(3):
        ingest(tmp_path, [stories(2, 10 * n)], run=f"run-{n}")
    dataset, tries = open_dataset(tmp_path), []

    def merge_first(*_args):
        tries.append(1)
        if len(tries) == 1:
            whole_compact(tmp_path)

    monkeypatch.setattr(tasks.dataset.readers, "_check_reads", merge_first)
    assert query(dataset, "SELECT text FROM quotes").num_rows == 6
    assert len(tries) == 2


def test_no_progress_bar_stands_in_what_a_query_prints(dataset):
    """DuckDB prints one after two seconds, in a pipe too."""
    assert query(dataset, "SELECT current_setting('enable_progress_bar') AS bar").to_pylist() == [{"bar": False}]


def test_threads_may_read_at_once(dataset):
    results = list[int]()
    threads = [threading.Thread(target=lambda: results.append(query(dataset, "FROM quotes").num_rows)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [results[0]] * 4
