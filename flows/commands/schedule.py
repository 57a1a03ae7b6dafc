"""`wiredesk schedule`: ingest again and again, from this machine."""

import os
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from prefect.schedules import Schedule

STOP_SECONDS = 9.0
"""How long the end may take in all: `docker stop` gives ten seconds."""

STOPPED = "stopped; what is written is safe, and the same command goes on from there."


def schedule(
    sources: Sources,
    dataset: DatasetOption,
    cron: Annotated[str | None, typer.Option(help="When to run, as cron says it: '*/15 * * * *'")] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="The time zone of --cron, as in Europe/Kyiv; this machine's if not given")
    ] = None,
    interval: Annotated[float | None, typer.Option(min=1, max=366 * 86_400, help="Seconds from one run to the next")] = None,
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
    PREFECT_API_URL set, runs and schedule appear on that server; else wiredesk brings a server and says where its pages are,
    and their password. A run ingests what this command says, whatever parameters it is given on the server.

    Examples:

      wiredesk schedule inbox/ --dataset desk --cron '*/15 * * * *'

      wiredesk schedule 'feeds/*.jsonl' --dataset desk --interval 60
    """
    from flows.server import configured, password_file, prefect_api, quiet

    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL", "INFO")  # a line for each run's end, with its counts
    os.environ.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL", "CRITICAL")  # the run's end says why
    quiet()
    try:
        when, due = timetable(cron, timezone, interval)
        place, places = folder_of(dataset), located(sources)
        _check(places, place, format)
    except ValueError as error:
        complain(str(error))
        raise typer.Exit(2) from None
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
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # while the server starts it means what Ctrl-C does
    own = configured() is None
    if own:
        for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING"):  # empty, or of another server: runs' processes would heed them
            os.environ.pop(name, None)
    with suppress(KeyboardInterrupt), err.status("starting Prefect") as status, prefect_api(lasting=True) as url:
        from flows.serving import Served

        served = Served(places, place, options, when)
        if own:
            served.mark_lost_runs()
        status.stop()
        runs = url.removesuffix("/api") + (f", with the password in {password_file(url)}" if own else "")
        err.print(f"ingesting {', '.join(sources)} into {dataset} {due}; runs: {runs}; stop with Ctrl-C", soft_wrap=True)
        served.until_stopped(_leave_in_time)
        return
    complain(STOPPED)


def timetable(cron: str | None, timezone: str | None, interval: float | None) -> tuple["Schedule", str]:
    """When to run, and that in words; raises ValueError where that cannot be."""
    if (cron is None) == (interval is None):
        raise ValueError("give either --cron or --interval: when should it run?")
    if timezone is not None and cron is None:
        raise ValueError("--timezone goes with --cron: an --interval is the same everywhere")
    from prefect.schedules import Cron, Interval

    from flows.timing import first_due, local_zone

    if cron is None:
        assert interval is not None
        return Interval(interval), f"every {interval:g} s"
    zone, whose = timezone, ""
    if zone is None:
        zone, whose = local_zone(), ", the time zone of this machine"
    if zone is None:
        zone, whose = "UTC", ", for the time zone of this machine has no name; --timezone gives one"
    due = first_due(cron, zone)
    return Cron(cron, timezone=zone), f"at {cron} ({zone}{whose}; next {due:%Y-%m-%d %H:%M})"


def _check(sources: list[str], dataset: str, format: str | None) -> None:
    """Raises what the first run would, before there is a schedule of runs that all fail; makes the dataset's folder."""
    from tasks.dataset import open_dataset
    from tasks.read import records

    if "-" in sources:
        raise ValueError("standard input can be read once only; schedule a folder or a file instead")
    records(sources, format=format)
    open_dataset(dataset, create=True)


def _leave_in_time() -> None:
    complain(STOPPED)
    timer = threading.Timer(STOP_SECONDS, os._exit, [0])  # should Prefect hang; our processes end with this one
    timer.daemon = True
    timer.start()
