"""The split step: furniture told from body, and the body parted under its subheads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.base import Span
from schemas.story import BODY_KINDS, CleanStory, Dateline, Section, SectionKind, SplitStory
from tasks.clean import clean_line
from tasks.split.bylines import byline_field
from tasks.split.data import short_name
from tasks.split.datelines import PLACE_MAX, dateline_at_start
from tasks.split.embargo import embargo_in
from tasks.split.furniture import RULE, flags_before, flags_in, is_kind, status_of
from tasks.split.head import read_head
from tasks.split.subheads import heading_lines, subhead_at
from tasks.split.tail import trailers_from, withheld_from


def split(story: CleanStory) -> SplitStory:
    """Takes a story apart into sections that together hold all of its text.

    What the wire's own fields say goes before what the text says; furniture found in the text becomes sections
    either way.
    """
    raw, text = story.raw, story.text
    published = raw.published_at.date() if raw.published_at else None
    lines = paragraphs_of(text)
    words = [line.of(text) for line in lines]
    withheld = withheld_from(words)
    head = read_head(text, lines[:withheld], raw.headline, published)
    start = len(head.kinds)
    end = max(start, trailers_from(words[:withheld]))
    parts = [
        *_furniture(lines[:start], head.kinds),
        *_body(story, lines[start:end], head.dateline),
        *_furniture(lines[end:withheld], ["trailer"] * (withheld - end)),
        *_furniture(lines[withheld:], ["withheld"] * (len(lines) - withheld)),
    ]
    fields = [byline_field(clean_line(value)) for value in raw.byline]
    names = [name for byline in fields for name in byline.names] or list(head.byline.names if head.byline else ())
    agency = (head.dateline and head.dateline.agency) or next((b.agency for b in fields if b.agency), head.byline and head.byline.agency)
    flags = list(dict.fromkeys([*flags_before(raw.headline or ""), *flags_in(raw.slugline or ""), *head.flags]))
    notes = "\n".join(part.words(text) for part in parts if part.kind == "note")
    return SplitStory(
        clean=story,
        sections=[part.section() for part in parts],
        headline=clean_line(raw.headline) if raw.headline else head.headline,
        byline=list(dict.fromkeys(names)),
        dateline=head.dateline,
        provider=raw.provider or (short_name(agency) if agency else None),
        update_flags=flags,
        status=raw.status if raw.status != "usable" else status_of(flags),
        embargoed_until=raw.embargoed_until or embargo_in(notes, raw.published_at),
    )


@dataclass(slots=True)
class Part:
    """A section as it grows."""

    kind: SectionKind
    start: int
    end: int
    heading: str | None = None
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


def paragraphs_of(text: str) -> list[Span]:
    """The lines of clean text: each is a paragraph."""
    return [Span(start=m.start(), end=m.end()) for m in re.finditer(r"[^\n]+", text)]


def _furniture(lines: Sequence[Span], kinds: Sequence[SectionKind]) -> list[Part]:
    """Sections of furniture; neighbouring lines of one kind share one."""
    parts = list[Part]()
    for line, kind in zip(lines, kinds, strict=True):
        if not parts or parts[-1].kind != kind:
            parts.append(Part(kind, line.start, line.end))
        parts[-1].take(line)
    return parts


def _body(story: CleanStory, lines: Sequence[Span], dateline: Dateline | None) -> list[Part]:
    """Dateline, lede, and a body section for what follows and for each subhead."""
    text, parts = story.text, list[Part]()
    named = heading_lines(text, lines, story.headings)
    for at, line in enumerate(lines):
        opening = dateline if at == 0 else _later_dateline(story, line)
        if opening:
            parts.append(Part("dateline", opening.span.start, opening.span.end, paragraphs=[opening.span]))
            rest = _after(text, opening.span.end, line.end)
            if not rest:
                continue
            line = rest
        words = line.of(text)
        if not opening and is_kind(words, "asides"):
            parts.append(Part("note", line.start, line.end, paragraphs=[line]))
            continue
        subhead = None if opening else subhead_at(text, lines, at, at in named)
        follows_rule = bool(parts) and parts[-1].kind == "body" and not parts[-1].paragraphs and parts[-1].heading is None
        if subhead and follows_rule:
            parts[-1].heading, parts[-1].end = subhead, line.end
        elif subhead or RULE.fullmatch(words):
            parts.append(Part("body", line.start, line.end, heading=subhead))
        else:
            _place(parts, text, line)
    return parts


def _place(parts: list[Part], text: str, line: Span) -> None:
    """Puts a paragraph into the section that it belongs to: the lede first, and on while a quotation runs on."""
    if not any(part.kind in BODY_KINDS for part in parts):
        parts.append(Part("lede", line.start, line.end))
    elif parts[-1].kind not in BODY_KINDS or (
        parts[-1].kind == "lede" and not _quotation_runs_on(parts[-1].paragraphs[-1].of(text), line.of(text))
    ):
        parts.append(Part("body", line.start, line.end))
    parts[-1].take(line)


def _quotation_runs_on(before: str, after: str) -> bool:
    """Whether a quotation is left open by one paragraph and reopened by the next."""
    left_open = before.count('"') % 2 == 1 or before.count("“") > before.count("”") or before.count("``") > before.count("''")
    return left_open and after.startswith(("“", '"', "``"))


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
