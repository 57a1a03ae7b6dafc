"""`wiredesk sql`: one SELECT over a dataset."""

import csv
import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import one_line, out

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN_CHARACTERS = 80
"""How much of a value a table on the terminal shows."""


class Output(StrEnum):
    """How a result is printed."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"


def sql(
    dataset: Annotated[str, typer.Argument(metavar="DIR", help="The dataset's folder")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT over documents, sections, entities, quotes, rejects")],
    output: Annotated[Output, typer.Option("--output", "-o", help="How to print the result")] = Output.table,
) -> None:
    """Ask a dataset a question in DuckDB's SQL.

    Besides the five tables there are documents_latest, sections_latest, entities_latest and quotes_latest: the same without
    superseded versions.

    Examples:

      wiredesk sql desk "select speaker, count(*) n from quotes group by 1 order by n desc limit 10"

      wiredesk sql desk "select q.text, d.headline from quotes q join documents d using (doc_id)" -o csv > quotes.csv

      wiredesk sql desk "select * from rejects" --output jsonl
    """
    from tasks.write import open_dataset
    from tasks.write import query as ask

    result = ask(open_dataset(dataset), query)
    show(result, output)


def show(result: "pa.Table", output: Output) -> None:
    """Prints a result."""
    if output is Output.table:
        from rich.table import Table
        from rich.text import Text

        grid = Table(*result.column_names)
        for row in result.to_pylist():
            grid.add_row(*(Text(_short(value)) for value in row.values()))
        out.print(grid)
    elif output is Output.csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(result.column_names)
        writer.writerows(row.values() for row in result.to_pylist())
    else:
        for row in result.to_pylist():
            typer.echo(json.dumps(row, ensure_ascii=False, default=str))


def _short(value: object) -> str:
    words = one_line("" if value is None else str(value))
    return words if len(words) <= SHOWN_CHARACTERS else words[: SHOWN_CHARACTERS - 1] + "…"
