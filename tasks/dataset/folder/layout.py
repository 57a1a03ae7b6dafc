"""A dataset's folder: its layout, how it is made, and which datasets this version may use."""

import os
from contextlib import suppress
from dataclasses import dataclass
from glob import has_magic
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.arrow import arrow_schema
from schemas.printable import pasteable
from schemas.rows import CHILDREN, SCHEMA_VERSION, TABLES, DocumentRow, RejectRow, Row
from tasks.dataset.folder.disk import looks_whole, parquet_writer, publish, sync
from tasks.dataset.folder.errors import DamagedError, DatasetError, explained
from tasks.paths import NotLocalError, is_utf8, local_path

EMPTY = "schema"
"""The stem of the file without rows that every table folder holds, so that `quotes/*.parquet` can be read before there is a quote."""

STORY_TABLES: tuple[type[Row], ...] = (DocumentRow, *CHILDREN)
"""The tables that have a file of the same name for every batch of stories."""

OWN_FOLDERS = ("_runs", "_staging", "_index", "_checksums")


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset's place. Has no state: any number of them may stand for one folder."""

    root: Path

    @property
    def staging(self) -> Path:
        """Where files are made; never read."""
        return self.root / "_staging"

    @property
    def runs(self) -> Path:
        """Where the manifests are."""
        return self.root / "_runs"

    @property
    def index(self) -> Path:
        """What makes runs faster; can be deleted, and is made again from the tables."""
        return self.root / "_index"

    @property
    def checksums(self) -> Path:
        """The SHA-256 of the files of the tables."""
        return self.root / "_checksums"

    def table(self, name: str) -> Path:
        """A table's folder."""
        return self.root / name

    def file(self, table: str, stem: str) -> Path:
        """A table's file of a batch."""
        return self.root / table / f"{stem}.parquet"

    def stems(self, table: str) -> list[str]:
        """The batches (or merged batches) that a table has a file of, in order of name."""
        names = (path.stem for path in (self.root / table).glob("*.parquet"))
        return sorted(stem for stem in names if stem != EMPTY)


def open_dataset(place: str | Path, *, create: bool = False, older: bool = False) -> Dataset:
    """Opens a dataset folder, or makes one where `create` and nothing stands in the way.

    Raises DatasetError when it is no dataset, a place that is not on this machine (says what that would need), of a newer
    schema, or of an older one (names `wiredesk reprocess DIR`), unless `older`, for `upgrade`.
    """
    dataset = Dataset(dataset_folder(place).resolve())
    if dataset.file(DocumentRow.TABLE, EMPTY).exists():
        for version in reversed(schema_versions(dataset)):
            check_version(version, dataset.root, older=older)
        if create:
            _lay_out(dataset)
        return dataset
    if any((dataset.root / table.TABLE).is_dir() for table in TABLES):
        _check_is_ours(dataset)
        if not create:
            raise DamagedError(f"{dataset.file(DocumentRow.TABLE, EMPTY)} is missing. It holds no rows: the next ingest makes it again.")
    elif dataset.root.exists() and (not dataset.root.is_dir() or any(dataset.root.iterdir())):
        raise DatasetError(f"{dataset.root} is no wiredesk dataset and not an empty folder. Choose a new or empty folder for --dataset.")
    if not create:
        raise DatasetError(
            f"There is no wiredesk dataset in {dataset.root}. Make one with: wiredesk ingest SOURCE --dataset {pasteable(dataset.root)}"
        )
    _lay_out(dataset)
    return dataset


def dataset_folder(place: str | Path) -> Path:
    """The absolute folder that a dataset's name means, as people type it: a path or a file URI. Nothing need be there.

    Raises DatasetError for a name that is no folder of this machine, or none that DuckDB and Arrow can open.
    """
    try:
        folder = local_path(place)
    except NotLocalError as error:
        raise DatasetError(
            f"{error}, and a dataset is a folder: its commit needs an atomic rename and a lock that dies with its holder, which "
            "object stores offer only through conditional PUT (If-None-Match). Nothing was made. Write to a local or mounted "
            "folder, and copy it elsewhere when the run is done, `documents` last."
        ) from None
    with explained("looking for the dataset", folder, safe="Nothing was changed."), suppress(FileNotFoundError, NotADirectoryError):
        folder.lstat()
    _check_name(Path(os.path.realpath(folder)))
    return folder


def _check_name(folder: Path) -> None:
    """Raises DatasetError for names by which programs that read Parquet find no file."""
    if not is_utf8(folder):
        unfit = "its name, or that of a folder above it, is not UTF-8, and no Parquet reader opens such a file"
    elif "\\" in str(folder) and has_magic(str(folder)):
        unfit = "its name has a backslash and one of *, ? and [, and DuckDB finds no file by such a name"
    else:
        return
    raise DatasetError(f"{folder} can be no dataset: {unfit}. Nothing was made. Give it another name, or choose another --dataset folder.")


def _check_is_ours(dataset: Dataset) -> None:
    """A folder with table folders but without the empty file: half made by a killed run, or half deleted."""
    known = {table.TABLE for table in TABLES} | {*OWN_FOLDERS, "README.md", ".lock"}
    strangers = sorted(path.name for path in dataset.root.iterdir() if path.name not in known)
    if strangers:
        raise DatasetError(
            f"{dataset.root} holds {', '.join(strangers[:5])}, which no wiredesk dataset does. Choose a new folder for --dataset."
        )


def schema_versions(dataset: Dataset) -> list[int]:
    """The schema version of the dataset, as its empty files state it; two, the lower first, while an upgrade is under way.

    Of all empty files an upgrade renews that of `rejects` first and that of `documents` last. Raises DamagedError.
    """
    documents, rejects = (dataset.file(table.TABLE, EMPTY) for table in (DocumentRow, RejectRow))
    found = {_schema_version(documents)}
    if rejects.is_file() and looks_whole(rejects):
        found.add(_schema_version(rejects))
    return sorted(found)


def _schema_version(path: Path) -> int:
    try:
        return int((pq.read_schema(path).metadata or {})[b"schema_version"])
    except (OSError, ValueError, KeyError, MemoryError, pa.ArrowException) as error:
        why = " ".join(str(error).split())
        raise DamagedError(f"{path} is damaged ({why}). It holds no rows: delete it, and the next ingest makes it again.") from error


def check_version(found: int, root: Path, *, older: bool = False) -> None:
    """Raises DatasetError unless tables of schema version `found` are those that this wiredesk writes, or `older` ones."""
    if found > SCHEMA_VERSION:
        raise DatasetError(
            f"{root} was written by a newer wiredesk (schema version {found}; this one writes {SCHEMA_VERSION}). "
            "Nothing was changed. Upgrade wiredesk, or choose another --dataset folder."
        )
    if found < SCHEMA_VERSION and not older:
        raise DatasetError(
            f"{root} has schema version {found}; this wiredesk writes {SCHEMA_VERSION}. Nothing was changed. "
            f"Bring it up to date with: wiredesk reprocess {pasteable(root)}"
        )


def _lay_out(dataset: Dataset) -> None:
    """Makes the folders, and the empty files that are not there or not as they should be; `documents` last, which makes it a dataset."""
    with explained("making the dataset", dataset.root, safe="Nothing was ingested."):
        for folder in (*(table.TABLE for table in TABLES), *OWN_FOLDERS):
            (dataset.root / folder).mkdir(parents=True, exist_ok=True)
        for table in reversed(TABLES):
            path = dataset.file(table.TABLE, EMPTY)
            if not is_empty_file(table, path):
                put_empty(dataset, table, EMPTY)
        sync(dataset.root)


def is_empty_file(table: type[Row], path: Path) -> bool:
    """Whether a table's file without rows is there, byte by byte as this wiredesk and its Arrow write it."""
    made = pa.BufferOutputStream()
    write_empty(made, table)
    try:
        return bool(path.read_bytes() == made.getvalue())
    except OSError:
        return False


def write_empty(place: Path | pa.NativeFile, table: type[Row]) -> None:
    """Writes a table's file without rows."""
    parquet_writer(place, arrow_schema(table), table.SORT).close()


def put_empty(dataset: Dataset, table: type[Row], stem: str) -> None:
    """Puts a file without rows in the place of `stem`: a reader that has its name already still finds a file."""
    final = dataset.file(table.TABLE, stem)
    staged = dataset.staging / f"{table.TABLE}.{stem}.{uuid4().hex}.parquet"
    try:
        publish(arrow_schema(table).empty_table(), table.SORT, staged, final)
    except FileNotFoundError:
        # Two first runs at once: the other one laid the dataset out, took the lock and swept.
        if not final.exists():
            raise
