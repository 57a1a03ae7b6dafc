"""One command of wiredesk under attack: run in a process of its own, watched, and judged by what must hold of every run."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryFile

LIMIT_BYTES = 4 * 2**30
"""What all processes of a command may hold together, as in a container of that size; beyond it they are killed."""

PEAK_BYTES = 1500 * 2**20
"""What one process may hold."""

MOST_SECONDS = 40.0
"""CPU seconds after which a command is given up as hanging."""

IDLE_SECONDS, IDLE_CPU = 100.0, 1.0
"""A command that uses less than this many CPU seconds in so many seconds waits for something that does not come; a parent gives
a worker that shows no sign of life some seventy seconds."""

POLL_SECONDS = 0.05

TICKS = os.sysconf("SC_CLK_TCK")

ENDS = {0, 1, 2}
"""The documented exit statuses."""

SECRET = "quillfeather-under-the-floor"
"""A word that stands in a file outside of every inbox, and must not come out anywhere."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    """Its exit status; negative: the signal that ended it."""
    said: str
    """What it wrote to standard output and standard error."""
    seconds: float
    """CPU seconds of all of its processes."""
    peak: int
    """Most bytes in memory of any one of its processes."""
    wrong: str | None = None
    """Why it was killed: it hung, or was out of memory."""


@dataclass
class Findings:
    """What came of the inputs of a class."""

    inputs: int = 0
    crashes: int = 0
    hangs: int = 0
    lost: int = 0
    peak: int = 0
    """Bytes, of the largest process."""
    seconds: float = 0.0
    """CPU seconds, of the slowest input."""
    violations: list[str] = field(default_factory=list)

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            self.inputs + other.inputs,
            self.crashes + other.crashes,
            self.hangs + other.hangs,
            self.lost + other.lost,
            max(self.peak, other.peak),
            max(self.seconds, other.seconds),
            self.violations + other.violations,
        )

    def take(self, ended: Ended, what: str) -> None:
        """Counts a command's end: a traceback, another status than the documented ones, a hang, too much memory, a secret that is out."""
        self.peak = max(self.peak, ended.peak)
        if ended.wrong and "memory" not in ended.wrong:
            self.hangs += 1
            self.violations.append(f"{what}: {ended.wrong}")
        elif ended.wrong or "Traceback (most recent call last)" in ended.said or ended.status not in ENDS:
            self.crashes += 1
            last = next((line for line in reversed(ended.said.splitlines()) if line.strip()), "")
            self.violations.append(f"{what}: {ended.wrong or f'status {ended.status}'}: {last:.200}")
        if ended.peak > PEAK_BYTES:
            self.violations.append(f"{what}: a process held {ended.peak / 2**20:,.0f} MB")
        if SECRET in ended.said:
            self.violations.append(f"{what}: printed the secret of a file outside of the inbox")


@dataclass(frozen=True)
class Desk:
    """Where commands run, and what they are compared with."""

    place: Path
    """Their files; a secret lies in it, beside the inboxes."""
    environment: Mapping[str, str]
    """Names the Prefect API which they share."""
    dataset: Path
    """A sound dataset of a few stories; never written to."""
    calm: float = 0.0
    """CPU seconds of an ingest of good stories alone."""

    def room(self, name: str) -> "Desk":
        """The desk with a new folder for its files."""
        place = self.place / name
        place.mkdir()
        (place / "secret.txt").write_text(f"TALMERE, May 4 (AP) - The word is {SECRET}, the harbour master said.\n")
        return replace(self, place=place)

    def run(self, *arguments: str, during: Callable[[int], None] | None = None) -> Ended:
        """Runs `wiredesk` with these arguments to its end; `during` is called with its process id, again and again."""
        with started(*arguments, environment=self.environment) as process:
            return process.end(during)


class Watched:
    """A command at work, and the figures of its processes so far."""

    def __init__(self, process: subprocess.Popen[bytes], output: Callable[[], str]) -> None:
        self.pid = process.pid
        self._process = process
        self._output = output
        self._cpu, self._peak = dict[int, float](), 0

    @property
    def said(self) -> str:
        """What it has written so far."""
        return self._output()

    def end(self, during: Callable[[int], None] | None = None) -> Ended:
        """Waits for the end, and kills what does not come to one."""
        wrong, calm_since, calm_cpu = None, time.monotonic(), 0.0
        while not (ended := os.wait4(self.pid, os.WNOHANG))[0]:
            held, cpu = self._look()
            if cpu - calm_cpu > IDLE_CPU:
                calm_since, calm_cpu = time.monotonic(), cpu
            if held > LIMIT_BYTES:
                wrong = wrong or f"ran out of {LIMIT_BYTES / 2**30:.0f} GB of memory"
            elif cpu > MOST_SECONDS:
                wrong = wrong or f"did not end within {MOST_SECONDS:.0f} CPU seconds"
            elif time.monotonic() - calm_since > IDLE_SECONDS:
                wrong = wrong or f"waits for {IDLE_SECONDS:.0f} seconds"
            if wrong:
                self.kill()
            elif during:
                during(self.pid)
            time.sleep(POLL_SECONDS)
        _, status, usage = ended
        self._process.returncode = os.waitstatus_to_exitcode(status)
        seconds = max(usage.ru_utime + usage.ru_stime, sum(self._cpu.values()))
        return Ended(self._process.returncode, self.said, seconds, max(self._peak, usage.ru_maxrss * 1024), wrong)

    def kill(self) -> None:
        """Ends the command and all processes that it began."""
        for pid in descendants(self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, SIGKILL)

    def _look(self) -> tuple[int, float]:
        """The bytes that its processes hold now, and the CPU seconds that they have used."""
        held = 0
        for pid in descendants(self.pid):
            with suppress(OSError, ValueError, IndexError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                self._cpu[pid] = (int(fields[11]) + int(fields[12])) / TICKS
                sizes = dict(line.split(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Vm"))
                held += _bytes(sizes.get("VmRSS", "0"))
                self._peak = max(self._peak, _bytes(sizes.get("VmHWM", "0")))
        return held, sum(self._cpu.values())


@contextmanager
def started(*arguments: str, environment: Mapping[str, str]) -> Iterator[Watched]:
    """Starts `wiredesk` with these arguments; what is left of it at the end of the block is killed."""
    program = [sys.executable, "-c", "from flows.cli import app; app()", *arguments]
    with TemporaryFile() as said:

        def output() -> str:
            return os.pread(said.fileno(), 10 * 2**20, 0).decode("utf-8", "replace")

        process = subprocess.Popen(program, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment, start_new_session=True)
        watched = Watched(process, output)
        with suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (LIMIT_BYTES, LIMIT_BYTES))
        try:
            yield watched
        finally:
            if process.returncode is None:
                watched.kill()
                process.wait()


def descendants(pid: int) -> list[int]:
    """The process and all that it began, as far as they live."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                with suppress(OSError):
                    found += map(int, (thread / "children").read_text().split())
    return found


def _bytes(size: str) -> int:
    """Of a line like `VmRSS:   1234 kB`, what follows the colon."""
    return int(size.split()[0]) * 1024
