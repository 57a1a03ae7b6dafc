"""Records that were left out, as people read of them: each reason once and in full, and under it where the records are."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from flows.commands.console import out
from flows.commands.output import cut_before, wrapped
from schemas.printable import one_line, printable
from tasks.paths import in_uri

if TYPE_CHECKING:
    from schemas.run import RunManifest, SkipGroup

INDENT = "    "

STDIN = "stdin:"
"""The URI of standard input, as `tasks.read.walk` has it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where records were left out, and how many."""

    words: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Reason:
    """Why records were left out, how many, and where as far as that is known."""

    words: str
    count: int
    places: Sequence[Place]


def show_reasons(reasons: Sequence[Reason], *, places: int | None = None) -> bool:
    """Prints each reason with its count, the most frequent first, and its places, at most so many `places`, of a long one the end.

    Says whether there was a place too long for the terminal.
    """
    for reason in sorted(reasons, key=lambda reason: -reason.count):
        out.print("\n".join(_lines(reason, reason.places[:places])), soft_wrap=True)
    return out.room is not None and any(cell_len(place.words) > out.room - len(INDENT) for reason in reasons for place in reason.places)


def _lines(reason: Reason, places: Sequence[Place]) -> Iterator[str]:
    head = f"{reason.count:,}  "
    words = one_line(reason.words)
    lines = [words] if out.room is None else wrapped(words, out.room - len(head))
    yield head + lines[0]
    yield from (" " * len(head) + line for line in lines[1:])
    for place in places:
        yield INDENT + (place.words if out.room is None else cut_before(place.words, out.room - len(INDENT)))
    if places and (more := reason.count - sum(place.count for place in places)):
        yield f"{INDENT}and {more:,} more"


def place(uri: str, record: str = "") -> str:
    """Where a record came from, as people write it: the path from here or from the root, and the record's name within the file.

    >>> place("file:///data/a%20b.jsonl", "7"), place("stdin:", "3")
    ('/data/a b.jsonl#7', 'standard input#3')
    """
    name = "standard input" if uri == STDIN else uri
    if uri.startswith("file:"):
        path = Path(in_uri(uri))
        name = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
        name = os.fsencode(name).decode(errors="backslashreplace")  # a byte that is not UTF-8, as `ls` shows it
    return printable(f"{name}#{record}" if record else name)


def of_rejects(rejects: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """Rejects, or rows of them, by step and message, with the first and last time where they are rows."""
    groups = defaultdict[tuple[str, ...], list[Mapping[str, Any]]](list)
    for reject in rejects:
        groups[reject["error"], reject["step"], reject["message"]].append(reject)
    return [
        Reason(
            f"{error} in {step}: {message}{_when([reject['rejected_at'] for reject in group if 'rejected_at' in reject])}",
            len(group),
            [Place(place(reject["source_uri"], reject["source_record"])) for reject in group],
        )
        for (error, step, message), group in groups.items()
    ]


def _when(times: Sequence[datetime]) -> str:
    if not times:
        return ""
    first, last = (f"{time:%Y-%m-%d %H:%M}" for time in (min(times), max(times)))
    return f" ({first} UTC)" if first == last else f" ({first} to {last} UTC)"


def of_skips(groups: Iterable["SkipGroup"]) -> list[Reason]:
    """What was skipped, by reason; of each source the records that are named, and how many are not."""
    by_reason = defaultdict[str, list["SkipGroup"]](list)
    for group in groups:
        by_reason[group.reason].append(group)
    return [
        Reason(_in_full(reason), sum(group.count for group in of_reason), [place for group in of_reason for place in _places(group)])
        for reason, of_reason in by_reason.items()
    ]


def _in_full(reason: str) -> str:
    """A reason with the sentence that explains it; one of an older wiredesk as it is.

    >>> _in_full("hidden file"), _in_full("kind 9")
    ('hidden file: its name begins with a dot, or macOS put it into an archive', 'kind 9')
    """
    from schemas.outcome import SkipReason

    return next((f"{known}: {known.sentence}" for known in SkipReason if known == reason), reason)


def _places(group: "SkipGroup") -> Iterator[Place]:
    if group.source_uri is None:
        return
    detail = printable(group.detail and f" ({group.detail})")
    yield from (Place(f"{place(group.source_uri, record)}{detail}") for record in group.records)
    if more := group.count - len(group.records):
        yield Place(f"{place(group.source_uri)}{detail}: and {more:,} more", more)


def skip_groups(run: "RunManifest") -> list["SkipGroup"]:
    """What a run skipped by source and reason; of a run of an older wiredesk the reasons only."""
    from schemas.run import SkipGroup

    return [SkipGroup(source_uri=None, reason=reason, count=n) for reason, n in run.skipped.items()] if run.skips is None else run.skips
