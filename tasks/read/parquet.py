"""Parquet: one story a row; the column that holds the text is called so, or named with `--text-column`."""

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.read import jsonl
from tasks.read.article import KNOWN, spelling
from tasks.read.csv import as_article, check
from tasks.read.errors import RefusedError
from tasks.read.source import Format, Source
from tasks.read.streams import MAX_RECORD_BYTES, seekable, too_large

BATCH_ROWS = 64
"""Rows that are held in memory at a time."""

MAX_ROW_GROUP_BYTES = 4 * 2**30
"""The largest row group, unpacked, that is read; writers make them of 128 MB to 1 GB."""


def recognises(source: Source) -> bool:
    """Whether the record begins with Parquet's magic bytes."""
    return source.head.startswith(b"PAR1")


def cut(stream: io.BufferedReader, text_column: str | None) -> Iterator[tuple[str, bytes | RefusedError]]:
    """Each row as a JSON object of the columns that have a meaning here, or may hold a text, with its number."""
    with seekable(stream) as file:
        try:
            table = pq.ParquetFile(file)
            check(table.schema_arrow.names, text_column)
            groups = (table.metadata.row_group(number) for number in range(table.metadata.num_row_groups))
            if any(group.total_byte_size > MAX_ROW_GROUP_BYTES for group in groups):
                raise RefusedError("TooLarge", "a row group unpacks to more than 4 GB; write the file with smaller ones")
            columns = [f.name for f in table.schema_arrow if spelling(f.name) in KNOWN or f.name == text_column or _is_text(f.type)]
            number = 0
            for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=columns):
                for row in batch.to_pylist():
                    number += 1
                    article = as_article(row)
                    yield str(number), article if len(article) <= MAX_RECORD_BYTES else too_large(f"the row has {len(article):,} bytes")
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise RefusedError("BrokenParquet", f"the file cannot be read: {error}") from None


def _is_text(type: pa.DataType) -> bool:
    return bool(pa.types.is_string(type) or pa.types.is_large_string(type))


FORMAT = Format(
    name="parquet",
    sniffs="PAR1 at the start",
    about="Parquet tables, one story a row; columns by the names of JSON stories, or --text-column",
    recognises=recognises,
    stories=jsonl.stories,
    many=recognises,
    cut=cut,
)
