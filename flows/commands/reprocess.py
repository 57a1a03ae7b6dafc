"""`wiredesk reprocess`: what another release made, made anew."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import out
from flows.commands.ingest import DEFAULT, BatchSize, StorySeconds, Wait, WorkerMemory, Workers, folder_of
from flows.options import Options
from schemas.steps import AGAIN, FromStep

if TYPE_CHECKING:
    from schemas.run import RunManifest


def reprocess(
    dataset: Annotated[str, typer.Argument(metavar="DIR", help="The dataset's folder")],
    from_step: Annotated[
        FromStep, typer.Option("--from", help="The first step to do again: split finds sections anew too, tag entities and quotes only")
    ] = AGAIN[-1],
    everything: Annotated[bool, typer.Option("--all", help="Also stories that this release and model have done already")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how much there is to do; change nothing")] = False,
    workers: Workers = None,
    batch_size: BatchSize = DEFAULT.batch_size,
    story_seconds: StorySeconds = DEFAULT.story_seconds,
    worker_memory: WorkerMemory = DEFAULT.worker_memory,
    wait: Wait = DEFAULT.wait,
) -> None:
    """Find entities and quotes anew in what another release or model made, from the stored text; the sources are not needed.

    A dataset of an older schema version is brought to this release's first. Ids, texts and wire fields stay. A batch changes
    as a whole or not at all, and the same command goes on where it was stopped, with --all from the beginning. On a dataset
    of many small files, compact first.

    Examples:

      wiredesk reprocess desk --dry-run

      wiredesk reprocess desk

      wiredesk reprocess desk --from split --all
    """
    if dry_run:
        from flows.reprocess import stale
        from schemas.rows import SCHEMA_VERSION
        from tasks.dataset import count_documents, open_dataset, schema_versions

        opened = open_dataset(dataset, older=True)
        if (version := schema_versions(opened)[0]) < SCHEMA_VERSION:
            out.print(
                f"{count_documents(opened):,} stories to bring from schema version {version} to {SCHEMA_VERSION} first; "
                f"{'all' if everything else 'those of another release or model'} are then done again"
            )
            return
        found = stale(opened, everything)
        others = "" if everything else f", {found.others:,} are of this release ({found.model_version})"
        out.print(f"{found.documents:,} stories in {len(found.batches):,} batches to do again{others}")
        return
    from flows.commands.run import heed_sigterm, run

    heed_sigterm()
    place = folder_of(dataset)
    options = Options(workers=workers, batch_size=batch_size, story_seconds=story_seconds, worker_memory=worker_memory, wait=wait)

    def start() -> "RunManifest":
        from flows import reprocess as flows

        return flows.reprocess(place, from_step, options, everything)

    run(place, start)
