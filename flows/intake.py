"""What a run has to do: records read, and of their stories those that the dataset does not have yet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flows.account import Account
from flows.batches import cut, growing
from flows.forecast import Forecast
from flows.options import Options
from flows.progress import Listener
from flows.refusals import LISTED, Refusals
from schemas.ids import StoryIds
from schemas.outcome import Reject, Skip, SkipReason
from schemas.record import Record
from schemas.run import Copy
from schemas.story import RawStory
from tasks.read import Found, find
from tasks.read import Options as Reading
from tasks.workers.batch import Packed, Parcel, pack
from tasks.workers.terms import Terms

Door = Callable[[Iterable[Found | Skip | Reject], Reading, Callable[[str], int]], Iterator[Record | Skip | Reject]]
"""Cuts sources into records, as `tasks.workers.crew.Crew.records` does."""

Verdict = Copy | Literal["new", "unchanged"]
"""What `tasks.dataset.Index.admit` says of a story."""


@dataclass(frozen=True, slots=True)
class New:
    """A story to take, and the result of the read task that found it."""

    story: Packed
    found_by: Any


def terms(options: Options, now: datetime) -> Terms:
    """On which terms the read step takes stories in a run that begins `now`. What it refuses counts as skipped, by reason."""
    return Terms(now=None if options.take_embargoed else now, refuse_rights=options.refuse_rights, provider=options.provider)


class Intake:
    """Goes through the sources once; counts in `account` what is not to be taken, and keeps what was refused.

    `door` cuts the sources into records. `read` takes a name and packed records through the read step; it gives the result,
    and whatever stands for that task run. `admit` tells new stories from known ones.
    """

    def __init__(
        self,
        sources: list[str],
        options: Options,
        account: Account,
        listener: Listener,
        door: Door,
        read: Callable[[str, Parcel], tuple[Parcel, Any]],
        admit: Callable[[RawStory, StoryIds | None], Verdict],
    ) -> None:
        self._forecast = Forecast(sources)
        self.refusals = Refusals(account)
        found = find(sources, named=account.flow != "retry")
        self._door = self._forecast.follow(door(found, Reading(options.format, options.text_column), self.refusals.no_story))
        self._options, self._account, self._listener = options, account, listener
        self._read, self._admit = read, admit
        self._met = 0
        self.refused: list[Reject] = []
        """Records refused since the last `take_refused`."""
        self._not_cut: list[Reject] = []
        """What was refused before there was a record to read; it is noted after the records before it."""

    def take_refused(self) -> list[Reject]:
        """The rejects so far, to be committed with the next batch."""
        taken, self.refused = self.refused, []
        return taken

    def stories(self) -> Iterator[New]:
        """The stories that are new, in the order of the sources."""
        for number, batch in enumerate(cut(self._records(), lambda record: len(record.data), self._counts()), 1):
            parcel, origin = self._read(f"{number}", Parcel([pack(record) for record in batch]))
            self.refused += self.refusals.listed(parcel.rejects)
            self._note_what_was_not_cut()
            for skip in parcel.skips:
                self.refusals.skipped(skip)
            for story in parcel.stories:
                if self._wanted(story) and self._is_new(story):
                    yield New(story, origin)
            self._listener.settled(len(parcel.rejects))
            self._listener.expect(self._expected())
            if self._full:
                return
        self._note_what_was_not_cut()

    def _note_what_was_not_cut(self) -> None:
        self.refused += self.refusals.listed(self._not_cut)
        self._not_cut.clear()

    def _expected(self) -> int | None:
        stories, limit = self._forecast.stories(self._met + self._account.rejected), self._options.limit
        return stories if limit is None else min(limit, stories or limit)

    @property
    def _full(self) -> bool:
        limit = self._options.limit
        return limit is not None and self._met >= self._options.skip + limit

    def _wanted(self, story: Packed) -> bool:
        if self._full:
            self._leave_out(story, SkipReason.AFTER_LIMIT)
            return False
        self._met += 1
        if self._met <= self._options.skip:
            self._leave_out(story, SkipReason.BEFORE_SKIP)
            return False
        return True

    def _leave_out(self, story: Packed, reason: SkipReason) -> None:
        self._account.skips.add(Skip(source_uri=story.source_uri, source_record=story.source_record, reason=reason))

    def _is_new(self, story: Packed) -> bool:
        [raw] = story.unpack()
        verdict = self._admit(raw, story.ids)
        if verdict == "new":
            return True
        self._account.unchanged += 1
        if isinstance(verdict, Copy):
            self._account.copies.append(verdict)
        self._listener.settled(1)
        return False

    def _records(self) -> Iterator[Record]:
        for outcome in self._door:
            if isinstance(outcome, Record):
                yield outcome
            elif isinstance(outcome, Skip):
                self.refusals.skipped(outcome)
            else:
                self._not_cut.append(outcome)
                if len(self._not_cut) >= LISTED:
                    self._note_what_was_not_cut()

    def _counts(self) -> Iterator[int]:
        """How many records to read next: no more than the stories still wanted."""
        for count in growing(self._options.batch_size):
            wanted = count if self._options.limit is None else self._options.skip + self._options.limit - self._met
            yield max(1, min(count, wanted))
