"""The split step: furniture separated from body, and the body parted under its subheads."""

import re
from collections.abc import Sequence
from datetime import datetime

from schemas.base import Span
from schemas.story import UNTIL_FURTHER_NOTICE, CleanStory, RawStory, SectionKind, SplitStory
from tasks.clean import clean_line
from tasks.split.body import Part, body_parts
from tasks.split.bylines import byline_field
from tasks.split.data import short_name
from tasks.split.embargo import embargo_in
from tasks.split.filed import dateline_field
from tasks.split.furniture import flags_before, flags_in, status_of
from tasks.split.head import read_head
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
        *body_parts(story, lines[start:end], head.dateline),
        *_furniture(lines[end:withheld], ["trailer"] * (withheld - end)),
        *_furniture(lines[withheld:], ["withheld"] * (len(lines) - withheld)),
    ]
    dateline = next((part.dateline for part in parts if part.dateline), None)
    fields = [byline_field(clean_line(value)) for value in raw.byline]
    names = [name for byline in fields for name in byline.names] or list(head.byline.names if head.byline else ())
    filed = dateline_field(clean_line(raw.dateline or ""), published)
    agency = (dateline and dateline.agency) or next((b.agency for b in fields if b.agency), head.byline and head.byline.agency)
    flags = list(dict.fromkeys([*flags_before(raw.headline or ""), *flags_in(raw.slugline or ""), *head.flags]))
    notes = "\n".join([raw.ed_note or "", *(part.words(text) for part in parts if part.kind == "note")])
    return SplitStory(
        clean=story,
        sections=[part.section() for part in parts],
        headline=clean_line(raw.headline) if raw.headline else head.headline,
        byline=list(dict.fromkeys(names)),
        dateline=dateline,
        dateline_place=raw.dateline_place or (dateline and dateline.place) or filed.place,
        dateline_date=raw.dateline_date or (dateline and dateline.filed_on) or filed.on,
        provider=raw.provider or (short_name(agency) if agency else None),
        update_flags=flags,
        status=raw.status if raw.status != "usable" else status_of(flags, notes),
        embargoed_until=_embargo(raw, notes),
    )


def _embargo(raw: RawStory, notes: str) -> datetime | None:
    """The wire's embargo; where it names no moment, the one that is printed."""
    if raw.embargoed_until not in (None, UNTIL_FURTHER_NOTICE):
        return raw.embargoed_until
    printed = embargo_in(notes, raw.published_at, slugline=raw.slugline or "", headline=raw.headline or "")
    return printed or raw.embargoed_until


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
