"""Runs write's work in a process of its own and kills it at a chosen step: before its n-th rename, sync, link or delete."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import tasks.dataset.folder.swap
from tasks.dataset import begin_run, compact, end_run, locked, open_dataset, sweep
from tests.tasks.writing import BATCHES, REJECTS, ingest, manifest

DEADLY = ("replace", "rename", "fsync", "link", "unlink", "rmdir")


def whole_ingest(place: Path, run: str = "run-1") -> None:
    """A run with several batches, a new version, near duplicates, rejects and a manifest."""
    dataset = open_dataset(place, create=True)
    with locked(dataset, "account"):
        sweep(dataset)
        begin_run(dataset, manifest(run))
    ingest(place, BATCHES, REJECTS, run)
    with locked(dataset, "account"):
        end_run(dataset, manifest(run))


def whole_compact(place: Path, run: str = "run-1") -> None:
    dataset = open_dataset(place)
    with locked(dataset, run):
        sweep(dataset)
        compact(dataset)


def killed(work: Callable[[Path, str], None], place: Path, at: int) -> bool:
    """Does `work` and kills it before its step `at`; false when it ended before that."""
    process = CONTEXT.Process(target=_die_at, args=(work, place, at))
    process.start()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}, f"ended with {process.exitcode}"
    return process.exitcode != 0


def _die_at(work: Callable[[Path, str], None], place: Path, at: int) -> None:
    steps = 0

    def deadly(do: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **options: Any) -> Any:
            nonlocal steps
            if steps == at:
                os.kill(os.getpid(), signal.SIGKILL)
            steps += 1
            return do(*args, **options)

        return step

    for name in DEADLY:
        setattr(os, name, deadly(getattr(os, name)))
    tasks.dataset.folder.swap._exchange = deadly(tasks.dataset.folder.swap._exchange)
    work(place, "run-killed")


def _context() -> ForkServerContext:
    """Processes forked from a server that has imported everything and started no thread: quick and safe."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.tasks.killing"])
    return context


CONTEXT = _context()
