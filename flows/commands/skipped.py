"""`wiredesk skipped`: what runs left out, from where and why."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import out
from flows.commands.output import Output, say_cut, show
from flows.commands.reasons import of_skips, show_reasons, skip_groups
from schemas.printable import one_line, pasteable

if TYPE_CHECKING:
    from schemas.run import RunManifest

COLUMNS = ("run_id", "started_at", "reason", "detail", "source_uri", "source_record", "count")

SOURCES_NAMED = 3
"""Sources of a run that its line names."""


def skipped(
    dataset: Annotated[str, typer.Argument(metavar="DIR", help="The dataset's folder")],
    every_run: Annotated[bool, typer.Option("--all", help="Of every run there was, the newest first; else of the last one")] = False,
    output: Annotated[Output, typer.Option("--output", "-o", help="How to print the list")] = Output.table,
) -> None:
    """List what the last run left out, from where and why: pictures, empty or hidden files, stories under embargo.

    What is skipped is no story, or none to take now; each run looks at it anew, so a story whose embargo has passed is taken
    then. What should have been a story and could not be taken is in `wiredesk rejects DIR`. Every record is counted; the first
    ones of each source are named. In csv and jsonl a row stands for `count` records; one without a source_record for those that
    are not named.

    To see what a run would skip before it runs: `wiredesk ingest SOURCE --dataset DIR --dry-run`.

    Examples:

      wiredesk skipped desk

      wiredesk skipped desk --all --output csv > skipped.csv

      wiredesk skipped desk -o jsonl | jq -r 'select(.reason == "no text") | .source_uri'
    """
    from tasks.dataset import manifests, open_dataset

    runs = [run for run in manifests(open_dataset(dataset)) if run.flow in ("ingest", "retry")]
    chosen = list(reversed(runs)) if every_run else runs[-1:]
    if output is not Output.table:
        show(COLUMNS, [row for run in chosen for row in _rows(run)], output)
        return
    if not runs:
        out.print("no run has read anything yet")
    was_cut = False
    for run in chosen:
        out.print(_title(run), soft_wrap=True)
        was_cut |= show_reasons(of_skips(skip_groups(run)))
    if was_cut:
        say_cut()
    if len(runs) > len(chosen) and any(run.skipped for run in runs[:-1]):
        out.print(f"Of the runs before it, {len(runs) - 1:,} in all: wiredesk skipped {pasteable(dataset)} --all", soft_wrap=True)


def _rows(run: "RunManifest") -> Iterator[list[object]]:
    for group in skip_groups(run):
        of_group = [run.run_id, run.started_at, group.reason, group.detail, group.source_uri]
        yield from ([*of_group, record, 1] for record in group.records)
        if more := group.count - len(group.records):
            yield [*of_group, None, more]


def _title(run: "RunManifest") -> str:
    """`ingest of /inbox, 2026-03-01 06:00 UTC: 4 skipped`."""
    more = len(run.sources) - SOURCES_NAMED
    sources = ", ".join(run.sources[:SOURCES_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    skipped = f"{run.skipped.total():,} skipped" if run.skipped else "nothing skipped"
    if run.state != "completed":
        skipped += " that was noted before it " + {"interrupted": "was interrupted", "failed": "failed"}[run.state]
    older = "; an older wiredesk, which did not note from where" if run.skipped and run.skips is None else ""
    return one_line(f"{run.flow} of {sources}, {run.started_at:%Y-%m-%d %H:%M} UTC: {skipped}{older}")
