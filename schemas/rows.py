"""The dataset's five tables: one pydantic model a table, one field a column, told once.

Column names, types and meanings live here; the Arrow schemas (`schemas.arrow`), the dataset card and the README derive
from these models.
"""

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime, Field

from schemas.base import Offset, Probability, Schema
from schemas.extracted import Act, QuoteKind, ResolvedBy, Sense
from schemas.steps import Step
from schemas.story import SectionKind, SourceRun, Status
from schemas.tagged import EntityLabel

SCHEMA_VERSION = 3
"""Raised by one whenever a column is added, dropped or changes its meaning; `schemas.migrations` then gets the way from the one before."""


class Extent(Schema):
    """A half-open run of characters of the clean text."""

    start: Offset
    end: Offset


class Row(Schema):
    """A row of a table; `TABLE` is the table's folder, `SORT` the columns that order it within a file."""

    TABLE: ClassVar[str]
    ABOUT: ClassVar[str]
    SORT: ClassVar[tuple[str, ...]]


class DocumentRow(Row):
    """One row per story version."""

    TABLE: ClassVar[str] = "documents"
    ABOUT: ClassVar[str] = "One row per story version"
    SORT: ClassVar[tuple[str, ...]] = ("doc_id",)

    doc_id: str = Field(description="This version of the story: a hash of story and content")
    story_id: str = Field(description="The story, the same for all its versions")
    content_id: str = Field(description="What the version says, wherever it came from; equal for identical copies")
    version: int = Field(description="The provider's version number, else 1 for the first seen, 2 for the next, ...")
    supersedes: str | None = Field(description="doc_id of the version before this one")
    status: Status = Field(description="usable, corrected (corrects an earlier version) or canceled (a kill)")
    source_uri: str = Field(description="Where the bytes came from")
    source_record: str = Field(description="Which record of the source; empty for a source of one story")
    source_format: str = Field(description="The reader that took it")
    source_sha256: str = Field(description="SHA-256 of the record's bytes")
    provider: str | None = Field(description="Agency or publisher")
    language: str | None = Field(description="BCP 47 tag, declared or detected")
    headline: str | None = Field(description="The wire's headline, else the one found in the text")
    slugline: str | None = Field(description="The agency's slug")
    byline: list[str] = Field(description="Names of the authors")
    dateline: str | None = Field(description="The dateline as printed")
    dateline_place: str | None = Field(description="Where the story was filed")
    dateline_date: date | None = Field(description="When the story was filed, as its dateline says")
    published_at: AwareDatetime | None = Field(description="When this version was published")
    embargoed_until: AwareDatetime | None = Field(description="Not for publication before; 9999-12-31 where the embargo names no moment")
    rights: str | None = Field(description="Usage terms, as the wire states them")
    ed_note: str | None = Field(description="The agency's note to editors")
    urgency: int | None = Field(description="IPTC news urgency, 1 (most urgent) to 9")
    subjects: list[str] = Field(description="Subject codes or names, as the wire gives them")
    text: str = Field(description="The clean text that all offsets point into")
    source_map: list[SourceRun] = Field(description="Runs of characters that clean and source text share")
    repairs: list[str] = Field(description="What had to be mended to read it")
    n_words: int = Field(description="Words of the clean text, split at white space")
    near_duplicate_of: str | None = Field(description="doc_id of an earlier document with much the same text")
    near_duplicate_score: float | None = Field(description="Estimated Jaccard similarity of word 5-grams, 0 to 1")
    schema_version: int = Field(description="Version of these tables")
    pipeline_version: str = Field(description="Version of wiredesk")
    model_version: str | None = Field(description="The tagger's name and checksum; null when the story was not tagged")
    run_id: str = Field(description="The run that wrote the row")
    batch_id: str = Field(description="The batch that wrote the row")
    ingested_at: AwareDatetime = Field(description="When the batch was written")


class SectionRow(Row):
    """One row per section of a story."""

    TABLE: ClassVar[str] = "sections"
    ABOUT: ClassVar[str] = "One row per section of a story: furniture and body"
    SORT: ClassVar[tuple[str, ...]] = ("doc_id", "start")

    doc_id: str = Field(description="The document")
    section_index: int = Field(description="0 for the document's first section")
    kind: SectionKind = Field(description="headline, byline, dateline, note, lede, body, trailer or withheld")
    heading: str | None = Field(description="The subhead's words")
    start: Offset = Field(description="First character in documents.text")
    end: Offset = Field(description="One past the last character")
    paragraphs: list[Extent] = Field(description="The section's paragraphs, in order")


class EntityRow(Row):
    """One row per entity mention."""

    TABLE: ClassVar[str] = "entities"
    ABOUT: ClassVar[str] = "One row per entity mention"
    SORT: ClassVar[tuple[str, ...]] = ("doc_id", "start")

    entity_id: str = Field(description="This mention: a hash of document, span and label")
    doc_id: str = Field(description="The document")
    section_index: int = Field(description="The section it stands in")
    start: Offset = Field(description="First character in documents.text")
    end: Offset = Field(description="One past the last character")
    text: str = Field(description="The mention, verbatim")
    label: EntityLabel = Field(description="What kind of thing it names")
    chain_id: int = Field(description="The same for all mentions of one entity in the document")
    name: str = Field(description="Canonical name within the story")
    role: str | None = Field(description="Title or office, as the story words it")
    country: str | None = Field(description="ISO 3166-1 alpha-2, of places and nationalities")
    stands_for: Sense | None = Field(
        description="What a place's name stands for where it does not mean the place: its team, its government; else null"
    )
    score: Probability = Field(description="Calibrated probability that span and label are right")


class QuoteRow(Row):
    """One row per quote."""

    TABLE: ClassVar[str] = "quotes"
    ABOUT: ClassVar[str] = "One row per quote: direct, mixed or indirect speech with its source and speaker"
    SORT: ClassVar[tuple[str, ...]] = ("doc_id", "start")

    quote_id: str = Field(description="This quote: a hash of document, spans and kind")
    doc_id: str = Field(description="The document")
    section_index: int = Field(description="The section its first span stands in")
    start: Offset = Field(description="First character of the first span in documents.text")
    end: Offset = Field(description="One past the last character of the last span")
    spans: list[Extent] = Field(description="The content's spans, in order; several where it is split")
    text: str = Field(description="The content, verbatim, its spans joined by one space")
    kind: QuoteKind = Field(description="direct (all words in quotation marks), mixed (some) or indirect (none); headline in a headline")
    cue: str | None = Field(description="The words that report it: said, according to, ...")
    cue_start: int | None = Field(description="First character of the cue")
    cue_end: int | None = Field(description="One past the cue's last character")
    source: str | None = Field(description="The source mention, verbatim: he, the ministry, Antony Blinken")
    source_start: int | None = Field(description="First character of the source mention")
    source_end: int | None = Field(description="One past its last character")
    speaker: str | None = Field(description="Canonical name of who said it; null when unresolved")
    speaker_chain_id: int | None = Field(description="The speaker's chain in entities")
    speaker_label: EntityLabel | None = Field(description="What the speaker is: PERSON, ORGANIZATION, PLACE, ...")
    speaker_role: str | None = Field(description="The speaker's title or office")
    speaker_score: Probability | None = Field(description="Calibrated probability that the speaker is right; null where there is none")
    resolved_by: ResolvedBy = Field(
        description="How the speaker was found: named, alias, pronoun, nominal, metonym, group, document, continued or none"
    )
    act: Act | None = Field(
        description="What the cue does: says, writes, asks, denies, urges, pledges, warns, shows; judges and thinks are stance; "
        "null without a listed cue"
    )
    score: Probability = Field(description="Calibrated probability that content and source are right")


class RejectRow(Row):
    """One row per record that a step refused."""

    TABLE: ClassVar[str] = "rejects"
    ABOUT: ClassVar[str] = "One row per record that a step refused, with the reason"
    SORT: ClassVar[tuple[str, ...]] = ("source_uri", "source_record")

    source_uri: str = Field(description="Where the record came from")
    source_record: str = Field(description="Which record of the source; empty for the whole source")
    source_sha256: str | None = Field(description="SHA-256 of the record's bytes; null when they could not be read")
    step: Step = Field(description="The step that refused it")
    error: str = Field(description="The error's class name")
    message: str = Field(description="What was wrong and what to do")
    run_id: str = Field(description="The run that met it")
    rejected_at: AwareDatetime = Field(description="When")


CHILDREN: tuple[type[Row], ...] = (SectionRow, EntityRow, QuoteRow)
"""The tables that belong to documents; a batch commits them first."""

TABLES: tuple[type[Row], ...] = (DocumentRow, *CHILDREN, RejectRow)
"""Every table of a dataset."""
