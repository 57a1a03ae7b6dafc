"""The body of a story: lede, and what follows under its subheads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.base import Span
from schemas.story import BODY_KINDS, CleanStory, Dateline, Section, SectionKind
from tasks.language import marks
from tasks.split.datelines import PLACE_MAX, dateline_at_start
from tasks.split.furniture import RULE, is_kind
from tasks.split.subheads import heading_lines, subhead_at


@dataclass
class Part:
    """A section as it grows."""

    kind: SectionKind
    start: int
    end: int
    heading: str | None = None
    dateline: Dateline | None = None
    paragraphs: list[Span] = field(default_factory=list)

    def take(self, paragraph: Span) -> None:
        """Adds a paragraph."""
        self.paragraphs.append(paragraph)
        self.end = paragraph.end

    def words(self, text: str) -> str:
        """The section's characters."""
        return text[self.start : self.end]

    def section(self) -> Section:
        """The finished section."""
        return Section(kind=self.kind, start=self.start, end=self.end, heading=self.heading, paragraphs=self.paragraphs)


def body_parts(story: CleanStory, lines: Sequence[Span], dateline: Dateline | None) -> list[Part]:
    """Dateline, lede, and a body section for what follows and for each subhead.

    The lede is the first paragraph, and the next ones too while a quotation runs on.
    """
    text, parts = story.text, list[Part]()
    named = heading_lines(text, lines, story.headings)
    lede: Part | None = None
    for at, line in enumerate(lines):
        opening = dateline if at == 0 and dateline else _later_dateline(story, line)
        if opening:
            parts.append(Part("dateline", opening.span.start, opening.span.end, dateline=opening, paragraphs=[opening.span]))
            line = _after(text, opening.span.end, line.end) or opening.span
            if line == opening.span:
                continue
        words, here = line.of(text), parts[-1] if parts and parts[-1].kind in BODY_KINDS else None
        if not opening and is_kind(words, "asides"):
            parts.append(Part("note", line.start, line.end, paragraphs=[line]))
        elif not opening and (subhead := subhead_at(text, lines, at, at in named)):
            if here and not here.paragraphs and here.heading is None:
                here.heading, here.end = subhead, line.end
            else:
                parts.append(Part("body", line.start, line.end, heading=subhead))
        elif RULE.fullmatch(words):
            parts.append(Part("body", line.start, line.end))
        elif lede is None:
            lede = here or Part("lede", line.start, line.end)
            lede.kind = "lede"
            parts += [] if here else [lede]
            lede.take(line)
        elif here and (here is not lede or marks.runs_on(lede.paragraphs[-1].of(text), words)):
            here.take(line)
        else:
            parts.append(Part("body", line.start, line.end))
            parts[-1].take(line)
    return parts


def _later_dateline(story: CleanStory, line: Span) -> Dateline | None:
    """A dateline inside a round-up, believed only with its agency."""
    if not re.search(r"[(/]", story.text[line.start : min(line.end, line.start + PLACE_MAX)]):
        return None
    published = story.raw.published_at.date() if story.raw.published_at else None
    found = dateline_at_start(story.text, line, published)
    return found if found and found.agency and found.place else None


def _after(text: str, start: int, end: int) -> Span | None:
    """The words of a paragraph behind its dateline."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return Span(start=start, end=end) if start < end else None
