"""`wiredesk compact`: fewer, larger files."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import out
from flows.commands.ingest import DEFAULT, Wait, folder_of

if TYPE_CHECKING:
    from schemas.run import RunManifest


def compact(
    dataset: Annotated[str, typer.Argument(metavar="DIR", help="The dataset's folder")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be merged; change nothing")] = False,
    wait: Wait = DEFAULT.wait,
) -> None:
    """Merge the small files that many runs leave, so that a dataset stays fast to read; every row is kept.

    Queries may go on meanwhile: they see the old files or the new ones.

    Examples:

      wiredesk compact desk

      wiredesk compact desk --dry-run
    """
    if dry_run:
        from tasks.dataset import groups, open_dataset

        found = groups(open_dataset(dataset))
        merged = sum(map(len, found))
        out.print(f"{merged:,} batches in {merged:,} files a table would be merged into {len(found):,}" if found else "nothing to merge")
        return
    from flows.commands.run import heed_sigterm, run

    heed_sigterm()
    place = folder_of(dataset)

    def start() -> "RunManifest":
        from flows import compact as flows

        return flows.compact(place, wait)

    run(place, start)
