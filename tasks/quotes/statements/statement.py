"""One act of speech as the story tells it, before its speaker is known."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.extracted import Marking
from tasks.language.page import Page, Stretch


@dataclass(frozen=True)
class Statement:
    """One act of speech before its speaker is known; `free` when neither cue nor source stands by it."""

    spans: tuple[Stretch, ...]
    cue: Stretch | None
    source: Stretch | None
    score: float
    passes: tuple[str, ...] = field(default=(), compare=False)
    """The names of the passes that changed it, or made it, in order."""

    @property
    def free(self) -> bool:
        """Whether nothing in the text attributes it."""
        return self.cue is None and self.source is None

    @property
    def start(self) -> int:
        """Where the content starts."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where the content ends."""
        return self.spans[-1].end

    @property
    def reach(self) -> int:
        """Where content, cue and source have all ended."""
        return max(s.end for s in (*self.spans, self.cue, self.source) if s)

    def covers(self, start: int, end: int) -> bool:
        """Whether a span of the content shares a character with `[start, end)`."""
        return any(s.start < end and start < s.end for s in self.spans)


class Covered:
    """The characters of a story that some spans cover: to ask for many spans costs no more than the text is long."""

    def __init__(self, page: Page, spans: Iterable[Stretch]) -> None:
        self._marks = bytearray(len(page.text))
        for start, end in spans:
            self._marks[start:end] = b"\1" * (end - start)

    def touches(self, start: int, end: int) -> bool:
        """Whether a character of `[start, end)` is covered."""
        return self._marks.find(1, start, end) >= 0


def place(statement: Statement) -> tuple[int, int]:
    """Sorts statements by their start, of two that start together the longer first."""
    return statement.start, -statement.end


def kind_of(statement: Statement, page: Page) -> Marking:
    """Direct when all words lie in quotation marks, mixed when some do, indirect when none does."""
    quoted = page.marked(statement.spans)
    return "mixed" if len(quoted) == 2 else "direct" if True in quoted else "indirect"
