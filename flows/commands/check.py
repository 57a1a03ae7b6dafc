"""`wiredesk check`: every byte of a dataset looked at, and nothing changed."""

from typing import Annotated

import typer

from flows.commands.console import err, out
from schemas.printable import one_line


def check(dataset: Annotated[str, typer.Argument(metavar="DIR", help="The dataset's folder")]) -> None:
    """Read a dataset to its last byte and say what is damaged, missing, left over or strange, and what to do; change nothing.

    Every file is read and compared with the checksum that was recorded when it was written, every page with its own, every
    row with its table and its document; the accounts of runs are added up, and `_index` is compared with the tables. Prints a
    line for each finding.

    Exit status 0: nothing to do. 1: something is left over or strange, and harms nobody yet. 2: something is damaged or in the
    way; runs stop there until that is seen to.

    Ingests and queries may go on meanwhile; compact and reprocess wait up to a minute for its end. It takes about as long as
    reading the files does: run it after a crash of the machine, after copying a dataset, and now and then.

    Examples:

      wiredesk check desk

      wiredesk check desk > findings.txt || less findings.txt
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    from tasks.dataset import check as findings

    status, count = 0, 0
    columns = (DownloadColumn(), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task("check", total=None)
        for found in findings(dataset, lambda done, total: bar.update(task, completed=done, total=total)):
            out.print(one_line(found.line), soft_wrap=True)
            status, count = max(status, found.status), count + (found.status > 0)
    if not count:
        out.print("nothing is damaged, missing or left over")
    raise typer.Exit(status)
