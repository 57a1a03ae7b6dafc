"""The worker that cuts sources up: whatever an archive does to it costs that archive, not the run nor the file beside it."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from schemas.outcome import Reject, Skip
from schemas.record import Record
from tasks.read import Found, Options
from tasks.read.streams import most_refused, too_many_refused
from tasks.read.walk import STDIN
from tasks.workers.cutting import GROUP_SECONDS, Order, Outcome, groups, ready, uri_of
from tasks.workers.limits import TimeLimitError, longest_wait
from tasks.workers.pool import Pool, WorkerDiedError

SOURCES_AT_ONCE, BYTES_AT_ONCE = 64, 2**20
"""Sources that are handed to the worker together: so many, and only as long as they are small, so that none is long ago listed."""

Source = Found | Skip | Reject


class Cutter:
    """One process of at most `megabytes` of data, in which `seconds` of processor time may pass between two records of a source."""

    def __init__(self, *, seconds: float, megabytes: int) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._stdin = -1
        with suppress(OSError):  # closed, as that of some daemons: reading it will say so
            self._stdin = os.dup(0)  # the worker has another
        self._pool = Pool(1, ready, megabytes, inherited=[self._stdin] if self._stdin >= 0 else [])

    def records(self, sources: Iterable[Source], options: Options, refused: Callable[[str], int]) -> Iterator[Outcome]:
        """Yields the records of `sources` in their order; what is none already comes out as it is.

        A source that kills the worker, or takes too long between two records, ends in a Reject; what it gave before stays.
        `refused` tells how many records of a source, by URI, have given no story so far: beyond `most_refused` of its bytes
        the rest is left unread, with a Reject. Raises PoolClosedError after `dismiss`.
        """
        for few in _together(sources):
            piped = isinstance(few[0], Found) and few[0].uri == STDIN
            order = Order(few, options, self._seconds, alone=piped, stdin=self._stdin, patient=piped)
            yield from self._cut(order, refused)

    def dismiss(self) -> None:
        """Ends the worker at once."""
        self._pool.close()
        if self._stdin >= 0:
            os.close(self._stdin)
            self._stdin = -1

    def _cut(self, order: Order, refused: Callable[[str], int]) -> Iterator[Outcome]:
        """Carries out an order; when the worker dies of it, the rest again by single outcomes, and then without the source it was at."""
        rest = order
        while rest.sources:
            order, leave, size = rest, None, 0
            stream = self._pool.stream(groups, order, patience=None if order.patient else longest_wait(self._seconds) + GROUP_SECONDS)
            try:
                while True:
                    group = stream.send(leave)
                    rest = replace(order, sources=order.sources[group.source :], given=group.given)
                    yield from group.outcomes
                    size += sum(len(outcome.data) for outcome in group.outcomes if isinstance(outcome, Record))
                    leave = self._left(rest.sources, size, refused)
                    if leave:
                        yield leave
            except StopIteration:
                return
            except (WorkerDiedError, TimeLimitError) as death:
                if not order.alone:
                    rest = replace(rest, alone=True)
                elif rest.sources:
                    yield self._killer(rest, death)
                    rest = replace(rest, sources=rest.sources[1:], given=0, alone=False)

    def _left(self, sources: Sequence[Source], size: int, refused: Callable[[str], int]) -> Reject | None:
        """Why the source at hand, the first, is to be left; None when it is not. `size` counts where its size on disk is not known."""
        if not sources or not isinstance(sources[0], Found):
            return None
        uri, seen = sources[0].uri, sources[0].seen
        count = refused(uri)
        if count <= most_refused(seen.size if seen else size):
            return None
        return Reject(source_uri=uri, step="read", error="TooManyRefused", message=too_many_refused(count))

    def _killer(self, order: Order, death: BaseException) -> Reject:
        again = "" if order.patient else ", twice, the second time with this source alone"
        why = f"{death or 'it took too long'}{again}: it crashed, or ran out of memory"
        left = f"{order.given:,} records of it were read, the rest is left" if order.given else "nothing of it was read"
        do = f"unpack it by hand, or raise --worker-memory above {self._megabytes} if it is worth more"
        return Reject(source_uri=uri_of(order.sources[0]), step="read", error="WorkerDied", message=f"{why}. {left}; {do}")


def _together(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Sources in groups, standard input alone."""
    few, size = list[Source](), 0
    for source in sources:
        piped = isinstance(source, Found) and source.uri == STDIN
        if few and piped:
            yield few
            few, size = [], 0
        few.append(source)
        size += source.seen.size if isinstance(source, Found) and source.seen else 0
        if piped or size >= BYTES_AT_ONCE or len(few) >= SOURCES_AT_ONCE:  # now: the next is looked at when its turn has come
            yield few
            few, size = [], 0
    if few:
        yield few
