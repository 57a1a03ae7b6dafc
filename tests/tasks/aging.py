"""Makes today's datasets look as an older schema version would have left them, with the way back.

Run as `python -m tests.tasks.aging` it pins the columns of the schema version that was just raised.
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.arrow import arrow_schema
from schemas.migrations import MIGRATIONS
from schemas.rows import SCHEMA_VERSION, TABLES
from tasks.dataset import Dataset

DROPPED = {"documents": ["slugline", "repairs"], "quotes": ["cue_start"]}
"""Columns that the version before today's did not have."""

RENAMED = {"documents": {"ed_note": "editors_note"}, "rejects": {"message": "reason"}}
"""And what it called others."""


PINNED = Path(__file__).parent / "cases/schemas"
"""The columns of every schema version there was, as JSON."""


def columns() -> dict[str, dict[str, str]]:
    """The tables of today: the Arrow type of each column, by its name."""
    return {table.TABLE: {field.name: str(field.type) for field in arrow_schema(table)} for table in TABLES}


def as_version(place: Path, version: int) -> None:
    """Rewrites every file of a dataset as schema version `version` truly had it, where later ones only added columns."""
    had = json.loads((PINNED / f"{version}.json").read_text("utf-8"))
    for table in TABLES:
        for path in (place / table.TABLE).glob("*.parquet"):
            _put(path, pq.ParquetFile(path).read().select(list(had[table.TABLE])), version)


def aged(place: Path, version: int = SCHEMA_VERSION - 1) -> None:
    """Rewrites every file of a dataset as schema version `version`, any before today's, had it."""
    for table in TABLES:
        for path in (place / table.TABLE).glob("*.parquet"):
            rows = pq.ParquetFile(path).read()
            names = RENAMED.get(table.TABLE, {})
            rows = rows.drop_columns(DROPPED.get(table.TABLE, []))
            rows = rows.rename_columns([names.get(name, name) for name in rows.column_names])
            _put(path, rows, version)


def _put(path: Path, rows: pa.Table, version: int) -> None:
    (path.parent.parent / "_checksums" / f"{path.stem}.sha256").unlink(missing_ok=True)
    if "schema_version" in rows.column_names:
        rows = rows.set_column(rows.schema.get_field_index("schema_version"), "schema_version", pa.array([version] * len(rows)))
    metadata = {**pq.read_schema(path).metadata, b"schema_version": str(version).encode()}
    pq.write_table(rows.replace_schema_metadata(metadata), path)


def renewed(table: str, rows: pa.Table) -> pa.Table:
    """The migration: what `aged` left out is not known, and names are today's."""
    names = {old: new for new, old in RENAMED.get(table, {}).items()}
    for name in DROPPED.get(table, []):
        rows = rows.append_column(name, pa.array([[]] * len(rows) if name == "repairs" else [None] * len(rows)))
    return rows.rename_columns([names.get(name, name) for name in rows.column_names])


def unchanged(table: str, rows: pa.Table) -> pa.Table:
    """The migration of a version that differs in meaning only."""
    return rows


def know_ways(patch: pytest.MonkeyPatch, oldest: int = SCHEMA_VERSION - 1, today: int = SCHEMA_VERSION) -> None:
    """Plays a wiredesk that writes schema version `today` and knows the way from `oldest` on."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith(("schemas.", "tasks.", "flows.")) and hasattr(module, "SCHEMA_VERSION"):
            patch.setattr(module, "SCHEMA_VERSION", today)
    for version in range(oldest, today):
        patch.setitem(MIGRATIONS, version, renewed if version == oldest else unchanged)


def as_if_new(rows: list[dict[str, object]], table: str) -> list[dict[str, object]]:
    """Rows as told by `state`, without what an older version did not have."""
    return sorted(({**row, **{n: [] if n == "repairs" else None for n in DROPPED.get(table, [])}} for row in rows), key=repr)


def doc_ids(dataset: Dataset, table: str) -> list[str]:
    """The document of each row of a table whose files are of different versions."""
    return sorted(
        doc for path in dataset.table(table).glob("*.parquet") for doc in pq.ParquetFile(path).read(["doc_id"])["doc_id"].to_pylist()
    )


if __name__ == "__main__":
    (PINNED / f"{SCHEMA_VERSION}.json").write_text(json.dumps(columns(), indent=2) + "\n", "utf-8")
