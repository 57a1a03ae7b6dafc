"""The ids and versions of all documents, kept in one file of `_index/` so that thousands of small ones need not be opened."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.ids import hash_of
from schemas.rows import DocumentRow
from tasks.dataset.folder.files import count_rows, read_columns, verify
from tasks.dataset.folder.layout import Dataset
from tasks.dataset.writing.indexfile import read_indexed, throw_away, write_indexed

UNDATED = int(np.iinfo(np.int64).min)
"""Stands for a missing published_at: before every date."""

KNOWN = pa.schema(
    [
        ("doc_id", pa.string()),
        ("story_id", pa.string()),
        ("content_id", pa.string()),
        ("place_id", pa.string()),
        ("version", pa.int64()),
        ("published_at", pa.int64()),
        ("ingested_at", pa.int64()),
        ("schema_version", pa.int64()),
        ("stem", pa.string()),
    ]
)
"""Times are microseconds since 1970."""

MANY_NEW = 64
"""Files of `documents` that may be missing from the collection before it is written again."""

MANY_DOCUMENTS = 1000
"""Documents that may be missing from it: after `compact` one file holds thousands."""

SHARE_NEW = 0.1
"""Both as a share of those in it, so that the writing of a large one stays rare."""


def known_documents(dataset: Dataset) -> pa.Table:
    """One row of KNOWN a document: what the collection has, and the rest from the files. Raises DamagedError."""
    collected, fresh = collected_documents(dataset)
    return pa.concat_tables([collected, documents_of(dataset, fresh)])


def collect_documents(dataset: Dataset) -> None:
    """Writes the collection again when many files or documents have come since; throws a damaged one away. Call under the lock."""
    collected, fresh = collected_documents(dataset)
    if not collected.num_rows:
        throw_away(collection_file(dataset))  # damaged, or about no file that is there
    files = [dataset.file(DocumentRow.TABLE, stem) for stem in fresh]
    many_files = len(files) > max(MANY_NEW, SHARE_NEW * len(collected["stem"].unique()))
    if many_files or count_rows(dataset, files) > max(MANY_DOCUMENTS, SHARE_NEW * collected.num_rows):
        write_indexed(dataset, collection_file(dataset), known_documents(dataset).sort_by("doc_id"))


def place_id(source_uri: str, source_record: str) -> str:
    """Names the place that a record came from, in as few bytes as a doc_id."""
    return hash_of("place", source_uri, source_record)


def microseconds(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Times as microseconds since 1970, UNDATED where there is none."""
    numbers: NDArray[np.int64] = column.cast(pa.int64()).fill_null(UNDATED).to_numpy()
    return numbers


def collected_documents(dataset: Dataset) -> tuple[pa.Table, list[str]]:
    """What the collection says of the files that are there still, and the files that it does not know."""
    stems, table = dataset.stems(DocumentRow.TABLE), read_indexed(collection_file(dataset), KNOWN)
    if table is None:
        return KNOWN.empty_table(), stems
    table = table.filter(pc.is_in(table["stem"], value_set=pa.array(stems, pa.string())))
    known = set(table["stem"].unique().to_pylist())
    return table, [stem for stem in stems if stem not in known]


def collection_file(dataset: Dataset) -> Path:
    """Where the collection is."""
    return dataset.index / "documents.arrow"


def documents_of(dataset: Dataset, stems: list[str]) -> pa.Table:
    """The same from the files themselves. Raises DamagedError."""
    verify(dataset, [dataset.file(DocumentRow.TABLE, stem) for stem in stems])
    stored = [name for name in KNOWN.names if name in DocumentRow.model_fields]
    table = read_columns(dataset, DocumentRow, [*stored, "source_uri", "source_record", "filename"], stems)
    places = zip(table["source_uri"].to_pylist(), table["source_record"].to_pylist(), strict=True)
    stem_of = {name: Path(name).stem for name in table["filename"].unique().to_pylist()}
    made = {
        "place_id": pa.array([place_id(*place) for place in places], pa.string()),
        "published_at": pa.array(microseconds(table["published_at"])),
        "ingested_at": pa.array(microseconds(table["ingested_at"])),
        "stem": pa.array([stem_of[name] for name in table["filename"].to_pylist()], pa.string()),
    }
    return pa.table({name: made.get(name, table[name] if name in stored else None) for name in KNOWN.names}).cast(KNOWN)
