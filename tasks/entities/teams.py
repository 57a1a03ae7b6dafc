"""Places that stand for their teams: Germany beat Argentina, the England captain, BOSTON AT OAKLAND."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from schemas.base import Span
from tasks import shipped
from tasks.language.marks import APOSTROPHE

DENSITY = 0.02
"""The least share of words of sport in sports copy."""

NEAR = 120
"""Characters on either side of a place that are looked at."""

LIST_LINE = 60
"""Characters of a line, at most, that may be one of a table of results or fixtures."""

_NAME = rf"[A-Z][\w{APOSTROPHE}.-]+(?: [A-Z][\w{APOSTROPHE}.-]+)*"
_JOINED = re.compile(r",? and (?:the )?|, (?:the )?| or (?:the )?|/", re.I)
_RESULT = re.compile(r"\b\d{1,3}-\d{1,3}\b(?!-)")
_FILED_OR_HELD = re.compile(
    r"(?:, [A-Z][\w. ]{1,29})? (?:\([A-Z]\w+\)|\d{4}-\d\d|--|[—–]|[A-Z][a-z]+\.? \d{1,2}\b(?![-.]\d))" + rf"|: {_NAME} \d"
)
"""What follows a place that a line begins with where the story was filed there, or the game was played there."""
_SCORED = re.compile(r" \d{1,3}(?:-\d{1,2})?(?![\w:]|[-.]\d)")
_NUMBERED = re.compile(r"(?:\d+[.)]? )?(?:the )?$", re.I)
_OPENS_LINE = re.compile(r":?$| (?:at|v|vs\.?)\s| \d+(?:[ ,.-]|$)", re.I)
_CLOSES_LINE = re.compile(rf"(?<![\w{APOSTROPHE}.-])(?>[\w{APOSTROPHE}.-]*?[A-Z][\w{APOSTROPHE}.-]+) (?i:at|\d+(?: \([^()]*\))?[,;]?) $")
_SIDE = rf"(?:[A-Z][\w{APOSTROPHE}.-]*|d[aeiou]s?|v[ao]n|[bt]en|der|el)(?: [\w{APOSTROPHE}.-]+){{0,4}}"
_LINE_UP = re.compile(rf" ?[-:–—] (?:\d|{_SIDE} ?[(,:;])")


def stand_for_teams(text: str, places: Sequence[Span]) -> frozenset[Span]:
    """Those of a story's place mentions, in text order, that mean a team.

    None outside sports copy. A mention means a team by the words around it; one that "and", "or", a comma or a slash joins to
    such a mention means one too. Where nothing tells, the place is meant. Measured on CleanCoNLL dev, where people called such
    places ORG: 221 of the 252 that the tagger calls places in sports copy, and 1 wrong.

    >>> text = "Osterby beat Lund 2-1 in Varna in their last match of the league season; coach Bo Dahl was glad."
    >>> sorted(span.of(text) for span in stand_for_teams(text, [Span(start=0, end=7), Span(start=13, end=17), Span(start=25, end=30)]))
    ['Lund', 'Osterby']
    """
    if not places or not is_sports_copy(text):
        return frozenset()
    mentions = [m for m in (_Mention.of(text, span) for span in places) if not m.is_place()]
    teams = {m.span for m in mentions if m.is_team()}
    pairs = [(a.span, b.span) for a, b in pairwise(mentions) if _JOINED.fullmatch(text, a.span.end, b.span.start)]
    for one, other in [*pairs, *((b, a) for a, b in reversed(pairs))]:
        if one in teams:
            teams.add(other)
    return frozenset(teams)


def is_sports_copy(text: str) -> bool:
    """Whether a story is of games: it has two words of sport only, or one and a result, and words of sport stand close.

    >>> is_sports_copy("The striker scored twice in the 3-1 win that ended the season."), is_sports_copy("The league met.")
    (True, False)
    """
    own, shared = ([word.casefold() for word in _of_sport(name).findall(text)] for name in ("own", "shared"))
    sure = len(set(own)) > 1 or (own and _RESULT.search(text))
    return bool(sure) and len(own) + len(shared) >= DENSITY * len(text.split())


class _Mention(NamedTuple):
    """A place with what stands around it on its line, as far as `NEAR`."""

    span: Span
    text: str
    before: str
    after: str

    @classmethod
    def of(cls, text: str, span: Span) -> "_Mention":
        low, high = max(0, span.start - NEAR), span.end + NEAR
        before, after = text[low : span.start].rpartition("\n")[2], text[span.end : high].partition("\n")[0]
        return cls(span, span.of(text), before, after)

    def is_place(self) -> bool:
        """Whether the place is meant: it opens a dateline, or a preposition or a direction stands before it, and no players after it."""
        opens_dateline = not self.before and _FILED_OR_HELD.match(self.after)
        rival = _owns().match(self.after) or _ending("rivals").search(self.before)
        return bool(opens_dateline or (_ending("places").search(self.before) and not rival))

    def is_team(self) -> bool:
        """Whether the words around it say that a team is meant."""
        if _owns().match(self.after) or _acts().match(self.after) or _SCORED.match(self.after) or _ending("rivals").search(self.before):
            return True
        if not self.before and _LINE_UP.match(self.after):
            return True
        if len(self.before + self.text + self.after) <= LIST_LINE and self._is_in_table():
            return True
        return bool(_ending("weak").search(self.before)) and bool(_RESULT.search(self.before) or _RESULT.search(self.after))

    def _is_in_table(self) -> bool:
        """Whether it is a cell of a line of standings or fixtures: Germany 10 6 2, BOSTON AT OAKLAND."""
        if _NUMBERED.match(self.before):
            return _OPENS_LINE.match(self.after) is not None
        return bool(_CLOSES_LINE.search(self.before))


@cache
def _owns() -> re.Pattern[str]:
    """A name's team: 's best striker, captain, under-21 side."""
    nouns = rf"(?:{_any('after', 'nouns')}\b|{_any('after', 'bodies')}\b(?! [A-Z][a-z]))"
    modifiers = r"(?:(?:[a-z\d][\w-]*|(?:World|European|[A-Z]\w+) Cup|European|Test) )"
    return re.compile(rf"[{APOSTROPHE}]s? {modifiers}{{0,3}}{nouns}| {modifiers}?{nouns}")


@cache
def _acts() -> re.Pattern[str]:
    """What a team does: beat, have won, will also play; and what is said of it: , who."""
    return re.compile(rf"(?:, who\b|(?: {_any('after', 'auxiliaries')})* {_any('after', 'verbs')}(?!\w))", re.I)


@cache
def _ending(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w{APOSTROPHE}]){_any('before', name)} (?:the )?$", re.I)


@cache
def _of_sport(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{_any('sport', name)}s?\b", re.I)


def _any(section: str, name: str) -> str:
    """A pattern of any of the words of a list of `teams.toml`, whatever their case, the longest first."""
    words = shipped.toml("language/en/teams.toml")[section][name]
    return "(?i:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"
