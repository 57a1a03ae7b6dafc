"""The few things that wiredesk does to a disk: every write is whole or not there, and survives a power cut once it is.

All other modules of the room reach the disk through these; a store of another kind (S3, GCS, Azure) would offer the same.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROW_GROUP_ROWS = 122_880
"""DuckDB's own row group: larger ones cannot be read in parallel."""

ROW_GROUP_BYTES = 128 * 2**20
"""Uncompressed; a reader must hold a row group, so long texts get smaller ones."""

PARQUET_MAGIC = b"PAR1"


def write_parquet(path: Path, table: pa.Table, sort: Sequence[str]) -> None:
    """Writes `table`, already sorted by `sort`, to `path` and syncs it; the name is not safe to read until moved in."""
    with parquet_writer(path, table.schema, sort) as writer:
        write_rows(writer, table, row_group_rows(table.nbytes, table.num_rows))
    sync(path)


def write_rows(writer: pq.ParquetWriter, rows: pa.Table, group_rows: int) -> None:
    """Writes rows in row groups of `group_rows`; no row group where there is no row, since Hugging Face `datasets` cannot read one."""
    if rows.num_rows:
        writer.write_table(rows, row_group_size=group_rows)


def publish(table: pa.Table, sort: Sequence[str], staged: Path, final: Path) -> None:
    """Writes `table` to `staged` and gives it the name `final`; leaves nothing behind when that fails."""
    try:
        write_parquet(staged, table, sort)
        move_in(staged, final)
    except BaseException:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        raise


def parquet_writer(path: Path | pa.NativeFile, schema: pa.Schema, sort: Sequence[str]) -> pq.ParquetWriter:
    """A writer with the dataset's settings: zstd, page checksums, the sort order noted in the file, statistics of ids, numbers and times.

    Statistics of running text would only make the footers of small files larger than their rows.
    """
    order = [pq.SortingColumn(schema.get_field_index(column)) for column in sort]
    ranged = [field.name for field in schema if field.name.endswith("_id") or not _is_text(field.type)]
    return pq.ParquetWriter(path, schema, compression="zstd", sorting_columns=order, write_statistics=ranged, write_page_checksum=True)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_nested(kind) or pa.types.is_string(kind))


def row_group_rows(n_bytes: int, n_rows: int) -> int:
    """How many rows of a table of that size make a row group."""
    if n_bytes <= ROW_GROUP_BYTES:
        return ROW_GROUP_ROWS
    return max(1, min(ROW_GROUP_ROWS, n_rows * ROW_GROUP_BYTES // n_bytes))


def move_in(staged: Path, final: Path) -> None:
    """Gives a finished, synced file its public name, in one step that no reader can see half done."""
    staged.replace(final)


def write_whole(path: Path, data: bytes, staging: Path) -> None:
    """Writes a small file so that it is there with all of `data`, or not at all; replaces one of the same name."""
    staged = staging / f"{path.name}.new"
    try:
        with staged.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        move_in(staged, path)
    except BaseException:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Makes a file's bytes, or a folder's names, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def looks_whole(path: Path) -> bool:
    """Whether a Parquet file ends as it should: cheap enough to ask of every file at the start of a run."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size < 12:
            return False
        file.seek(-8, os.SEEK_END)
        tail = file.read(8)
    return tail[4:] == PARQUET_MAGIC and int.from_bytes(tail[:4], "little") <= size - 12
