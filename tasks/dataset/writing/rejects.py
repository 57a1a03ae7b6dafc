"""Keeps `rejects` true: one row for each record that is refused now, none for one that has passed since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from schemas.arrow import arrow_table
from schemas.outcome import Reject
from schemas.rows import RejectRow
from tasks.dataset.folder.checksums import record
from tasks.dataset.folder.disk import move_in, sync, write_parquet
from tasks.dataset.folder.errors import explained
from tasks.dataset.folder.files import contents, read_columns, verify
from tasks.dataset.folder.layout import Dataset


class Place(NamedTuple):
    """Where a record came from."""

    source_uri: str
    source_record: str


class Why(NamedTuple):
    """What makes two rejects of one record the same reject: the bytes, and what was wrong with them."""

    source_sha256: str | None
    step: str
    error: str
    message: str


class KnownReject(NamedTuple):
    """A row of `rejects`: of which record, why, when, and in which file."""

    place: Place
    why: Why
    rejected_at: datetime
    stem: str


class RejectLedger:
    """The rejects of a dataset beside what this run saw of the same records."""

    def __init__(self, known: Sequence[KnownReject]) -> None:
        self._known: dict[Place, list[KnownReject]] = defaultdict(list)
        for reject in known:
            self._known[reject.place].append(reject)
        self._sources = {reject.place.source_uri for reject in known}
        self._refused: dict[Place, Why] = {}
        self._passed: set[Place] = set()

    def passed(self, place: Place) -> None:
        """Notes that a record was read; its source, then, can be read too."""
        if place.source_uri in self._sources:
            self._passed |= {place, Place(place.source_uri, "")}

    def news(self, rejects: Sequence[Reject]) -> list[Reject]:
        """Those of the rejects that the dataset does not hold yet, each once."""
        fresh: dict[tuple[Place, Why], Reject] = {}
        for reject in rejects:
            place, why = _place(reject), _why(reject)
            if why not in {known.why for known in self._known.get(place, [])} and self._refused.get(place) != why:
                fresh[place, why] = reject
        return list(fresh.values())

    def refused(self, rejects: Sequence[Reject]) -> None:
        """Notes that records were refused in this run."""
        self._refused.update((_place(reject), _why(reject)) for reject in rejects)

    def outlived(self) -> list[KnownReject]:
        """Rows that hold no longer: the record has passed, or was refused later for another reason."""
        stale = list[KnownReject]()
        for place, known in self._known.items():
            newest = max(known, key=lambda reject: reject.rejected_at)
            now = self._refused.get(place, None if place in self._passed else newest.why)
            stale += [reject for reject in known if reject.why != now]
        return stale

    def settled(self, gone: Sequence[KnownReject]) -> None:
        """Notes that rows are no longer in the dataset."""
        for reject in gone:
            self._known[reject.place].remove(reject)


def load_rejects(dataset: Dataset) -> RejectLedger:
    """Reads the dataset's rejects. Raises DamagedError."""
    verify(dataset, [dataset.file(RejectRow.TABLE, stem) for stem in dataset.stems(RejectRow.TABLE)])
    rows = read_columns(dataset, RejectRow, [*Place._fields, *Why._fields, "rejected_at", "filename"]).to_pylist()
    return RejectLedger(
        [KnownReject(Place(*_of(row, Place)), Why(*_of(row, Why)), row["rejected_at"], Path(row["filename"]).stem) for row in rows]
    )


def reject_table(rejects: Sequence[Reject], run_id: str, at: datetime) -> pa.Table:
    """The rejects as rows."""
    return arrow_table(RejectRow, [RejectRow(**reject.model_dump(), run_id=run_id, rejected_at=at) for reject in rejects])


def settle_rejects(dataset: Dataset, ledger: RejectLedger) -> int:
    """Takes rejects that have passed since, or have been refused again for another reason, out of `rejects`; returns how many.

    Call once, when every record of the run has been admitted or rejected. Files keep their names, even without rows,
    so that a reader who has the name still finds the file; `compact` drops those.
    """
    gone = ledger.outlived()
    with explained("settling rejects", dataset.root):
        for stem in sorted({reject.stem for reject in gone}):
            path = dataset.file(RejectRow.TABLE, stem)
            left_out = {(reject.place, reject.why) for reject in gone if reject.stem == stem}
            table = contents(dataset, path)
            kept = [(Place(*_of(row, Place)), Why(*_of(row, Why))) not in left_out for row in table.to_pylist()]
            staged = dataset.staging / f"{RejectRow.TABLE}.{stem}.parquet"
            try:
                write_parquet(staged, table.filter(pa.array(kept)), RejectRow.SORT)
                record(dataset, stem, {RejectRow.TABLE: staged})
                move_in(staged, path)
            except BaseException:
                with suppress(OSError):
                    staged.unlink(missing_ok=True)
                raise
        if gone:
            sync(dataset.table(RejectRow.TABLE))
    ledger.settled(gone)
    return len(gone)


def _of(row: Mapping[str, Any], names: type[NamedTuple]) -> list[Any]:
    return [row[name] for name in names._fields]


def _place(reject: Reject) -> Place:
    return Place(reject.source_uri, reject.source_record)


def _why(reject: Reject) -> Why:
    return Why(reject.source_sha256, reject.step, reject.error, reject.message)
