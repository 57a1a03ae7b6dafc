"""Looks at every byte of a dataset and changes nothing: what is damaged, missing, left over or strange, and what to do about each."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import NoneType
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from schemas.arrow import arrow_schema
from schemas.ids import ID_DIGITS
from schemas.printable import pasteable
from schemas.rows import CHILDREN, SCHEMA_VERSION, TABLES, DocumentRow, RejectRow, Row
from schemas.run import RunManifest
from tasks.dataset.folder.card import card_text
from tasks.dataset.folder.checksums import OTHER_BYTES, checksum_file, read_checksums, sha256_of
from tasks.dataset.folder.errors import DamagedError, DatasetError
from tasks.dataset.folder.files import UNREADABLE, checked_parquet, first_line, to_put_back
from tasks.dataset.folder.layout import EMPTY, OWN_FOLDERS, Dataset, dataset_folder, is_empty_file, open_dataset, schema_versions
from tasks.dataset.folder.lock import is_written_to, shared
from tasks.dataset.folder.swap import SWAPPED
from tasks.dataset.writing.indexfile import intact_table
from tasks.dataset.writing.known import KNOWN, collection_file, documents_of
from tasks.dataset.writing.manifests import read_manifest
from tasks.dataset.writing.near import sketch_file
from tasks.dataset.writing.sketches import SKETCHES

NEXT_RUN = "nothing: the next ingest sees to it"

OnBytes = Callable[[int, int], None]
"""Is called with the bytes that are read so far, and with those there are."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a dataset that a person should know of."""

    status: Literal[0, 1, 2]
    """2 what is damaged or in the way, 1 what is left over or strange and harms nobody yet, 0 what is only good to know."""
    where: str
    """A path under the dataset; empty for the dataset as a whole."""
    what: str
    remedy: str

    @property
    def line(self) -> str:
        """The finding as one line."""
        return f"{self.where or 'the dataset'}: {self.what}. What to do: {self.remedy}."


def check(place: str | Path, on_bytes: OnBytes = lambda done, total: None) -> Iterator[Finding]:
    """Reads every file of a dataset to its last byte, and gives what is wrong with it, as it is found. Changes nothing.

    Ingests may go on; what they have not finished is then no finding. Files are not merged meanwhile. Raises DatasetError
    when there is no dataset.
    """
    dataset = Dataset(dataset_folder(place).resolve())
    unusable = None
    try:
        open_dataset(dataset.root, older=True)
    except DamagedError as error:
        unusable = Finding(2, "", str(error).rstrip("."), "that, and then check again")
    gate = dataset.table(DocumentRow.TABLE).is_dir()
    with shared(dataset) if gate else nullcontext():
        if unusable:
            yield unusable
        yield from _Check(dataset, on_bytes).findings()


class _Check:
    """One look at a dataset."""

    def __init__(self, dataset: Dataset, on_bytes: OnBytes) -> None:
        self._dataset, self._on_bytes = dataset, on_bytes
        self._began = self._accounts()
        self._stems = {table: _stems(dataset, table) for table in TABLES}
        self._total = sum(_size(dataset.file(table.TABLE, stem)) for table, stems in self._stems.items() for stem in stems)
        self._done = 0
        self._without_checksum = 0
        self._docs = list[pa.ChunkedArray]()
        self._damaged = False
        try:
            self._version = schema_versions(dataset)[0]
        except DamagedError:
            self._version = SCHEMA_VERSION

    @property
    def _busy(self) -> bool:
        """Whether a run is or was at work meanwhile: what it has not finished is no finding."""
        return is_written_to(self._dataset) or self._accounts() != self._began

    def _accounts(self) -> list[str]:
        return sorted(path.name for path in self._dataset.runs.glob("*"))

    def findings(self) -> Iterator[Finding]:
        """All that is to be said, from the outside in."""
        if self._version < SCHEMA_VERSION:
            remedy = f"wiredesk reprocess {pasteable(self._dataset.root)}"
            yield Finding(1, "", f"it has schema version {self._version}, this wiredesk writes {SCHEMA_VERSION}", remedy)
        yield from self._around()
        runs = list[RunManifest]()
        yield from self._runs(runs)
        for found in chain(self._tables(), self._checksums()):
            self._damaged |= found.status == 2
            yield found
        yield from self._sums(runs)
        # The rest is read by DuckDB, which needs the files without rows.
        if not self._damaged and all(is_empty_file(table, self._dataset.file(table.TABLE, EMPTY)) for table in TABLES):
            yield from self._index()

    def _around(self) -> Iterator[Finding]:
        """The dataset's own folders, and what stands beside them."""
        root = self._dataset.root
        known = {*(table.TABLE for table in TABLES), *OWN_FOLDERS}
        for name in sorted(known):
            if (root / name).exists() and not (root / name).is_dir():
                yield Finding(2, name, "it is no folder", "move it out of the dataset")
            elif not (root / name).exists() and name != "_checksums":
                yield Finding(1, name, "the folder is missing", NEXT_RUN)
        for path in sorted(root.iterdir()):
            if path.name not in {*known, "README.md", ".lock"}:
                yield _stranger(path.name)
        for path in (root / ".lock", root / "README.md"):
            if path.exists() and not path.is_file():
                yield Finding(2, path.name, "it is no file", "move it out of the dataset")
        card = root / "README.md"
        if card.is_file() and card.read_bytes() != card_text().encode():
            yield Finding(1, card.name, "it is not the card that this wiredesk writes", NEXT_RUN)
        if not self._busy and self._dataset.staging.is_dir():
            left = sorted(path.name for path in self._dataset.staging.iterdir() if not path.name.startswith(SWAPPED))
            for name in left:
                yield Finding(1, f"_staging/{name}", "a killed run left it", NEXT_RUN)

    def _runs(self, runs: list[RunManifest]) -> Iterator[Finding]:
        """The accounts of runs; those that can be read go into `runs`."""
        folder = self._dataset.runs
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = f"_runs/{path.name}"
            if path.suffix not in {".json", ".begun"}:
                yield _stranger(name)
                continue
            try:
                run = read_manifest(path)
            except DatasetError as error:
                yield Finding(2, name, _words(error).rstrip(".)") + ")", "move it out of the dataset; no story is in it")
                continue
            if run.run_id != path.stem:
                yield Finding(2, name, f"it is the account of {run.run_id}, another run", "move it out of the dataset; no story is in it")
            elif path.suffix == ".json":
                runs.append(run)
            elif not self._busy:
                yield Finding(1, name, "a run began and was killed", NEXT_RUN)

    def _tables(self) -> Iterator[Finding]:
        """Every file of every table, batch by batch."""
        for table in TABLES:
            yield from self._names(table)
        for stem in sorted(set().union(*self._stems.values())):
            docs = None
            for table in TABLES:
                if stem not in self._stems[table]:
                    if table in CHILDREN and stem in self._stems[DocumentRow] and not self._busy:
                        yield self._bad(table, stem, "it is missing")
                    continue
                found, own = self._file(table, stem)
                if found:
                    yield found
                elif table is DocumentRow:
                    docs = own
                    self._docs.append(own)
                elif table in CHILDREN:
                    yield from self._children(table, stem, own, docs)

    def _names(self, table: type[Row]) -> Iterator[Finding]:
        """What stands in a table's folder."""
        folder = self._dataset.table(table.TABLE)
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = f"{table.TABLE}/{path.name}"
            if path.suffix != ".parquet":
                yield _stranger(name)
            elif path.stem == EMPTY and not (is_empty_file(table, path) or self._version < SCHEMA_VERSION):
                yield Finding(1, name, "it is not as this wiredesk writes it: damaged, or of another release", f"delete it; {NEXT_RUN}")
            elif path.stem != EMPTY and not _is_ours(path.stem):
                what = "it has no name that wiredesk gives, and readers take its rows for the dataset's"
                yield Finding(2, name, what, "move it out of the dataset")
        if folder.is_dir() and not self._dataset.file(table.TABLE, EMPTY).exists():
            yield Finding(1, f"{table.TABLE}/{EMPTY}.parquet", "it is missing", NEXT_RUN)

    def _file(self, table: type[Row], stem: str) -> tuple[Finding | None, pa.ChunkedArray]:
        """What is wrong with a file, by its checksum, by those of its pages, and by its table; and the document of each row."""
        path = self._dataset.file(table.TABLE, stem)
        docs, wrong, emptied = list[pa.Array](), None, table in CHILDREN and stem not in self._stems[DocumentRow]
        try:
            sha256 = sha256_of(path)
            sums = (read_checksums(checksum_file(self._dataset, stem)) or {}).get(f"{table.TABLE}/{path.name}")
            self._without_checksum += not (sums or emptied)
            if sums and not emptied and sha256 not in sums:
                wrong = OTHER_BYTES
            else:
                file = checked_parquet(path)
                wrong = self._wrong_columns(table, file.schema_arrow)
                for group in range(0 if wrong else file.num_row_groups):
                    rows = file.read_row_group(group)
                    rows.validate(full=True)
                    wrong = wrong or self._wrong_rows(table, rows)
                    docs += rows["doc_id"].chunks if "doc_id" in rows.column_names else []
        except UNREADABLE as error:
            wrong = f"it cannot be read: {first_line(error)}"
        self._done += _size(path)
        self._on_bytes(self._done, self._total)
        return self._bad(table, stem, wrong) if wrong else None, pa.chunked_array(docs, pa.string())

    def _wrong_columns(self, table: type[Row], found: pa.Schema) -> str | None:
        version = int((found.metadata or {})[b"schema_version"])
        if version == SCHEMA_VERSION and not found.equals(arrow_schema(table)):
            return "its columns are not those of its table"
        return None if version == self._version or self._version < SCHEMA_VERSION else f"it has schema version {version}"

    def _wrong_rows(self, table: type[Row], rows: pa.Table) -> str | None:
        """What a column holds that its table does not allow."""
        if self._version < SCHEMA_VERSION:
            return None
        needed = [name for name, field in table.model_fields.items() if NoneType not in get_args(field.annotation)]
        if empty := [name for name in needed if rows[name].null_count]:
            return f"rows without {', '.join(empty)}"
        if table is DocumentRow and rows["schema_version"].unique().to_pylist() != [SCHEMA_VERSION]:
            return "documents of another schema version"
        return None

    def _children(self, table: type[Row], stem: str, own: pa.ChunkedArray, docs: pa.ChunkedArray | None) -> Iterator[Finding]:
        """Rows belong to documents of their batch; those of a batch without documents are of a killed run."""
        if stem not in self._stems[DocumentRow]:
            if len(own) and not self._busy:
                yield Finding(1, f"{table.TABLE}/{stem}.parquet", "rows of a killed run, whose documents never came", NEXT_RUN)
        elif docs is not None and not pc.all(pc.is_in(own, value_set=docs.combine_chunks()), min_count=0).as_py():
            yield self._bad(table, stem, f"rows of documents that documents/{stem}.parquet does not have")

    def _checksums(self) -> Iterator[Finding]:
        folder = self._dataset.checksums
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = f"_checksums/{path.name}"
            if path.suffix != ".sha256":
                yield _stranger(name)
            elif read_checksums(path) is None:
                remedy = "delete it, so that its files count as files without checksums"
                yield Finding(1, name, "it is damaged, so that flipped bits of the files of that batch may go unseen", remedy)
        if self._without_checksum:
            what = f"{self._without_checksum:,} files have no checksum, as those of older releases; they were read to their last page"
            yield Finding(0, "", what, "nothing; compact and reprocess give one to each file that they write")

    def _sums(self, runs: list[RunManifest]) -> Iterator[Finding]:
        """Whether documents stand once each, and are as many as the runs have written."""
        docs = pa.chunked_array(list(chain.from_iterable(docs.chunks for docs in self._docs)), pa.string())
        if twice := len(docs) - pc.count_distinct(docs).as_py():
            yield Finding(
                2, DocumentRow.TABLE, f"{twice:,} rows have the doc_id of another", "look for files that somebody has copied into it"
            )
        if self._busy or self._damaged:
            return
        listed = {file for run in runs for batch in run.batches for file in batch.files}
        stems = set().union(*(self._stems[table] for table in CHILDREN)) - set(self._stems[DocumentRow])
        for stem in sorted(stem for stem in stems if f"{DocumentRow.TABLE}/{stem}.parquet" in listed):
            yield self._bad(DocumentRow, stem, "it is missing")
        written = sum(run.written for run in runs if run.flow in {"ingest", "retry"})
        if runs and written != len(docs):
            what = f"by their accounts runs wrote {written:,} documents, and there are {len(docs):,}"
            yield Finding(1, "_runs", what, "nothing where accounts were deleted or documents given up; else ingest the sources again")

    def _index(self) -> Iterator[Finding]:
        """Whether what lies in `_index` says what the tables say."""
        made_again = f"nothing if it is damaged, since the next ingest makes it again; else rm -r {pasteable(self._dataset.index)}"
        whole = {sketch_file(self._dataset, stem): stem for stem in self._stems[DocumentRow]}
        for path in sorted(self._dataset.index.rglob("*")) if self._dataset.index.is_dir() else ():
            name = str(path.relative_to(self._dataset.root))
            if path == collection_file(self._dataset) or path in whole:
                try:
                    agrees = self._collection_agrees(path) if path not in whole else self._sketches_agree(path, whole[path])
                except UNREADABLE:
                    agrees = None
                if agrees is None:
                    yield Finding(1, name, "it is damaged or of another wiredesk", NEXT_RUN)
                elif not agrees:
                    yield Finding(2, name, "it does not say what the tables say", made_again)
            elif path.is_file() and path.suffix not in {".arrow", ".parquet"}:
                yield _stranger(name)

    def _collection_agrees(self, path: Path) -> bool | None:
        table = intact_table(path)
        if table is None or not table.schema.equals(KNOWN):
            return None
        stems = sorted(set(table["stem"].unique().to_pylist()) & set(self._stems[DocumentRow]))
        table = table.filter(pc.is_in(table["stem"], value_set=pa.array(stems, pa.string())))
        return bool(table.sort_by("doc_id").equals(documents_of(self._dataset, stems).sort_by("doc_id")))

    def _sketches_agree(self, path: Path, stem: str) -> bool | None:
        table = intact_table(path)
        if table is None or not table.schema.equals(SKETCHES, check_metadata=True):
            return None
        docs = checked_parquet(self._dataset.file(DocumentRow.TABLE, stem)).read(["doc_id"])["doc_id"]
        return bool(pc.all(pc.is_in(table["doc_id"], value_set=docs.combine_chunks()), min_count=0).as_py())

    def _bad(self, table: type[Row], stem: str, what: str) -> Finding:
        remedy = (
            to_put_back(self._dataset, stem) if table is not RejectRow else "put it back from a copy, or delete it: only rejects are lost"
        )
        return Finding(2, f"{table.TABLE}/{stem}.parquet", what, remedy)


def _stems(dataset: Dataset, table: type[Row]) -> set[str]:
    return {stem for stem in dataset.stems(table.TABLE) if _is_ours(stem)}


def _is_ours(stem: str) -> bool:
    """Whether a file has a name as `hash_of` gives it."""
    return len(stem) == ID_DIGITS and set(stem) <= set("0123456789abcdef")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _stranger(name: str) -> Finding:
    return Finding(
        1, name, "it is no part of a dataset, and wiredesk leaves it alone", "move it out of the dataset, unless it is meant to be there"
    )


def _words(error: Exception) -> str:
    return " ".join(str(error).split())
