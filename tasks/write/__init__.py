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

from tasks.write.api import (
    BatchRows,
    BusyError,
    Committed,
    Compacted,
    DamagedError,
    Dataset,
    DatasetError,
    Index,
    Stamp,
    Swept,
    batch_rows,
    begin_run,
    commit_batch,
    compact,
    connect,
    end_run,
    load_index,
    locked,
    open_dataset,
    query,
    settle_rejects,
    sweep,
)

__all__ = [
    "BatchRows",
    "BusyError",
    "Committed",
    "Compacted",
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
    "end_run",
    "load_index",
    "locked",
    "open_dataset",
    "query",
    "settle_rejects",
    "sweep",
]
