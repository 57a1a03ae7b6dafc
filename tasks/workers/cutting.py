"""What a worker does with sources: opens, unpacks and cuts them up, and hands over the records a group at a time.

A group travels at once, so that a folder of small files is not a message each; the next is made when it is asked for, so that
no more than one waits. Whoever asks learns from each group how far it has come, and so what was being cut when a worker died.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from schemas.outcome import Reject, Skip
from schemas.record import Record
from tasks.read import Found, Options, cut
from tasks.workers.limits import PATIENCE, TimeLimitError, memory_limit, time_limit

GROUP_BYTES, GROUP_OUTCOMES, GROUP_SECONDS = 2**18, 64, 0.5
"""When a group is handed over: as soon as it holds this much, or this many, or has been made for so long."""

Outcome = Record | Skip | Reject


@dataclass(frozen=True, slots=True)
class Cut:
    """A group of outcomes, and how far the cutting has come."""

    outcomes: list[Outcome]
    source: int
    """The number of the source that is being cut; those before it are done."""
    given: int
    """How many outcomes of that source have been handed over, these included."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which sources are to be cut, and how."""

    sources: Sequence[Found | Skip | Reject]
    options: Options
    seconds: float
    """Processor time between two outcomes of a source, before the rest of it is given up."""
    given: int = 0
    """Outcomes of the first source that need not be handed over: they were, before a worker died."""
    alone: bool = False
    """Hand over each outcome by itself, and say when a source is begun; for standard input, and to find what killed a worker."""
    stdin: int = 0
    """The descriptor of standard input."""
    patient: bool = False
    """Wait without end, for what comes when it comes."""


def ready(megabytes: int) -> None:
    """Readies a worker that cuts; this module, and all the readers with it, is loaded by now."""
    memory_limit(megabytes)


def groups(order: Order) -> Generator[Cut, bool | None, None]:
    """Cuts the sources one after the other. Sent a true value, it leaves the source that it is at."""
    left = set[int]()
    numbered, over = _numbered(order, left), False
    while not over:
        outcomes, size, at = list[Outcome](), 0, (len(order.sources), 0)
        with time_limit(order.seconds, patience=None if order.patient else PATIENCE) as restart:
            began = time.monotonic()
            for reached in numbered:
                restart()
                at, outcome = reached
                if outcome is not None:
                    outcomes.append(outcome)
                    size += len(outcome.data) if isinstance(outcome, Record) else 0
                full = size >= GROUP_BYTES or len(outcomes) >= GROUP_OUTCOMES or time.monotonic() - began >= GROUP_SECONDS
                if full or order.alone:
                    break
            else:
                over, at = True, (len(order.sources), 0)
        if (yield Cut(outcomes, *at)):
            left.add(at[0])


def _numbered(order: Order, left: set[int]) -> Iterator[tuple[tuple[int, int], Outcome | None]]:
    """Each outcome with the number of its source and its number there; None where a source is begun."""
    for number, source in enumerate(order.sources):
        given, count = order.given if number == 0 else 0, 0
        if order.alone:
            yield (number, given), None
        try:
            for count, outcome in enumerate(cut(source, order.options, order.stdin), 1):
                if number in left:
                    break
                if count > given:
                    yield (number, count), outcome
        except TimeLimitError:
            if count + 1 > given:
                yield (number, count + 1), _too_long(source, order.seconds)


def _too_long(source: Found | Skip | Reject, seconds: float) -> Reject:
    what = f"its unpacking took more than {seconds:g} s of processor time, or {PATIENCE * seconds:g} s in all, between two records"
    message = f"{what}; the rest is left unread: unpack it by hand, or raise --story-seconds if it is worth more"
    return Reject(source_uri=uri_of(source), step="read", error="TimeLimit", message=message)


def uri_of(source: Found | Skip | Reject) -> str:
    """What names the source."""
    return source.uri if isinstance(source, Found) else source.source_uri
