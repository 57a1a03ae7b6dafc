"""Reads columns of a table's files at once, and names the damaged ones when that fails."""

from collections.abc import Iterable, Sequence
from glob import escape
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.printable import pasteable
from schemas.rows import Row
from tasks.dataset.folder.disk import looks_whole
from tasks.dataset.folder.errors import DamagedError
from tasks.dataset.folder.layout import EMPTY, Dataset


def read_columns(dataset: Dataset, table: type[Row], columns: Sequence[str], stems: Iterable[str] | None = None) -> pa.Table:
    """The columns of a table's files, of all or of some batches. Raises DamagedError, which names the files that cannot be read.

    The column `filename` is the path that a row was read from.
    """
    names = (EMPTY, *(dataset.stems(table.TABLE) if stems is None else stems))
    return read_files(dataset, [dataset.file(table.TABLE, name) for name in names], columns)


def read_files(dataset: Dataset, paths: Sequence[Path], columns: Sequence[str]) -> pa.Table:
    """The columns of files of one schema; DuckDB reads thousands of small ones five times faster than one by one. Raises DamagedError."""
    with duckdb.connect() as connection:
        try:
            relation = connection.read_parquet(exactly(map(str, paths)), filename=True)
            return relation.select(*(duckdb.ColumnExpression(column) for column in columns)).to_arrow_table()
        except duckdb.Error as error:
            if unreadable := _unreadable(paths, columns):
                raise damaged(dataset, unreadable) from error
            raise


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
    except (OSError, ValueError, pa.ArrowException) as error:
        raise damaged(dataset, _unreadable(paths, [])) from error


def broken(dataset: Dataset, paths: Iterable[Path]) -> list[str]:
    """Which of the files do not end as a Parquet file does, as lines for `damaged`."""
    return [f"{path.relative_to(dataset.root)} (truncated or overwritten)" for path in paths if not looks_whole(path)]


def damaged(dataset: Dataset, lines: Sequence[str]) -> DamagedError:
    """The error that names damaged or missing files, one a line."""
    shown = "\n  ".join(lines[:20])
    more = f"\n  and {len(lines) - 20} more" if len(lines) > 20 else ""
    return DamagedError(
        f"{len(lines)} damaged or missing file(s) in {dataset.root}:\n  {shown}{more}\n"
        "All other files are whole, and nothing was changed. What to do: put the files back from a copy; or give up their stories "
        f"and ingest them again, by deleting the files of that name in all tables (rm {pasteable(dataset.root)}/*/NAME.parquet)."
    )


def _unreadable(paths: Iterable[Path], columns: Sequence[str]) -> list[str]:
    lines = []
    for path in paths:
        try:
            pq.ParquetFile(path).read([column for column in columns if column != "filename"])
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            lines.append(f"{path.parent.name}/{path.name} ({str(error).splitlines()[0][:120]})")
    return lines
