"""`wiredesk schedule`: ingest again and again, from this machine."""

import os
from contextlib import suppress
from typing import Annotated

import typer

from flows.commands.console import complain, err
from flows.commands.ingest import (
    DEFAULT,
    BatchSize,
    DatasetOption,
    Format,
    NearDuplicates,
    Provider,
    RefuseRights,
    Sources,
    StorySeconds,
    TakeEmbargoed,
    TextColumn,
    WorkerMemory,
    Workers,
    folder_of,
    located,
)
from flows.options import Options


def schedule(
    sources: Sources,
    dataset: DatasetOption,
    cron: Annotated[str | None, typer.Option(help="When to run, as cron says it: '*/15 * * * *'")] = None,
    interval: Annotated[float | None, typer.Option(min=1, help="Seconds from one run to the next")] = None,
    format: Format = None,
    text_column: TextColumn = None,
    provider: Provider = None,
    take_embargoed: TakeEmbargoed = False,
    refuse_rights: RefuseRights = None,
    workers: Workers = None,
    batch_size: BatchSize = DEFAULT.batch_size,
    story_seconds: StorySeconds = DEFAULT.story_seconds,
    worker_memory: WorkerMemory = DEFAULT.worker_memory,
    near_duplicates: NearDuplicates = True,
) -> None:
    """Ingest on a schedule for as long as this command runs; each run takes what is new.

    A run that is due while the one before it is still at work is cancelled: the next takes its stories. With
    PREFECT_API_URL set, runs and schedule appear on that server; else wiredesk brings a server and says where its pages are.

    Examples:

      wiredesk schedule inbox/ --dataset desk --cron '*/15 * * * *'

      wiredesk schedule 'feeds/*.jsonl' --dataset desk --interval 60
    """
    if (cron is None) == (interval is None):
        complain("give either --cron or --interval: when should it run?")
        raise typer.Exit(2)
    if "-" in sources:
        complain("standard input can be read once only; schedule a folder or a file instead")
        raise typer.Exit(2)
    options = Options(
        format=format,
        text_column=text_column,
        provider=provider,
        take_embargoed=take_embargoed,
        refuse_rights=refuse_rights,
        workers=workers,
        batch_size=batch_size,
        story_seconds=story_seconds,
        worker_memory=worker_memory,
        near_duplicates=near_duplicates,
    )
    place, places = folder_of(dataset), located(sources)
    from flows.server import prefect_api

    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL", "INFO")  # a line for each run's end, with its counts
    with suppress(KeyboardInterrupt), err.status("starting Prefect") as status, prefect_api(lasting=True) as url:
        from flows.serving import serve

        status.stop()
        when = f"at {cron}" if cron else f"every {interval:g} s"
        pages = url.removesuffix("/api")
        err.print(f"ingesting {', '.join(sources)} into {dataset} {when}; runs: {pages}; stop with Ctrl-C", soft_wrap=True)
        serve(places, place, options, cron=cron, interval=interval)
    complain("stopped; what is written is safe.")
