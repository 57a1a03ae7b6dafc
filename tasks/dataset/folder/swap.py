"""Changes the files of all tables at once, though a table is nothing but a folder: the folders are exchanged.

A new folder is made for each table in `_staging/swap/`, with hard links to the files that stay. When all is on disk the
folder is renamed to `_staging/swap.ready`, and from then on the change is decided: each new folder changes places with
the old one in one step of the kernel, and a killed swap is finished by the next run. Old folders are removed by a run that
comes LISTED seconds later or more, so that a reader in the midst of listing one still gets all of its names.
"""

import ctypes
import errno
import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from tasks.dataset.folder.disk import sync
from tasks.dataset.folder.errors import DamagedError, DatasetError
from tasks.dataset.folder.layout import Dataset
from tasks.dataset.folder.lock import alone

AT_FDCWD = -100
SWAPPED = "swapped."
"""Begins the name of a folder of `_staging` with the old folders of a swap that is done."""

LISTED = 60.0
"""Seconds after which no reader is still listing a folder that it opened before the exchange."""

RENAME_EXCHANGE = 2  # linux/fs.h, for renameat2(2)
RENAME_SWAP = 2  # sys/stdio.h of macOS, for renamex_np(2)


def swap_in(dataset: Dataset, added: Mapping[str, Mapping[str, Path]], dropped: Mapping[str, set[str]]) -> None:
    """Takes stems out of tables and puts finished, synced files in, for all readers at one instant a table.

    `added` gives the new files by table and stem, `dropped` the stems that go. The rows of all tables together must be
    the same before and after, or belong to documents that no table shows: tables change one after the other. Ask
    `check_exchange` first. Raises BusyError, and changes nothing, when readers hold the files (tasks.dataset.folder.lock.shared).
    """
    folder = dataset.staging / "swap"
    folder.mkdir()
    try:
        _lay_out(dataset, folder, added, dropped)
        with alone(dataset):
            folder.rename(_ready(dataset))
            sync(dataset.staging)
            _carry_out(dataset)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _lay_out(dataset: Dataset, folder: Path, added: Mapping[str, Mapping[str, Path]], dropped: Mapping[str, set[str]]) -> None:
    """Makes the new folders, and the plan that lists the files of each table."""
    plan = dict[str, list[str]]()
    for table in sorted({*added, *dropped}):
        new = folder / table
        new.mkdir()
        for path in dataset.table(table).glob("*.parquet"):
            if path.stem not in dropped.get(table, ()):
                os.link(path, new / path.name)
        for stem, path in added.get(table, {}).items():
            path.replace(new / f"{stem}.parquet")
        sync(new)
        plan[table] = sorted(path.name for path in new.iterdir())
    (folder / "plan.json").write_text(json.dumps(plan), "utf-8")
    sync(folder / "plan.json")
    sync(folder)


def finish_swap(dataset: Dataset) -> None:
    """Carries out a swap that is decided, as far as it has not been; does nothing where there is none. Raises BusyError."""
    if _ready(dataset).exists():
        with alone(dataset):
            _carry_out(dataset)


def _carry_out(dataset: Dataset) -> None:
    ready = _ready(dataset)
    for table, names in _plan(ready / "plan.json").items():
        if sorted(path.name for path in dataset.table(table).glob("*.parquet")) != names:
            _exchange(ready / table, dataset.table(table))
    sync(dataset.root)
    sync(ready)
    os.utime(ready)
    ready.rename(dataset.staging / f"{SWAPPED}{uuid4().hex}")
    sync(dataset.staging)


def may_be_listed(path: Path) -> bool:
    """Whether a path of `_staging` holds the old folders of a swap so recent that a reader may still list them."""
    return path.name.startswith(SWAPPED) and abs(time.time() - path.stat().st_mtime) < LISTED


def _plan(path: Path) -> dict[str, list[str]]:
    """The names that each table's folder is to have. Raises DamagedError."""
    try:
        plan = json.loads(path.read_text("utf-8"))
        return {str(table): [str(name) for name in names] for table, names in plan.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise DamagedError(
            f"{path} is damaged ({error}), by which a killed run was to be finished. No row was lost: every folder beside it has the rows "
            "of the table of its name. What to do: where the tables have not the same files (wiredesk check says so), let such a folder "
            "and the table's change places; then delete the folder that holds this file."
        ) from error


def _ready(dataset: Dataset) -> Path:
    return dataset.staging / "swap.ready"


def check_exchange(dataset: Dataset) -> None:
    """Raises DatasetError unless two folders of this file system can be exchanged."""
    pair = [dataset.staging / name for name in ("exchange-a", "exchange-b")]
    for folder in pair:
        folder.mkdir(exist_ok=True)
    try:
        _exchange(*pair)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EXDEV}:
            raise
        raise DatasetError(
            f"The file system of {dataset.root} cannot exchange two folders in one step, so small files cannot be merged there without "
            "a reader seeing rows twice or not at all. Nothing was changed. Linux does it on ext4, XFS, Btrfs and tmpfs, macOS on APFS."
        ) from error
    finally:
        for folder in pair:
            folder.rmdir()


def _exchange(one: Path, other: Path) -> None:
    """Lets two folders change places in one step. Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        failed = library.renamex_np(os.fsencode(one), os.fsencode(other), RENAME_SWAP)
    elif hasattr(library, "renameat2"):
        failed = library.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(one), None, str(other))
