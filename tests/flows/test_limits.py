"""What a story may cost, held in the process that works on it."""

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable

import pytest

from tasks.workers.limits import TimeLimitError, time_limit


def test_work_in_time_is_left_alone() -> None:
    with time_limit(60):
        result = sum(range(10))
    assert result == 45
    assert silent()


def silent() -> bool:
    return all(signal.getitimer(timer) == (0.0, 0.0) for timer in (signal.ITIMER_REAL, signal.ITIMER_PROF))


def spin() -> None:
    while True:
        pass


def spin_and_swallow() -> None:
    while True:
        try:
            spin()
        except Exception:
            continue


@pytest.mark.parametrize("work", [spin, spin_and_swallow])
def test_work_that_takes_too_long_is_stopped(work: Callable[[], None]) -> None:
    with pytest.raises(TimeLimitError), time_limit(0.05):
        work()
    assert silent()


def test_a_story_that_waits_for_the_processor_is_left_alone_for_longer() -> None:
    with time_limit(1):
        time.sleep(1.2)
    with pytest.raises(TimeLimitError), time_limit(0.05):
        time.sleep(600)
    assert silent()


def test_an_error_in_the_block_passes() -> None:
    with pytest.raises(ZeroDivisionError), time_limit(60):
        _ = 1 / 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a process to its data limit")
def test_memory_beyond_the_limit_is_refused_and_the_process_goes_on() -> None:
    program = textwrap.dedent("""
        from tasks.workers.limits import memory_limit
        memory_limit(512)
        try:
            bytearray(2**30)
        except MemoryError:
            print("refused", len(bytearray(2**20)))
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "refused 1048576\n"
