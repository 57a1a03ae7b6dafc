"""The workers of a run: takes batches through steps and finds the one story that kills its worker."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from schemas.outcome import Reject, Skip
from schemas.record import Record
from schemas.steps import Step
from tasks import shipped
from tasks.dataset import BatchRows
from tasks.read import Found, Options
from tasks.workers.batch import AS_THEY_ARE, TAGGED_AT_ONCE, Packed, Parcel, rows_of, step_through
from tasks.workers.cutter import Cutter
from tasks.workers.limits import longest_wait, memory_limit
from tasks.workers.pool import Pool, WorkerDiedError
from tasks.workers.terms import Terms

STARTING_SECONDS = 60.0
"""How long a worker may take in all to start, to load the steps and the tagger: a few seconds, on a very busy machine many times that."""

ROW_SECONDS = 0.5
"""How long a story's rows may take, which have no limit in the worker: 60 times the 8 ms that short stories took on a busy machine."""


def _ready(megabytes: int) -> None:
    """Readies a worker; a damaged data file is the run's failure and not that of every story."""
    shipped.check()
    memory_limit(megabytes)


class Crew:
    """`workers` processes of at most `megabytes` of data each, in which a story may take `seconds` a step, and that read on `terms`."""

    def __init__(self, workers: int, *, seconds: float, megabytes: int, terms: Terms = AS_THEY_ARE) -> None:
        self._pool = Pool(workers, _ready, megabytes)
        self._cutter = Cutter(seconds=seconds, megabytes=megabytes)
        self._seconds, self._terms = seconds, terms

    def records(
        self, sources: Iterable[Found | Skip | Reject], options: Options, refused: Callable[[str], int]
    ) -> Iterator[Record | Skip | Reject]:
        """The records of sources in their order, as `Cutter.records` gives them; by a process more than the `workers`."""
        return self._cutter.records(sources, options, refused)

    def work(self, step: Step, stories: Sequence[Packed], on_tick: Callable[[int], None] | None = None) -> Parcel:
        """Takes stories through one step, together; one by one when the worker dies of them."""
        if not stories:
            return Parcel()
        try:
            return self._through(step, stories, on_tick)
        except WorkerDiedError:
            return sum((self._alone(step, story) for story in stories), Parcel())

    def rows(self, stories: Sequence[Packed], *, near_duplicates: bool) -> BatchRows:
        """The rows of finished stories; those that no rows could be made of are its `rejects`."""
        patience = self._patience() + ROW_SECONDS * len(stories)
        try:
            return self._pool.run(rows_of, stories, self._seconds, near_duplicates, patience=patience)
        except WorkerDiedError:
            tried = sum((self._alone("write", story) for story in stories), Parcel())
            rows = self._pool.run(rows_of, tried.stories, self._seconds, near_duplicates, patience=patience)
            return replace(rows, rejects=(*tried.rejects, *rows.rejects))

    def _through(self, step: Step, stories: Sequence[Packed], on_tick: Callable[[int], None] | None = None) -> Parcel:
        patience = self._patience(min(len(stories), TAGGED_AT_ONCE) if step == "tag" else 1)
        return self._pool.run(step_through, step, stories, self._seconds, self._terms, on_tick=on_tick, patience=patience)

    def _patience(self, together: int = 1) -> float:
        """How long a worker may show no sign of life: it shows one at every story, or at so many that it takes together."""
        return STARTING_SECONDS + longest_wait(self._seconds * together)

    def _alone(self, step: Step, story: Packed) -> Parcel:
        try:
            return self._through(step, [story])
        except WorkerDiedError as death:
            why = f"{death}, twice, the second time with this story alone: it ran out of memory, crashed or would not stop"
            return Parcel(rejects=[Reject.of(story, step, "WorkerDied", why)])

    def dismiss(self) -> None:
        """Ends every worker at once; work under way raises PoolClosedError."""
        self._pool.close()
        self._cutter.dismiss()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.dismiss()
