"""Readers that loop over a dataset while it is written to and compacted: `python -m tests.programs.reading`.

DuckDB and Polars read the tables' folders as anyone would, PyArrow the files in them by name; `wiredesk sql` and `query`,
which Polars and pandas take over from, read its views. None may see an error, a document without all its rows, a row twice,
or a count that goes down. Only while files are merged may a reader of the bare folders be told that a file it has listed is
gone, and begin again: that is counted apart.
"""

import argparse
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.dataset as ds

from tasks.pool import Pool
from tasks.write import open_dataset, query
from tests.programs.figures import report, scratch
from tests.programs.growing import BATCH, ROWS, grow
from tests.tasks.writing import ingest, stories

Reader = Callable[[Path, str], list[str]]
"""Gives the doc_id of every row of a table."""

READERS: dict[str, Reader] = {
    "duckdb": lambda place, table: [doc for (doc,) in duckdb.connect().sql(f"SELECT doc_id FROM '{place}/{table}/*.parquet'").fetchall()],
    "polars": lambda place, table: pl.scan_parquet(f"{place}/{table}/*.parquet").select("doc_id").collect()["doc_id"].to_list(),
    "pyarrow": lambda place, table: ds.dataset(list((place / table).glob("*.parquet"))).to_table(["doc_id"])["doc_id"].to_pylist(),
    "wiredesk sql": lambda place, table: query(open_dataset(place), f"SELECT doc_id FROM {table}")["doc_id"].to_pylist(),
    "polars, by query": lambda place, table: pl.DataFrame(query(open_dataset(place), f"FROM {table}"))["doc_id"].to_list(),
    "pandas, by query": lambda place, table: query(open_dataset(place), f"FROM {table}").to_pandas()["doc_id"].tolist(),
}

NEVER_BEGIN_AGAIN = frozenset({"wiredesk sql", "polars, by query", "pandas, by query"})


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
        if (seen := len(set(read(place, "documents")))) != 1 + BATCH * batches:
            violations.append(f"{name} finds {seen} documents in the end, not {1 + BATCH * batches}")
    return counts, violations


def _loop(name: str, place: Path, merging: bool, done: threading.Event, counts: Counter[str], violations: list[str]) -> None:
    before = 0
    while not done.is_set() and len(violations) < 20:
        try:
            tables = {table: Counter(READERS[name](place, table)) for table in ROWS}
        except Exception as error:
            if merging and name not in NEVER_BEGIN_AGAIN and _gone(error):
                counts[f"{name} began again"] += 1
            else:
                violations.append(f"{name}: {type(error).__name__}: {error}")
            continue
        counts[f"{name} read"] += 1
        documents = tables["documents"]
        if len(documents) < before:
            violations.append(f"{name}: {len(documents)} documents after {before}")
        before = len(documents)
        for table, rows in ROWS.items():
            if wrong := [doc for doc in documents if tables[table][doc] != rows]:
                violations.append(f"{name}: {len(wrong)} documents have not their {rows} rows in {table}")


def _gone(error: Exception) -> bool:
    return isinstance(error, FileNotFoundError) or "No such file" in str(error)


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
