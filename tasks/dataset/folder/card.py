"""The dataset's own README: what its tables and columns mean and how to read them, made from the schemas."""

import pyarrow as pa

from schemas.arrow import arrow_schema
from schemas.rows import SCHEMA_VERSION, TABLES, Row
from tasks import shipped
from tasks.dataset.folder.disk import write_whole
from tasks.dataset.folder.layout import Dataset


def write_card(dataset: Dataset) -> None:
    """Writes the dataset's README.md, unless it says all that already."""
    path, card = dataset.root / "README.md", card_text().encode()
    if not path.exists() or path.read_bytes() != card:
        write_whole(path, card, dataset.staging)


def card_text() -> str:
    """The card: YAML that `datasets.load_dataset` reads, then words for people."""
    text = shipped.text("dataset/folder/card.md")
    configs = "\n".join(f"- config_name: {table.TABLE}\n  data_files: {table.TABLE}/*.parquet" for table in TABLES)
    return (
        text.replace("{{configs}}", configs)
        .replace("{{schema_version}}", str(SCHEMA_VERSION))
        .replace("{{tables}}", "\n\n".join(_table_text(table) for table in TABLES))
    )


def _table_text(table: type[Row]) -> str:
    lines = [
        f"### {table.TABLE}",
        "",
        f"{table.ABOUT}. Sorted by {', '.join(table.SORT)} within a file.",
        "",
        "| column | type | meaning |",
    ]
    lines.append("|---|---|---|")
    lines += [f"| {field.name} | {type_text(field.type)} | {field.metadata[b'description'].decode()} |" for field in arrow_schema(table)]
    return "\n".join(lines)


def type_text(kind: pa.DataType) -> str:
    """An Arrow type in a word or two.

    >>> type_text(pa.list_(pa.struct([("start", pa.int64())])))
    'list of {start int64}'
    """
    if pa.types.is_list(kind):
        return f"list of {type_text(kind.value_type)}"
    if pa.types.is_struct(kind):
        return "{" + ", ".join(f"{field.name} {type_text(field.type)}" for field in kind) + "}"
    if pa.types.is_timestamp(kind):
        return "timestamp, UTC"
    return {"date32[day]": "date", "double": "float64"}.get(str(kind), str(kind))
