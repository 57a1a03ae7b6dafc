"""What one story may cost: seconds and memory, held inside the worker, so that a poisoned story is given up alone."""

import faulthandler
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

PATIENCE = 5
"""How many times as long as its processor time a story may take in all: a busy machine is no reason to reject it."""

GRACE_SECONDS = 2.0
"""How long code that never returns to Python may go on past the limit before its worker is ended."""


class TimeLimitError(BaseException):
    """A story took too long. Not an Exception, so that no library's `except Exception` swallows it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeLimitError in the block when it takes more than `seconds` of processor time, or PATIENCE times that; main thread only.

    Code that does not come back to Python cannot be stopped by an exception: after some grace a watchdog ends the whole
    process, and the parent finds which story it was.
    """
    before = {number: signal.signal(number, _too_long) for number in (signal.SIGPROF, signal.SIGALRM)}
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(longest_wait(seconds), exit=True, file=nowhere)
        signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)  # again every second, in case a `__del__` or a callback eats the first
        signal.setitimer(signal.ITIMER_REAL, PATIENCE * seconds, 1.0)
        try:
            yield
        finally:
            with suppress(TimeLimitError):  # an alarm may ring on the way out
                _silence()
            with suppress(TimeLimitError):  # as may the other
                _silence()
            _silence()
            faulthandler.cancel_dump_traceback_later()
            for number, handler in before.items():
                signal.signal(number, handler)


def longest_wait(seconds: float, patience: float = PATIENCE) -> float:
    """Wall seconds after which a process is ended that should have done one thing in `seconds` of processor time."""
    return (patience + 1) * seconds + GRACE_SECONDS


def memory_limit(megabytes: int) -> None:
    """Makes allocations of this process fail with MemoryError once its data passes `megabytes`; Linux only, else no effect."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def _silence() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


def _too_long(number: int, frame: FrameType | None) -> NoReturn:
    raise TimeLimitError
