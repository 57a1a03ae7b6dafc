"""The SHA-256 of each file of the tables, recorded when it is written: a flipped bit is found wherever in the file it lies.

One file a batch, `_checksums/<batch>.sha256`, as `sha256sum` writes them. Its first line, to that program a comment, is the
checksum of the lines below it. A file that is put in the place of another is recorded first, and beside it, in a comment, what
it replaces: a kill leaves one of the two. Files of a release before this one have no checksum.
"""

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from schemas.printable import one_line
from schemas.rows import TABLES
from tasks.dataset.folder.disk import write_whole
from tasks.dataset.folder.layout import Dataset

BEFORE = "# before: "
"""Begins a line about the file that was there before."""

_LINE = re.compile(rf"(?:{re.escape(BEFORE)})?(?P<sha256>[0-9a-f]{{64}})  (?P<file>\S+)")

log = logging.getLogger(__name__)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal digits. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def record(dataset: Dataset, stem: str, staged: Mapping[str, Path]) -> None:
    """Records the checksums of a batch's files, which are written but not moved in yet; `staged` gives them by table.

    Lines about other files of the batch stay. Raises OSError.
    """
    new = {f"{table}/{stem}.parquet": sha256_of(path) for table, path in staged.items()}
    old = {file: sums[0] for file, sums in recorded(dataset, stem).items()}
    before = [f"{BEFORE}{old[file]}  {file}\n" for file, sha256 in new.items() if old.get(file, sha256) != sha256]
    lines = [f"{sha256}  {file}\n" for file, sha256 in (old | new).items()]
    body = "".join(lines + before).encode()
    dataset.checksums.mkdir(exist_ok=True)
    write_whole(checksum_file(dataset, stem), f"# {hashlib.sha256(body).hexdigest()}\n".encode() + body, dataset.staging)


def recorded(dataset: Dataset, stem: str) -> dict[str, list[str]]:
    """The checksums that each file of a batch may have, the newest first; none where none are recorded or the record is damaged."""
    path = checksum_file(dataset, stem)
    if not path.exists():
        return {}
    found = read_checksums(path)
    if found is None:
        log.warning("%s is damaged: the files of that batch are read without checksums. What to do: delete it.", one_line(str(path)))
    return found or {}


def read_checksums(path: Path) -> dict[str, list[str]] | None:
    """The lines of a file of checksums, by the file that they are about; None when it is damaged."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        lines = [_LINE.fullmatch(line) for line in body.decode("ascii").splitlines()]
    except (OSError, ValueError):
        return None
    if head != f"# {hashlib.sha256(body).hexdigest()}".encode():
        return None
    found = dict[str, list[str]]()
    for line in filter(None, lines):
        found.setdefault(line["file"], []).append(line["sha256"])
    return found


def differing(dataset: Dataset, paths: Iterable[Path]) -> list[str]:
    """Which of the files have not their recorded checksum, as lines for `damaged`; of files without one nothing is known."""
    lines = list[str]()
    for path in paths:
        sums_file, name = checksum_file(dataset, path.stem), f"{path.parent.name}/{path.name}"
        if not sums_file.exists():
            continue
        try:
            found = sha256_of(path)
        except OSError as error:
            lines.append(f"{name} ({error.strerror})")
            continue
        # Recorded before it is moved in, and so read after: a writer may be at it while a dry run looks.
        if (sums := recorded(dataset, path.stem).get(name)) and found not in sums:
            lines.append(f"{name} ({OTHER_BYTES}; where it was meant, delete {sums_file})")
    return lines


OTHER_BYTES = "its bytes are not those that were written: damage, or another program's or an older wiredesk's change"
"""What it means that a file has not the checksum that was recorded for it."""


def checksum_file(dataset: Dataset, stem: str) -> Path:
    """Where the checksums of a batch are."""
    return dataset.checksums / f"{stem}.sha256"


def drop_stray_checksums(dataset: Dataset) -> None:
    """Deletes the checksums of batches of which no file is left."""
    stems = {stem for table in TABLES for stem in dataset.stems(table.TABLE)}
    for path in dataset.checksums.glob("*.sha256"):
        if path.stem not in stems and path.is_file():
            path.unlink()
