"""How many stories a run will meet, guessed from how far it is through its source files."""

from collections.abc import Iterable, Iterator

from schemas.outcome import Reject, Skip
from schemas.record import Record
from tasks.read import Found, find

COMPRESSED = (".gz", ".zst", ".zip", ".tar", ".tgz", ".warc", ".7z")
"""Files whose records hold more bytes than they do; how far one of them is read cannot be told."""


class Forecast:
    """Follows records through their sources' bytes; knows nothing of standard input or of the inside of archives."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._sizes = {place.uri: place.seen.size for place in find(sources) if isinstance(place, Found) and place.seen}
        self._left = sum(self._sizes.values())
        self._all = self._left
        self._current: tuple[str, int] = ("", 0)
        self._ended = False

    def follow(self, outcomes: Iterable[Record | Skip | Reject]) -> Iterator[Record | Skip | Reject]:
        """The same stream, watched."""
        for outcome in outcomes:
            uri, size = outcome.source_uri, len(outcome.data) if isinstance(outcome, Record) else 0
            if uri != self._current[0]:
                self._left -= self._sizes.pop(self._current[0], 0)
                self._current = (uri, 0)
            self._current = (uri, self._current[1] + size)
            yield outcome
        self._ended = True

    def stories(self, met: int) -> int | None:
        """About how many stories there are in all, when `met` have been met so far; None while that cannot be told."""
        if self._ended:
            return met
        uri, size = self._current
        here = 0 if uri.endswith(COMPRESSED) else min(size, self._sizes.get(uri, 0))
        gone = self._all - self._left + here
        return round(met * self._all / gone) if met and gone else None
