"""The records that a run refused: of each source the first by name, the others by number."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from flows.account import Account
from schemas.outcome import Reject, Skip

LISTED = 1000
"""Rejects of one source that are listed: more than anyone reads, and a few hundred kilobytes of a dataset."""


@dataclass(slots=True)
class _Source:
    rejected: int = 0
    no_story: int = 0
    """Rejected and skipped."""
    unlisted: Counter[str] = field(default_factory=Counter)
    """Those beyond LISTED, by error."""
    whole: Reject | None = None
    """Why the source as a whole was refused, or its rest, when records of it were refused too."""


class Refusals:
    """Counts what is refused in a run, in `account` what is not listed. Safe to use from several threads.

    Sources that are one record, and refused or skipped as a whole, need no count.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._sources = defaultdict[str, _Source](_Source)
        self._one_at_a_time = threading.Lock()

    def skipped(self, skip: Skip) -> None:
        """Notes one more skip."""
        with self._one_at_a_time:
            self._account.skips.add(skip)
            if skip.source_record:
                self._sources[skip.source_uri].no_story += 1

    def no_story(self, uri: str) -> int:
        """How many records of a source have given no story so far."""
        with self._one_at_a_time:
            return self._sources[uri].no_story if uri in self._sources else 0

    def listed(self, rejects: Iterable[Reject]) -> list[Reject]:
        """Notes rejects, and gives those of them that are to be listed now."""
        with self._one_at_a_time:
            return [reject for reject in rejects if self._is_listed(reject)]

    def summaries(self) -> list[Reject]:
        """What is to be listed when all is read: of each source with more rejects, one that says how many. Call once."""
        with self._one_at_a_time:
            rest = [(uri, source) for uri, source in self._sources.items() if source.whole or source.unlisted]
            return [self._summary(uri, source) for uri, source in rest]

    def _is_listed(self, reject: Reject) -> bool:
        if not reject.source_record and reject.source_uri not in self._sources:
            return True
        source = self._sources[reject.source_uri]
        if not reject.source_record and source.whole is None:
            source.whole = reject
            return False
        source.rejected += 1
        source.no_story += 1
        if source.rejected <= LISTED:
            return True
        source.unlisted[reject.error] += 1
        self._account.rejected += 1
        self._account.unlisted += 1
        return False

    def _summary(self, uri: str, source: _Source) -> Reject:
        """The source's last reject; where nothing else is to be said of the whole, it stands for one of those not listed."""
        if source.whole is None:
            self._account.rejected -= 1
            self._account.unlisted -= 1
        elif not source.unlisted:
            return source.whole
        kinds = ", ".join(f"{count:,} {error}" for error, count in source.unlisted.most_common(5))
        more = f"and {source.unlisted.total():,} more like these ({kinds}) are counted and not listed, since {LISTED:,} show what is wrong"
        if source.whole:
            error, message = source.whole.error, f"{source.whole.message}; {more}"
        else:
            error, message = "MoreRefused", f"{more}: mend the source, or name its reader with --format, and ingest it again"
        return Reject(source_uri=uri, step="read", error=error, message=message)
