"""The ingest that is to be killed: the flow's own code, in a process that dies where it is told to.

So that a kill costs neither a start of Prefect nor an import, the process is forked from one that has imported the flow and
nothing more, and the steps run as the plain functions under their Prefect skin. Lock, sweep, intake,
batches, worker processes, commits and manifest are the real ones. (`tests.flows.killing` kills the whole program, command
line and Prefect included, at random moments.)
"""

import itertools
import os
import random
import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

import pyarrow.parquet as pq
from prefect import State
from prefect.utilities.annotations import opaque

import flows.ingest
from flows.account import Account
from flows.options import Options
from tasks import steps
from tasks.dataset import DatasetError, open_dataset

DISK = ("replace", "rename", "fsync", "link", "unlink", "rmdir")
"""What of `os` changes a dataset or makes it last."""

PARQUET = ("write_table", "close")
"""What a Parquet writer does: before the first the file is empty, before the second it has rows and no end."""

REFUSED = 2
"""The exit status of an ingest that the dataset turned away, as the command line has it."""

Who = Literal["all", "parent", "worker"]


@dataclass(frozen=True)
class Fault:
    """Who is killed, and when: before the run's n-th step on the dataset's disk, or after some seconds."""

    who: Who
    step: int | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Ended:
    """How an ingest ended."""

    status: int
    """Its exit status; negative: the signal that killed it."""
    heard: str
    """Where someone was killed; of a run that went well, the number of its steps; of one that was refused, why."""
    clean: bool
    """Whether all of its processes ended with it."""


def run(inbox: Path, dataset: Path, options: Options, fault: Fault | None = None) -> Ended:
    """Ingests in a process group of its own, waits for its end, and tells of it. Runs in a worker of `tasks.workers.pool`."""
    told, tell = os.pipe()
    leader = os.fork()
    if not leader:
        os.setsid()
        _live(inbox, dataset, options, fault, tell)
    os.close(tell)
    _, status = os.waitpid(leader, 0)
    clean = _group_ended(leader)
    with os.fdopen(told) as words:  # its end comes with the last process that holds it
        heard = words.read()
    return Ended(os.waitstatus_to_exitcode(status), heard, clean)


def ingest(inbox: Path, dataset: Path, options: Options) -> None:
    """What the flow does, without Prefect's run around it."""
    account = Account(flows.ingest.run_id(), "ingest", [str(inbox)], options.reading)
    flows.ingest._run(account, open_dataset(dataset, create=True), options, {options.reading: [str(inbox)]})


def without_prefect() -> None:
    """Makes the step tasks plain functions, for this process."""
    step_task, write = steps.step_task, steps.write
    steps.step_task = lambda step: _plain(step_task(step).fn)  # type: ignore[assignment]
    steps.write = _plain(write.fn)  # type: ignore[assignment]


def _plain(step: Callable[..., Any]) -> Callable[..., Any]:
    """The step as a task would call it: with the values that its arguments stand for."""

    def value(argument: Any) -> Any:
        if isinstance(argument, list):
            return [value(one) for one in argument]
        held = argument.unwrap() if isinstance(argument, opaque) else argument
        return held.result() if isinstance(held, State) else held

    return lambda *arguments: step(*map(value, arguments))


def _live(inbox: Path, dataset: Path, options: Options, fault: Fault | None, tell: int) -> NoReturn:
    """The life of the forked process."""
    try:
        steps = itertools.count()

        def before(name: str, where: Path) -> None:
            if where.is_relative_to(dataset) and next(steps) == (fault.step if fault else None):
                die(f"before {name} {_place(where.relative_to(dataset))}")

        def die(where: str) -> None:
            assert fault
            killed = where if fault.who != "worker" or _kill_a_worker() else ""
            os.write(tell, killed.encode())
            if fault.who == "all":
                os.killpg(0, signal.SIGKILL)
            if fault.who == "parent":
                os.kill(os.getpid(), signal.SIGKILL)

        without_prefect()
        _watch(before)
        if fault and fault.seconds is not None:
            timer = threading.Timer(fault.seconds, die, ["at any moment"])
            timer.daemon = True
            timer.start()
        ingest(inbox, dataset, options)
        if not fault:
            os.write(tell, str(next(steps)).encode())
    except DatasetError as refusal:
        os.write(tell, str(refusal).encode())
        os._exit(REFUSED)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _group_ended(leader: int, patience: float = 60.0) -> bool:
    """Whether every process of the group is gone, or goes within `patience` seconds."""
    until = time.monotonic() + patience
    with suppress(ProcessLookupError):
        while time.monotonic() < until:
            os.killpg(leader, 0)
            time.sleep(0.05)
        os.killpg(leader, signal.SIGKILL)
        return False
    return True


def _watch(before: Callable[[str, Path], None]) -> None:
    """Calls `before` with every step on a disk, and the file or folder that it is about."""

    def watched(name: str, do: Callable[..., Any], place: Callable[..., Path | None]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if path := place(*arguments):
                before(name, path)
            return do(*arguments, **options)

        return step

    for name in DISK:
        place = _of_descriptor if name == "fsync" else _last_path
        setattr(os, name, watched(name, getattr(os, name), place))
    for name in PARQUET:
        setattr(pq.ParquetWriter, name, watched(f"Parquet {name}", getattr(pq.ParquetWriter, name), _of_writer))


def _last_path(*arguments: Any) -> Path:
    return Path(arguments[-1])


def _of_writer(writer: pq.ParquetWriter, *_: Any) -> Path | None:
    return Path(writer.where) if isinstance(writer.where, str | Path) else None  # else it writes to memory


def _of_descriptor(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def _place(path: Path) -> str:
    """The folder of the dataset, or, of what is being made, what it is to be."""
    if path.parts[:1] == ("_staging",) and len(path.parts) > 1:
        if path.name.endswith((".begun.new", ".json.new")):
            return "_staging/manifest"
        return f"_staging/{path.parts[1].split('.')[0].split('-')[0]}"
    return path.parts[0] if path.parts else "the folder"


def _kill_a_worker() -> bool:
    children = [int(pid) for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()]
    if children:
        os.kill(random.choice(children), signal.SIGKILL)
    return bool(children)
