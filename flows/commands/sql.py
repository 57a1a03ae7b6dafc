"""`wiredesk sql`: one SELECT over a dataset."""

from typing import Annotated

import typer

from flows.commands.output import Output, show


def sql(
    dataset: Annotated[str, typer.Argument(metavar="DIR", help="The dataset's folder")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One SELECT over documents, sections, entities, quotes, rejects")],
    output: Annotated[Output, typer.Option("--output", "-o", help="How to print the result")] = Output.table,
) -> None:
    """Ask a dataset a question in DuckDB's SQL.

    Besides the five tables there are documents_latest, sections_latest, entities_latest and quotes_latest: the same without
    superseded versions. A table is as wide as the terminal; rows of too many columns for it are printed as blocks. csv and
    jsonl print every value whole.

    Examples:

      wiredesk sql desk "select speaker, count(*) n from quotes group by 1 order by n desc limit 10"

      wiredesk sql desk "select q.text, d.headline from quotes q join documents d using (doc_id)" -o csv > quotes.csv

      wiredesk sql desk "select * from rejects" --output jsonl
    """
    from tasks.dataset import open_dataset
    from tasks.dataset import query as ask

    result = ask(open_dataset(dataset), query)
    show(result.column_names, list(zip(*(column.to_pylist() for column in result.columns), strict=True)), output)
