"""Undoes or finishes what killed runs left behind, and names the files that someone damaged."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from schemas.rows import CHILDREN, SCHEMA_VERSION, TABLES, DocumentRow, Row
from tasks.dataset.folder.checksums import drop_stray_checksums
from tasks.dataset.folder.disk import sync
from tasks.dataset.folder.errors import explained
from tasks.dataset.folder.files import broken, count_rows, damaged
from tasks.dataset.folder.layout import Dataset, put_empty, schema_versions
from tasks.dataset.folder.swap import finish_swap, may_be_listed
from tasks.dataset.writing.known import collect_documents
from tasks.dataset.writing.manifests import account_for_killed_runs, manifests
from tasks.dataset.writing.near import drop_stray_sketches


@dataclass(frozen=True, slots=True)
class Swept:
    """What `sweep` found of killed runs."""

    orphans: list[str]
    """Child files whose batch never reached `documents`; their rows are gone now."""
    staged: list[str]
    """Names removed from `_staging`."""
    runs: list[str]
    """Runs that ended without a manifest and have one now, state `interrupted`."""


def sweep(dataset: Dataset) -> Swept:
    """Undoes or finishes what killed runs left behind, and checks that no file is missing or truncated.

    Call it first under the lock. Raises DamagedError, which names the files, before anything is changed.
    """
    with explained("sweeping up after earlier runs", dataset.root):
        finish_swap(dataset)
        _check(dataset)
        orphans = _empty_orphans(dataset)
        staged = _clear(dataset.staging)
        drop_stray_sketches(dataset)
        drop_stray_checksums(dataset)
        if schema_versions(dataset)[0] < SCHEMA_VERSION:
            # What follows reads today's columns; the run after the upgrade does it.
            return Swept(orphans, staged, [])
        collect_documents(dataset)
        return Swept(orphans, staged, account_for_killed_runs(dataset))


def _check(dataset: Dataset) -> None:
    """Every batch of `documents` has its file in each child table, and every file its proper end."""
    whole = set(dataset.stems(DocumentRow.TABLE))
    missing = [f"{table.TABLE}/{stem}.parquet (missing)" for table in CHILDREN for stem in sorted(whole - set(dataset.stems(table.TABLE)))]
    paths = [
        dataset.file(table.TABLE, stem) for table in TABLES for stem in dataset.stems(table.TABLE) if table not in CHILDREN or stem in whole
    ]
    if lines := missing + _lost_documents(dataset) + broken(dataset, paths):
        raise damaged(dataset, lines)


def _orphans(dataset: Dataset) -> list[tuple[type[Row], str]]:
    whole = set(dataset.stems(DocumentRow.TABLE))
    return [(table, stem) for table in CHILDREN for stem in dataset.stems(table.TABLE) if stem not in whole]


def _lost_documents(dataset: Dataset) -> list[str]:
    """Files of `documents` that a manifest lists, that are gone while their children are there: not killed, but deleted."""
    stems = {stem for _, stem in _orphans(dataset)}
    if not stems:
        return []
    listed = {file for manifest in manifests(dataset) for batch in manifest.batches for file in batch.files}
    return sorted(f"{file} (missing)" for stem in stems if (file := f"{DocumentRow.TABLE}/{stem}.parquet") in listed)


def _empty_orphans(dataset: Dataset) -> list[str]:
    """Takes the rows out of orphans. The names stay, for a reader that has them already; `compact` drops them."""
    emptied = []
    for table, stem in _orphans(dataset):
        path = dataset.file(table.TABLE, stem)
        if broken(dataset, [path]) or count_rows(dataset, [path]):
            put_empty(dataset, table, stem)
            emptied.append(f"{table.TABLE}/{stem}.parquet")
    for table in CHILDREN:
        sync(dataset.table(table.TABLE))
    return emptied


def _clear(folder: Path) -> list[str]:
    """Empties `_staging`, but for old folders that a reader may be listing; returns the names that are gone."""
    names = []
    for path in sorted(path for path in folder.iterdir() if not may_be_listed(path)):
        names.append(path.name)
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return names
