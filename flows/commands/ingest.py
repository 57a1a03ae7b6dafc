"""`wiredesk ingest`: wire copy in, Parquet out."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import out
from flows.commands.reasons import of_rejects, of_skips, show_reasons
from flows.options import Options
from schemas.reading import pattern

if TYPE_CHECKING:
    from schemas.run import RunManifest

DEFAULT = Options()

PREVIEWED = 10
"""Places under each reason that a dry run names; after a run `rejects` and `skipped` name more."""


def _pattern(words: str | None) -> str | None:
    try:
        return words and pattern(words)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Sources = Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, quoted globs, or - for standard input")]
DatasetOption = Annotated[str, typer.Option("--dataset", "-d", metavar="DIR", help="The dataset's folder; made when it is not there")]
Format = Annotated[str | None, typer.Option(help="The reader for every source (see `wiredesk formats`); sniffed if not given")]
TextColumn = Annotated[
    str | None, typer.Option(help="The column (CSV, Parquet) or field (JSON, JSONL) that holds the text; found by its name if not given")
]
Provider = Annotated[
    str | None, typer.Option(help="Whose stories they are that name no provider; their ids then mean the same story in every file")
]
EMBARGOED = typer.Option("--take-embargoed/--refuse-embargoed", help="Take embargoed stories now, or leave them to a run after the embargo")
TakeEmbargoed = Annotated[bool, EMBARGOED]
RefuseRights = Annotated[
    str | None,
    typer.Option(
        metavar="PATTERN", callback=_pattern, help="Refuse stories with this (a regular expression) in their rights or note to editors"
    ),
]
Workers = Annotated[int | None, typer.Option(min=1, help="Worker processes; one a core if not given")]
BatchSize = Annotated[int, typer.Option(min=1, max=10_000, help="Stories that are committed together")]
StorySeconds = Annotated[
    float, typer.Option(min=0.1, help="Reject a story when one step takes more processor time over it, or five times that in all")
]
WorkerMemory = Annotated[int, typer.Option(min=512, help="MiB; reject a story when its worker needs more")]
NearDuplicates = Annotated[bool, typer.Option(help="Look for near duplicates of each story in the dataset")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait when another run has the dataset")]


def ingest(
    sources: Sources,
    dataset: DatasetOption,
    format: Format = None,
    text_column: TextColumn = None,
    provider: Provider = None,
    take_embargoed: TakeEmbargoed = False,
    refuse_rights: RefuseRights = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after this many stories")] = None,
    skip: Annotated[int, typer.Option(min=0, help="Leave out this many stories first")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read and what is new; write nothing")] = False,
    workers: Workers = None,
    batch_size: BatchSize = DEFAULT.batch_size,
    story_seconds: StorySeconds = DEFAULT.story_seconds,
    worker_memory: WorkerMemory = DEFAULT.worker_memory,
    near_duplicates: NearDuplicates = True,
    wait: Wait = DEFAULT.wait,
) -> None:
    """Read stories, find who said what, and add what is new to a dataset.

    What the dataset has already is left alone, so the same command can be repeated, and goes on where it was stopped.

    Examples:

      wiredesk ingest stories/ --dataset desk

      wiredesk ingest 'inbox/**/*.jsonl.gz' --dataset desk --dry-run

      zcat feed.jsonl.gz | wiredesk ingest - --dataset desk --limit 100

      wiredesk ingest archive.csv --dataset desk --text-column story --provider NBN

      wiredesk ingest inbox/ --dataset desk --refuse-rights 'no archiv|not for resale'
    """
    options = Options(
        format=format,
        text_column=text_column,
        provider=provider,
        take_embargoed=take_embargoed,
        refuse_rights=refuse_rights,
        limit=limit,
        skip=skip,
        workers=workers,
        batch_size=batch_size,
        story_seconds=story_seconds,
        worker_memory=worker_memory,
        near_duplicates=near_duplicates,
        wait=wait,
    )
    if dry_run:
        from flows.preview import preview, table

        found = preview(sources, dataset, options)
        out.print("an ingest would find", table(found), sep="\n")
        rejected, skipped = of_rejects(reject.model_dump() for reject in found.rejects), of_skips(found.skips.groups())
        for title, reasons in {"rejected:": rejected, "skipped:": skipped}.items():
            if reasons:
                out.print(f"\n{title}")
                show_reasons(reasons, places=PREVIEWED)
        return
    from flows.commands.run import heed_sigterm, run

    heed_sigterm()
    place, places = folder_of(dataset), located(sources)

    def start() -> "RunManifest":
        from flows import ingest as flows

        return flows.ingest(places, place, options)

    run(place, start)


def folder_of(dataset: str) -> str:
    """The dataset's absolute folder, for a run to use and hints to name. Raises DatasetError when it is on no disk of this machine."""
    from tasks.dataset import dataset_folder

    return str(dataset_folder(dataset))


def located(sources: list[str]) -> list[str]:
    """The sources as a run finds them from any folder. Raises NoSuchSourceError when one leads nowhere."""
    from tasks.read import located as locate

    return [locate(source) for source in sources]
