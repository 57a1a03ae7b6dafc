"""A text under repair, which never forgets where its characters came from."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas.base import Span

Edit = tuple[int, int, str]
"""Replace the characters `[start, end)` by a string. A fix yields its edits in order and apart."""

Run = tuple[int, int, int]
"""Text start, source start, length: characters that text and source share."""


class Mended(NamedTuple):
    """A text and the runs of characters that it still shares with its source.

    Each edit is trimmed to the characters that really change, and the runs are cut accordingly: the map stays exact
    through any number of passes, and a pass costs time in proportion to text and edits.

    >>> Mended.of("co-\\noperate").edited([(3, 4, "")]).runs
    ((0, 0, 3), (3, 4, 7))
    """

    text: str
    runs: tuple[Run, ...]

    @classmethod
    def of(cls, source: str) -> "Mended":
        """The source itself, nothing mended yet."""
        return cls(source, ((0, 0, len(source)),) if source else ())

    def edited(self, edits: Iterable[Edit]) -> "Mended":
        """The text after `edits`, which are in order and do not overlap."""
        text, pieces, kept = self.text, [], []
        at = now = 0
        for start, end, put in edits:
            start, end, put = _trimmed(text, start, end, put)
            if start == end and not put:
                continue
            pieces += [text[at:start], put]
            kept.append((now, at, start - at))
            now += start - at + len(put)
            at = end
        if not pieces:
            return self
        pieces.append(text[at:])
        kept.append((now, at, len(text) - at))
        return Mended("".join(pieces), tuple(_joined(_composed(kept, self.runs))))

    def moved(self, source: Span) -> Span | None:
        """Where a span of the source stands in the text now; None when none of its characters is left."""
        first = max(bisect_right(self.runs, source.start, key=lambda run: run[1]) - 1, 0)
        inside = []
        for index in range(first, len(self.runs)):
            at, origin, length = self.runs[index]
            if origin >= source.end:
                break
            start, end = max(origin, source.start), min(origin + length, source.end)
            if start < end:
                inside.append((at + start - origin, at + end - origin))
        if not inside:
            return None
        words = self.text[inside[0][0] : inside[-1][1]]
        bare = words.strip()
        start = inside[0][0] + words.index(bare)
        return Span(start=start, end=start + len(bare)) if bare else None


def _trimmed(text: str, start: int, end: int, put: str) -> Edit:
    """The edit without the characters at its two ends that it does not change."""
    while start < end and put and text[start] == put[0]:
        start, put = start + 1, put[1:]
    while start < end and put and text[end - 1] == put[-1]:
        end, put = end - 1, put[:-1]
    return start, end, put


def _composed(later: Iterable[Run], earlier: tuple[Run, ...]) -> Iterator[Run]:
    """Runs from the newest text to the source, by way of the text between them."""
    index = 0
    for at, middle, length in later:
        end = middle + length
        while index < len(earlier) and earlier[index][0] + earlier[index][2] <= middle:
            index += 1
        here = index
        while here < len(earlier) and earlier[here][0] < end:
            text_start, source_start, run_length = earlier[here]
            low, high = max(text_start, middle), min(text_start + run_length, end)
            if low < high:
                yield at + low - middle, source_start + low - text_start, high - low
            here += 1
        index = max(index, here - 1)


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs, those that adjoin in text and source made one."""
    held: Run | None = None
    for run in runs:
        if held and held[0] + held[2] == run[0] and held[1] + held[2] == run[1]:
            held = (held[0], held[1], held[2] + run[2])
            continue
        if held:
            yield held
        held = run
    if held:
        yield held
