"""A finished story as rows of the dataset's tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from schemas.arrow import arrow_table
from schemas.base import Span
from schemas.extracted import ExtractedStory
from schemas.ids import StoryIds, ids_of, row_id
from schemas.outcome import Reject
from schemas.rows import SCHEMA_VERSION, DocumentRow, EntityRow, Extent, QuoteRow, SectionRow
from tasks.dataset.writing.sketches import sketch_table

UNSTAMPED: dict[str, Any] = {
    "supersedes": None,
    "near_duplicate_of": None,
    "near_duplicate_score": None,
    "pipeline_version": "",
    "run_id": "",
    "batch_id": "",
    "ingested_at": datetime.fromtimestamp(0, UTC),
}
"""What a document says until its commit knows better."""


@dataclass(frozen=True, slots=True)
class StoryRows:
    """The rows of one story; the document is not stamped yet."""

    document: DocumentRow
    sections: list[SectionRow]
    entities: list[EntityRow]
    quotes: list[QuoteRow]


@dataclass(frozen=True, slots=True)
class BatchRows:
    """A batch's rows as Arrow tables, made in a worker; cheap to pickle.

    `documents` lacks what only the commit knows (version, supersedes, near duplicates, run, batch, time). `rejects` are
    the stories that could not be made into rows.
    """

    documents: pa.Table
    sections: pa.Table
    entities: pa.Table
    quotes: pa.Table
    sketches: pa.Table
    rejects: tuple[Reject, ...] = ()


def batch_rows(
    stories: Sequence[ExtractedStory], *, ids: Sequence[StoryIds | None] | None = None, near_duplicates: bool = True
) -> BatchRows:
    """The rows of finished stories, as Arrow tables. Pure; meant for the worker that made the stories.

    `ids` are those of the stories, where they are known; a story of the dataset must have its own.
    `near_duplicates` false leaves out the MinHash sketches, and so near_duplicate_of.
    """
    done, rejects = list[StoryRows](), list[Reject]()
    for story, own in zip(stories, ids or [None] * len(stories), strict=True):
        try:
            done.append(story_rows(story, own))
        except ValueError as error:
            rejects.append(Reject.of(story.split.clean.raw, "write", type(error).__name__, str(error)))
    kept = {rows.document.doc_id: rows for rows in done}.values()
    return BatchRows(
        documents=arrow_table(DocumentRow, [rows.document for rows in kept]),
        sections=arrow_table(SectionRow, [row for rows in kept for row in rows.sections]),
        entities=arrow_table(EntityRow, [row for rows in kept for row in rows.entities]),
        quotes=arrow_table(QuoteRow, [row for rows in kept for row in rows.quotes]),
        sketches=sketch_table({rows.document.doc_id: body(rows) for rows in kept} if near_duplicates else {}),
        rejects=tuple(rejects),
    )


def story_rows(story: ExtractedStory, ids: StoryIds | None = None) -> StoryRows:
    """One story's rows. Raises ValueError (pydantic's) when they break a table's promise."""
    ids = ids or ids_of(story.split.clean.raw)
    doc = ids.document
    return StoryRows(
        document=_document_row(story, ids),
        sections=[
            SectionRow(
                doc_id=doc,
                section_index=index,
                kind=section.kind,
                heading=section.heading,
                start=section.start,
                end=section.end,
                paragraphs=_extents(section.paragraphs),
            )
            for index, section in enumerate(story.split.sections)
        ],
        entities=entity_rows(story, doc),
        quotes=quote_rows(story, doc),
    )


def entity_rows(story: ExtractedStory, doc: str) -> list[EntityRow]:
    """A document's entity mentions."""
    return [
        EntityRow(
            entity_id=row_id("entities", doc, [Span(start=entity.start, end=entity.end)], entity.label),
            doc_id=doc,
            **entity.model_dump(),
        )
        for entity in story.entities
    ]


def quote_rows(story: ExtractedStory, doc: str) -> list[QuoteRow]:
    """A document's quotes."""
    return [
        QuoteRow(
            quote_id=row_id("quotes", doc, quote.spans, quote.kind),
            doc_id=doc,
            start=quote.start,
            end=quote.end,
            spans=_extents(quote.spans),
            **quote.model_dump(exclude={"spans", "passes"}),
        )
        for quote in story.quotes
    ]


def body(rows: StoryRows) -> str:
    """The story without its furniture, so that a shared trailer or dateline makes no near duplicate."""
    return "\n".join(rows.document.text[s.start : s.end] for s in rows.sections if s.kind in {"lede", "body"})


def _document_row(story: ExtractedStory, ids: StoryIds) -> DocumentRow:
    """The document's row: what the wire says first, then what its text says."""
    split, clean, raw = story.split, story.split.clean, story.split.clean.raw
    printed = split.dateline
    return DocumentRow(
        doc_id=ids.document,
        story_id=ids.story,
        content_id=ids.content,
        version=raw.version or 0,
        status=split.status,
        source_uri=raw.source_uri,
        source_record=raw.source_record,
        source_format=raw.source_format,
        source_sha256=raw.source_sha256,
        provider=split.provider,
        language=clean.language,
        headline=split.headline,
        slugline=raw.slugline,
        byline=split.byline or raw.byline,
        dateline=raw.dateline or (printed.span.of(clean.text) if printed else None),
        dateline_place=split.dateline_place or raw.dateline_place,
        dateline_date=split.dateline_date or raw.dateline_date,
        published_at=raw.published_at,
        embargoed_until=split.embargoed_until or raw.embargoed_until,
        rights=raw.rights,
        ed_note=raw.ed_note,
        urgency=raw.urgency,
        subjects=raw.subjects,
        text=clean.text,
        source_map=clean.source_map,
        repairs=clean.repairs,
        n_words=len(clean.text.split()),
        schema_version=SCHEMA_VERSION,
        model_version=story.model_version,
        **UNSTAMPED,
    )


def _extents(spans: Sequence[Span]) -> list[Extent]:
    return [Extent(start=span.start, end=span.end) for span in spans]
