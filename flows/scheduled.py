"""The ingest flow as a schedule runs it: with the sources and the dataset of its command line, whatever the API says.

The steps and their libraries are imported by a run that begins: before that, its process only watches whether its schedule lives.
"""

import multiprocessing
import os
import threading
from typing import Any, NamedTuple

from prefect import Flow, flow

from flows.options import Options
from schemas.run import RunManifest


class RefusedError(Exception):
    """A run was asked for that ingests something else than its schedule does."""


def scheduled(sources: list[str], dataset: str, options: Options) -> Flow[Any, RunManifest]:
    """The ingest flow for these arguments alone: a run with other ones fails before it reads anything.

    Its parameters are there to be seen. Whoever may use Prefect's API can change them, and with them which files the user of
    the schedule reads and where they go.
    """
    from flows.ingest import ingest

    ours = _Arguments(sources, dataset, options)

    @flow(name=ingest.name, description=ingest.description, flow_run_name=ingest.flow_run_name)
    def run(sources: list[str], dataset: str, options: Options) -> RunManifest:
        from flows.ingest import ingest
        from flows.running import failed

        if (sources, dataset, options) != tuple(ours):
            return failed(RefusedError("refused: this schedule ingests what its command line names, and nothing else"))
        manifest: RunManifest = ingest.fn(*ours)
        return manifest

    return run


class _Arguments(NamedTuple):
    """What a schedule ingests; on its way to the process of a run it brings along the end of that process."""

    sources: list[str]
    dataset: str
    options: Options

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, tuple(self)


def _arrived(sources: list[str], dataset: str, options: Options) -> _Arguments:
    """The arguments in the process of a run. To take them is the first that it does of ours, before it asks Prefect's API for anything."""
    _end_with_parent()
    return _Arguments(sources, dataset, options)


def _end_with_parent() -> None:
    """Has a run that a schedule started in a process of its own end with that schedule, however it dies."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
