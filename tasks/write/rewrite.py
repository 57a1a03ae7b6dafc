"""Puts a newer model's rows in the place of a batch's: all tables at once, or not at all."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.arrow import arrow_table
from schemas.extracted import ExtractedStory
from schemas.ids import hash_of
from schemas.rows import DocumentRow, EntityRow, QuoteRow, Row, SectionRow
from schemas.run import BatchFiles
from tasks.write.commit import COMMIT_ORDER, Stamp, with_account
from tasks.write.dataset import STORY_TABLES, Dataset
from tasks.write.disk import write_parquet
from tasks.write.errors import told
from tasks.write.near import sketch_file, write_sketches
from tasks.write.rows import entity_rows, quote_rows
from tasks.write.swap import check_exchange, swap_in


def rewrite_batch(dataset: Dataset, stem: str, stories: Mapping[str, ExtractedStory], stamp: Stamp) -> BatchFiles:
    """Puts new entities and quotes of stored stories (by doc_id) in the place of a batch's old ones.

    Documents keep their ids, text, version, batch and time; model and pipeline are the new ones. Documents of the batch
    that `stories` leaves out keep their rows. A reader sees the old batch or the new one; a kill leaves either. Call
    under the lock, after `sweep`; `compact` first, since each call links every file of the dataset. Raises DatasetError.
    """
    fresh = hash_of("rewritten", stem, stamp.run_id)
    old = {table: pq.ParquetFile(dataset.file(table.TABLE, stem)).read() for table in STORY_TABLES}
    new: dict[type[Row], pa.Table] = {
        SectionRow: old[SectionRow],
        EntityRow: _replaced(
            old[EntityRow], EntityRow, [row for doc, story in stories.items() for row in entity_rows(story, doc)], stories
        ),
        QuoteRow: _replaced(old[QuoteRow], QuoteRow, [row for doc, story in stories.items() for row in quote_rows(story, doc)], stories),
        DocumentRow: _renewed(old[DocumentRow], stories, stamp),
    }
    with told(f"rewriting batch {stem}", dataset.root, safe="The batch is as it was."):
        check_exchange(dataset)
        staged = {table: dataset.staging / f"{table.TABLE}.{fresh}.parquet" for table in STORY_TABLES}
        try:
            for table, path in staged.items():
                write_parquet(path, with_account(new[table], fresh, stamp), table.SORT)
            if sketch_file(dataset, stem).exists():
                write_sketches(dataset, fresh, pq.ParquetFile(sketch_file(dataset, stem)).read())
            swap_in(
                dataset, {table.TABLE: {fresh: path} for table, path in staged.items()}, {table.TABLE: {stem} for table in STORY_TABLES}
            )
        finally:
            for path in staged.values():
                path.unlink(missing_ok=True)
    return BatchFiles(batch_id=fresh, files=[f"{table.TABLE}/{fresh}.parquet" for table in COMMIT_ORDER if table in staged])


def _replaced(old: pa.Table, table: type[Row], rows: list[Any], stories: Mapping[str, ExtractedStory]) -> pa.Table:
    """The old rows of documents that were left out, and the new rows of the others."""
    left_out = old.filter(pc.invert(pc.is_in(old["doc_id"], value_set=pa.array(list(stories), pa.string()))))
    new = arrow_table(table, rows)
    return pa.concat_tables([left_out.cast(new.schema), new]).sort_by([(column, "ascending") for column in table.SORT])


def _renewed(old: pa.Table, stories: Mapping[str, ExtractedStory], stamp: Stamp) -> pa.Table:
    """The documents, with the model and pipeline that made their rows."""
    docs = old["doc_id"].to_pylist()
    renewed: dict[str, dict[str, str | None]] = {
        "model_version": {doc: story.model_version for doc, story in stories.items()},
        "pipeline_version": dict.fromkeys(stories, stamp.pipeline_version),
        "run_id": dict.fromkeys(stories, stamp.run_id),
    }
    for name, made in renewed.items():
        values = [made.get(doc, before) for doc, before in zip(docs, old[name].to_pylist(), strict=True)]
        at = old.schema.get_field_index(name)
        old = old.set_column(at, old.schema.field(at), pa.array(values, pa.string()))
    return old
