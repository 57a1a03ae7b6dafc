"""Puts a newer model's rows in the place of a batch's: all tables at once, or not at all."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from schemas.arrow import arrow_schema
from schemas.ids import hash_of
from schemas.rows import DocumentRow, EntityRow, QuoteRow, Row, SectionRow
from schemas.run import BatchFiles
from tasks.dataset.folder.checksums import record
from tasks.dataset.folder.disk import write_parquet
from tasks.dataset.folder.errors import explained
from tasks.dataset.folder.files import contents
from tasks.dataset.folder.layout import STORY_TABLES, Dataset
from tasks.dataset.folder.swap import check_exchange, swap_in
from tasks.dataset.writing.commit import COMMIT_ORDER, with_account
from tasks.dataset.writing.near import read_sketches, write_sketches
from tasks.dataset.writing.rows import BatchRows
from tasks.dataset.writing.stamp import Stamp


def rewrite_batch(dataset: Dataset, stem: str, made: Sequence[BatchRows], stamp: Stamp) -> BatchFiles:
    """Puts new sections, entities and quotes of stored stories in the place of a batch's old ones.

    Documents keep their ids, text, version, batch and time; model and pipeline are the new ones. Documents of the batch
    that `made` leaves out keep their rows. A reader sees the old batch or the new one; a kill leaves either. Call
    under the lock, after `sweep`; `compact` first, since each call links every file of the dataset. Raises DatasetError.
    """
    fresh = hash_of("rewritten", stem, stamp.run_id)
    renewed = pa.concat_tables([rows.documents.select(["doc_id", "model_version"]) for rows in made])
    given: dict[type[Row], list[pa.Table]] = {
        SectionRow: [rows.sections for rows in made],
        EntityRow: [rows.entities for rows in made],
        QuoteRow: [rows.quotes for rows in made],
    }
    new = {table: _replaced(_read(dataset, table, stem), table, tables, renewed["doc_id"]) for table, tables in given.items()}
    new[DocumentRow] = _renewed(_read(dataset, DocumentRow, stem), renewed, stamp)
    with explained(f"rewriting batch {stem}", dataset.root, safe="The batch is as it was."):
        check_exchange(dataset)
        staged = {table: dataset.staging / f"{table.TABLE}.{fresh}.parquet" for table in STORY_TABLES}
        try:
            for table, path in staged.items():
                write_parquet(path, with_account(new[table], fresh, stamp), table.SORT)
            record(dataset, fresh, {table.TABLE: path for table, path in staged.items()})
            if (sketches := read_sketches(dataset, stem)) is not None:
                write_sketches(dataset, fresh, _sketches(sketches, made, renewed["doc_id"]))
            swap_in(
                dataset, {table.TABLE: {fresh: path} for table, path in staged.items()}, {table.TABLE: {stem} for table in STORY_TABLES}
            )
        finally:
            for path in staged.values():
                path.unlink(missing_ok=True)
    return BatchFiles(batch_id=fresh, files=[f"{table.TABLE}/{fresh}.parquet" for table in COMMIT_ORDER if table in staged])


def _sketches(old: pa.Table, made: Sequence[BatchRows], docs: pa.ChunkedArray) -> pa.Table:
    kept = old.filter(pc.invert(pc.is_in(old["doc_id"], value_set=docs.combine_chunks())))
    return pa.concat_tables([kept, *(rows.sketches for rows in made)]).sort_by("doc_id")


def _read(dataset: Dataset, table: type[Row], stem: str) -> pa.Table:
    return contents(dataset, dataset.file(table.TABLE, stem))


def _replaced(old: pa.Table, table: type[Row], new: Sequence[pa.Table], docs: pa.ChunkedArray) -> pa.Table:
    """The old rows of documents that were left out, and the new rows of the others."""
    kept = old.filter(pc.invert(pc.is_in(old["doc_id"], value_set=docs.combine_chunks())))
    return pa.concat_tables([kept.cast(arrow_schema(table)), *new]).sort_by([(column, "ascending") for column in table.SORT])


def _renewed(old: pa.Table, renewed: pa.Table, stamp: Stamp) -> pa.Table:
    """The documents, with the model and pipeline that made their rows."""
    models = dict(zip(renewed["doc_id"].to_pylist(), renewed["model_version"].to_pylist(), strict=True))
    columns: dict[str, dict[str, str | None]] = {
        "model_version": models,
        "pipeline_version": dict.fromkeys(models, stamp.pipeline_version),
        "run_id": dict.fromkeys(models, stamp.run_id),
    }
    docs = old["doc_id"].to_pylist()
    for name, values in columns.items():
        column = [values.get(doc, before) for doc, before in zip(docs, old[name].to_pylist(), strict=True)]
        at = old.schema.get_field_index(name)
        old = old.set_column(at, old.schema.field(at), pa.array(column, pa.string()))
    return old
