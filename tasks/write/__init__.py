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
        settle_rejects(dataset, index)
        end_run(dataset, manifest)

This file is the room's front: the types and functions that flows may call.
"""

from tasks.write.account import begin_run, end_run, manifests, refused_sources
from tasks.write.commit import Committed, Stamp, commit_batch
from tasks.write.compact import compact, groups
from tasks.write.dataset import Dataset, dataset_folder, open_dataset, schema_versions
from tasks.write.errors import BusyError, DamagedError, DatasetError
from tasks.write.index import Index, load_index
from tasks.write.lock import locked
from tasks.write.read import connect, query, reading
from tasks.write.rejects import settle_rejects
from tasks.write.rewrite import rewrite_batch
from tasks.write.rows import BatchRows, batch_rows
from tasks.write.stored import count_documents, stale_batches, stored_stories
from tasks.write.sweep import Swept, sweep
from tasks.write.upgrade import upgrade

__all__ = [
    "BatchRows",
    "BusyError",
    "Committed",
    "DamagedError",
    "Dataset",
    "DatasetError",
    "Index",
    "Stamp",
    "Swept",
    "batch_rows",
    "begin_run",
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
