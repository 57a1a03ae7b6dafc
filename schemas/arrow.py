"""Arrow schemas of the dataset's tables, derived from their pydantic rows."""

import types
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pyarrow as pa
from pydantic import AwareDatetime, BaseModel

from schemas.rows import SCHEMA_VERSION, Row

SCALARS: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
    AwareDatetime: pa.timestamp("us", tz="UTC"),
}


def arrow_type(annotation: Any) -> pa.DataType:
    """The Arrow type of a field annotation; raises TypeError for one that no table may use."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return arrow_type(arguments[0])
    if origin is Literal:
        return pa.string()
    if origin in (Union, types.UnionType):
        return arrow_type(next(a for a in arguments if a is not type(None)))
    if origin is list:
        return pa.list_(arrow_type(arguments[0]))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return pa.struct([pa.field(n, arrow_type(f.annotation)) for n, f in annotation.model_fields.items()])
    if annotation in SCALARS:
        return SCALARS[annotation]
    raise TypeError(f"no Arrow type for {annotation!r}")


def arrow_schema(table: type[Row]) -> pa.Schema:
    """The table's Arrow schema, with column descriptions as field metadata and the schema version as its own."""
    fields = [
        pa.field(name, arrow_type(field.annotation), metadata={"description": field.description or ""})
        for name, field in table.model_fields.items()
    ]
    return pa.schema(fields, metadata={"schema_version": str(SCHEMA_VERSION), "table": table.TABLE})


def arrow_table(table: type[Row], rows: Sequence[Row]) -> pa.Table:
    """The rows as an Arrow table, sorted by the table's sort columns."""
    ordered = sorted(rows, key=lambda row: tuple(getattr(row, column) for column in table.SORT))
    return pa.Table.from_pylist([row.model_dump() for row in ordered], schema=arrow_schema(table))
