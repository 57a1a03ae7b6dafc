"""The steps as Prefect tasks: what a run's graph shows, a thin skin over the pure functions.

Each task takes a batch's stories through one step in the crew's workers and ends in a state that says what came of them;
which steps there are, and what each takes, is declared in `schemas.steps`.
Wrap every large argument of a task in `sealed(...)`; otherwise Prefect traverses it looking for futures.
Only `write` is retried: it alone does I/O that may work the next time.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from prefect import State, Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import Completed
from prefect.utilities.annotations import opaque

from schemas.outcome import Reject
from schemas.run import BatchFiles, Compacted
from schemas.steps import Step
from tasks.dataset import BatchRows, Committed, Dataset, compact
from tasks.dataset import upgrade as upgrade_files
from tasks.workers.batch import Parcel, beside
from tasks.workers.crew import Crew
from tasks.workers.order import in_order
from tasks.workers.pool import PoolClosedError

Commit = Callable[[BatchRows, Sequence[Reject]], Committed]
"""Puts a batch's rows and rejects into the dataset."""


@dataclass(frozen=True)
class Carried:
    """A batch that was taken through some steps: how the last one ended, what all of them refused, and the seconds of each."""

    last: State[Parcel]
    rejects: list[Reject]
    seconds: Counter[str]


def carry(
    batch: str,
    crew: Crew,
    stories: Parcel,
    steps: Sequence[Step],
    *,
    after: Sequence[State[Parcel]] = (),
    on_tick: Callable[[int], None] | None = None,
) -> Carried:
    """Takes a batch through `steps`, a task each; `after` are the tasks that its stories are from.

    Calls `on_tick` with the number of stories that the tag step has just done.
    """
    states, seconds = list[State[Parcel]](), Counter[str]()

    def do(step: Step, taken: list[Any]) -> Any:
        upstream = [] if states else [sealed(state) for state in after]
        with timed(step, seconds):
            states.append(step_task(step)(batch, crew, taken, upstream, on_tick))
        return sealed(states[-1])

    in_order(steps, sealed(stories), do)
    return Carried(states[-1], [reject for state in states for reject in state.result().rejects], seconds)


@cache
def step_task(step: Step) -> Task[..., State[Parcel]]:
    """A step that takes stories to stories, or records to stories, as a task of its own: `clean 3` is that of batch 3."""

    def work(
        batch: str, crew: Crew, taken: Sequence[Parcel], after: Sequence[Parcel], on_tick: Callable[[int], None] | None
    ) -> State[Parcel]:
        return _done(crew.work(step, beside(*taken).stories, on_tick))

    work.__name__ = work.__qualname__ = step  # Prefect's name of the task
    return task(task_run_name=f"{step} {{batch}}", cache_policy=NO_CACHE)(work)


def sealed(value: object) -> Any:
    """A task's state, or any other value, as an argument of a task: Prefect waits for the state, and looks into neither."""
    return opaque(value)


@contextmanager
def timed(step: Step, seconds: Counter[str]) -> Iterator[None]:
    """Adds the wall seconds of the block to those of the step."""
    started = time.monotonic()
    try:
        yield
    finally:
        seconds[step] += time.monotonic() - started  # type: ignore[assignment]


def _worth_a_retry(task: Task[..., Any], run: TaskRun, state: State[Any]) -> bool:
    return not isinstance(state.result(raise_on_failure=False), PoolClosedError)


@task(task_run_name="write {batch}", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=[1, 4], retry_condition_fn=_worth_a_retry)
def write(batch: str, crew: Crew, finished: Parcel, rejects: Sequence[Reject], commit: Commit, near_duplicates: bool) -> State[Committed]:
    """Makes the batch's rows and commits them together with its rejects, those of the steps before included."""
    done = commit(crew.rows(finished.stories, near_duplicates=near_duplicates), rejects)
    counts = ", ".join(f"{count:,} {table}" for table, count in done.rows.items())
    return Completed(message=counts or "nothing new", data=done)


@task(task_run_name="merge", cache_policy=NO_CACHE)
def merge(dataset: Dataset) -> State[Compacted]:
    """Merges the dataset's small files."""
    done = compact(dataset)
    return Completed(message=f"{done.files_before:,} files became {done.files_after:,}", data=done)


@task(task_run_name="upgrade", cache_policy=NO_CACHE)
def upgrade(dataset: Dataset) -> State[list[BatchFiles]]:
    """Brings the files of older schema versions to today's."""
    done = upgrade_files(dataset)
    return Completed(message=f"{len(done):,} batches", data=done)


@task(task_run_name="rewrite {batch}", cache_policy=NO_CACHE)
def rewrite(batch: str, put: Callable[[], BatchFiles]) -> BatchFiles:
    """Puts a batch's new rows in the place of the old."""
    return put()


def _done(parcel: Parcel) -> State[Parcel]:
    message = f"{len(parcel.stories):,} stories"
    if parcel.rejects:
        message += f", {len(parcel.rejects):,} rejected"
    if parcel.skips:
        message += f", {len(parcel.skips):,} skipped"
    return Completed(message=message, data=parcel)
