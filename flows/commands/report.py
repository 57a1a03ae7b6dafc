"""`wiredesk report`: a dataset as one page."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.console import complain
from flows.commands.console import out as console


def report(
    dataset: Annotated[str, typer.Argument(metavar="DIR", help="The dataset's folder")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The HTML file to write", dir_okay=False)] = Path("report.html"),
    stories: Annotated[int, typer.Option(min=0, help="How many of the newest stories to show in full")] = 5_000,
) -> None:
    """Write what was ingested and who said what as one HTML page, the newest stories marked up.

    The page needs no other file and no network: mail it, print it, open it anywhere.

    Examples:

      wiredesk report desk --out report.html

      wiredesk report desk --out all.html --stories 20000
    """
    from flows.report import report as write_report

    try:
        content = write_report(dataset, out, stories=stories)
    except OSError as error:
        complain(f"{out} cannot be written: {error.strerror}")
        raise typer.Exit(2) from None
    n = content.counts
    shown = f"stories {n['stories']:,} ({len(content.stories):,} in full), quotes {n['quotes']:,}, speakers {n['speakers']:,}"
    console.print(f"{out}: {shown}", markup=False, soft_wrap=True)
