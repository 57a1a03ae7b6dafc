"""The newest stories, section by section, with everything that was found in them marked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from tasks.report.marks import Mark, Piece, pieces

LONGEST = 60_000
"""Characters of a story that are shown: a page of thousands must still open."""

NEWEST = """
    select doc_id, status, provider, language, headline, slugline, byline, dateline, published_at, embargoed_until, rights,
           ed_note, source_uri, source_record, near_duplicate_of, version, text
    from documents_latest order by coalesce(published_at, ingested_at) desc, doc_id limit ?"""

Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A section of a story: its kind, its subhead, and its paragraphs in pieces."""

    kind: str
    heading: str | None
    paragraphs: list[list[Piece]]


@dataclass(frozen=True)
class Story:
    """A story: its wire fields by column name, its sections, who is quoted, and how many characters are not shown."""

    fields: Row
    parts: list[Part]
    speakers: list[str]
    quotes: int
    left_out: int


def newest_stories(views: duckdb.DuckDBPyConnection, limit: int) -> list[Story]:
    """The newest stories, newest first. Leaves their `doc_id`s in the connection's table `shown`, for the sheets."""
    documents = _rows(views, NEWEST, limit)
    views.execute("create or replace temp table shown as select unnest(?::varchar[]) as doc_id", [[d["doc_id"] for d in documents]])
    found: dict[str, dict[str, list[Row]]] = {d["doc_id"]: {"sections": [], "entities": [], "quotes": []} for d in documents}
    for table in ("sections", "entities", "quotes"):
        for row in _rows(views, f"select t.* from {table}_latest t semi join shown using (doc_id) order by t.doc_id, t.start"):
            found[row["doc_id"]][table].append(row)
    return [_story(document, **found[document["doc_id"]]) for document in documents]


def _rows(views: duckdb.DuckDBPyConnection, sql: str, *parameters: object) -> list[Row]:
    rows: list[Row] = views.sql(sql, params=parameters).to_arrow_table().to_pylist()
    return rows


def _story(fields: Row, sections: list[Row], entities: list[Row], quotes: list[Row]) -> Story:
    text: str = fields.pop("text")
    marks = [m for number, quote in enumerate(quotes) for m in _quote_marks(number, quote)] + [_entity_mark(e) for e in entities]
    return Story(
        fields=fields,
        parts=[part for s in sections if (part := _part(s, text, marks))],
        speakers=sorted({q["speaker"] for q in quotes if q["speaker"]}),
        quotes=len(quotes),
        left_out=max(0, len(text) - LONGEST),
    )


def _part(section: Row, text: str, marks: list[Mark]) -> Part | None:
    if section["start"] >= LONGEST:
        return None
    here = [m for m in marks if m.start < section["end"] and section["start"] < m.end]
    paragraphs = [p for p in section["paragraphs"] if p["start"] < LONGEST]
    return Part(
        kind=section["kind"],
        heading=section["heading"],
        paragraphs=[list(pieces(text, p["start"], min(p["end"], LONGEST), here)) for p in paragraphs],
    )


def _quote_marks(number: int, quote: Row) -> Iterator[Mark]:
    who = quote["speaker"] or "no speaker found"
    role = f", {quote['speaker_role']}" if quote["speaker_role"] else ""
    sure = f" {quote['speaker_score']:.2f}" if quote["speaker_score"] is not None else ""
    note = f"{who}{role} ({quote['kind']}, {quote['resolved_by']}{sure}; words and source {quote['score']:.2f})"
    spans = quote["spans"]
    for place, span in enumerate(spans):
        last = place == len(spans) - 1
        yield Mark(span["start"], span["end"], ("content", quote["kind"]), note, number, (quote["speaker"] or "?") if last else None)
    for role in ("cue", "source"):
        if quote[f"{role}_start"] is not None:
            yield Mark(quote[f"{role}_start"], quote[f"{role}_end"], (role,), "", number)


def _entity_mark(entity: Row) -> Mark:
    more = [entity["role"], entity["country"], entity["stands_for"] and f"for its {entity['stands_for']}"]
    note = ", ".join([entity["name"], *filter(None, more)])
    return Mark(entity["start"], entity["end"], ("entity", entity["label"].lower()), f"{note} ({entity['label'].lower()})")
