"""The steps as Prefect tasks: what a run's graph shows, a thin skin over the pure functions.

Each task takes a batch's stories through one step in the crew's workers and ends in a state that says what came of them.
Hand a task's state to the next as `whole(state)`, and any other large value as `sealed(value)`: Prefect would walk
through megabytes of bytes else.
Only `write` is retried: it alone does I/O that may work the next time.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from prefect import State, Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import Completed
from prefect.utilities.annotations import opaque

from schemas.outcome import Reject
from schemas.run import BatchFiles, Compacted
from tasks.dataset import BatchRows, Committed, Dataset, compact
from tasks.dataset import upgrade as upgrade_files
from tasks.workers.batch import Parcel, beside
from tasks.workers.crew import Crew
from tasks.workers.pool import PoolClosedError

T = TypeVar("T")

Commit = Callable[[BatchRows, Sequence[Reject]], Committed]
"""Puts a batch's rows and rejects into the dataset."""


def whole(state: State[T]) -> T:
    """The result of a task's state, as an argument of another task."""
    return cast(T, opaque(state))


def sealed(value: T) -> T:
    """A value that is no task's result, as an argument of a task."""
    return cast(T, opaque(value))


@task(task_run_name="read {batch}", cache_policy=NO_CACHE)
def read(batch: str, crew: Crew, records: Parcel) -> State[Parcel]:
    """Reads the stories of a batch of records."""
    return _done(crew.work("read", records.stories))


@task(task_run_name="clean {batch}", cache_policy=NO_CACHE)
def clean(batch: str, crew: Crew, raw: Parcel, reads: Sequence[Parcel]) -> State[Parcel]:
    """Repairs and unwraps the text; `reads` are the results of `read` that the stories are from."""
    return _done(crew.work("clean", raw.stories))


@task(task_run_name="split {batch}", cache_policy=NO_CACHE)
def split(batch: str, crew: Crew, cleaned: Parcel) -> State[Parcel]:
    """Finds furniture, sections and paragraphs."""
    return _done(crew.work("split", cleaned.stories))


@task(task_run_name="tag {batch}", cache_policy=NO_CACHE)
def tag(batch: str, crew: Crew, splits: Parcel, on_tick: Callable[[int], None]) -> State[Parcel]:
    """Runs the encoder over the stories; calls `on_tick` with the number of those just tagged."""
    return _done(crew.work("tag", splits.stories, on_tick))


@task(task_run_name="entities {batch}", cache_policy=NO_CACHE)
def entities(batch: str, crew: Crew, tagged: Parcel) -> State[Parcel]:
    """Ties mentions into chains with names and roles."""
    return _done(crew.work("entities", tagged.stories))


@task(task_run_name="quotes {batch}", cache_policy=NO_CACHE)
def quotes(batch: str, crew: Crew, tagged: Parcel, found: Parcel) -> State[Parcel]:
    """Finds who said what; its stories are finished."""
    return _done(crew.work("quotes", beside(tagged, found).stories))


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
