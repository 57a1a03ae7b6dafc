"""Gives stored stories back to the steps, so that a newer model can go over them without their sources."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.ids import StoryIds
from schemas.rows import DocumentRow, Row, SectionRow
from schemas.story import CleanStory, Dateline, RawStory, Section, SourceRun, SplitStory
from tasks.dataset.folder.files import UNREADABLE, count_rows, damaged, first_line, read_columns, verify
from tasks.dataset.folder.layout import Dataset

GAP = " "
"""Stands for source characters that no clean character came from; they are not stored."""


def stale_batches(dataset: Dataset, pipeline_version: str, model_version: str | None) -> list[str]:
    """The batches with a document that another pipeline or model made; what a killed reprocess has done is not among them.

    Documents that no model was used on, since none fits their language, are not stale for that.
    """
    rows = read_columns(dataset, DocumentRow, ["pipeline_version", "model_version", "filename"]).to_pylist()
    stale = (row for row in rows if row["pipeline_version"] != pipeline_version or row["model_version"] not in {model_version, None})
    return sorted({Path(row["filename"]).stem for row in stale})


def count_documents(dataset: Dataset, stems: Sequence[str] | None = None) -> int:
    """The documents of some batches, or of all."""
    own = dataset.stems(DocumentRow.TABLE) if stems is None else stems
    return count_rows(dataset, [dataset.file(DocumentRow.TABLE, stem) for stem in own])


def stored_stories(dataset: Dataset, stem: str, at_once: int = 1000) -> Iterator[dict[StoryIds, SplitStory]]:
    """A batch's stories as `split` gave them, by their ids, some `at_once`: enough for split, tag and all steps after them.

    Their raw text is what `source_map` kept of it, and their wire fields are the row's, so they must not be hashed again.
    """
    verify(dataset, [dataset.file(table.TABLE, stem) for table in (DocumentRow, SectionRow)])
    docs = sorted(read_columns(dataset, DocumentRow, ["doc_id"], [stem])["doc_id"].to_pylist())
    for n in range(0, len(docs), at_once):
        some = docs[n : n + at_once]
        sections = defaultdict[str, list[Section]](list)
        for row in sorted(_rows(dataset, SectionRow, stem, some), key=lambda row: int(row["section_index"])):
            sections[row["doc_id"]].append(Section.model_validate({name: row[name] for name in Section.model_fields}))
        yield {
            StoryIds(row["story_id"], row["content_id"], row["doc_id"]): _split_story(row, sections[row["doc_id"]])
            for row in _rows(dataset, DocumentRow, stem, some)
        }


def _rows(dataset: Dataset, table: type[Row], stem: str, docs: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of documents that follow each other; row groups without them are not read. Raises DamagedError."""
    path = dataset.file(table.TABLE, stem)
    try:
        of_docs = (pc.field("doc_id") >= docs[0]) & (pc.field("doc_id") <= docs[-1])
        rows: list[dict[str, Any]] = pq.read_table(path, filters=of_docs, partitioning=None, page_checksum_verification=True).to_pylist()
    except UNREADABLE as error:
        raise damaged(dataset, [f"{table.TABLE}/{path.name} ({first_line(error)})"]) from error
    return rows


def _split_story(row: Mapping[str, Any], sections: list[Section]) -> SplitStory:
    raw = RawStory(
        text=_source_text(row["text"], row["source_map"]),
        **{name: row[name] for name in RawStory.model_fields if name in row and name != "text"},
    )
    clean = CleanStory(
        raw=raw,
        text=row["text"],
        source_map=[SourceRun(**run) for run in row["source_map"]],
        repairs=row["repairs"],
        language=row["language"],
    )
    printed, place = next((section.span for section in sections if section.kind == "dateline"), None), row["dateline_place"]
    dateline = Dateline(span=printed, place=place, filed_on=row["dateline_date"]) if printed and place else None
    return SplitStory(
        clean=clean,
        sections=sections,
        dateline=dateline,
        **{name: row[name] for name in ("headline", "byline", "dateline_place", "dateline_date", "provider", "status", "embargoed_until")},
    )


def _source_text(text: str, source_map: list[Mapping[str, int]]) -> str:
    """The source text as far as the clean text has it."""
    source = ""
    for run in source_map:
        source = source.ljust(run["source_start"], GAP) + text[run["text_start"] : run["text_start"] + run["length"]]
    return source
