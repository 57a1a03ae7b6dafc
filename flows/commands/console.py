"""Where commands print: results to standard output, everything else to standard error. Nothing printed here commands the terminal."""

import os
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from schemas.printable import one_line, printable


class Terminal(Console):
    """A console that prints words as they are, whoever wrote them: no markup, no names of emoji, no control characters."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is printed, safe to print; the console's own commands (colours, the bar's movements) stay."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable_lines(segment.text), segment.style)

    @property
    def room(self) -> int | None:
        """How many columns there are to print in; None where nothing says so: a pipe or a file takes lines of any length."""
        return self.width if self.is_terminal or "COLUMNS" in os.environ else None


out = Terminal()
err = Terminal(stderr=True)


def complain(message: str) -> None:
    """Prints an error as one paragraph."""
    err.print(f"wiredesk: {one_line(message)}", soft_wrap=True)


def printable_lines(words: str) -> str:
    """Words that are safe to print, with their line ends."""
    return "\n".join(map(printable, words.split("\n")))
