"""The worker pool: jobs done in other processes, deaths survived, nothing left behind."""

import importlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.workers import pool as pool_module
from tasks.workers.pool import Pool, PoolClosedError, WorkerDiedError


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(1, os.getpid) as pool:
        yield pool


def test_a_job_runs_in_another_process(pool: Pool) -> None:
    assert pool.run(os.getpid) not in (os.getpid(), None)
    assert pool.run(divmod, 7, 3) == (2, 1)


def test_what_a_job_raises_comes_back(pool: Pool) -> None:
    with pytest.raises(ZeroDivisionError):
        pool.run(divmod, 1, 0)
    assert pool.run(divmod, 7, 3) == (2, 1)


@pytest.mark.parametrize(("job", "argument", "how"), [(os._exit, 3, "status 3"), (signal.raise_signal, signal.SIGKILL, "SIGKILL")])
def test_a_dead_worker_is_replaced_and_named(pool: Pool, job: object, argument: int, how: str) -> None:
    before = pool.run(os.getpid)
    with pytest.raises(WorkerDiedError, match=how):
        pool.run(job, argument)  # type: ignore[arg-type]
    assert pool.run(os.getpid) != before


def test_one_death_leaves_the_other_workers_alone() -> None:
    with Pool(2, os.getpid) as pool:
        long_job: list[float] = []
        thread = threading.Thread(target=lambda: long_job.append(pool.run(time.sleep, 0.5) or 1.0))
        thread.start()
        with pytest.raises(WorkerDiedError):
            pool.run(os._exit, 1)
        thread.join()
        assert long_job == [1.0]


def test_a_worker_that_cannot_prepare_raises_its_reason() -> None:
    with Pool(1, divmod, 1, 0) as pool:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                pool.run(os.getpid)


def test_a_job_whose_module_cannot_be_imported_raises_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only_in_workers = "import sys\nif 'pool import serve' in str(sys.orig_argv): raise NameError('half written')\ndef work(): pass\n"
    (tmp_path / "broken_job.py").write_text(only_in_workers)
    monkeypatch.syspath_prepend(str(tmp_path))
    broken = importlib.import_module("broken_job")
    with Pool(1, os.getpid) as pool:
        with pytest.raises(NameError, match="half written"):
            pool.run(broken.work)
        assert pool.run(divmod, 7, 3) == (2, 1)


def test_ticks_arrive_while_the_job_runs(pool: Pool) -> None:
    seen: list[int] = []
    pool.run(pool_module.tick, 5, on_tick=seen.append)
    assert seen == [5]


def test_a_tick_outside_of_a_worker_does_nothing() -> None:
    pool_module.tick(1)


def stop_yourself() -> None:
    """What a job does that somebody stops from outside."""
    signal.raise_signal(signal.SIGSTOP)


def stop_in_the_middle_of_an_answer() -> None:
    """Writes the first half of a message and no more."""
    assert pool_module._parent
    os.write(pool_module._parent.fileno(), b"\x00\x00\x10\x00 a part of it")
    stop_yourself()


@pytest.mark.parametrize("job", [stop_yourself, stop_in_the_middle_of_an_answer])
def test_a_worker_that_is_stopped_is_ended_and_replaced(pool: Pool, job: Callable[[], None]) -> None:
    before = pool.run(os.getpid)
    with pytest.raises(WorkerDiedError, match="no sign of life for 1 s"):
        pool.run(job, patience=1)
    assert pool.run(os.getpid) != before
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_a_worker_that_was_stopped_before_its_job_is_ended_though_the_job_fills_the_pipe(pool: Pool) -> None:
    os.kill(pool.run(os.getpid), signal.SIGSTOP)
    with pytest.raises(WorkerDiedError, match="no sign of life"):
        pool.run(len, bytes(10**7), patience=1)
    assert pool.run(len, bytes(10**7), patience=60) == 10**7


def at_work(seconds: float, signs: int) -> str:
    for _ in range(signs):
        time.sleep(seconds)
        pool_module.tick(0)
    return "done"


def test_every_sign_of_life_renews_the_patience(pool: Pool) -> None:
    heard: list[int] = []
    pool.run(os.getpid)
    assert pool.run(at_work, 0.5, 10, patience=4, on_tick=heard.append) == "done"
    assert heard == [], "a sign of life is taken for work done"


def test_patience_is_that_of_one_job(pool: Pool) -> None:
    pool.run(os.getpid, patience=1)
    pool.run(time.sleep, 1.5)


def test_closing_ends_a_running_job() -> None:
    pool = Pool(1, os.getpid)
    pool.run(os.getpid)
    threading.Timer(0.2, pool.close).start()
    with pytest.raises(PoolClosedError):
        pool.run(time.sleep, 60)
    with pytest.raises(PoolClosedError):
        pool.run(os.getpid)


def test_a_worker_ignores_the_keyboards_interrupt(pool: Pool) -> None:
    before = pool.run(os.getpid)
    os.kill(before, signal.SIGINT)
    assert pool.run(os.getpid) == before


def test_a_worker_loads_neither_prefect_nor_the_callers_main_module(pool: Pool) -> None:
    loaded = pool.run(eval, "sorted(__import__('sys').modules)")
    assert not [name for name in loaded if name.split(".")[0] in ("prefect", "typer", "pytest", "flows")]


STREAM = """
import os, time

def pieces(count, end=None):
    for number in range(count):
        end = yield number, end
    if end == "raise":
        raise LookupError(end)
    if end == "die":
        os._exit(3)
    if end == "hang":
        time.sleep(600)
"""


@pytest.fixture
def pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """A generator that gives numbers with what it was sent, and ends as it was sent."""
    (tmp_path / "streaming_job.py").write_text(STREAM)
    monkeypatch.syspath_prepend(str(tmp_path))
    return importlib.import_module("streaming_job").pieces


def test_a_stream_is_the_generator_at_work_elsewhere(pool: Pool, pieces: Any) -> None:
    assert list(pool.stream(pieces, 3, "first")) == [(0, "first"), (1, None), (2, None)]
    stream = pool.stream(pieces, 3)
    assert [stream.send(sent) for sent in (None, "a", "b")] == [(0, None), (1, "a"), (2, "b")]
    with pytest.raises(LookupError):
        stream.send("raise")
    assert list(pool.stream(pieces, 0)) == []
    assert pool.run(divmod, 7, 3) == (2, 1)


@pytest.mark.parametrize(("end", "how"), [("die", "status 3"), ("hang", "no sign of life for 0.5 s")])
def test_the_death_of_a_stream_is_named_and_its_pieces_stay(end: str, how: str, pool: Pool, pieces: Any) -> None:
    stream = pool.stream(pieces, 1, patience=0.5)
    assert next(stream) == (0, None)
    with pytest.raises(WorkerDiedError, match=how):
        stream.send(end)
    assert pool.run(divmod, 7, 3) == (2, 1)


def test_a_stream_that_is_left_gives_its_worker_back(pool: Pool, pieces: Any) -> None:
    stream = pool.stream(pieces, 3)
    next(stream)
    stream.close()
    assert pool.run(divmod, 7, 3) == (2, 1)


def test_no_more_is_made_than_is_asked_for(pool: Pool, tmp_path: Path) -> None:
    stream = pool.stream(eval, f"(open('{tmp_path}/made', 'a').write('x') for _ in range(1000))")
    assert [next(stream) for _ in range(3)] == [1] * 3
    assert (tmp_path / "made").stat().st_size <= 3


def test_what_is_inherited_has_the_same_number_in_workers() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"calm")
    with Pool(1, os.getpid, inherited=[reading]) as pool:
        assert pool.run(os.read, reading, 4) == b"calm"


def test_workers_die_with_a_parent_that_is_killed() -> None:
    program = textwrap.dedent("""
        import os, time
        from tasks.workers.pool import Pool
        pool = Pool(2, os.getpid)
        print(pool.run(os.getpid), flush=True)
        pool.run(time.sleep, 600)
    """)
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert parent.stdout
    parent.stdout.readline()
    parent.kill()
    parent.communicate(timeout=60)  # the workers hold stderr too: it ends when the last of them is gone
