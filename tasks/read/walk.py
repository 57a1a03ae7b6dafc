"""Where sources lead: files in a fixed order, and the reason for each that is left out."""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from glob import escape, glob, has_magic
from pathlib import Path

from schemas.outcome import Reject, Skip, SkipReason
from tasks.paths import NotLocalError, local_path, sendable
from tasks.read.errors import NoSuchSourceError
from tasks.read.opening import FOLDER, Found, Seen, below

STDIN = "stdin:"

TEMPORARY = re.compile(r"~$|^~\$|^#.*#$|\.(tmp|temp|part|partial|filepart|crdownload|download|swp|swx|lock|incomplete)$", re.IGNORECASE)
"""Names that editors, browsers and file transfers give to files that are not finished."""

DATASET = ("documents/schema.parquet", "_runs", "_staging")
"""What every dataset of wiredesk's has."""


MAX_DEPTH = 100
"""How deep folders may lie in one another; a thousand would end the search, and the run, in a RecursionError."""


def find(sources: Iterable[str | Path], *, named: bool = True) -> Iterator[Found | Skip | Reject]:
    """Yields the files of `sources`, each once, folders and globs in the order of their names.

    Without `named` the sources are what a run found, not what a user named: one that is a link by now is not followed
    out of its folder. Raises NoSuchSourceError at once when a source leads nowhere.
    """
    return _find([_start(source) for source in sources], named)


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


def _find(places: list[Path | None], named: bool) -> Iterator[Found | Skip | Reject]:
    one_folder = len(places) == 1 and places[0] is not None and places[0].is_dir()
    seen: set[str] = set()
    for start in places:
        for outcome in [Found(STDIN, "", "-", None)] if start is None else _under(start, named):
            if not one_folder:
                uri = outcome.uri if isinstance(outcome, Found) else outcome.source_uri
                if uri in seen:
                    continue
                seen.add(uri)
            yield outcome


def _is_dataset(folder: Path) -> bool:
    """Whether a folder is a dataset of wiredesk's: an inbox may hold the one that it is ingested into."""
    return all(os.path.lexists(folder / name) for name in DATASET)


def _under(place: Path, named: bool) -> Iterator[Found | Skip | Reject]:
    if not named and (place.is_symlink() or not place.is_dir()):
        yield _within(place, place.parent)
    elif not os.path.lexists(place):
        root = _fixed_part(place)

        @cache
        def in_dataset(folder: Path) -> bool:
            return root in folder.parents and (_is_dataset(folder) or in_dataset(folder.parent))

        for match in map(Path, sorted(glob(_pattern(place, root), recursive=True))):  # noqa: PTH207  (Path.glob means other things in each Python)
            if in_dataset(match.parent):
                yield Skip(source_uri=match.as_uri(), reason=SkipReason.DATASET)
                continue
            yield from _matched(match, root)
    elif place.is_dir():
        yield from _folder(place, place, Path())
    else:
        yield _named(place)


def _named(path: Path) -> Found | Reject:
    """A file that the user named, by a link or not."""
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except OSError:
        regular = True  # its opening will say what is wrong
    if regular:
        return Found(path.as_uri(), "", str(path), _seen(path.stat))
    return _reject(path, "NotAFile", "a pipe or a device; hand what it gives to standard input: wiredesk ingest - --dataset DIR < NAME")


def _matched(match: Path, root: Path) -> Iterator[Found | Skip | Reject]:
    """What a glob led to, files and folders; some link on the way may lead out of `root`."""
    if match.is_symlink() or not match.is_dir():
        yield _entry(match, root)
    elif (inside := _inside(match, root)) is None:
        yield _leaves(match)
    else:
        yield from _folder(match, root.resolve(), inside)


def _folder(folder: Path, root: Path, inside: Path) -> Iterator[Found | Skip | Reject]:
    """The files of the folder that lies at `inside` below `root`, and of those in it; `folder` is what it is called."""
    if len(inside.parts) > MAX_DEPTH:
        yield _reject(folder, "NestedTooDeep", f"more than {MAX_DEPTH} folders inside one another; name this one as a source")
        return
    try:
        at = below(str(root), str(inside), FOLDER)
    except OSError as error:
        yield _reject(folder, type(error).__name__, f"the folder cannot be listed: {error.strerror or error}")
        return
    try:
        with os.scandir(at) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        if _is_dataset(folder):
            yield Skip(source_uri=folder.as_uri(), reason=SkipReason.DATASET)
            return
        for entry in entries:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                yield from _folder(path, root, inside / entry.name)
            elif entry.is_file(follow_symlinks=False) and not left_out(entry.name):
                seen = _seen(partial(os.stat, entry.name, dir_fd=at, follow_symlinks=False))  # now, not when all were listed
                yield Found(path.as_uri(), str(root), str(inside / entry.name), seen)
            else:
                yield _entry(path, root)
    finally:
        os.close(at)


def _entry(path: Path, root: Path) -> Found | Skip | Reject:
    """A file that the user did not name: left out when hidden, unfinished, special, or behind a link that leaves `root`."""
    reason = left_out(path.name)
    return Skip(source_uri=path.as_uri(), reason=reason) if reason else _within(path, root)


def _within(path: Path, root: Path) -> Found | Skip | Reject:
    """The regular file to which a path leads by all its links, when it lies below `root`."""
    try:
        inside = _inside(path, root)
        mode = path.stat().st_mode
    except (OSError, RuntimeError) as error:
        return _reject(path, type(error).__name__, "the file is gone, or a link leads nowhere")
    if inside is None:
        return _leaves(path)
    if not stat.S_ISREG(mode):
        return Skip(source_uri=path.as_uri(), reason=SkipReason.FOLDER_LINK if stat.S_ISDIR(mode) else SkipReason.NOT_A_FILE)
    real = root.resolve()
    return Found(path.as_uri(), str(real), str(inside), _seen((real / inside).lstat))


def _inside(path: Path, root: Path) -> Path | None:
    """Where below `root` a path leads by all links on the way; None when it leads out of it."""
    leads_to, real = path.resolve(strict=True), root.resolve()
    return leads_to.relative_to(real) if leads_to.is_relative_to(real) else None


def _seen(status: Callable[[], os.stat_result]) -> Seen | None:
    """What stands there, when it is a regular file that can be looked at."""
    try:
        found = status()
    except OSError:
        return None
    return Seen.of(found) if stat.S_ISREG(found.st_mode) else None


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first wildcard of a glob; a `[` in the name of a folder that is there is none."""
    while has_magic(str(pattern)) and not os.path.lexists(pattern):
        pattern = pattern.parent
    return pattern


def _pattern(place: Path, root: Path) -> str:
    """A glob whose folder `root` means what it is called."""
    return str(Path(escape(str(root))) / place.relative_to(root))


def _leaves(path: Path) -> Reject:
    return _reject(path, "LinkLeavesSource", "a symbolic link out of the folder being read; name the place it leads to as a source")


def _reject(path: Path, error: str, message: str) -> Reject:
    return Reject(source_uri=path.as_uri(), step="read", error=error, message=message)
