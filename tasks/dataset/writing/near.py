"""Finds, for each new document, the earlier one that it most resembles.

The sketches of all documents lie in `_index/`, in a folder named for their recipe, one file for each file of `documents`.
They hold nothing that the documents do not: a missing file is made again when it is needed.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.ids import hash_of
from schemas.rows import DocumentRow, SectionRow
from schemas.story import BODY_KINDS
from tasks.dataset.folder.files import contents
from tasks.dataset.folder.layout import Dataset
from tasks.dataset.writing.indexfile import read_indexed, throw_away, write_indexed
from tasks.dataset.writing.sketches import BANDS, RECIPE, SKETCHES, similarity, sketch_table

THRESHOLD = 0.4
"""Jaccard similarity from which on two documents are near duplicates: at .4 a rewrite of the same story, at .8 the same text."""

MANY = 64
"""Earlier documents with the same band key that are looked at, by doc_id: market tables and the like share theirs with thousands."""

FILTER_BITS = 20
"""A band key's low bits, by which most documents are passed over in one pass of numpy."""

log = logging.getLogger(__name__)

Number = TypeVar("Number", np.uint8, np.uint32)


class Likeness(NamedTuple):
    """An earlier document with much the same text."""

    doc_id: str
    score: float


class _Sketches(NamedTuple):
    """Sketches of some documents, a row each; those of the dataset by doc_id."""

    docs: list[str]
    low_bytes: NDArray[np.uint8]
    bands: NDArray[np.uint32]


class NearDuplicates:
    """The sketches of a dataset's documents, loaded when first asked; about half a kilobyte a document."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._known: list[_Sketches] | None = None

    def find(self, sketches: pa.Table, order: Sequence[str], same_story: Mapping[str, frozenset[str]]) -> dict[str, Likeness]:
        """For each document the earlier one most like it, if any reaches THRESHOLD; ties go to the smallest doc_id.

        Earlier are all documents of the dataset, and those before it in `order`, so the answer does not depend on where
        batches end. Versions of its own story (`same_story`) do not count: `supersedes` names them.
        """
        own = _in_order(_sketches(sketches), order)
        if not own.docs:
            return {}
        if self._known is None:
            self._known = [_sketches(load_sketches(self._dataset))]
        best = dict[str, tuple[float, str]]()
        for row, others in _sharing_a_band(own, self._known).items():
            doc = own.docs[row]
            for lot, at in zip((*self._known, own), others, strict=True):
                scores = similarity(own.low_bytes[row], lot.low_bytes[at])
                for score, other in zip(scores.tolist(), at, strict=True):
                    if score >= THRESHOLD and lot.docs[other] not in same_story.get(doc, ()):
                        best[doc] = min(best.get(doc, (0.0, "")), (-score, lot.docs[other]))
        return {doc: Likeness(other, round(-score, 4)) for doc, (score, other) in best.items()}

    def add(self, sketches: pa.Table) -> None:
        """Counts the sketches of a committed batch among the dataset's.

        Lots of much the same size are put together, so that a run of n batches has about log2(n) of them to look through.
        """
        if self._known is None or not sketches.num_rows:
            return
        new = _sketches(sketches)
        while self._known and len(self._known[-1].docs) < 2 * len(new.docs):
            new = _together(self._known.pop(), new)
        self._known.append(new)


def load_sketches(dataset: Dataset) -> pa.Table:
    """The sketches of all documents, by doc_id; makes those files again that are missing or damaged."""
    parts = [SKETCHES.empty_table()]
    for stem in dataset.stems(DocumentRow.TABLE):
        if (part := read_sketches(dataset, stem)) is None:
            log.info("making the sketches of %s again", stem)
            write_sketches(dataset, stem, part := _sketched_again(dataset, stem))
        parts.append(part)
    return pa.concat_tables(parts).sort_by("doc_id")


def read_sketches(dataset: Dataset, stem: str) -> pa.Table | None:
    """The sketches of a batch; None when its file is missing or damaged."""
    return read_indexed(sketch_file(dataset, stem), SKETCHES)


def sketch_file(dataset: Dataset, stem: str) -> Path:
    """Where the sketches of a batch are."""
    return dataset.index / f"sketches-{hash_of(RECIPE)[:8]}" / f"{stem}.arrow"


def write_sketches(dataset: Dataset, stem: str, sketches: pa.Table) -> None:
    """Puts the sketches of a batch into their file."""
    write_indexed(dataset, sketch_file(dataset, stem), sketches)


def drop_stray_sketches(dataset: Dataset) -> None:
    """Deletes the sketches of batches that are not in the dataset, those of another recipe, and what older releases put into `_index`."""
    whole = {sketch_file(dataset, stem) for stem in dataset.stems(DocumentRow.TABLE)}
    for path in (*dataset.index.glob("sketches-*/*.arrow"), *dataset.index.glob("sketches-*/*.parquet"), *dataset.index.glob("*.parquet")):
        if path not in whole:
            throw_away(path)


def _sketched_again(dataset: Dataset, stem: str) -> pa.Table:
    """The sketches of a batch, from its documents and sections."""
    texts = contents(dataset, dataset.file(DocumentRow.TABLE, stem), ["doc_id", "text"])
    text_of = dict(zip(texts["doc_id"].to_pylist(), texts["text"].to_pylist(), strict=True))
    bodies = dict.fromkeys(text_of, "")
    for row in contents(dataset, dataset.file(SectionRow.TABLE, stem), ["doc_id", "kind", "start", "end"]).to_pylist():
        if row["kind"] in BODY_KINDS:
            bodies[row["doc_id"]] += text_of[row["doc_id"]][row["start"] : row["end"]] + "\n"
    return sketch_table(bodies)


def _sharing_a_band(own: _Sketches, known: Sequence[_Sketches]) -> dict[int, list[list[int]]]:
    """For each row of `own` the rows of each lot of `known`, and last of `own` before it, that have a band key in common with it.

    Of one key the MANY smallest doc_ids, however the documents lie in lots.
    """
    found = defaultdict[int, list[set[int]]](lambda: [set() for _ in range(len(known) + 1)])
    passes = np.zeros(1 << FILTER_BITS, dtype=bool)
    for band in range(BANDS):
        sharing = defaultdict[int, list[tuple[str, int, int]]](list)
        for number, lot in enumerate((*known, own)):
            for row, others in _sharing(own.bands[:, band], lot.bands[:, band], passes):
                seen = others[others < row] if lot is own else others[:MANY]
                sharing[row] += [(lot.docs[other], number, other) for other in seen.tolist()]
        for row, candidates in sharing.items():
            for _, number, other in nsmallest(MANY, candidates):
                found[row][number].add(other)
    return {row: [sorted(rows) for rows in lots] for row, lots in found.items()}


def _sharing(wanted: NDArray[np.uint32], keys: NDArray[np.uint32], passes: NDArray[np.bool_]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """The rows of `wanted` whose key is among `keys`, each with the rows that it is at; `passes` is all False and stays so."""
    low = np.uint32((1 << FILTER_BITS) - 1)
    passes[wanted & low] = True
    rows = np.flatnonzero(passes[keys & low])
    passes[wanted & low] = False
    rows = rows[np.argsort(keys[rows], kind="stable")]
    starts, ends = np.searchsorted(keys[rows], wanted, "left"), np.searchsorted(keys[rows], wanted, "right")
    for row in np.flatnonzero(ends > starts).tolist():
        yield row, rows[starts[row] : ends[row]]


def _together(one: _Sketches, other: _Sketches) -> _Sketches:
    """Two lots as one, by doc_id."""
    docs = [*one.docs, *other.docs]
    order = sorted(range(len(docs)), key=docs.__getitem__)
    low_bytes, bands = np.concatenate([one.low_bytes, other.low_bytes]), np.concatenate([one.bands, other.bands])
    return _Sketches([docs[at] for at in order], low_bytes[order], bands[order])


def _in_order(sketches: _Sketches, order: Iterable[str]) -> _Sketches:
    at = {doc: row for row, doc in enumerate(sketches.docs)}
    docs = [doc for doc in order if doc in at]
    rows = np.array([at[doc] for doc in docs], dtype=np.intp)
    return _Sketches(docs, sketches.low_bytes[rows], sketches.bands[rows])


def _sketches(table: pa.Table) -> _Sketches:
    return _Sketches(table["doc_id"].to_pylist(), _matrix(table["low_bytes"], np.uint8), _matrix(table["bands"], np.uint32))


def _matrix(column: pa.ChunkedArray, kind: type[Number]) -> NDArray[Number]:
    """Fixed-size binaries as a matrix, a row each."""
    width = column.type.byte_width // np.dtype(kind).itemsize
    return np.frombuffer(b"".join(column.to_pylist()), dtype=kind).reshape(-1, width)
