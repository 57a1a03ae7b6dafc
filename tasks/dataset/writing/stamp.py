"""Provenance of a commit, and its result."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from schemas.run import BatchFiles


@dataclass(frozen=True, slots=True)
class Stamp:
    """Provenance columns of every document of a batch: run, pipeline version, time."""

    run_id: str
    pipeline_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Committed:
    """What one commit put into the dataset."""

    files: BatchFiles
    rows: Counter[str]
    """Rows by table; of rejects, those that were not known before."""
    speakers: frozenset[str]
    words: int
    untagged: int
    """Documents that no model was used on, since none fits their language."""
    undated: int
    """Documents whose date was there and not understood."""
