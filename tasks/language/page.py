"""The story as quotes are read from it: body paragraphs, their sentences, and what stands in quotation marks."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from schemas.base import Span
from schemas.story import SplitStory
from tasks.language import marks
from tasks.language.sentences import sentence_spans

WORD = re.compile(r"\w+")


class Stretch(NamedTuple):
    """A half-open run of characters, as cheap as one of thousands a story must be."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` under it."""
        return text[self.start : self.end]


@dataclass(frozen=True)
class Page:
    """The body of a story; furniture and subheads are on no paragraph."""

    text: str
    paragraphs: list[Span]
    sections: list[int]
    """For each paragraph, the index of its section."""

    @classmethod
    def of(cls, split: SplitStory) -> "Page":
        """The page of a split story."""
        found = [(p, index) for index, section in split.body for p in section.paragraphs]
        return cls(split.text, [p for p, _ in found], [index for _, index in found])

    @cached_property
    def regions(self) -> list[marks.Region]:
        """What stands in quotation marks, in order."""
        return marks.regions(self.text, self.paragraphs)

    @cached_property
    def sentences(self) -> list[Stretch]:
        """Sentences, in order; none runs over a paragraph's end."""
        return [Stretch(*s) for p in self.paragraphs for s in sentence_spans(self.text, p.start, p.end)]

    @cached_property
    def _region_starts(self) -> list[int]:
        return [r.outer_start for r in self.regions]

    @cached_property
    def _marked(self) -> bytearray:
        """One byte a character: 1 in quotation marks, the marks included."""
        marked = bytearray(len(self.text))
        for region in self.regions:
            marked[region.outer_start : region.outer_end] = b"\1" * (region.outer_end - region.outer_start)
        return marked

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [p.start for p in self.paragraphs]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [s.start for s in self.sentences]

    def paragraph_at(self, offset: int) -> int | None:
        """The paragraph that holds `offset`."""
        index = bisect_right(self._paragraph_starts, offset) - 1
        return index if index >= 0 and offset < self.paragraphs[index].end else None

    def section_at(self, offset: int) -> int:
        """The index of the section that holds `offset`, which must lie on a paragraph."""
        return self.sections[bisect_right(self._paragraph_starts, offset) - 1]

    def paragraphs_over(self, start: int, end: int) -> list[Span]:
        """The paragraphs that share a character with `[start, end)`."""
        first = max(0, bisect_right(self._paragraph_starts, start) - 1)
        last = bisect_left(self._paragraph_starts, end)
        return [p for p in self.paragraphs[first:last] if p.start < end and start < p.end]

    def sentence_at(self, offset: int) -> int:
        """The last sentence that begins at or before `offset`; -1 before the first."""
        return bisect_right(self._sentence_starts, offset) - 1

    def in_capitals(self, offset: int) -> bool:
        """Whether the sentence that holds `offset` is printed in capitals throughout, which then tell nothing of a word."""
        index = self.sentence_at(offset)
        return index >= 0 and offset < self.sentences[index].end and self.sentences[index].of(self.text).isupper()

    def region_at(self, offset: int) -> marks.Region | None:
        """The region, its marks included, that holds `offset`."""
        index = bisect_right(self._region_starts, offset) - 1
        return self.regions[index] if index >= 0 and offset < self.regions[index].outer_end else None

    def last_region(self, start: int, end: int) -> marks.Region | None:
        """The last region that begins in `[start, end)`."""
        index = bisect_left(self._region_starts, end) - 1
        return self.regions[index] if index >= 0 and self.regions[index].outer_start >= start else None

    def quoted(self, offset: int) -> bool:
        """Whether `offset` lies in quotation marks."""
        return bool(self._marked[offset])

    def marked(self, spans: Iterable[Stretch]) -> set[bool]:
        """Whether the words of the spans lie in quotation marks: all, none, some of each, or no word at all."""
        return {self.quoted(m.start()) for s in spans for m in WORD.finditer(self.text, s.start, s.end)}

    def has_marked(self, spans: Sequence[Stretch]) -> bool:
        """Whether a word of the spans lies in quotation marks; the last span is looked at first."""
        return any(self.quoted(m.start()) for s in reversed(spans) for m in WORD.finditer(self.text, s.start, s.end))

    def words_in(self, start: int, end: int) -> int:
        """How many words begin in `[start, end)`."""
        return sum(1 for _ in WORD.finditer(self.text, start, max(start, end)))

    def is_full_sentence(self, spans: Sequence[Stretch]) -> bool:
        """Whether the spans are wholly in quotation marks and begin and end as sentences do: no scare quote, no title of a work."""
        first, last = self.region_at(spans[0].start), self.region_at(spans[-1].end - 1)
        if first is None or last is None or False in self.marked(spans):
            return False
        opening = self.text[first.start : last.end].lstrip(marks.ANY + "[(…. \u00a0")
        ending = self.text[last.start : last.end].rstrip(marks.ANY + "]) ")
        begins = opening[:1].isupper() or opening[:1].isdigit()
        return begins and (ending.endswith((".", "?", "!", "…", "—", "--")) or not last.closed) and self.words_in(first.start, last.end) > 2
