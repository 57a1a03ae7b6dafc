"""How rows of an older schema version become those of the next: one function a version, applied one after the other."""

from collections.abc import Callable

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.rows import SCHEMA_VERSION, DocumentRow, EntityRow, QuoteRow, Row

Migration = Callable[[str, pa.Table], pa.Table]
"""From a table's name and some of its rows, in order, to the same rows with the columns of the next version."""


def _to_reprocess(table: str, rows: pa.Table, version: int) -> pa.Table:
    """The rows with documents marked as another release's, so that `wiredesk reprocess` goes over them, after a kill too.

    For a migration from `version` that leaves null what the steps would find.
    """
    if table != DocumentRow.TABLE:
        return rows
    at = rows.schema.get_field_index("pipeline_version")
    made_by = [f"{release}+schema.{version}" for release in rows["pipeline_version"].to_pylist()]
    return rows.set_column(at, "pipeline_version", pa.array(made_by, pa.string()))


def _with_senses(table: str, rows: pa.Table) -> pa.Table:
    """Version 2 says of entities what a place's name stands for; of older mentions that is not known."""
    if table == EntityRow.TABLE:
        rows = rows.append_column("stands_for", pa.nulls(rows.num_rows, pa.string()))
    return _to_reprocess(table, rows, 1)


def _with_acts(table: str, rows: pa.Table) -> pa.Table:
    """Version 3 says of quotes what their cue does and how sure the speaker is; of older quotes that is not known."""
    if table == QuoteRow.TABLE:
        rows = rows.append_column("speaker_score", pa.nulls(rows.num_rows, pa.float64()))
        rows = rows.append_column("act", pa.nulls(rows.num_rows, pa.string()))
    return _to_reprocess(table, rows, 2)


MIGRATIONS: dict[int, Migration] = {
    1: _with_senses,
    2: _with_acts,
}
"""By the version they start from: who raises SCHEMA_VERSION adds the way from the one before.

A new column gets the value that is true of rows that never had it; a null that `wiredesk reprocess` fills is fine.
"""


def unbridged(version: int) -> list[int]:
    """The versions on the way from `version` to today's that no migration starts from."""
    return [step for step in range(version, SCHEMA_VERSION) if step not in MIGRATIONS]


def migrated(table: type[Row], rows: pa.Table, version: int) -> pa.Table:
    """Rows of schema version `version` with the columns, types and order of today's."""
    for step in range(version, SCHEMA_VERSION):
        rows = MIGRATIONS[step](table.TABLE, rows)
    schema = arrow_schema(table)
    if table is DocumentRow:
        at = rows.schema.get_field_index("schema_version")
        rows = rows.set_column(at, "schema_version", pa.array([SCHEMA_VERSION] * rows.num_rows, pa.int64()))
    return rows.select(schema.names).cast(schema)
