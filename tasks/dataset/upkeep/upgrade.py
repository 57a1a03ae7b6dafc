"""Brings a dataset of an older schema version to today's, a few batches at a time.

The empty files state a dataset's version: that of `rejects` is renewed before any row, so that from then on an older
wiredesk leaves the dataset alone; that of `documents` after all rows, so that until then this one asks to go on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from schemas.arrow import arrow_schema
from schemas.ids import hash_of
from schemas.migrations import migrated, unbridged
from schemas.rows import SCHEMA_VERSION, TABLES, DocumentRow, RejectRow, Row
from schemas.run import BatchFiles
from tasks.dataset.folder.checksums import record
from tasks.dataset.folder.disk import parquet_writer, sync, write_rows
from tasks.dataset.folder.errors import DatasetError, explained
from tasks.dataset.folder.files import UNREADABLE, checked_parquet, damaged, first_line, readable, verify
from tasks.dataset.folder.layout import EMPTY, Dataset, put_empty, schema_versions
from tasks.dataset.folder.swap import check_exchange, swap_in
from tasks.dataset.writing.commit import COMMIT_ORDER
from tasks.dataset.writing.near import read_sketches, write_sketches

AT_ONCE = 256 * 2**20
"""Bytes of old files that change places with new ones in one swap, at least a batch: each swap links every file of the dataset."""

Versions = Mapping[type[Row], int]
"""The schema version of a batch's file in each table that has one."""


def upgrade(dataset: Dataset) -> list[BatchFiles]:
    """Rewrites the files of older schema versions; every row stays, with its ids, and gets today's columns. Returns the new files.

    A reader sees a batch as it was or as it is to be; a kill leaves either, and the next call goes on. Call under the
    lock, after `sweep`. Raises DatasetError, before anything is changed where no way leads from a version to today's.
    """
    if schema_versions(dataset)[0] == SCHEMA_VERSION:
        return []
    older = _older(dataset)
    _check_ways(dataset, older.values())
    done = list[BatchFiles]()
    with explained("bringing the dataset to this wiredesk's schema", dataset.root, safe="Every batch is as it was or as it is to be."):
        check_exchange(dataset)
        put_empty(dataset, RejectRow, EMPTY)
        for some in _at_once(dataset, older):
            done += _exchange(dataset, some)
        for table in reversed(TABLES):
            put_empty(dataset, table, EMPTY)
    return done


def _older(dataset: Dataset) -> dict[str, Versions]:
    """By batch, its files of an older version. Raises DamagedError."""
    found, unreadable = defaultdict[str, dict[type[Row], int]](dict), list[str]()
    for table in TABLES:
        for stem in dataset.stems(table.TABLE):
            try:
                version = int((pq.read_schema(dataset.file(table.TABLE, stem)).metadata or {})[b"schema_version"])
            except UNREADABLE as error:
                unreadable.append(f"{table.TABLE}/{stem}.parquet ({first_line(error)})")
                continue
            if version < SCHEMA_VERSION:
                found[stem][table] = version
    if unreadable:
        raise damaged(dataset, unreadable)
    return dict(found)


def _check_ways(dataset: Dataset, older: Iterable[Versions]) -> None:
    versions = {version for batch in older for version in batch.values()} | {schema_versions(dataset)[0]}
    if missing := sorted({step for version in versions for step in unbridged(version)}):
        raise DatasetError(
            f"{dataset.root} has schema version {min(versions)}; this wiredesk writes {SCHEMA_VERSION} and knows no way from version "
            f"{', '.join(map(str, missing))} to the next. Nothing was changed. Ingest its sources into a new dataset."
        )


def _at_once(dataset: Dataset, older: Mapping[str, Versions]) -> Iterator[dict[str, Versions]]:
    some, size = dict[str, Versions](), 0
    for stem, versions in sorted(older.items()):
        own = sum(dataset.file(table.TABLE, stem).stat().st_size for table in versions)
        if some and size + own > AT_ONCE:
            yield some
            some, size = {}, 0
        some[stem] = versions
        size += own
    if some:
        yield some


def _exchange(dataset: Dataset, batches: Mapping[str, Versions]) -> list[BatchFiles]:
    """Puts the new files of batches in the place of the old. They get new names: a swap knows by their names what is done."""
    added, dropped, done = defaultdict[str, dict[str, Path]](dict), defaultdict[str, set[str]](set), list[BatchFiles]()
    try:
        for stem, versions in batches.items():
            fresh = hash_of("upgraded", stem, SCHEMA_VERSION)
            for table, version in versions.items():
                added[table.TABLE][fresh] = _rewritten(dataset, table, stem, fresh, version)
                dropped[table.TABLE].add(stem)
            record(dataset, fresh, {table.TABLE: added[table.TABLE][fresh] for table in versions})
            if DocumentRow in versions and (sketches := read_sketches(dataset, stem)) is not None:
                write_sketches(dataset, fresh, sketches)
            done.append(BatchFiles(batch_id=fresh, files=[f"{table.TABLE}/{fresh}.parquet" for table in COMMIT_ORDER if table in versions]))
        swap_in(dataset, added, dropped)
    finally:
        for staged in (path for paths in added.values() for path in paths.values()):
            staged.unlink(missing_ok=True)
    return done


def _rewritten(dataset: Dataset, table: type[Row], stem: str, fresh: str, version: int) -> Path:
    """A file's rows in today's schema, a row group at a time, staged. Raises DamagedError."""
    staged, path = dataset.staging / f"{table.TABLE}.{fresh}.parquet", dataset.file(table.TABLE, stem)
    verify(dataset, [path])
    with readable(dataset, f"{table.TABLE}/{path.name}"):
        _migrate(table, path, staged, fresh, version)
    sync(staged)
    return staged


def _migrate(table: type[Row], path: Path, staged: Path, fresh: str, version: int) -> None:
    old, schema = checked_parquet(path), arrow_schema(table)
    run = (old.schema_arrow.metadata or {}).get(b"run_id", b"")
    schema = schema.with_metadata({**schema.metadata, b"run_id": run, b"batch_id": fresh.encode()})
    with parquet_writer(staged, schema, table.SORT) as writer:
        for group in range(old.num_row_groups):
            rows = migrated(table, old.read_row_group(group), version)
            write_rows(writer, rows.cast(schema), rows.num_rows)
