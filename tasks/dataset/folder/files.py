"""Reads columns of a table's files at once, and names the damaged ones when that fails."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.printable import pasteable
from schemas.rows import Row
from tasks.dataset.folder.checksums import differing
from tasks.dataset.folder.disk import looks_whole
from tasks.dataset.folder.errors import DamagedError
from tasks.dataset.folder.layout import EMPTY, Dataset

UNREADABLE = (OSError, ValueError, KeyError, MemoryError, pa.ArrowException, duckdb.Error)
"""What libraries raise for a Parquet file that is damaged, be it cut, overwritten or with a flipped bit."""


def quiet_duckdb(**config: str) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection without the progress bar, which after two seconds would stand in what a program prints for another."""
    connection = duckdb.connect(config=dict[str, Any](config))
    connection.execute("SET enable_progress_bar = false")
    return connection


def read_columns(dataset: Dataset, table: type[Row], columns: Sequence[str], stems: Iterable[str] | None = None) -> pa.Table:
    """The columns of a table's files, of all or of some batches. Raises DamagedError, which names the files that cannot be read.

    The column `filename` is the path that a row was read from.
    """
    names = (EMPTY, *(dataset.stems(table.TABLE) if stems is None else stems))
    return read_files(dataset, [dataset.file(table.TABLE, name) for name in names], columns)


def read_files(dataset: Dataset, paths: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    """The columns of files of one schema; DuckDB reads thousands of small ones five times faster than one by one. Raises DamagedError."""
    with quiet_duckdb() as connection:
        try:
            relation = connection.read_parquet(exactly(map(str, paths)), filename=True)
            return relation.select(*(duckdb.ColumnExpression(column) for column in columns)).to_arrow_table()
        except (duckdb.Error, pa.ArrowException) as error:
            raise damaged(dataset, _unreadable(paths, columns) or [f"one of {len(paths)} files ({first_line(error)})"]) from error


def exactly(paths: Iterable[str]) -> list[str]:
    """The paths as DuckDB must be given them to open these files: a `[` in a folder's name would else begin a pattern.

    >>> exactly(["/desk [1]/quotes/a.parquet"])
    ['/desk [[]1]/quotes/a.parquet']
    """
    return list(map(escape, paths))


def count_rows(dataset: Dataset, paths: Sequence[Path]) -> int:
    """How many rows files have, by their footers alone: half the time that reading a column of small ones takes. Raises DamagedError."""
    try:
        return sum(pq.read_metadata(path).num_rows for path in paths)
    except UNREADABLE as error:
        raise damaged(dataset, _unreadable(paths, [])) from error


def verify(dataset: Dataset, paths: Iterable[Path]) -> None:
    """Raises DamagedError, which names the files that have not their recorded checksum. Call it before ids or rows are taken over."""
    if lines := differing(dataset, paths):
        raise damaged(dataset, lines)


def contents(dataset: Dataset, path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one file, whose bytes are checked against the recorded checksum and its pages against theirs. Raises DamagedError."""
    verify(dataset, [path])
    try:
        return checked_parquet(path).read(columns)
    except UNREADABLE as error:
        raise damaged(dataset, [f"{path.parent.name}/{path.name} ({first_line(error)})"]) from error


@contextmanager
def readable(dataset: Dataset, files: str, then: str = "") -> Iterator[None]:
    """Raises DamagedError where the block cannot read these files: a line of their names, of what is wrong, and of what follows it.

    What the disk does not do stays an OSError.
    """
    try:
        yield
    except OSError:
        raise
    except UNREADABLE as error:
        raise damaged(dataset, [f"{files} ({first_line(error)}){then}"]) from error


def checked_parquet(path: Path) -> pq.ParquetFile:
    """A Parquet file whose pages are checked against their checksums, where they have any, when they are read."""
    return pq.ParquetFile(path, page_checksum_verification=True)


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    return (str(error).splitlines() or [type(error).__name__])[0][:120]


def broken(dataset: Dataset, paths: Iterable[Path]) -> list[str]:
    """Which of the files do not end as a Parquet file does, as lines for `damaged`."""
    lines = []
    for path in paths:
        try:
            if not looks_whole(path):
                lines.append(f"{path.relative_to(dataset.root)} (truncated or overwritten)")
        except OSError as error:
            lines.append(f"{path.relative_to(dataset.root)} ({error.strerror})")
    return lines


def damaged(dataset: Dataset, lines: Sequence[str]) -> DamagedError:
    """The error that names damaged or missing files, one a line."""
    shown = "\n  ".join(lines[:20])
    more = f"\n  and {len(lines) - 20} more" if len(lines) > 20 else ""
    return DamagedError(
        f"{len(lines)} damaged or missing file(s) in {dataset.root}:\n  {shown}{more}\n"
        f"Nothing was changed; wiredesk check {pasteable(dataset.root)} looks at all files. "
        f"What to do: {to_put_back(dataset, 'NAME')}."
    )


def to_put_back(dataset: Dataset, stem: str) -> str:
    """What to do about a damaged or missing file of a batch."""
    files = f"{pasteable(dataset.root)}/*/{stem}.parquet"
    return (
        f"put the files back from a copy; or give up their stories and ingest them again, by deleting the batch in all tables (rm {files})"
    )


def _unreadable(paths: Iterable[Path], columns: Sequence[str]) -> list[str]:
    lines = []
    for path in paths:
        try:
            checked_parquet(path).read([column for column in columns if column != "filename"])
        except UNREADABLE as error:
            lines.append(f"{path.parent.name}/{path.name} ({first_line(error)})")
    return lines
