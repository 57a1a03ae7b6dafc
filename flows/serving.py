"""The ingest flow as a deployment that this machine serves."""

from pathlib import Path

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.types.entrypoint import EntrypointType

from flows.ingest import ingest
from flows.options import Options
from schemas.ids import hash_of


def serve(sources: list[str], dataset: str, options: Options, *, cron: str | None = None, interval: float | None = None) -> None:
    """Runs the ingest flow when it is due, each run in a process of its own, until interrupted.

    One run at a time: one that is due while another is at work is cancelled, for a later run takes its stories too.
    """
    ingest.serve(
        name=f"{Path(dataset).name}-{hash_of(sources, dataset)[:6]}",
        cron=cron,
        interval=interval,
        parameters={"sources": sources, "dataset": dataset, "options": options.model_dump()},
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        print_starting_message=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
