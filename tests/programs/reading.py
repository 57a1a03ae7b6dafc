"""Readers that loop over a dataset while it is written to and compacted: `python -m tests.programs.reading`.

DuckDB, Polars and PyArrow read the files that `reading` gives; DuckDB reads the folders, too, from a process of its own under
`flock --shared`, as a program that knows nothing of wiredesk can; `wiredesk sql` and `query`, which Polars and pandas take over
from, read its views. None may see an error, a document without all its rows, a row twice, or a count that goes down. Beside
them all three read the bare folders without asking. Nothing of theirs may be wrong either, but while files are merged they
may be told that a file they have listed is gone, and begin again: that is counted apart, and so is DuckDB's own glob, which
passes over such files without a word, as the dataset's card says.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds

from tasks.dataset import open_dataset, query
from tasks.dataset import reading as files_of
from tasks.dataset.folder.files import quiet_duckdb
from tasks.workers.pool import Pool
from tests.programs.figures import report, scratch
from tests.programs.growing import BATCH, ROWS, grow
from tests.tasks.writing import ingest, stories

GONE = re.compile(r'No such file|No files found that match the pattern "[^*]*"')
"""How DuckDB and Polars say that a file is not there; a pattern with a star is a glob."""

OWN_GLOB = "its own glob"

Reader = Callable[[Path], dict[str, list[str]]]
"""Gives the doc_id of every row of each table."""

Paths = list[str]


def _asking(read: Callable[[Paths], list[str]]) -> Reader:
    """A reader of the files that `reading` gives, all tables in one block."""

    def reader(place: Path) -> dict[str, list[str]]:
        with files_of(open_dataset(place)) as files:
            return {table: read(files[table]) for table in ROWS}

    return reader


def _bare(read: Callable[[Path], list[str]]) -> Reader:
    """A reader of the folders as they are, `documents` first."""
    return lambda place: {table: read(place / table) for table in ROWS}


def _by_query(read: Callable[[pa.Table], list[str]]) -> Reader:
    return lambda place: {table: read(query(open_dataset(place), f"FROM {table}")) for table in ROWS}


def _duckdb(files: str | Paths) -> list[str]:
    with quiet_duckdb() as connection:
        return [doc for (doc,) in connection.read_parquet(files).select("doc_id").fetchall()]


def _polars(files: str | Paths) -> list[str]:
    return pl.scan_parquet(files).select("doc_id").collect()["doc_id"].to_list()


def _pyarrow(files: Paths) -> list[str]:
    return ds.dataset(files).to_table(["doc_id"])["doc_id"].to_pylist()


STRANGER = """
import duckdb, json, sys
duckdb.sql("SET enable_progress_bar = false")  # on a busy machine it would stand in the output
read = lambda table: [doc for (doc,) in duckdb.sql(f"SELECT doc_id FROM '{sys.argv[1]}/{table}/*.parquet'").fetchall()]
print(json.dumps({table: read(table) for table in sys.argv[2:]}))
"""


def _stranger(place: Path) -> dict[str, list[str]]:
    """Another program over the bare folders, started under the lock."""
    command = ["flock", "--shared", str(place), sys.executable, "-c", STRANGER, str(place), *ROWS]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


READERS: dict[str, Reader] = {
    "duckdb": _asking(_duckdb),
    "polars": _asking(_polars),
    "pyarrow": _asking(_pyarrow),
    "wiredesk sql": _by_query(lambda rows: rows["doc_id"].to_pylist()),
    "polars, by query": _by_query(lambda rows: pl.DataFrame(rows)["doc_id"].to_list()),
    "pandas, by query": _by_query(lambda rows: rows.to_pandas()["doc_id"].tolist()),
    **({"duckdb, under flock": _stranger} if shutil.which("flock") else {}),
    "duckdb, bare folders": _bare(lambda folder: _duckdb([str(path) for path in folder.glob("*.parquet")])),
    f"duckdb, {OWN_GLOB}, bare folders": _bare(lambda folder: _duckdb(f"{folder}/*.parquet")),
    "polars, bare folders": _bare(lambda folder: _polars(f"{folder}/*.parquet")),
    "pyarrow, bare folders": _bare(lambda folder: _pyarrow([str(path) for path in folder.glob("*.parquet")])),
}


def reading(place: Path, batches: int, compact_every: int | None) -> tuple[Counter[str], list[str]]:
    """Reads until the writer has put in its batches; how often each reader read and began again, and what was wrong."""
    done, counts, violations = threading.Event(), Counter[str](), list[str]()
    readers = [threading.Thread(target=_loop, args=(name, place, bool(compact_every), done, counts, violations)) for name in READERS]
    with Pool(1, os.getpid) as pool:
        ingest(place, [stories(1, BATCH * batches)], run="first")
        for reader in readers:
            reader.start()
        try:
            pool.run(grow, place, batches, compact_every)
        finally:
            done.set()
            for reader in readers:
                reader.join()
    for name, read in READERS.items():
        if (seen := len(set(read(place)["documents"]))) != 1 + BATCH * batches:
            violations.append(f"{name} finds {seen} documents in the end, not {1 + BATCH * batches}")
    return counts, violations


def _loop(name: str, place: Path, merging: bool, done: threading.Event, counts: Counter[str], violations: list[str]) -> None:
    before = 0
    while not done.is_set() and len(violations) < 20:
        try:
            tables = {table: Counter(docs) for table, docs in READERS[name](place).items()}
        except Exception as error:
            if merging and name.endswith("bare folders") and _gone(error):
                counts[f"{name} began again"] += 1
            else:
                violations.append(f"{name}: {type(error).__name__}: {error}")
            continue
        counts[f"{name} read"] += 1
        documents = tables["documents"]
        wrong = [f"{name}: {len(documents)} documents after {before}"] if len(documents) < before else []
        wrong += [f"{name}: {what}" for what in _incomplete(tables)]
        if wrong and merging and OWN_GLOB in name and not _doubled(tables):
            counts[f"{name} passed over files"] += 1
            continue
        violations += wrong
        before = len(documents)


def _incomplete(tables: dict[str, Counter[str]]) -> list[str]:
    """What documents lack, or have twice."""
    wrong = {table: [doc for doc in tables["documents"] if tables[table][doc] != rows] for table, rows in ROWS.items()}
    return [f"{len(docs)} documents have not their {ROWS[table]} rows in {table}" for table, docs in wrong.items() if docs]


def _doubled(tables: dict[str, Counter[str]]) -> bool:
    return any(count > ROWS[table] for table, docs in tables.items() for count in docs.values())


def _gone(error: Exception) -> bool:
    """Whether a file that was listed is gone; that a glob lists none at all is another thing."""
    return isinstance(error, FileNotFoundError) or bool(GONE.search(str(error)))


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 when anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--compact-every", type=int, default=10)
    wanted = parser.parse_args(arguments)
    with scratch() as folder:
        ingested, wrong = reading(folder / "ingest", wanted.batches, None)
        merged, wrong_then = reading(folder / "compact", wanted.batches, wanted.compact_every)
    figures = {f"{name}, during ingest": count for name, count in sorted(ingested.items())}
    figures |= {f"{name}, during ingest and compact": count for name, count in sorted(merged.items())}
    return report("reading", figures, wrong + wrong_then)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
