"""`wiredesk extract`: JSON lines of texts in, JSON lines of findings out."""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

import typer

from flows.commands.console import complain
from flows.commands.ingest import DEFAULT, StorySeconds, WorkerMemory, Workers
from flows.commands.output import json_line
from flows.options import Options


def extract(
    source: Annotated[str, typer.Argument(metavar="IN.jsonl", help='Lines of {"id", "text"}, gzipped or not; - for standard input')],
    trace: Annotated[bool, typer.Option("--trace", help="Say of each quote which passes changed what the tagger gave")] = False,
    workers: Workers = None,
    story_seconds: StorySeconds = DEFAULT.story_seconds,
    worker_memory: WorkerMemory = DEFAULT.worker_memory,
) -> None:
    """Find quotes and entities in texts, without a dataset.

    Every line {"id", "text"} gives a line {"id", "quotes", "entities"}; all offsets are code points of the text as given.

    Examples:

      wiredesk extract stories.jsonl > findings.jsonl

      zcat stories.jsonl.gz | wiredesk extract - | jq -r '.quotes[].speaker'
    """
    from flows.extract import extract_texts

    bad = 0

    def texts() -> Iterator[tuple[Any, str]]:
        nonlocal bad
        with _opened(source) as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                    yield record["id"], cast(str, record["text"]) + ""
                except (ValueError, KeyError, TypeError) as error:
                    bad += 1
                    complain(f'line {number} of {source} is left out: not JSON of the form {{"id": ..., "text": "..."}} ({error})')

    for found in extract_texts(texts(), Options(workers=workers, story_seconds=story_seconds, worker_memory=worker_memory), trace=trace):
        bad += "error" in found
        typer.echo(json_line(found))
    raise typer.Exit(1 if bad else 0)


def _opened(source: str) -> BinaryIO:
    if source == "-":
        return sys.stdin.buffer
    path = Path(source)
    if not path.is_file():
        complain(f"{source}: no such file; give a file of JSON lines, or - for standard input")
        raise typer.Exit(2)
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if compressed else path.open("rb")
