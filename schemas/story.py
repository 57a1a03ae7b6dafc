"""A story on its way through read, clean and split."""

from datetime import UTC, date, datetime
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from schemas.base import Offset, Schema, Span, check_within

Status = Literal["usable", "corrected", "canceled"]
"""What the agency says of this version: news, a correction of an earlier version, or a kill."""

Layout = Literal["plain", "markup"]
"""`plain` text may be hard-wrapped and carry its furniture inside; `markup` text has one paragraph a line."""

SectionKind = Literal["headline", "byline", "dateline", "note", "lede", "body", "trailer", "withheld"]

BODY_KINDS: frozenset[SectionKind] = frozenset({"lede", "body"})
"""The kinds of section that are the story itself; all others are furniture."""


UNTIL_FURTHER_NOTICE = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of an embargo that names no end, or none that can be read: whoever asks whether it has passed is told no."""


UNDATED = "date not understood: "
"""How a repair begins that tells of a date which is there, and is left out; behind it stands the date as it is written."""


class RawStory(Schema):
    """One story as a reader found it: decoded text and every wire field that the format carries.

    `text` is the decoded source for text formats and the extracted body for markup formats; every offset of
    `source_map` points into it. Fields that the format does not carry stay None or empty: the split step may find
    them in the text.
    """

    source_uri: str = Field(min_length=1, description="Where the bytes came from: a file:// or object-store URI, or stdin:")
    source_record: str = Field(
        "", description="Which record of the source: a line number, an archive member, an item id; empty for a source of one story"
    )
    source_format: str = Field(min_length=1, description="The reader that took it, as `wiredesk formats` lists it")
    source_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the record's bytes")
    encoding: str | None = Field(None, description="The encoding the bytes were decoded with")
    layout: Layout = "plain"
    text: str
    headings: list[Span] = Field(default_factory=list, description="Subheads the markup names as such (h2, h3), in `text`")
    repairs: list[str] = Field(default_factory=list, description="What had to be mended to read it, in plain words")

    provider: str | None = Field(None, description="The agency or publisher, as the source names it")
    provider_id: str | None = Field(None, description="The provider's own id of the story, the same for all versions")
    version: int | None = Field(None, ge=0, description="The provider's version number")
    status: Status = "usable"
    language: str | None = Field(None, description="BCP 47 tag, as the source declares it")
    headline: str | None = None
    slugline: str | None = None
    byline: list[str] = Field(default_factory=list)
    dateline: str | None = None
    dateline_place: str | None = None
    dateline_date: date | None = None
    published_at: AwareDatetime | None = None
    embargoed_until: AwareDatetime | None = Field(None, description="UNTIL_FURTHER_NOTICE where it is embargoed and no moment can be read")
    rights: str | None = None
    ed_note: str | None = None
    urgency: int | None = Field(None, ge=0, le=9, description="IPTC news urgency, 1 (most urgent) to 9")
    subjects: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _headings_lie_in_text(self) -> "RawStory":
        check_within(self.headings, self.text, "heading")
        return self


class SourceRun(Schema):
    """`length` characters of clean text at `text_start` that stand unchanged at `source_start` of the source text."""

    text_start: Offset
    source_start: Offset
    length: int = Field(ge=1)


class CleanStory(Schema):
    """A story whose text is repaired and unwrapped: one paragraph a line, no blank lines, no trailing space.

    `source_map` lists, in order and without overlap, the runs of characters that clean and source text share.
    Characters outside every run were mended or put in.
    """

    raw: RawStory
    text: str
    source_map: list[SourceRun]
    headings: list[Span] = Field(default_factory=list, description="`raw.headings`, moved to clean offsets")
    repairs: list[str] = Field(default_factory=list, description="What read and clean mended, in plain words")
    language: str | None = Field(None, description="BCP 47 tag: as the text shows where there is enough of it, else as declared")

    @model_validator(mode="after")
    def _map_is_true(self) -> "CleanStory":
        text_end = source_end = 0
        for run in self.source_map:
            if run.text_start < text_end or run.source_start < source_end:
                raise ValueError(f"source_map runs must be in order and apart; the one at {run.text_start} is not")
            text_end, source_end = run.text_start + run.length, run.source_start + run.length
            if self.text[run.text_start : text_end] != self.raw.text[run.source_start : source_end]:
                raise ValueError(f"source_map run at {run.text_start} covers different characters in clean and source text")
            if text_end > len(self.text) or source_end > len(self.raw.text):
                raise ValueError(f"source_map run at {run.text_start} runs past the end")
        check_within(self.headings, self.text, "heading")
        return self


class Dateline(Schema):
    """Where and when a story was filed, as its first line says."""

    span: Span = Field(description="The dateline with its agency and dash, in clean text")
    place: str | None = Field(None, description="As printed, without its region; None where only date and agency stand")
    country: str | None = Field(None, description="ISO 3166-1 alpha-2, where the dateline names it")
    filed_on: date | None = None
    agency: str | None = Field(None, description="The agency as printed: AP, Reuters, AA, ...")
    places: list[Span] = Field(default_factory=list, description="Every town and region that it names, in order, in clean text")
    credits: list[Span] = Field(default_factory=list, description="Every agency that it names, in order, in clean text")


class Section(Schema):
    """A stretch of clean text of one kind, made of paragraphs.

    `paragraphs` are in order, lie in `[start, end)` and do not overlap; the subhead, when there is one, is at the
    section's start and not among them.
    """

    kind: SectionKind
    start: Offset
    end: Offset
    heading: str | None = Field(None, description="The subhead's words, without dashes and quotation marks")
    paragraphs: list[Span] = Field(default_factory=list)

    @property
    def span(self) -> Span:
        """The section's characters."""
        return Span(start=self.start, end=self.end)

    @model_validator(mode="after")
    def _paragraphs_inside(self) -> "Section":
        if self.end <= self.start:
            raise ValueError(f"a section must have at least one character, not [{self.start}, {self.end})")
        at = self.start
        for paragraph in self.paragraphs:
            if paragraph.start < at or paragraph.end > self.end:
                raise ValueError(f"paragraph [{paragraph.start}, {paragraph.end}) is out of order or outside its section")
            at = paragraph.end
        return self


class SplitStory(Schema):
    """A story taken apart: furniture and body sections that together hold every non-space character of the text."""

    clean: CleanStory
    sections: list[Section]
    headline: str | None = Field(None, description="The wire's headline, else the one found in the text")
    byline: list[str] = Field(default_factory=list, description="Names only, without 'By', agency and role")
    dateline: Dateline | None = Field(None, description="The dateline found in the text")
    dateline_place: str | None = Field(None, description="Where it was filed: as the wire says, else the text, else the wire's dateline")
    dateline_date: date | None = Field(None, description="When it was filed, by the same order")
    provider: str | None = Field(None, description="The wire's provider, else the dateline's or byline's agency")
    update_flags: list[str] = Field(default_factory=list, description="UPDATE 1, CORRECTED, 2nd Lead, ... as printed")
    status: Status = "usable"
    embargoed_until: datetime | None = Field(None, description="The wire's embargo, else one printed in the text")

    @property
    def text(self) -> str:
        """The clean text that every offset points into."""
        return self.clean.text

    @property
    def body(self) -> list[tuple[int, Section]]:
        """The sections that are the story itself, with their indices."""
        return [(i, s) for i, s in enumerate(self.sections) if s.kind in BODY_KINDS]

    @model_validator(mode="after")
    def _sections_tile_the_text(self) -> "SplitStory":
        at = 0
        for section in self.sections:
            if section.start < at:
                raise ValueError(f"section at {section.start} overlaps the one before it")
            if self.text[at : section.start].strip():
                raise ValueError(f"text at {at} is in no section")
            at = section.end
        if at > len(self.text):
            raise ValueError("a section runs past the text")
        if self.text[at:].strip():
            raise ValueError(f"text at {at} is in no section")
        return self
