"""`wiredesk rejects`: what could not be taken, and another try."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import out
from flows.commands.ingest import (
    DEFAULT,
    EMBARGOED,
    Format,
    Provider,
    RefuseRights,
    StorySeconds,
    TextColumn,
    WorkerMemory,
    Workers,
    folder_of,
)
from flows.commands.output import Output, say_cut, show
from flows.commands.reasons import of_rejects, show_reasons
from flows.options import Options

if TYPE_CHECKING:
    from schemas.run import RunManifest


def rejects(
    dataset: Annotated[str, typer.Argument(metavar="DIR", help="The dataset's folder")],
    retry: Annotated[bool, typer.Option("--retry", help="Ingest their sources again; those that pass leave the list")] = False,
    output: Annotated[Output, typer.Option("--output", "-o", help="How to print the list")] = Output.table,
    format: Format = None,
    text_column: TextColumn = None,
    provider: Provider = None,
    take_embargoed: Annotated[bool | None, EMBARGOED] = None,
    refuse_rights: RefuseRights = None,
    workers: Workers = None,
    story_seconds: StorySeconds = DEFAULT.story_seconds,
    worker_memory: WorkerMemory = DEFAULT.worker_memory,
) -> None:
    """List the records that a step refused, each under the reason; or try them again.

    csv and jsonl have one row a record, with the whole URI of its source. What is no story is not refused but skipped:
    `wiredesk skipped DIR`.

    A retry reads each source as the run read it that refused it; --format, --text-column, --provider, --take-embargoed
    and --refuse-rights, where given, go before that.

    Examples:

      wiredesk rejects desk

      wiredesk rejects desk --output jsonl

      wiredesk rejects desk --retry --story-seconds 300

      wiredesk rejects desk --retry --text-column story
    """
    if retry:
        from flows.commands.run import heed_sigterm, run

        heed_sigterm()
        reading = {
            "format": format,
            "text_column": text_column,
            "provider": provider,
            "take_embargoed": take_embargoed,
            "refuse_rights": refuse_rights,
        }
        given = {name: value for name, value in reading.items() if value is not None}
        options = Options(**given, workers=workers, story_seconds=story_seconds, worker_memory=worker_memory)
        folder = folder_of(dataset)

        def start() -> "RunManifest":
            from flows import ingest as flows

            return flows.retry(folder, options)

        run(folder, start)
    from tasks.dataset import open_dataset, query

    columns = "source_uri, source_record, step, error, message, rejected_at"
    found = query(open_dataset(dataset), f"select {columns} from rejects order by rejected_at, source_uri, source_record").to_pylist()
    if output is not Output.table:
        show(columns.split(", "), [list(row.values()) for row in found], output)
    elif found:
        if show_reasons(of_rejects(found)):
            say_cut()
    else:
        out.print("no rejects")
