"""Puts finished stories into the dataset on disk, so that a reader never sees half a story.

A run over a dataset, in order (all but `batch_rows` in the one process that holds the lock):

    dataset = open_dataset(place, create=True)
    with locked(dataset, run_id, wait=0):
        sweep(dataset)                                   # what a killed run left behind
        begin_run(dataset, manifest)                     # so that a kill leaves an account
        index = load_index(dataset)
        for batch in batches:
            new = [raw for raw in batch if index.admit(raw) == "new"]
            rows = batch_rows(extract(new))              # in a worker; an Arrow-only value, cheap to send back
            done = commit_batch(dataset, index, rows, rejects, stamp)   # in the order of admission
        settle_rejects(dataset, index.rejects)
        end_run(dataset, manifest)

This file is the room's front: the types and functions that flows may call.
"""

from tasks.dataset.folder.errors import BusyError, DamagedError, DatasetError
from tasks.dataset.folder.layout import Dataset, dataset_folder, open_dataset, schema_versions
from tasks.dataset.folder.lock import locked
from tasks.dataset.readers import answering, connect, query, reading
from tasks.dataset.upkeep.checking import Finding, check
from tasks.dataset.upkeep.compact import compact, groups
from tasks.dataset.upkeep.rewrite import rewrite_batch
from tasks.dataset.upkeep.stored import count_documents, stale_batches, stored_stories
from tasks.dataset.upkeep.sweep import Swept, sweep
from tasks.dataset.upkeep.upgrade import upgrade
from tasks.dataset.writing.commit import commit_batch
from tasks.dataset.writing.index import Index, load_index
from tasks.dataset.writing.manifests import begin_run, end_run, manifests, refused_sources
from tasks.dataset.writing.rejects import settle_rejects
from tasks.dataset.writing.rows import BatchRows, batch_rows
from tasks.dataset.writing.stamp import Committed, Stamp

__all__ = [
    "BatchRows",
    "BusyError",
    "Committed",
    "DamagedError",
    "Dataset",
    "DatasetError",
    "Finding",
    "Index",
    "Stamp",
    "Swept",
    "answering",
    "batch_rows",
    "begin_run",
    "check",
    "commit_batch",
    "compact",
    "connect",
    "count_documents",
    "dataset_folder",
    "end_run",
    "groups",
    "load_index",
    "locked",
    "manifests",
    "open_dataset",
    "query",
    "reading",
    "refused_sources",
    "rewrite_batch",
    "schema_versions",
    "settle_rejects",
    "stale_batches",
    "stored_stories",
    "sweep",
    "upgrade",
]
