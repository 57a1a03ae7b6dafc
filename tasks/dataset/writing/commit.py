"""Puts a batch into the dataset: staged, synced, then its children first and `documents` last."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.arrow import arrow_schema
from schemas.ids import hash_of
from schemas.outcome import Reject
from schemas.rows import DocumentRow, EntityRow, QuoteRow, RejectRow, Row, SectionRow
from schemas.run import BatchFiles
from schemas.story import UNDATED
from tasks.dataset.folder.checksums import record
from tasks.dataset.folder.disk import move_in, sync, write_parquet
from tasks.dataset.folder.errors import explained
from tasks.dataset.folder.layout import Dataset
from tasks.dataset.writing.index import Index, Numbered
from tasks.dataset.writing.near import Likeness, write_sketches
from tasks.dataset.writing.rejects import reject_table
from tasks.dataset.writing.rows import BatchRows
from tasks.dataset.writing.stamp import Committed, Stamp

COMMIT_ORDER: tuple[type[Row], ...] = (SectionRow, EntityRow, QuoteRow, RejectRow, DocumentRow)
"""`documents` last: a document that can be seen has all its rows."""


EPOCH = datetime.fromtimestamp(0, UTC)


def commit_batch(dataset: Dataset, index: Index, rows: BatchRows, rejects: Sequence[Reject], stamp: Stamp) -> Committed:
    """Puts a batch and its rejects (those of `rows` too) into the dataset: staged, synced, then children first and `documents` last.

    Call under the lock, batches in the order of their admission, so that versions get the same numbers however often a
    run is killed. Committing the same batch again changes nothing. Rows and rejects may both be empty. Raises
    DatasetError (disk full, read-only, ...): the batch is then not in, and what it staged is swept away.
    """
    rejects = [*rows.rejects, *rejects]
    batch_id = hash_of("batch", sorted(rows.documents["doc_id"].to_pylist()), sorted(map(str, rejects)))
    if (done := index.commits.get(batch_id)) is not None:
        return done
    numbered = index.number(rows.documents, ingested=(stamp.at - EPOCH) // timedelta(microseconds=1))
    tables = batch_tables(rows, batch_id, stamp, numbered, index)
    if news := index.rejects.news(rejects):
        tables[RejectRow] = reject_table(news, stamp.run_id, stamp.at)
    sketches = _of_documents(rows.sketches, numbered)
    with explained(f"writing batch {batch_id}", dataset.root, safe="The batch is not in the dataset; everything committed before is safe."):
        if numbered and sketches.num_rows:
            write_sketches(dataset, batch_id, sketches)
        files = put(dataset, batch_id, {table: with_account(data, batch_id, stamp) for table, data in tables.items()})
    index.refused(rejects)
    index.committed(numbered.values())
    index.near.add(sketches)
    index.commits[batch_id] = done = _account(batch_id, files, tables)
    return done


def put(dataset: Dataset, stem: str, tables: Mapping[type[Row], pa.Table]) -> list[str]:
    """Writes a batch's tables to `_staging`, then moves them in by COMMIT_ORDER; returns their paths under the dataset."""
    staged = dict[type[Row], Path]()
    order = [table for table in COMMIT_ORDER if table in tables]
    try:
        for table in order:
            staged[table] = dataset.staging / f"{table.TABLE}.{stem}.parquet"
            write_parquet(staged[table], tables[table], table.SORT)
        if order:
            record(dataset, stem, {table.TABLE: path for table, path in staged.items()})
        for table in order:
            if table is DocumentRow:
                # A power cut must not keep the document and lose a child's name.
                for child in order[:-1]:
                    sync(dataset.table(child.TABLE))
            move_in(staged[table], dataset.file(table.TABLE, stem))
        if order:
            sync(dataset.table(order[-1].TABLE))
    except BaseException:
        for path in staged.values():
            with suppress(OSError):
                path.unlink(missing_ok=True)
        raise
    return [f"{table.TABLE}/{stem}.parquet" for table in order]


def batch_tables(rows: BatchRows, batch_id: str, stamp: Stamp, numbered: Mapping[str, Numbered], index: Index) -> dict[type[Row], pa.Table]:
    """The batch's tables as they go to disk: without documents that are there already, and stamped. None where no document is new."""
    if not numbered:
        return {}
    like = index.near.find(rows.sketches, list(numbered), index.versions_beside(numbered))
    given: dict[type[Row], pa.Table] = {
        DocumentRow: rows.documents,
        SectionRow: rows.sections,
        EntityRow: rows.entities,
        QuoteRow: rows.quotes,
    }
    tables = {table: _of_documents(data, numbered) for table, data in given.items()}
    tables[DocumentRow] = _stamped(tables[DocumentRow], batch_id, stamp, numbered, like)
    return tables


def with_account(table: pa.Table, batch_id: str, stamp: Stamp) -> pa.Table:
    """The table with its run and batch in the file's own metadata, beside the schema version."""
    return table.replace_schema_metadata({**table.schema.metadata, b"run_id": stamp.run_id.encode(), b"batch_id": batch_id.encode()})


def _of_documents(table: pa.Table, docs: Mapping[str, Any]) -> pa.Table:
    return table.filter(pc.is_in(table["doc_id"], value_set=pa.array(list(docs), pa.string())))


def _stamped(table: pa.Table, batch_id: str, stamp: Stamp, numbered: Mapping[str, Numbered], like: Mapping[str, Likeness]) -> pa.Table:
    docs = table["doc_id"].to_pylist()
    near = [like.get(doc) for doc in docs]
    columns: dict[str, list[Any]] = {
        "version": [numbered[doc].rank.version for doc in docs],
        "supersedes": [numbered[doc].supersedes for doc in docs],
        "near_duplicate_of": [found.doc_id if found else None for found in near],
        "near_duplicate_score": [found.score if found else None for found in near],
        "pipeline_version": [stamp.pipeline_version] * len(docs),
        "run_id": [stamp.run_id] * len(docs),
        "batch_id": [batch_id] * len(docs),
        "ingested_at": [stamp.at] * len(docs),
    }
    schema = arrow_schema(DocumentRow)
    for name, values in columns.items():
        at = schema.get_field_index(name)
        table = table.set_column(at, schema.field(at), pa.array(values, schema.field(at).type))
    return table


def _account(batch_id: str, files: list[str], tables: Mapping[type[Row], pa.Table]) -> Committed:
    documents, quotes = tables.get(DocumentRow), tables.get(QuoteRow)
    return Committed(
        files=BatchFiles(batch_id=batch_id, files=files),
        rows=Counter({table.TABLE: data.num_rows for table, data in tables.items()}),
        speakers=frozenset(quotes["speaker"].drop_null().to_pylist()) if quotes is not None else frozenset(),
        words=pc.sum(documents["n_words"]).as_py() or 0 if documents is not None else 0,
        untagged=documents["model_version"].null_count if documents is not None else 0,
        undated=sum(any(r.startswith(UNDATED) for r in repairs) for repairs in documents["repairs"].to_pylist())
        if documents is not None
        else 0,
    )
