"""The command line: which commands there are, and how errors end them."""

import io
import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.commands.check import check
from flows.commands.compact import compact
from flows.commands.console import complain
from flows.commands.evaluate import evaluate
from flows.commands.extract import extract
from flows.commands.formats import formats
from flows.commands.ingest import ingest
from flows.commands.rejects import rejects
from flows.commands.report import report
from flows.commands.reprocess import reprocess
from flows.commands.schedule import schedule
from flows.commands.skipped import skipped
from flows.commands.sql import sql
from flows.commands.train import train


class Commands(TyperGroup):
    """Ends a command that cannot do its work with one paragraph and status 2."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if not _is_for_the_user(error):
                raise
            complain(str(error))
            raise typer.Exit(2) from None


def _is_for_the_user(error: Exception) -> bool:
    """Whether the error's message says all that there is to say."""
    from flows.server import PrefectUnreachableError
    from tasks.dataset import DatasetError
    from tasks.paths import NotLocalError
    from tasks.read import NoSuchFormatError, NoSuchSourceError
    from tasks.shipped import DamagedData
    from tasks.tag import DamagedModel

    for_the_user = DatasetError | NoSuchSourceError | NoSuchFormatError | NotLocalError | PrefectUnreachableError
    return isinstance(error, for_the_user | DamagedModel | DamagedData)


app = typer.Typer(
    name="wiredesk",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wiredesk {version('wiredesk')}")
        raise typer.Exit


@app.callback()
def wiredesk(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Wire copy in, Parquet out: who said what, about what, where, on whose authority."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a story's letter shows its number


for command in (ingest, extract, schedule, sql, rejects, skipped, report, check, compact, reprocess, evaluate, formats, train):
    app.command()(command)
