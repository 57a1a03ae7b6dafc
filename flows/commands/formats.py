"""`wiredesk formats`: what can be read."""

from rich.table import Table

from flows.commands.console import out


def formats() -> None:
    """List the formats that `ingest` reads, and what each is recognised by.

    Example:

      wiredesk formats
    """
    from tasks.read import FORMATS

    grid = Table("format", "recognised by", "what it is")
    for format in FORMATS:
        grid.add_row(format.name, format.sniffs, format.about)
    out.print(grid)
