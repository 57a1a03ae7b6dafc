"""Typed stubs of the room's front, until each has its own module. Import from `tasks.write`, never from here."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from schemas.extracted import ExtractedStory
from schemas.outcome import Reject
from schemas.run import BatchFiles, Copy, RunManifest
from schemas.story import RawStory


class DatasetError(Exception):
    """The dataset cannot be used as asked; the message says what happened, what is safe and what to do (exit status 2)."""


class BusyError(DatasetError):
    """Another run holds the dataset's lock; the message names it."""


class DamagedError(DatasetError):
    """Files of the dataset are truncated, missing or unreadable; the message names each."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset's place. Has no state: any number of them may stand for one folder."""

    root: Path


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the commit says of itself in every document of a batch."""

    run_id: str
    pipeline_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BatchRows:
    """A batch's rows as Arrow tables, made in a worker; cheap to pickle.

    `documents` lacks what only the commit knows (version, supersedes, near duplicates, run, batch, time).
    """

    documents: pa.Table
    sections: pa.Table
    entities: pa.Table
    quotes: pa.Table
    sketches: pa.Table


@dataclass(frozen=True, slots=True)
class Committed:
    """What one commit put into the dataset."""

    files: BatchFiles
    rows: Counter[str]
    """Rows by table, rejects included (only those that were not known before)."""
    speakers: frozenset[str]
    words: int


@dataclass(frozen=True, slots=True)
class Swept:
    """What `sweep` found of killed runs."""

    orphans: list[str]
    """Child files whose batch never reached `documents`; their rows are gone now."""
    staged: list[str]
    """Names removed from `_staging`."""
    runs: list[str]
    """Runs that ended without a manifest and have one now, state `interrupted`."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """What `compact` did."""

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int


class Index:
    """What the dataset already has, and what this run has admitted to it."""

    def admit(self, raw: RawStory) -> Copy | Literal["new", "unchanged"]:
        """Whether the story is new (a new story or a new version), there already, or a copy of a document from another source.

        Call in source order. A new story is remembered, so that its like later in the run is not new again.
        """
        raise NotImplementedError


def open_dataset(place: str | Path, *, create: bool = False) -> Dataset:
    """Opens a dataset folder, or makes one.

    Raises DatasetError when it is no dataset, an object store (not supported yet: says what it would need), of a newer
    schema, or of an older one (names `wiredesk reprocess DIR`).
    """
    raise NotImplementedError


@contextmanager
def locked(dataset: Dataset, holder: str, *, wait: float | None = 0.0) -> Iterator[None]:
    """Holds the dataset's lock: one writer at a time; it ends with the block or with the process, however that dies.

    `holder` is the run id, shown to whoever finds the dataset busy. `wait` is seconds to wait for the lock: 0 yields at
    once, None waits for ever. Raises BusyError. Never fork a process while holding it (spawn is safe).
    """
    raise NotImplementedError
    yield


def sweep(dataset: Dataset) -> Swept:
    """Undoes or finishes what killed runs left behind, and checks that no file is missing or truncated.

    Call it first under the lock. Raises DamagedError.
    """
    raise NotImplementedError


def begin_run(dataset: Dataset, manifest: RunManifest) -> None:
    """Notes that a run has begun, with zero counts, so that the next run can account for it if it is killed."""
    raise NotImplementedError


def end_run(dataset: Dataset, manifest: RunManifest) -> Path:
    """Writes the run's manifest, `_runs/<run_id>.json`, last of all, and renews the dataset card; returns the manifest's path."""
    raise NotImplementedError


def load_index(dataset: Dataset) -> Index:
    """Reads what the dataset already has: ids and versions of documents, and the rejects. Raises DamagedError."""
    raise NotImplementedError


def batch_rows(stories: Sequence[ExtractedStory], *, near_duplicates: bool = True) -> BatchRows:
    """The rows of finished stories, as Arrow tables. Pure; meant for the worker that made the stories.

    `near_duplicates` false leaves out the MinHash sketches, and so near_duplicate_of.
    """
    raise NotImplementedError


def commit_batch(dataset: Dataset, index: Index, rows: BatchRows, rejects: Sequence[Reject], stamp: Stamp) -> Committed:
    """Puts a batch and its rejects into the dataset: staged, synced, then children first and `documents` last.

    Call under the lock, batches in the order of their admission. Committing the same batch again changes nothing.
    Rows and rejects may both be empty. Raises DatasetError (disk full, read-only, ...): the batch is then not in.
    """
    raise NotImplementedError


def settle_rejects(dataset: Dataset, index: Index) -> int:
    """Takes rejects that have passed since, or have been refused again for another reason, out of `rejects`; returns how many.

    Call once, when every record of the run has been admitted or rejected.
    """
    raise NotImplementedError


def compact(dataset: Dataset, *, target_bytes: int = 256 * 2**20) -> Compacted:
    """Merges small files towards `target_bytes` (of the largest table); never visible half done, safe to kill. Call under the lock."""
    raise NotImplementedError


def connect(dataset: Dataset) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with views documents, sections, entities, quotes, rejects and `*_latest`, confined to the dataset.

    The views show the dataset as it is now: whole batches only, no later ones.
    """
    raise NotImplementedError


def query(dataset: Dataset, sql: str) -> pa.Table:
    """The result of one SELECT over the views of `connect`. Raises DatasetError for anything but reading."""
    raise NotImplementedError
