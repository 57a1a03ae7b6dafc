"""Reads a dataset as it is at one instant: whole stories only, while others write to it."""

import duckdb
import pyarrow as pa

from schemas.rows import CHILDREN, TABLES, DocumentRow, RejectRow
from tasks.write.dataset import EMPTY, STORY_TABLES, Dataset
from tasks.write.errors import DatasetError
from tasks.write.files import damaged

TRIES = 10
"""Times that a listing of the folders is begun again when files are merged under it."""

LATEST = "version DESC, published_at DESC NULLS LAST, ingested_at DESC, doc_id DESC"
"""The order of `tasks.write.index.Rank`."""


def query(dataset: Dataset, sql: str) -> pa.Table:
    """The result of one SELECT over the views of `connect`, from one instant of the dataset.

    Raises DatasetError for anything but reading, for SQL that is wrong, and for damaged files.
    """
    for attempt in range(TRIES):
        with connect(dataset) as connection:
            _check_reads(connection, sql)
            listed = {path for table in TABLES for path in dataset.table(table.TABLE).glob("*.parquet")}
            try:
                return connection.sql(sql).to_arrow_table()
            except duckdb.IOException as error:
                gone = [path for path in listed if not path.exists()]
                if not gone or attempt == TRIES - 1:
                    raise DatasetError(f"The dataset {dataset.root} cannot be read: {error}") from error
            except duckdb.Error as error:
                raise DatasetError(f"The query failed: {error}") from error
    raise AssertionError("unreachable")


def connect(dataset: Dataset) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with views documents, sections, entities, quotes, rejects and `*_latest`, confined to the dataset.

    The views show the dataset as it is now: whole batches only, and none that comes later. The connection reads the
    files of those views and nothing else: no other file, no network, no extension.
    """
    stems = _snapshot(dataset)
    connection = duckdb.connect()
    paths = list[str]()
    for table in TABLES:
        own = [str(dataset.file(table.TABLE, stem)) for stem in (EMPTY, *stems[table.TABLE])]
        paths += own
        connection.read_parquet(own).create_view(table.TABLE)
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


def _snapshot(dataset: Dataset) -> dict[str, list[str]]:
    """The batches to read, by table. `documents` is listed first: the children of what it shows are there."""
    for _ in range(TRIES):
        whole = dataset.stems(DocumentRow.TABLE)
        missing = [
            f"{table.TABLE}/{stem}.parquet (missing)" for table in CHILDREN for stem in sorted(set(whole) - set(dataset.stems(table.TABLE)))
        ]
        if not missing:
            rejects = dataset.stems(RejectRow.TABLE)
            return {RejectRow.TABLE: rejects, **{table.TABLE: whole for table in STORY_TABLES}}
    raise damaged(dataset, missing)


def _check_reads(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise DatasetError(f"The query failed: {error}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise DatasetError("Only one SELECT at a time: a dataset is changed by ingest, compact and reprocess alone.")
