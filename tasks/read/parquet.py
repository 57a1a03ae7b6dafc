"""Parquet: one story a row; the column that holds the text is called so, or named with `--text-column`."""

import io
from collections.abc import Iterator
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.read import jsonl
from tasks.read.article import KNOWN, spelling
from tasks.read.csv import as_article, check
from tasks.read.errors import RefusedError
from tasks.read.source import Format, Source
from tasks.read.streams import CHUNK, MAX_RECORD_BYTES, Budget, seekable, too_large

Sizes: TypeAlias = npt.NDArray[np.int64]

BATCH_ROWS = 64
"""Rows that are held in memory at a time."""

LOOK_AHEAD_ROWS = 1024
"""Rows whose lengths are looked at together."""

BATCH_BYTES = 2**22
"""What rows may unpack to that are made text together; of larger ones each is made alone."""

MAX_ROW_GROUP_BYTES = 4 * 2**30
"""The largest row group, unpacked, that is read; writers make them of 128 MB to 1 GB."""

VALUE_BYTES = 8
"""What a value takes besides its characters: a number, a date, the length of a text."""


def recognises(source: Source) -> bool:
    """Whether the record begins with Parquet's magic bytes."""
    return source.head.startswith(b"PAR1")


def cut(stream: io.BufferedReader, text_column: str | None, budget: Budget) -> Iterator[tuple[str, bytes | RefusedError]]:
    """Each row as a JSON object of the columns that have a meaning here, or may hold a text, with its number.

    A text that stands in many rows is stored once, so that a few kilobytes can hold terabytes: texts stay in that form
    until their rows' lengths are known and charged to the budget, those of a row group before its first row is given.
    """
    with seekable(stream) as file:
        try:
            with _opened(file) as table:
                yield from _rows(table, text_column, budget)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            if isinstance(error, MemoryError):
                raise
            raise RefusedError("BrokenParquet", f"the file cannot be read: {error}") from None


def _opened(file: IO[bytes]) -> pq.ParquetFile:
    """The table, with texts that are stored once kept so."""
    schema = pq.ParquetFile(file, pre_buffer=False).schema
    texts = [column.path for column in map(schema.column, range(len(schema.names))) if column.physical_type == "BYTE_ARRAY"]
    return pq.ParquetFile(file, read_dictionary=texts, pre_buffer=False, buffer_size=CHUNK)


def _rows(table: pq.ParquetFile, text_column: str | None, budget: Budget) -> Iterator[tuple[str, bytes | RefusedError]]:
    check(table.schema_arrow.names, text_column)
    groups = [table.metadata.row_group(number) for number in range(table.metadata.num_row_groups)]
    if any(group.total_byte_size > MAX_ROW_GROUP_BYTES for group in groups):
        raise RefusedError("TooLarge", "a row group unpacks to more than 4 GB; write the file with smaller ones")
    budget.afford(VALUE_BYTES * sum(group.column(at).num_values for group in groups for at in range(group.num_columns)))
    columns = [f.name for f in table.schema_arrow if spelling(f.name) in KNOWN or f.name == text_column or _is_text(f.type)]
    number = 0
    for group in range(len(groups)):
        asked = {"row_groups": [group], "columns": columns, "use_threads": False}
        for batch in table.iter_batches(LOOK_AHEAD_ROWS, **asked):
            budget.spend(int(_sizes(batch).sum()))
        for batch in table.iter_batches(BATCH_ROWS, **asked):
            for size, row in _unpacked(batch):
                number += 1
                article = as_article(row) if row is not None else b""
                fits = row is not None and len(article) <= MAX_RECORD_BYTES
                yield str(number), article if fits else too_large(f"the row has {max(size, len(article)):,} bytes")


def _unpacked(batch: pa.RecordBatch) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """The bytes and the values of each row; None for one that is too large to be made text."""
    sizes = _sizes(batch)
    if sizes.sum() <= BATCH_BYTES:
        yield from zip(sizes.tolist(), batch.to_pylist(), strict=True)
        return
    for at, size in enumerate(sizes.tolist()):
        yield size, batch.slice(at, 1).to_pylist()[0] if size <= MAX_RECORD_BYTES else None


def _sizes(batch: pa.RecordBatch) -> Sizes:
    """The bytes that each row has when it is unpacked, with the names of its columns."""
    sizes = np.full(batch.num_rows, sum(map(len, batch.schema.names)), np.int64)
    for column in batch.columns:
        sizes += _bytes(column)
    return sizes


def _bytes(values: pa.Array) -> Sizes:
    """The bytes of each value, told by lengths and offsets alone."""
    kind, sizes = values.type, np.full(len(values), VALUE_BYTES, np.int64)
    if pa.types.is_dictionary(kind):
        codes = pc.fill_null(values.indices, len(values.dictionary)).to_numpy(zero_copy_only=False)
        sizes += np.append(_bytes(values.dictionary), 0)[codes]
    elif pa.types.is_struct(kind):
        for part in values.flatten():
            sizes += _bytes(part)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_map(kind):
        parts = [values.keys, values.items] if pa.types.is_map(kind) else [values.values]
        ends = np.cumsum(np.append(0, sum(map(_bytes, parts))))
        offsets = values.offsets.to_numpy()
        sizes += ends[offsets[1:]] - ends[offsets[:-1]]
    elif _is_text(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        sizes += pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
    return sizes


def _is_text(type: pa.DataType) -> bool:
    return bool(pa.types.is_string(type) or pa.types.is_large_string(type) or (pa.types.is_dictionary(type) and _is_text(type.value_type)))


FORMAT = Format(
    name="parquet",
    sniffs="PAR1 at the start",
    about="Parquet tables, one story a row; columns by the names of JSON stories, or --text-column",
    recognises=recognises,
    stories=jsonl.stories,
    many=recognises,
    cut=cut,
)
