"""The reprocess flow: documents that another model or wiredesk made, taken through the steps again, without their sources."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from typing import NamedTuple

from prefect import flow
from prefect.logging import get_run_logger

from flows.account import PIPELINE_VERSION, Account
from flows.options import Options
from flows.progress import Listener, listener, settling
from flows.running import TASK_RUNS, accounted, named, reported, run_id
from flows.workers import cores, crew
from schemas.printable import one_line
from schemas.rows import SCHEMA_VERSION
from schemas.run import RunManifest
from schemas.steps import AGAIN, FromStep, Step, story_steps
from tasks import steps
from tasks.dataset import (
    BatchRows,
    Dataset,
    Stamp,
    count_documents,
    open_dataset,
    rewrite_batch,
    schema_versions,
    stale_batches,
    stored_stories,
)
from tasks.workers.batch import Parcel, pack_stored, tagger
from tasks.workers.crew import Crew

DEFAULTS = Options()


class Stale(NamedTuple):
    """What a reprocess has to do."""

    batches: list[str]
    documents: int
    others: int
    """Documents of the dataset that are up to date."""
    model_version: str


def stale(dataset: Dataset, everything: bool = False) -> Stale:
    """The batches with documents that this wiredesk and its model did not make; all there are, for `everything`."""
    model_version = tagger().version
    batches = dataset.stems("documents") if everything else stale_batches(dataset, PIPELINE_VERSION, model_version)
    documents = count_documents(dataset, batches)
    return Stale(batches, documents, count_documents(dataset) - documents, model_version)


@flow(flow_run_name=named("reprocess"))
def reprocess(dataset: str, from_step: FromStep = AGAIN[-1], options: Options = DEFAULTS, everything: bool = False) -> RunManifest:
    """Finds entities and quotes anew, and sections too from `split` on, in every batch that is not of this release, or in all.

    A dataset of an older schema version is brought to today's first. Documents keep their ids, text and wire fields. A batch
    changes as a whole or not at all; a killed run is gone on with by the next, one over `everything` begun again. A story
    that a step refuses keeps its rows. Of the options, those of workers count. Fails, with the reason as the state's
    message, with DatasetError.
    """
    return reported(lambda: _run(dataset, from_step, options, everything))


def _run(place: str, from_step: Step, options: Options, everything: bool) -> RunManifest:
    account, dataset = Account(run_id(), "reprocess", []), open_dataset(place, older=True)

    def work() -> None:
        if schema_versions(dataset)[0] < SCHEMA_VERSION:
            account.batches += steps.upgrade(dataset).result()
            account.upgraded = len(account.batches)
        found = stale(dataset, everything)
        account.unchanged = found.others
        listener.get(Listener()).expect(found.documents)
        with crew(options) as workers:
            run = _Run(account, dataset, found.batches, workers, from_step, options)
            more = run.go()
            while more:
                more = flow(name="reprocess-more")(run.go)()

    return accounted(dataset, account, options.wait, work)


class _Run:
    """One run under the lock: slices of batches side by side through the steps, each batch rewritten when all of it is done."""

    def __init__(self, account: Account, dataset: Dataset, batches: Sequence[str], crew: Crew, from_step: Step, options: Options) -> None:
        self._account, self._dataset, self._crew, self._from_step, self._options = account, dataset, crew, from_step, options
        self._steps = story_steps(from_step)
        self._listener = listener.get(Listener())
        self._one_at_a_time = threading.Lock()
        self._task_runs = 0
        self._batches = iter(batches)

    def go(self) -> bool:
        """Rewrites batches until there are no more, or the flow run is full; says whether it was full."""
        self._task_runs = 0
        workers = self._options.workers or cores()
        under_way: deque[tuple[str, list[Future[BatchRows]]]] = deque()
        with ThreadPoolExecutor(workers + 1, thread_name_prefix="batch") as threads:
            try:
                for stem in self._batches:
                    slices = [threads.submit(copy_context().run, self._carry, name, slice) for name, slice in self._slices(stem)]
                    self._task_runs += len(slices) * len(self._steps) + 1  # and the batch's rewrite
                    under_way.append((stem, slices))
                    while sum(len(slices) for _, slices in under_way) > workers + 1:
                        self._rewrite(*under_way.popleft())
                    if self._task_runs > TASK_RUNS:
                        break
                while under_way:
                    self._rewrite(*under_way.popleft())
            except BaseException:
                self._crew.dismiss()
                raise
        return self._task_runs > TASK_RUNS

    def _slices(self, stem: str) -> Iterator[tuple[str, Parcel]]:
        for number, stories in enumerate(stored_stories(self._dataset, stem, self._options.batch_size), 1):
            yield f"{stem[:8]} {number}", Parcel([pack_stored(ids, story, from_step=self._from_step) for ids, story in stories.items()])

    def _carry(self, name: str, stories: Parcel) -> BatchRows:
        """Takes a slice through the steps, and gives its rows."""
        with settling(len(stories.stories), self._listener) as on_tick:
            done = steps.carry(name, self._crew, stories, self._steps, on_tick=on_tick)
        rows = self._crew.rows(done.last.result().stories, near_duplicates=True)
        refused = [*rows.rejects, *done.rejects]
        with self._one_at_a_time:
            self._account.rejected += len(refused)
        for reject in refused:
            place = " ".join(filter(None, (reject.source_uri, reject.source_record)))
            get_run_logger().warning(
                "%s keeps its rows: %s in %s: %s", one_line(place), reject.error, reject.step, one_line(reject.message)
            )
        return rows

    def _rewrite(self, stem: str, slices: Sequence[Future[BatchRows]]) -> None:
        """Puts a batch's new rows in the place of the old."""
        made = [slice.result() for slice in slices]
        stamp = Stamp(run_id=self._account.run_id, pipeline_version=PIPELINE_VERSION, at=datetime.now(UTC))
        if any(rows.documents.num_rows for rows in made):
            self._account.batches.append(steps.rewrite(stem[:8], lambda: rewrite_batch(self._dataset, stem, made, stamp)))
            for rows in made:
                self._account.rewritten(rows)
