"""Files of `_index/`: a table in Arrow's IPC format behind the SHA-256 of its bytes. A damaged one is thrown away and made again."""

import hashlib
import logging
import shutil
from pathlib import Path

import pyarrow as pa

from schemas.printable import one_line
from tasks.dataset.folder.disk import write_whole
from tasks.dataset.folder.layout import Dataset

DIGEST_BYTES = hashlib.sha256().digest_size

log = logging.getLogger(__name__)


def write_indexed(dataset: Dataset, path: Path, table: pa.Table) -> None:
    """Writes a table to a file of `_index/`. Raises OSError."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    data = sink.getvalue().to_pybytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    throw_away(path, only_folders=True)
    write_whole(path, hashlib.sha256(data).digest() + data, dataset.staging)


def read_indexed(path: Path, schema: pa.Schema) -> pa.Table | None:
    """The table of a file of `_index/`; None when there is none, or it is damaged or of another wiredesk, which is logged."""
    if not path.exists():
        return None
    table = intact_table(path)
    if table is None or not table.schema.equals(schema, check_metadata=True):
        log.warning("%s is damaged or of another wiredesk: it is made again from the tables", one_line(str(path)))
        return None
    return table


def intact_table(path: Path) -> pa.Table | None:
    """The table of a file whose bytes have the checksum that stands before them, else None."""
    try:
        data = memoryview(path.read_bytes())
    except OSError:
        return None
    digest, rest = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
    return pa.ipc.open_stream(pa.py_buffer(rest)).read_all() if hashlib.sha256(rest).digest() == digest else None


def throw_away(path: Path, *, only_folders: bool = False) -> None:
    """Deletes a file of `_index/`, or the folder that stands in its place. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif not only_folders:
        path.unlink(missing_ok=True)
