"""Merges the small files of many runs, so that the dataset stays fast to read and to append to.

What a reader may see: a table's folder changes from its old files to the new ones at one instant, and both hold the same
rows; so a listing of the folder gives every row once, never twice, before, during and after. The instant waits for those
who read by `tasks.dataset.reading`, or hold the dataset's folder with `flock --shared`; and `query` begins again by itself. A
reader who does none of this, lists the folder before that instant and opens a file after it, gets the error that the file is not
there, and need only start again: no folder of files without a catalogue can spare it that, since an old name that is still
there when it is opened would be there in a new listing too, beside the merged rows. PyArrow, given a folder and not the names
of its files, and DuckDB, given a glob, pass over names that go between their listing and their look at them: beside an exchange
every half millisecond about one file in twenty was missing from DuckDB's globs and one in 140 from PyArrow's folders, without an
error, and none in 90,000 listings of Python's.
"""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import arrow_schema
from schemas.ids import hash_of
from schemas.rows import CHILDREN, TABLES, DocumentRow, RejectRow, Row
from schemas.run import Compacted
from tasks.dataset.folder.checksums import record
from tasks.dataset.folder.disk import parquet_writer, row_group_rows, sync, write_rows
from tasks.dataset.folder.errors import explained
from tasks.dataset.folder.files import exactly, quiet_duckdb, read_columns, readable, verify
from tasks.dataset.folder.layout import STORY_TABLES, Dataset
from tasks.dataset.folder.swap import check_exchange, swap_in
from tasks.dataset.writing.near import read_sketches, write_sketches

TARGET = 256 * 2**20
"""Bytes that a merged file of the largest table comes to; between 128 and 512 MB most engines read best."""

MEMORY = "2GB"
"""What sorting may take; beyond it DuckDB sorts on disk, in `_staging`."""


def compact(dataset: Dataset, *, target_bytes: int = TARGET) -> Compacted:
    """Merges small files towards `target_bytes` (of the largest table); never visible half done, safe to kill.

    Call under the lock, after `sweep`. Files of half the target and more are left alone. Raises DatasetError where the
    file system cannot do it (see tasks.dataset.folder.swap), BusyError where readers hold the files; nothing is changed then.
    """
    files_before, bytes_before = _size(dataset)
    work = dataset.staging / "merging"
    with explained("merging files", dataset.root, safe="No row was lost."):
        check_exchange(dataset)
        work.mkdir()
        try:
            added, dropped = _merged(dataset, target_bytes, work)
            if dropped:
                swap_in(dataset, added, dropped)
        finally:
            shutil.rmtree(work)
    files_after, bytes_after = _size(dataset)
    return Compacted(files_before=files_before, files_after=files_after, bytes_before=bytes_before, bytes_after=bytes_after)


def _merged(dataset: Dataset, target_bytes: int, work: Path) -> tuple[dict[str, dict[str, Path]], dict[str, set[str]]]:
    """The new files by table and stem, made in `work`, and the stems whose rows they hold or that have no rows."""
    added: dict[str, dict[str, Path]] = {}
    dropped: dict[str, set[str]] = {}
    for stems in groups(dataset, target_bytes):
        merged = hash_of("merged", *sorted(stems))
        for table in STORY_TABLES:
            added.setdefault(table.TABLE, {})[merged] = _merge(dataset, table, stems, work)
            dropped.setdefault(table.TABLE, set()).update(stems)
        record(dataset, merged, {table.TABLE: added[table.TABLE][merged] for table in STORY_TABLES})
        _merge_sketches(dataset, stems, merged)
    for table in CHILDREN:
        if orphans := set(dataset.stems(table.TABLE)) - set(dataset.stems(DocumentRow.TABLE)):
            dropped.setdefault(table.TABLE, set()).update(orphans)
    if len(stems := dataset.stems(RejectRow.TABLE)) > 1:
        dropped[RejectRow.TABLE] = set(stems)
        if read_columns(dataset, RejectRow, ["source_uri"]).num_rows:
            merged = hash_of("merged", *stems)
            added[RejectRow.TABLE] = {merged: _merge(dataset, RejectRow, stems, work)}
            record(dataset, merged, {RejectRow.TABLE: added[RejectRow.TABLE][merged]})
    return added, dropped


def groups(dataset: Dataset, target_bytes: int = TARGET) -> list[list[str]]:
    """The batches to be merged with each other: small ones, oldest first, as many together as come to the target."""
    times = read_columns(dataset, DocumentRow, ["ingested_at", "filename"]).group_by("filename").aggregate([("ingested_at", "min")])
    oldest_first = sorted(zip(times["ingested_at_min"].to_pylist(), times["filename"].to_pylist(), strict=True))
    found, group, size = list[list[str]](), list[str](), 0
    for stem in (Path(name).stem for _, name in oldest_first):
        own = max(dataset.file(table.TABLE, stem).stat().st_size for table in STORY_TABLES)
        if own >= target_bytes // 2:
            continue
        if group and size + own > target_bytes:
            found.append(group)
            group, size = [], 0
        group.append(stem)
        size += own
    return [stems for stems in (*found, group) if len(stems) > 1]


def _merge(dataset: Dataset, table: type[Row], stems: Sequence[str], work: Path) -> Path:
    """One sorted file of several, made in `work`; DuckDB sorts, on disk where memory does not do. Raises DamagedError."""
    staged = work / f"{table.TABLE}.{hash_of(*stems)}.parquet"
    paths = [dataset.file(table.TABLE, stem) for stem in stems]
    verify(dataset, paths)
    with readable(dataset, f"{table.TABLE}/: one of {len(paths)} files", "; wiredesk check says which"):
        _sort(table, paths, staged, work)
    sync(staged)
    return staged


def _sort(table: type[Row], paths: Sequence[Path], staged: Path, work: Path) -> None:
    """Writes the rows of several files to `staged`, sorted."""
    parts = [pq.read_metadata(path) for path in paths]
    n_rows = sum(part.num_rows for part in parts)
    n_bytes = sum(part.row_group(i).total_byte_size for part in parts for i in range(part.num_row_groups))
    rows = row_group_rows(n_bytes, n_rows)
    schema = _schema_of_merged(table, paths)
    with quiet_duckdb(temp_directory=str(work / "sorting"), memory_limit=MEMORY) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        ordered = connection.read_parquet(exactly(map(str, paths))).order(", ".join(table.SORT))
        with parquet_writer(staged, schema, table.SORT) as writer:
            for batch in ordered.to_arrow_reader(rows):
                write_rows(writer, pa.Table.from_batches([batch]).cast(schema), rows)


def _schema_of_merged(table: type[Row], paths: Iterable[Path]) -> pa.Schema:
    """The table's schema, with the runs that its rows are of."""
    schema = arrow_schema(table)
    runs = {(pq.read_schema(path).metadata or {}).get(b"run_id", b"") for path in paths}
    return schema.with_metadata({**schema.metadata, b"run_id": b",".join(sorted(runs - {b""}))})


def _merge_sketches(dataset: Dataset, stems: Sequence[str], merged: str) -> None:
    """The sketches of a merged batch, where all its parts have theirs; otherwise they are made again when they are needed."""
    parts = [read_sketches(dataset, stem) for stem in stems]
    if all(part is not None for part in parts):
        write_sketches(dataset, merged, pa.concat_tables(parts).sort_by("doc_id"))


def _size(dataset: Dataset) -> tuple[int, int]:
    """Files and bytes of all tables."""
    sizes = [path.stat().st_size for table in TABLES for path in dataset.table(table.TABLE).glob("*.parquet")]
    return len(sizes), sum(sizes)
