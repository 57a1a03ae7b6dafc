"""The ingest flow: every story of the sources that the dataset does not have yet goes through the steps and into it."""

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime

from prefect import State, flow

from flows.account import PIPELINE_VERSION, Account
from flows.batches import cut, growing
from flows.intake import Intake, New, Verdict, terms
from flows.options import Options
from flows.progress import Listener, listener, settling
from flows.running import TASK_RUNS, accounted, named, reported, run_id
from flows.workers import cores, crew
from schemas.ids import StoryIds
from schemas.outcome import Reject, Skip, SkipReason
from schemas.reading import Reading
from schemas.run import RunManifest
from schemas.steps import STEPS, story_steps
from schemas.story import RawStory
from tasks import steps
from tasks.dataset import (
    BatchRows,
    Committed,
    Dataset,
    Index,
    Stamp,
    commit_batch,
    load_index,
    open_dataset,
    refused_sources,
    settle_rejects,
)
from tasks.read import is_there, records
from tasks.workers.batch import Parcel
from tasks.workers.crew import Crew

DEFAULTS = Options()


@flow(flow_run_name=named("ingest into"))
def ingest(sources: list[str], dataset: str, options: Options = DEFAULTS) -> RunManifest:
    """Ingests what is new in `sources` (files, folders, globs, `-`) into the dataset folder; returns the run's account.

    Safe to repeat, to kill and to run twice at once: what is in the dataset stays out of the run. Fails, with the reason
    as the state's message, with DatasetError, NoSuchSourceError or NoSuchFormatError.
    """

    def once() -> RunManifest:
        records(sources, format=options.format)  # raises what is wrong with them before there is a dataset
        account = Account(run_id(), "ingest", sources, options.reading)
        return _run(account, open_dataset(dataset, create=True), options, {account.reading: sources})

    return reported(once)


@flow(flow_run_name=named("retry the rejects of"))
def retry(dataset: str, options: Options = DEFAULTS) -> RunManifest:
    """Ingests the sources of the dataset's rejects once more; those that pass leave `rejects`.

    Each is read as the run read it that refused it, but for what `options` sets of that.
    """

    def again() -> RunManifest:
        place = open_dataset(dataset)
        found = refused_sources(place)
        given = options.reading.model_dump(exclude_unset=True)
        there = {uri: reading.model_copy(update=given) for uri, reading in found.items() if is_there(uri)}
        account = Account(run_id(), "retry", list(there), options.reading, there)
        for uri in sorted(found.keys() - there.keys()):
            account.skips.add(Skip(source_uri=uri, reason=SkipReason.GONE))
        plan = defaultdict[Reading, list[str]](list)
        for uri, reading in there.items():
            plan[reading].append(uri)
        return _run(account, place, options, plan)

    return reported(again)


def _run(account: Account, dataset: Dataset, options: Options, plan: Mapping[Reading, list[str]]) -> RunManifest:
    """A run of sources that are read in one way, and then of those that are read in another."""

    def work() -> None:
        index = load_index(dataset)
        for reading, sources in plan.items():
            chosen = options.model_copy(update=dict(reading))
            with crew(chosen, terms(chosen, account.started_at)) as workers:
                run = _Run(account, dataset, index, workers, sources, chosen)
                more = run.go()
                while more:
                    more = flow(name="ingest-more")(run.go)()
        settle_rejects(dataset, index.rejects)

    return accounted(dataset, account, options.wait, work)


@dataclass(frozen=True, slots=True)
class Batch:
    """New stories to be taken through the steps and committed together."""

    name: str
    stories: Parcel
    reads: list[State[Parcel]]
    refused: list[Reject]


class _Run:
    """One run under the lock: batches side by side through the steps, committed in the order of their admission."""

    def __init__(self, account: Account, dataset: Dataset, index: Index, crew: Crew, sources: list[str], options: Options) -> None:
        self._account, self._dataset, self._index, self._crew, self._options = account, dataset, index, crew, options
        self._one_at_a_time = threading.Lock()
        self._task_runs = 0
        self._listener = listener.get(Listener())
        self._side_by_side = (options.workers or cores()) + 1
        self._intake = Intake(sources, options, account, self._listener, crew.records, self._read, self._admit)
        self._batches = self._cut()

    def go(self) -> bool:
        """Takes batches through the steps until there are no more, or the flow run is full; says whether it was full."""
        self._task_runs = 0
        under_way: deque[Future[None]] = deque()
        with ThreadPoolExecutor(self._side_by_side, thread_name_prefix="batch") as threads:
            try:
                for batch in self._batches:
                    before = under_way[-1] if under_way else None
                    self._task_runs += len(STEPS) - 1  # all but read
                    under_way.append(threads.submit(copy_context().run, self._carry, batch, before))
                    if len(under_way) > self._side_by_side:
                        under_way.popleft().result()
                    if self._task_runs > TASK_RUNS:
                        break
                while under_way:
                    under_way.popleft().result()
                if self._task_runs <= TASK_RUNS and (more := self._intake.refusals.summaries()):
                    self._carry(Batch("refused", Parcel(), [], more), None)
            except BaseException:
                self._crew.dismiss()
                raise
        return self._task_runs > TASK_RUNS

    def _cut(self) -> Iterator[Batch]:
        new = cut(self._intake.stories(), lambda found: len(found.story.parts[0]), growing(self._options.batch_size))
        number = 0
        for number, found in enumerate(new, 1):
            yield self._batch(number, found)
        if self._intake.refused:
            yield self._batch(number + 1, [])

    def _batch(self, number: int, found: Sequence[New]) -> Batch:
        reads = {id(new.found_by): new.found_by for new in found}
        return Batch(f"{number}", Parcel([new.story for new in found]), list(reads.values()), self._intake.take_refused())

    def _read(self, name: str, records: Parcel) -> tuple[Parcel, State[Parcel]]:
        self._task_runs += 1
        read = steps.carry(name, self._crew, records, STEPS[:1])
        self._took(read.seconds)
        return read.last.result(), read.last

    def _admit(self, raw: RawStory, ids: StoryIds | None) -> Verdict:
        with self._one_at_a_time:
            return self._index.admit(raw, ids)

    def _carry(self, batch: Batch, before: Future[None] | None) -> None:
        """Takes a batch through the steps; commits it when the batch before it is in."""
        with settling(len(batch.stories.stories), self._listener) as on_tick:
            done = steps.carry(batch.name, self._crew, batch.stories, story_steps(), after=batch.reads, on_tick=on_tick)
        if before:
            before.result()
        with steps.timed(STEPS[-1], done.seconds):
            # Not a new list: Prefect knows results by their address, and a new one may get that of a result that is gone.
            batch.refused.extend(self._intake.refusals.listed(done.rejects))
            steps.write(
                batch.name, self._crew, steps.sealed(done.last), steps.sealed(batch.refused), self._commit, self._options.near_duplicates
            )
        self._took(done.seconds)

    def _took(self, seconds: Counter[str]) -> None:
        with self._one_at_a_time:
            self._account.step_seconds += seconds

    def _commit(self, rows: BatchRows, refused: Sequence[Reject]) -> Committed:
        with self._one_at_a_time:
            done = commit_batch(self._dataset, self._index, rows, refused, self._stamp())
            self._account.committed(done, rows, len(refused))
        return done

    def _stamp(self) -> Stamp:
        return Stamp(run_id=self._account.run_id, pipeline_version=PIPELINE_VERSION, at=datetime.now(UTC))
