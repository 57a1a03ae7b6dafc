"""What a run has done so far, as its manifest will tell it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Literal

from flows.skips import Skips
from schemas.reading import Reading
from schemas.rows import SCHEMA_VERSION
from schemas.run import BatchFiles, Compacted, Copy, RunManifest
from tasks.dataset import BatchRows, Committed

PIPELINE_VERSION = version("wiredesk")


@dataclass
class Account:
    """The counts of a run under way. A story is counted once it is settled: committed, rejected or known already."""

    run_id: str
    flow: Literal["ingest", "retry", "reprocess", "compact"]
    sources: list[str]
    reading: Reading = field(default_factory=Reading)
    reread: dict[str, Reading] = field(default_factory=dict)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    written: int = 0
    unchanged: int = 0
    rejected: int = 0
    unlisted: int = 0
    skips: Skips = field(default_factory=Skips)
    rows: Counter[str] = field(default_factory=Counter)
    speakers: set[str] = field(default_factory=set)
    copies: list[Copy] = field(default_factory=list)
    batches: list[BatchFiles] = field(default_factory=list)
    model_version: str | None = None
    step_seconds: Counter[str] = field(default_factory=Counter)
    words: int = 0
    untagged: int = 0
    undated: int = 0
    upgraded: int = 0
    compacted: Compacted | None = None

    def committed(self, done: Committed, rows: BatchRows, rejected: int) -> None:
        """Adds a batch that is in the dataset, and how many records its steps refused before its rows were made."""
        self.written += done.rows["documents"]
        self.rejected += rejected + len(rows.rejects)
        self.model_version = next(filter(None, rows.documents["model_version"].to_pylist()), self.model_version)
        self.rows += done.rows
        self.speakers |= done.speakers
        self.words += done.words
        self.untagged += done.untagged
        self.undated += done.undated
        if done.files.files:
            self.batches.append(done.files)

    def rewritten(self, rows: BatchRows) -> None:
        """Adds documents whose rows are in the place of their old ones."""
        tables = {"documents": rows.documents, "sections": rows.sections, "entities": rows.entities, "quotes": rows.quotes}
        self.written += rows.documents.num_rows
        self.model_version = next(filter(None, rows.documents["model_version"].to_pylist()), self.model_version)
        self.rows += Counter({name: table.num_rows for name, table in tables.items()})
        self.speakers |= set(rows.quotes["speaker"].drop_null().to_pylist())
        self.words += sum(rows.documents["n_words"].to_pylist())
        self.untagged += rows.documents["model_version"].null_count

    @property
    def stories_in(self) -> int:
        """Stories and records settled so far."""
        return self.written + self.unchanged + self.rejected

    def manifest(self, state: Literal["completed", "interrupted", "failed"] = "completed") -> RunManifest:
        """The account as it stands now."""
        return RunManifest(
            run_id=self.run_id,
            flow=self.flow,
            sources=self.sources,
            reading=self.reading,
            reread=self.reread,
            started_at=self.started_at,
            ended_at=datetime.now(UTC),
            state=state,
            stories_in=self.stories_in,
            written=self.written,
            unchanged=self.unchanged,
            rejected=self.rejected,
            unlisted=self.unlisted,
            skipped=self.skips.counts,
            skips=self.skips.groups(),
            rows=self.rows,
            speakers=len(self.speakers),
            copies=self.copies,
            batches=self.batches,
            schema_version=SCHEMA_VERSION,
            pipeline_version=PIPELINE_VERSION,
            model_version=self.model_version,
            step_seconds={step: round(seconds, 3) for step, seconds in self.step_seconds.items()},
            words=self.words,
            untagged=self.untagged,
            undated=self.undated,
            upgraded=self.upgraded,
            compacted=self.compacted,
        )
