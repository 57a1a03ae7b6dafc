"""Worker processes that may die: whatever kills one costs the job it had, never the run.

A job is any importable function with picklable arguments. Each worker is a plain child process that imports this module
and nothing of the caller's, so neither the command line nor Prefect is loaded in it. `concurrent.futures` is not used
because one dead process breaks its whole pool and hides which job killed it.
"""

import os
import pickle
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_SERVE = "import sys; from tasks.workers.pool import serve; serve(int(sys.argv[1]))"


class WorkerDiedError(Exception):
    """The worker's process ended while it had the job; the message says how."""


class PoolClosedError(Exception):
    """The pool was closed before the job was done."""


class Pool:
    """Up to `size` worker processes, started when they are needed; `run` lends one to a job and forgets it when it dies.

    Every worker first calls `prepare(*arguments)`; what that raises, `run` raises. Workers die with this process, at
    once, however it ends. Safe to use from several threads. Workers have the descriptors `inherited` too, by the same numbers.
    """

    def __init__(self, size: int, prepare: Callable[..., object], *arguments: object, inherited: Sequence[int] = ()) -> None:
        self._first_job = (prepare, arguments)
        self._inherited = inherited
        self._closed = False
        self._workers: list[_Worker] = []
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()  # None: not started; last in, first out, so that few start
        for _ in range(size):
            self._idle.put(None)

    def run(
        self,
        job: Callable[..., T],
        *arguments: object,
        on_tick: Callable[[int], None] | None = None,
        patience: float | None = None,
    ) -> T:
        """What `job(*arguments)` returns, or raises, in a worker; waits for a free one.

        `on_tick` is called with every number that the job reports by `tick`. A worker that shows no sign of life for `patience`
        wall seconds, be it stopped or stuck, is ended. Raises WorkerDiedError, and PoolClosedError.
        """
        with self._lent() as worker:
            result: T = worker.do(job, arguments, on_tick, patience)
        return result

    def stream(
        self, job: Callable[..., Generator[T, Any, None]], *arguments: object, patience: float | None = None
    ) -> Generator[T, Any, None]:
        """The generator `job(*arguments)`, at work in a worker that is lent to it; each piece is made when it is asked for.

        What is sent by `send` arrives there. A worker that makes nothing of it for `patience` wall seconds is ended. Raises
        what the job raises, WorkerDiedError, and PoolClosedError; the worker of a stream that is closed too early is ended.
        """
        with self._lent() as worker:
            try:
                yield from worker.stream(job, arguments, patience)
            except BaseException:
                worker.kill()  # it may be at work on the next piece
                raise

    @contextmanager
    def _lent(self) -> "Iterator[_Worker]":
        worker = self._idle.get()
        try:
            worker = worker or self._start()
            yield worker
        except WorkerDiedError:
            if self._closed:
                raise PoolClosedError("the worker pool was closed") from None
            raise
        finally:
            self._idle.put(worker if worker and worker.alive else None)

    def close(self) -> None:
        """Kills every worker; jobs under way raise PoolClosedError."""
        self._closed = True
        for worker in list(self._workers):
            worker.kill()

    def _start(self) -> "_Worker":
        worker = _Worker(*self._first_job, self._inherited)
        self._workers.append(worker)
        if self._closed:
            worker.kill()
        return worker

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Worker:
    """One child process and the pipe to it."""

    def __init__(self, prepare: Callable[..., object], arguments: tuple[object, ...], inherited: Sequence[int]) -> None:
        ours, theirs = Pipe()
        # Ctrl-C reaches the whole process group, and SIGTERM of systemd too; a child inherits the blocked signals, so that only
        # the parent sees them, and no story is rejected for a worker that was asked to end.
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _SERVE, str(theirs.fileno())],
                stdin=subprocess.PIPE,  # never written to: its end shows the worker that we are gone
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno(), *inherited],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"},
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
        theirs.close()
        self._pipe = ours
        self._prepared = False
        with suppress(OSError):  # already dead: `do` will say so
            ours.send((prepare, arguments))

    def do(
        self,
        job: Callable[..., Any],
        arguments: tuple[object, ...],
        on_tick: Callable[[int], None] | None,
        patience: float | None = None,
    ) -> Any:
        try:
            self._wait_at_most(patience)
            self._ready()
            self._pipe.send((job, arguments))
            return self._answer(on_tick)
        except (EOFError, OSError) as error:
            raise self._died(error, patience) from None

    def stream(self, job: Callable[..., Any], arguments: tuple[object, ...], patience: float | None) -> Generator[Any, Any, None]:
        kind, value = self._asked((_give, (job, arguments)), patience, prepare=True)
        while kind == "piece":
            wish = yield value
            kind, value = self._asked(wish, patience)
        if kind == "raised":
            raise value

    def _asked(self, what: object, patience: float | None, *, prepare: bool = False) -> tuple[str, Any]:
        """The next message of the worker, when it is sent this one."""
        try:
            if prepare:
                self._wait_at_most(None)
                self._ready()
            self._wait_at_most(patience)
            self._pipe.send(what)
            message: tuple[str, Any] = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._died(error, patience) from None
        return message

    def _ready(self) -> None:
        """Waits until a new worker is prepared; raises what prevents it."""
        if self._prepared:
            return
        try:
            self._answer(None)
        except Exception:
            self.kill()
            raise
        self._prepared = True

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _wait_at_most(self, seconds: float | None) -> None:
        """Has the pipe raise BlockingIOError when no byte goes in or comes out for so long; None waits without end.

        Not `poll`: a worker may be stopped in the middle of a message, or before it takes one that fills the pipe.
        """
        limit = struct.pack("ll", *divmod(round((seconds or 0) * 1e6), 10**6))  # a C timeval; zero is no limit
        with socket.socket(fileno=os.dup(self._pipe.fileno())) as end:
            for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                end.setsockopt(socket.SOL_SOCKET, direction, limit)

    def _answer(self, on_tick: Callable[[int], None] | None) -> Any:
        while True:
            kind, value = self._pipe.recv()
            if kind == "tick":
                if on_tick and value:
                    on_tick(value)
            elif kind == "raised":
                raise value
            else:
                return value

    def _died(self, error: Exception, patience: float | None) -> WorkerDiedError:
        """Ends the process, if it has not ended yet; the error says how it came to that."""
        self._process.kill()
        code = self._process.wait()
        if isinstance(error, BlockingIOError):
            return WorkerDiedError(f"the worker process gave no sign of life for {patience:g} s")
        ended = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        return WorkerDiedError(f"the worker process {ended}")


_parent: Connection | None = None
"""In a worker, the pipe to the parent."""


def tick(count: int) -> None:
    """Tells the caller of `run` that `count` more things are done, and by 0 that the job goes on; does nothing outside of a worker."""
    if _parent is not None:
        _parent.send(("tick", count))


def _give(job: Callable[..., Generator[Any, Any, None]], arguments: tuple[object, ...]) -> None:
    """In a worker, hands over what a generator gives, a piece at a time, each when the parent asks for it."""
    assert _parent is not None
    pieces, wish = job(*arguments), None
    while True:
        try:
            piece = pieces.send(wish)
        except StopIteration:
            return
        _parent.send(("piece", piece))
        wish = _parent.recv()


def serve(descriptor: int) -> None:
    """The life of a worker: takes jobs from the pipe, one after the other, until the parent is gone."""
    global _parent
    _parent = Connection(descriptor)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    while True:
        try:
            job, arguments = _parent.recv()
        except EOFError:
            return
        except Exception as error:  # the job's module cannot be imported
            _parent.send(("raised", _sendable(error)))
            continue
        try:
            answer = ("returned", job(*arguments))
        except BaseException as error:
            answer = ("raised", _sendable(error))
        with suppress(BrokenPipeError):  # the parent is gone, as the next recv will show
            _parent.send(answer)


def _die_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _sendable(error: BaseException) -> BaseException:
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
