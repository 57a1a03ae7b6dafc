"""Makes a worker die of stories that say so, in its clean step or while it cuts them up; on the path of the tests that want it."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any


def _raise() -> None:
    raise LookupError("poisoned")


def _hang() -> None:
    while True:
        pass


def _hang_in_native_code() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    ctypes.CDLL(None).sleep(600)


def _eat_memory() -> None:
    bytearray(2**36)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


POISONS: dict[str, Callable[[], None]] = {
    "POISON raise": _raise,
    "POISON hang": _hang,
    "POISON stuck": _hang_in_native_code,
    "POISON memory": _eat_memory,
    "POISON die": _die,
}


def _poisoned(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def step(raw: Any) -> Any:
        for word, effect in POISONS.items():
            if word in raw.text:
                effect()
        return clean(raw)

    return step


def _poisoned_cut(cut: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def outcomes(*arguments: Any) -> Iterator[Any]:
        for outcome in cut(*arguments):
            for word, effect in POISONS.items():
                if f"CUT {word}".encode() in getattr(outcome, "data", b""):
                    effect()
            yield outcome

    return outcomes


if any("tasks.workers.pool" in word for word in sys.orig_argv):  # a worker
    from tasks.workers import batch, cutting

    batch.PURE["clean"] = _poisoned(batch.PURE["clean"])
    cutting.cut = _poisoned_cut(cutting.cut)
