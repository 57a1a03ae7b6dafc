"""Finished stories and small datasets for the tests of write."""

import hashlib
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from schemas.base import Span
from schemas.extracted import Entity, ExtractedStory, Quote
from schemas.outcome import Reject
from schemas.rows import TABLES
from schemas.run import RunManifest
from schemas.story import CleanStory, RawStory, Section, SourceRun, SplitStory
from tasks.dataset import Committed, Dataset, Stamp, batch_rows, commit_batch, load_index, locked, open_dataset, settle_rejects, sweep

BEGAN = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)

OPENING = "Harbour master Ines Corvo said the ferry to Talmere would sail again on Monday"


def raw(text: str, uri: str = "file:///inbox/a.txt", **fields: Any) -> RawStory:
    """A story as read; its bytes are its text."""
    sha = hashlib.sha256(text.encode()).hexdigest()
    return RawStory(source_uri=uri, source_format="txt", source_sha256=sha, text=text, **fields)


def extracted(text: str, uri: str = "file:///inbox/a.txt", **fields: Any) -> ExtractedStory:
    """A story whose first line is its lede and the rest its body, with `Ines Corvo` and the words in “…” found in it."""
    own = raw(text, uri, **fields)
    lede, _, body = text.partition("\n")
    sections = [Section(kind="lede", start=0, end=len(lede), paragraphs=[Span(start=0, end=len(lede))])]
    if body:
        paragraph = Span(start=len(lede) + 1, end=len(text))
        sections.append(Section(kind="body", start=paragraph.start, end=paragraph.end, paragraphs=[paragraph]))
    source_map = [SourceRun(text_start=0, source_start=0, length=len(text))]
    clean = CleanStory(raw=own, text=text, source_map=source_map, repairs=own.repairs, language="en")
    return ExtractedStory(
        split=SplitStory(clean=clean, sections=sections, headline=own.headline, status=own.status),
        entities=_entities(text, len(lede)),
        quotes=_quotes(text, len(lede)),
        model_version="by hand",
    )


def _entities(text: str, lede: int) -> list[Entity]:
    at = text.find("Ines Corvo")
    if at < 0:
        return []
    return [
        Entity(
            section_index=int(at > lede), start=at, end=at + 10, text="Ines Corvo", label="PERSON", chain_id=0, name="Ines Corvo", score=0.9
        )
    ]


def _quotes(text: str, lede: int) -> list[Quote]:
    start, end = text.find("“"), text.find("”") + 1
    if not 0 <= start < end:
        return []
    words = Span(start=start, end=end)
    return [
        Quote(
            section_index=int(start > lede),
            spans=[words],
            text=words.of(text),
            kind="direct",
            speaker="Ines Corvo",
            speaker_score=0.9,
            resolved_by="named",
            score=0.8,
        )
    ]


def stories(count: int, first: int = 0, uri: str = "file:///inbox") -> list[ExtractedStory]:
    """Different stories, each from a file of its own, each with one entity and one quote."""
    return [
        extracted(f"{OPENING}, berth {n}.\nThe crew counted {n} boats. “We know berth {n} well,” she said.", f"{uri}/{n}.txt")
        for n in range(first, first + count)
    ]


def stamp(run: str = "run-1", minutes: int = 0) -> Stamp:
    return Stamp(run_id=run, pipeline_version="0", at=BEGAN + timedelta(minutes=minutes))


def ingest(
    place: Path, batches: Sequence[Sequence[ExtractedStory]], rejects: Sequence[Reject] = (), run: str = "run-1", minutes: int = 0
) -> list[Committed]:
    """What a run does: lock, sweep, index, commits in order, rejects with the last batch."""
    dataset = open_dataset(place, create=True)
    with locked(dataset, run):
        sweep(dataset)
        index = load_index(dataset)
        done = []
        for number, batch in enumerate(batches, 1):
            new = [story for story in batch if index.admit(story.split.clean.raw) == "new"]
            own_rejects = rejects if number == len(batches) else ()
            done.append(commit_batch(dataset, index, batch_rows(new), own_rejects, stamp(run, minutes)))
        settle_rejects(dataset, index.rejects)
    return done


def manifest(run: str = "run-1", **fields: Any) -> RunManifest:
    counts = {"stories_in": 0, "written": 0, "unchanged": 0, "rejected": 0}
    told = {"flow": "ingest", "sources": ["file:///inbox"], "started_at": BEGAN, "ended_at": BEGAN, "schema_version": 1}
    return RunManifest(run_id=run, pipeline_version="0", model_version=None, **(told | counts | fields))


def forget_checksums(place: Path) -> None:
    """Makes a dataset one of a release that recorded no checksums, so that a test may write its files anew."""
    shutil.rmtree(place / "_checksums")


def files_of(dataset: Dataset) -> list[str]:
    return sorted(str(path.relative_to(dataset.root)) for path in dataset.root.glob("*/*.parquet"))


def told(dataset: Dataset, table: str) -> list[dict[str, Any]]:
    """All rows of a table as any reader sees them, without what differs from run to run."""
    rows = duckdb.sql(f"SELECT * FROM '{dataset.root}/{table}/*.parquet'").to_arrow_table().to_pylist()
    of_a_run = {"run_id", "batch_id", "ingested_at", "rejected_at"}
    return sorted(({name: value for name, value in row.items() if name not in of_a_run} for row in rows), key=repr)


def state(dataset: Dataset) -> dict[str, list[dict[str, Any]]]:
    return {table.TABLE: told(dataset, table.TABLE) for table in TABLES}


REJECTS = [
    Reject(source_uri="file:///inbox/broken.txt", source_sha256="b" * 64, step="read", error="UnknownFormat", message="No reader took it."),
    Reject(
        source_uri="file:///inbox/feed.jsonl",
        source_record="7",
        source_sha256="c" * 64,
        step="tag",
        error="TimeLimit",
        message="Took too long.",
    ),
]

BATCHES = [
    stories(3),
    [
        extracted("The ferry to Talmere stays in port, the line said.", "file:///inbox/v.txt", provider="NBN", provider_id="ferry"),
        *stories(2, 10),
        extracted("The ferry to Talmere sails again, the line said.", "file:///inbox/w.txt", provider="NBN", provider_id="ferry"),
    ],
    [*stories(2, 20), extracted("The ferry is late, the line said.", "file:///inbox/x.txt", provider="NBN", provider_id="ferry")],
]
