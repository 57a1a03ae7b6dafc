"""What a run skipped: exact counts by reason, and of each reason the first sources and records by name."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from schemas.outcome import Skip
from schemas.printable import printable
from schemas.run import SkipGroup

SOURCES, RECORDS = 200, 20
"""How much is listed by name: so many sources of each reason, a source once for each `detail`, and records of each. All are
counted. A manifest stays small whatever there is in an inbox, and it is written again by every run over it."""

NAME_CHARACTERS = 200
"""How much of a record's name is kept; within an archive it can be as long as its maker likes."""


@dataclass(slots=True)
class _Group:
    count: int = 0
    records: list[str] = field(default_factory=list)


class Skips:
    """The skipped records of a run under way."""

    def __init__(self) -> None:
        self.counts = Counter[str]()
        """How many, by reason."""
        self._groups = defaultdict[str, dict[tuple[str | None, str], _Group]](dict)

    def add(self, skip: Skip) -> None:
        """Counts one more, and keeps its name while there is room."""
        reason, key = skip.reason.value, (skip.source_uri, skip.detail)
        self.counts[reason] += 1
        groups = self._groups[reason]
        listed = key in groups or len(groups) < SOURCES
        group = groups.setdefault(key if listed else (None, ""), _Group())
        group.count += 1
        if listed and len(group.records) < RECORDS:
            group.records.append(printable(skip.source_record[:NAME_CHARACTERS]))

    def groups(self) -> list[SkipGroup]:
        """What was skipped so far, by reason, source and detail, in the order in which they were met."""
        return [
            SkipGroup(source_uri=uri, reason=reason, detail=detail, count=group.count, records=list(group.records))
            for reason, groups in self._groups.items()
            for (uri, detail), group in groups.items()
        ]
