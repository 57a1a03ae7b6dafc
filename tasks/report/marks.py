"""A story's paragraphs cut at every edge of a quote, cue, source or entity, so that marks may overlap as they like."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of characters with its style classes, a note, and the number of the quote that it is part of.

    `closing` is what to print behind it: who spoke, behind a quote's last words.
    """

    start: int
    end: int
    classes: tuple[str, ...]
    note: str = ""
    quote: int | None = None
    closing: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that all lie under the same marks."""

    text: str
    classes: tuple[str, ...] = ()
    note: str = ""
    quotes: tuple[int, ...] = ()
    closings: tuple[Mark, ...] = ()


def pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Piece]:
    """The characters `[start, end)` in pieces, in order and without loss.

    >>> [(p.text, p.classes) for p in pieces("He said no.", 0, 11, [Mark(8, 10, ("content",))])]
    [('He said ', ()), ('no', ('content',)), ('.', ())]
    """
    here = [m for m in marks if m.start < end and start < m.end]
    edges = {start, end, *(edge for m in here for edge in (m.start, m.end) if start < edge < end)}
    for low, high in pairwise(sorted(edges)):
        over = [m for m in here if m.start <= low and high <= m.end]
        yield Piece(
            text=text[low:high],
            classes=tuple(dict.fromkeys(name for m in over for name in m.classes)),
            note=" · ".join(dict.fromkeys(m.note for m in over if m.note)),
            quotes=tuple(sorted({m.quote for m in over if m.quote is not None})),
            closings=tuple(m for m in over if m.closing is not None and m.end == high),
        )
