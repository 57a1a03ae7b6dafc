"""Where sources lead: files in a fixed order, and the reason for each that is left out."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from glob import escape, glob, has_magic
from pathlib import Path

from schemas.outcome import Reject, Skip, SkipReason
from tasks.paths import NotLocalError, local_path, sendable
from tasks.read.errors import NoSuchSourceError

STDIN = "stdin:"

TEMPORARY = re.compile(r"~$|^~\$|^#.*#$|\.(tmp|temp|part|partial|filepart|crdownload|download|swp|swx|lock|incomplete)$", re.IGNORECASE)
"""Names that editors, browsers and file transfers give to files that are not finished."""

DATASET = ("documents/schema.parquet", "_runs", "_staging")
"""What every dataset of wiredesk's has."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, and the URI that names it."""

    path: Path
    uri: str


def find(sources: Iterable[str | Path]) -> Iterator[Found | Skip | Reject]:
    """Yields the files of `sources`, each once, folders and globs in the order of their names.

    Raises NoSuchSourceError at once when a source leads nowhere.
    """
    return _find([_start(source) for source in sources])


def is_there(source: str) -> bool:
    """Whether a file or folder is still where a record says it came from; standard input is not."""
    try:
        path = _start(source)
    except NoSuchSourceError:
        return False
    return path is not None and os.path.lexists(path)


def left_out(name: str) -> SkipReason | None:
    """Why a file of a folder or archive is not read, judged by its name; None when it is."""
    if name.startswith("."):
        return SkipReason.HIDDEN
    return SkipReason.TEMPORARY if TEMPORARY.search(name) else None


def _start(source: str | Path) -> Path | None:
    """The absolute path or glob that a source means; None for standard input. Raises NoSuchSourceError when it leads nowhere."""
    if str(source) == "-":
        return None
    try:
        path = local_path(source)
    except NotLocalError as error:
        raise NoSuchSourceError(
            f"{error}; only files, folders, globs, file:// URIs and - are read. Copy it to this machine first, "
            "or pipe it in: ... | wiredesk ingest - --dataset DIR"
        ) from None
    if os.path.lexists(path) or (has_magic(str(path)) and _fixed_part(path).is_dir()):
        return path
    raise NoSuchSourceError(f"{source}: no such file or folder; check the spelling, or put a glob in quotation marks")


def located(source: str) -> str:
    """The source as a run finds it from any folder, as words in UTF-8; `-` stays. Raises NoSuchSourceError when it leads nowhere."""
    path = _start(source)
    return source if path is None else sendable(path)


def _find(places: list[Path | None]) -> Iterator[Found | Skip | Reject]:
    one_folder = len(places) == 1 and places[0] is not None and places[0].is_dir()
    seen: set[str] = set()
    for start in places:
        for outcome in [Found(Path("-"), STDIN)] if start is None else _under(start):
            if not one_folder:
                uri = outcome.uri if isinstance(outcome, Found) else outcome.source_uri
                if uri in seen:
                    continue
                seen.add(uri)
            yield outcome


def _is_dataset(folder: Path) -> bool:
    """Whether a folder is a dataset of wiredesk's: an inbox may hold the one that it is ingested into."""
    return all(os.path.lexists(folder / name) for name in DATASET)


def _under(place: Path) -> Iterator[Found | Skip | Reject]:
    if not os.path.lexists(place):
        root = _fixed_part(place)

        @cache
        def in_dataset(folder: Path) -> bool:
            return root in folder.parents and (_is_dataset(folder) or in_dataset(folder.parent))

        for match in map(Path, sorted(glob(_pattern(place, root), recursive=True))):  # noqa: PTH207  (Path.glob means other things in each Python)
            if in_dataset(match.parent):
                yield Skip(source_uri=match.as_uri(), reason=SkipReason.DATASET)
                continue
            yield from _folder(match, root) if match.is_dir() and not match.is_symlink() else _entry(match, root)
    elif place.is_dir():
        yield from _folder(place, place)
    else:
        yield Found(place, place.as_uri())


def _folder(folder: Path, root: Path) -> Iterator[Found | Skip | Reject]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield _reject(folder, type(error).__name__, f"the folder cannot be listed: {error.strerror or error}")
        return
    if _is_dataset(folder):
        yield Skip(source_uri=folder.as_uri(), reason=SkipReason.DATASET)
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            yield from _folder(path, root)
        elif entry.is_file(follow_symlinks=False) and not left_out(entry.name):
            yield Found(path, path.as_uri())
        else:
            yield from _entry(path, root)


def _entry(path: Path, root: Path) -> Iterator[Found | Skip | Reject]:
    """A file that the user did not name: left out when hidden, unfinished, special, or a link that leaves `root`."""
    if reason := left_out(path.name):
        yield Skip(source_uri=path.as_uri(), reason=reason)
        return
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root.resolve()):
            yield _reject(path, "LinkLeavesSource", "a symbolic link out of the folder being read; name the place it leads to as a source")
            return
        mode = path.stat().st_mode
    except (OSError, RuntimeError) as error:
        yield _reject(path, type(error).__name__, "the file is gone, or a link leads nowhere")
        return
    if stat.S_ISREG(mode):
        yield Found(path, path.as_uri())
    else:
        yield Skip(source_uri=path.as_uri(), reason=SkipReason.FOLDER_LINK if stat.S_ISDIR(mode) else SkipReason.NOT_A_FILE)


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first wildcard of a glob; a `[` in the name of a folder that is there is none."""
    while has_magic(str(pattern)) and not os.path.lexists(pattern):
        pattern = pattern.parent
    return pattern


def _pattern(place: Path, root: Path) -> str:
    """A glob whose folder `root` means what it is called."""
    return str(Path(escape(str(root))) / place.relative_to(root))


def _reject(path: Path, error: str, message: str) -> Reject:
    return Reject(source_uri=path.as_uri(), step="read", error=error, message=message)
