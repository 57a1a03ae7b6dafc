"""A dataset that grows while others read it: real commits of stories made by hand, and compactions."""

from pathlib import Path

from tasks.workers.pool import tick
from tests.tasks.killing import whole_compact
from tests.tasks.writing import ingest, stories

BATCH = 3

ROWS = {"documents": 1, "sections": 2, "entities": 1, "quotes": 1}
"""Rows that each of the stories has; `documents` is read first, as the commit puts it in last."""


def grow(place: Path, batches: int, compact_every: int | None) -> None:
    """Ingests batches of stories, one run each; merges the files every so often. Runs in a worker; ticks after each."""
    for number in range(batches):
        ingest(place, [stories(BATCH, BATCH * number)], run=f"run-{number}", minutes=number)
        if compact_every and number % compact_every == compact_every - 1:
            whole_compact(place, f"compact-{number}")
        tick(1)
