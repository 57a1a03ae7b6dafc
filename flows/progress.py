"""How a run tells the terminal where it is: whoever starts a flow may set a listener, and the flow tells it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from schemas.run import RunManifest

SECONDS_BETWEEN_LINES = 10.0


class Listener:
    """Hears what a flow says while it runs, from several threads, and shows nothing."""

    manifest: RunManifest | None = None
    """The run's account, once it is written."""

    def expect(self, stories: int | None) -> None:
        """About how many stories there will be; None while that cannot be told."""

    def settled(self, stories: int) -> None:
        """That many more stories are done with: tagged, known already, or rejected."""

    def ended(self, manifest: RunManifest) -> None:
        """The manifest is written, however the run went."""
        self.manifest = manifest


listener: ContextVar[Listener] = ContextVar("listener")


@contextmanager
def settling(stories: int, hears: Listener) -> Iterator[Callable[[int], None]]:
    """Gives what to call with the number of stories just done; those of `stories` left over are settled at the block's end."""
    left = stories

    def on_tick(count: int) -> None:
        nonlocal left
        left -= count
        hears.settled(count)

    yield on_tick
    hears.settled(left)


@contextmanager
def shown(console: Console) -> Iterator[Listener]:
    """Shows the progress of the flow that runs in the block: a bar on a terminal, a line now and then elsewhere."""
    bar = Bar(console) if console.is_terminal else None
    hears = bar or Lines(console)
    token = listener.set(hears)
    try:
        with bar.progress if bar else nullcontext():
            yield hears
    finally:
        listener.reset(token)


class Bar(Listener):
    """A progress bar with count, rate, time gone and time left."""

    def __init__(self, console: Console) -> None:
        self.progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.completed:,.0f} stories"),
            BarColumn(),
            Rate(),
            TimeElapsedColumn(),
            TextColumn("gone,"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=console,
            transient=True,
            speed_estimate_period=300,
        )
        self._task = self.progress.add_task("ingest", total=None)

    def expect(self, stories: int | None) -> None:
        """Moves the end of the bar."""
        self.progress.update(self._task, total=stories)

    def settled(self, stories: int) -> None:
        """Moves the bar."""
        self.progress.advance(self._task, stories)


class Rate(ProgressColumn):
    """Stories per second over the whole run."""

    def render(self, task: Task) -> Text:
        """`12.3 stories/s`."""
        return Text(f"{task.completed / task.elapsed:.1f} stories/s" if task.elapsed and task.completed else "")


class Lines(Listener):
    """A plain line every few seconds, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = self._last = time.monotonic()
        self._done = 0
        self._total: int | None = None

    def expect(self, stories: int | None) -> None:
        """Notes the total for the next line."""
        self._total = stories

    def settled(self, stories: int) -> None:
        """Counts, and prints when the last line is long enough ago."""
        self._done += stories
        now = time.monotonic()
        if not stories or now - self._last < SECONDS_BETWEEN_LINES:
            return
        self._last = now
        rate = self._done / (now - self._started)
        line = f"{self._done:,} stories, {rate:.1f} stories/s"
        if self._total and rate:
            line += f", about {max(0, self._total - self._done) / rate:.0f} s left"
        self._console.print(line, highlight=False)
