"""Reads a dataset as it is at one instant: whole stories only, while others write to it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import duckdb
import pyarrow as pa

from schemas.printable import pasteable
from schemas.rows import CHILDREN, TABLES, DocumentRow, RejectRow, Row
from tasks.dataset.folder.errors import DatasetError
from tasks.dataset.folder.files import broken, damaged, exactly, quiet_duckdb
from tasks.dataset.folder.layout import EMPTY, STORY_TABLES, Dataset
from tasks.dataset.folder.lock import shared

TRIES = 10
"""Times that a listing of the folders is begun again when files are merged under it."""

PAUSE = 0.05
"""Seconds between two listings, while the folders of a dataset are exchanged one after the other."""

GONE = (duckdb.IOException, duckdb.PermissionException)
"""What DuckDB raises for a missing file of a view; PermissionException when it retries it as a folder outside `allowed_paths`."""

LATEST = "version DESC, published_at DESC NULLS LAST, ingested_at DESC, doc_id DESC"
"""The order of `tasks.dataset.writing.index.Rank`."""

Stems = dict[str, list[str]]
"""The batches to read, by table."""

Result = TypeVar("Result")


def query(dataset: Dataset, sql: str) -> pa.Table:
    """The result of one SELECT over the views of `connect`, from one instant of the dataset.

    Raises DatasetError for anything but reading, for SQL that is wrong, and for damaged files.
    """

    def result(stems: Stems) -> pa.Table:
        with _connected(dataset, stems) as connection:
            _check_reads(connection, sql)
            table = connection.sql(sql).to_arrow_table()
            table.validate(full=True)
            return table

    with answering(dataset):
        return _steadily(dataset, result)


@contextmanager
def answering(dataset: Dataset) -> Iterator[None]:
    """Turns what DuckDB and Arrow raise in the block into DatasetError, or into DamagedError where files are cut or overwritten."""
    try:
        yield
    except (duckdb.Error, pa.ArrowException, UnicodeDecodeError) as error:
        files = [dataset.file(table.TABLE, stem) for table in TABLES for stem in (EMPTY, *dataset.stems(table.TABLE))]
        if lines := broken(dataset, files):
            raise damaged(dataset, lines) from error
        check = f"wiredesk check {pasteable(dataset.root)}"
        raise DatasetError(f"The query failed: {error}\nIf it is right, {check} says whether a file is damaged.") from error


def connect(dataset: Dataset) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with views documents, sections, entities, quotes, rejects and `*_latest`, confined to the dataset.

    The views show the dataset as it is now: whole batches only, and none that comes later. The connection reads the
    files of those views and nothing else: no other file, no network, no extension. When `compact` has merged them it
    says that a file is gone, and a new connection is needed.
    """
    with answering(dataset):
        return _steadily(dataset, lambda stems: _connected(dataset, stems))


@contextmanager
def reading(dataset: Dataset) -> Iterator[dict[str, list[str]]]:
    """The paths of each table's files, for any Parquet reader: one instant of the dataset, whole batches only.

    Inside the block no file of these is merged or rewritten; ingests go on. Lazy frames must be collected in it. DuckDB
    and Polars take `*`, `?` and `[` in a path for a pattern: where folders have such names, give them `glob.escape(path)`.
    Raises DatasetError where the file system has no locks, DamagedError when files are missing.
    """
    with shared(dataset):
        stems = _snapshot(dataset)
        yield {table.TABLE: _files(dataset, table, stems) for table in TABLES}


def _steadily(dataset: Dataset, read: Callable[[Stems], Result]) -> Result:
    """What `read` makes of the batches there are; begins again when they were merged under it."""
    for _ in range(TRIES):
        stems = _snapshot(dataset)
        try:
            return read(stems)
        except GONE:
            if _snapshot(dataset) == stems:
                raise
    raise DatasetError(f"The files of {dataset.root} are merged faster than they can be read. Try again in a minute.")


def _snapshot(dataset: Dataset) -> Stems:
    """The batches to read, by table. `documents` is listed first: the children of what it shows are there."""
    for _ in range(TRIES):
        whole = dataset.stems(DocumentRow.TABLE)
        missing = [
            f"{table.TABLE}/{stem}.parquet (missing)" for table in CHILDREN for stem in sorted(set(whole) - set(dataset.stems(table.TABLE)))
        ]
        if not missing:
            return {RejectRow.TABLE: dataset.stems(RejectRow.TABLE), **{table.TABLE: whole for table in STORY_TABLES}}
        time.sleep(PAUSE)
    raise damaged(dataset, missing)


def _files(dataset: Dataset, table: type[Row], stems: Stems) -> list[str]:
    """The paths of a table's files; the first has no rows, so that there is always one that has the columns."""
    return [str(dataset.file(table.TABLE, stem)) for stem in (EMPTY, *stems[table.TABLE])]


def _connected(dataset: Dataset, stems: Stems) -> duckdb.DuckDBPyConnection:
    connection = quiet_duckdb()
    paths = list[str]()
    for table in TABLES:
        files = _files(dataset, table, stems)
        paths += files + exactly(files)  # it asks for both: the pattern, and the file that it finds
        connection.read_parquet(exactly(files)).create_view(table.TABLE)
    connection.execute(
        f"CREATE VIEW documents_latest AS SELECT * FROM documents QUALIFY row_number() OVER (PARTITION BY story_id ORDER BY {LATEST}) = 1 "
        "AND status <> 'canceled'"
    )
    for table in CHILDREN:
        connection.execute(
            f"CREATE VIEW {table.TABLE}_latest AS SELECT * FROM {table.TABLE} WHERE doc_id IN (SELECT doc_id FROM documents_latest)"
        )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET allowed_paths = ?", [paths])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _check_reads(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise DatasetError(f"The query failed: {error}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise DatasetError("Only one SELECT at a time: a dataset is changed by ingest, compact and reprocess alone.")
