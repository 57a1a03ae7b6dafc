"""Runs a flow from the command line: progress, Ctrl-C, closing summary, exit status."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

import typer

from flows.commands.console import complain, err, out
from flows.progress import Listener, shown
from flows.server import prefect_api
from flows.summary import in_words, table
from schemas.printable import pasteable
from schemas.run import RunManifest

PATIENCE_SECONDS = {signal.SIGINT: 1.5, signal.SIGTERM: 8.0}
"""After Ctrl-C, how long Prefect may take to note it before we leave all the same; `docker stop` gives ten seconds."""

TOP_SPEAKERS = "select speaker, count(*) n from quotes where speaker is not null group by 1 order by n desc limit 10"


def run(dataset: str, start: Callable[[], RunManifest]) -> None:
    """Runs a flow over a dataset; ends the program with the status that fits. `start` imports the flow when Prefect's API is there.

    Call `heed_sigterm` first.
    """
    listener = Listener()
    signal.signal(signal.SIGINT, _interrupt)
    try:
        with err.status("starting Prefect") as status, prefect_api():
            hush()
            status.stop()
            with shown(err) as listener:
                manifest = start()
            close(manifest, dataset)
    except KeyboardInterrupt:
        _say_interrupted(listener.manifest)
        raise typer.Exit(128 + _signals[0]) from None
    except Exception:
        if listener.manifest is None or listener.manifest.state != "completed":
            raise
        # The run is over and in the dataset; what failed came after it.
        close(listener.manifest, dataset)
        complain("Prefect's API went away before the run could report its end there. The dataset and its manifest are complete.")
        sys.stdout.flush()
        os._exit(_status(listener.manifest))  # at a usual exit Prefect waits for the API to take its events
    raise typer.Exit(_status(listener.manifest))


def _status(manifest: RunManifest | None) -> int:
    return 1 if manifest and manifest.rejected else 0


def close(manifest: RunManifest, dataset: str) -> None:
    """Prints what a run did, where to look at it, and what it left out."""
    place = pasteable(dataset)
    out.print(table(manifest))
    if not manifest.written and not manifest.rejected:
        out.print(in_words(manifest))
    elif manifest.written and manifest.flow != "reprocess":
        out.print("\nlook at it:", f'  wiredesk sql {place} "{TOP_SPEAKERS}"', f"  less {place}/README.md", sep="\n", soft_wrap=True)
    if manifest.skipped:
        err.print(f"{manifest.skipped.total():,} skipped; wiredesk skipped {place} says which and why", soft_wrap=True)
    if manifest.rejected:
        why = "their rows are as they were" if manifest.flow == "reprocess" else f"wiredesk rejects {place} says why"
        err.print(f"{manifest.rejected:,} rejected; {why}", soft_wrap=True)


def hush() -> None:
    """Leaves it to us to say, in one paragraph, why a run failed: Prefect would print its whole traceback, and each event it lost."""
    import prefect.main  # noqa: F401  (its import sets all loggers up, which would undo this)

    for name in ("prefect.engine", "prefect.flow_runs", "prefect.task_runs", "prefect.events"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("prefect._internal.concurrency").disabled = True  # this one does not heed its level


def heed_sigterm() -> None:
    """Has SIGTERM do what Ctrl-C does, which ends the program at once until a run begins.

    Prefect sets a handler of its own while a flow runs: a thread waits for the signal instead.

    Every other thread blocks it, and so do the processes that are started from now on: they are ended by us. Call it before
    libraries are imported that start threads (NumPy, Arrow, lxml): one that does not block the signal would die of it for all.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    signal.signal(signal.SIGINT, _interrupt_early)  # in the background of a shell script it is ignored, and with it SIGTERM would be
    main = threading.get_ident()

    def wait() -> None:
        signal.sigwait({signal.SIGTERM})
        _signals.append(signal.SIGTERM)
        signal.pthread_kill(main, signal.SIGINT)

    threading.Thread(target=wait, daemon=True).start()


def _interrupt_early(number: int, frame: FrameType | None) -> None:
    """Ends the program before there is a run to end."""
    _signals.append(signal.SIGINT)
    _leave()


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ends the run in good order, once; a second signal changes nothing, and the program ends in time either way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _signals.append(signal.SIGINT)
    timer = threading.Timer(PATIENCE_SECONDS[_signals[0]], _leave)
    timer.daemon = True
    timer.start()
    raise KeyboardInterrupt


def _leave() -> None:
    _say_interrupted(None)
    os._exit(128 + _signals[0])


def _say_interrupted(manifest: RunManifest | None) -> None:
    if not _said.is_set():
        _said.set()
        done = f" after {manifest.written:,} stories" if manifest else ""
        complain(f"interrupted{done}; what is written is safe, and the same command goes on from there.")


_signals: list[signal.Signals] = []
"""What interrupted the run, first things first."""

_said = threading.Event()
"""Set once the interruption has been told: its end and the timer may both come to tell it."""
