"""A run's account: what came in, what became of it, and where it went."""

from collections import Counter
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from schemas.base import Schema
from schemas.reading import Reading


class Copy(Schema):
    """A record that says what a document already says, from another place."""

    doc_id: str
    source_uri: str
    source_record: str = ""


class BatchFiles(Schema):
    """The files that one committed batch put into the dataset."""

    batch_id: str
    files: list[str] = Field(description="Paths under the dataset, in the order of their commit")


class Compacted(Schema):
    """What merging a dataset's files did; files and bytes of all tables."""

    files_before: int = Field(ge=0)
    files_after: int = Field(ge=0)
    bytes_before: int = Field(ge=0)
    bytes_after: int = Field(ge=0)


class SkipGroup(Schema):
    """Records of one source that were skipped for one reason, and say the same of themselves."""

    source_uri: str | None = Field(description="Where they came from; None for all sources of this reason that are not listed")
    reason: str = Field(description="A `schemas.outcome.SkipReason`, or the words of an older wiredesk")
    detail: str = Field("", description="What the records say of themselves that matters here: a type, a status")
    count: int = Field(ge=1, description="All of them")
    records: list[str] = Field(
        default_factory=list, description="The first of them, as they are called within the source; empty for the source as a whole"
    )

    @model_validator(mode="after")
    def _named_are_counted(self) -> "SkipGroup":
        if len(self.records) > self.count:
            raise ValueError(f"{len(self.records)} records are named, and {self.count} counted")
        return self


class RunManifest(Schema):
    """One run of a flow over a dataset; written last, as `_runs/<run_id>.json`.

    The counts add up: stories_in = written + unchanged + rejected. Skipped records are no stories and count apart; the list of
    them adds up to the count of each reason.
    """

    run_id: str
    flow: Literal["ingest", "reprocess", "compact", "retry"]
    sources: list[str]
    reading: Reading = Field(default_factory=Reading, description="How the sources were read")
    reread: dict[str, Reading] = Field(default_factory=dict, description="How a retry read each of its sources, by URI")
    started_at: AwareDatetime
    ended_at: AwareDatetime
    state: Literal["completed", "interrupted", "failed"] = "completed"
    stories_in: int = Field(ge=0)
    written: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    rejected: int = Field(ge=0)
    unlisted: int = Field(0, ge=0, description="Those rejected that have no row in `rejects`; the last row of their source counts them")
    skipped: Counter[str] = Field(default_factory=Counter, description="Records that are no stories to take, by reason")
    skips: list[SkipGroup] | None = Field(None, description="The same by source and reason; None where an older wiredesk only counted them")
    rows: Counter[str] = Field(default_factory=Counter, description="Rows written, by table")
    speakers: int = Field(0, ge=0, description="Different speakers of the quotes written")
    copies: list[Copy] = Field(default_factory=list)
    batches: list[BatchFiles] = Field(default_factory=list)
    schema_version: int
    pipeline_version: str
    model_version: str | None
    step_seconds: dict[str, float] = Field(default_factory=dict, description="Wall seconds spent in each step's tasks")
    words: int = Field(0, ge=0)
    untagged: int = Field(0, ge=0, description="Stories written without entities and quotes, since no model fits their language")
    undated: int = Field(
        0, ge=0, description="Stories written without their date, which was there and not understood; their repairs show it"
    )
    upgraded: int = Field(0, ge=0, description="Batches brought from an older schema version to this one")
    compacted: Compacted | None = Field(None, description="What a run of the flow compact did")

    @model_validator(mode="after")
    def _counts_add_up(self) -> "RunManifest":
        if self.stories_in != self.written + self.unchanged + self.rejected:
            raise ValueError(
                f"{self.stories_in} stories in is not {self.written} written + {self.unchanged} unchanged + {self.rejected} rejected"
            )
        if self.unlisted > self.rejected:
            raise ValueError(f"{self.unlisted} rejected records are not listed, and {self.rejected} are rejected")
        if self.skips is not None and (listed := _by_reason(self.skips)) != self.skipped:
            raise ValueError(f"the list of what was skipped has {dict(listed)}, not {dict(self.skipped)}")
        return self


def _by_reason(groups: list[SkipGroup]) -> Counter[str]:
    counts = Counter[str]()
    for group in groups:
        counts[group.reason] += group.count
    return counts
