"""Where sentences end: the one definition, for lines, for whole paragraphs and for what stands before a word.

Our own rules, since nupunkt (MIT, kept up, exact offsets) does worse on wire copy: it joins what `lead.`, `month.` and `rest.` end,
ends sentences inside `(D-N.C.), head of` and behind `“Mr.`, and takes 3.5 times as long.
"""

import re
from collections.abc import Iterator
from functools import cache

from tasks import shipped
from tasks.language import calendar, marks
from tasks.language.countries import abbreviated_states

STOPS = ".!?…。؟۔"
"""What ends a sentence."""

BREAKS = STOPS + ":;"
"""What ends a sentence or parts its clauses."""

CLOSED = rf"[{marks.MAY_CLOSE})\]]*"
"""A pattern of the quotation marks and brackets that close behind a full stop."""

OPENED = rf"[{marks.MAY_OPEN}(\[]*"
"""A pattern of the quotation marks and brackets that open before a sentence's first word."""

_BREAK = re.compile(rf"(?<![{STOPS}])[{STOPS}]++{CLOSED}+\s++(?={OPENED}[A-Z0-9À-Þ])")
_START = re.compile(rf"(?:^|[{STOPS}:]{CLOSED}+)\s*+{OPENED}+\Z")
_LONGEST_WORD = 20


def ends(line: str, stops: str = STOPS) -> bool:
    """Whether a line ends in one of the stops, quotation marks and brackets closed behind it.

    >>> ends("He said: “No.”"), ends("What the minister said"), ends("The minister said:"), ends("The minister said:", BREAKS)
    (True, False, False, True)
    """
    return bool(_ending(stops).search(line))


def starts(before: str) -> bool:
    """Whether a sentence, or what a colon announces, starts right behind these characters; nothing before is a start, too.

    >>> starts("She left. “"), starts("She left with "), starts("")
    (True, False, True)
    """
    return bool(_START.search(before))


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the sentences of the paragraph `text[start:end]` start and end, the white space behind them included.

    >>> text = "Mr. Lund left. “We won,” he said."
    >>> [text[a:b] for a, b in sentence_spans(text, 0, len(text))]
    ['Mr. Lund left. ', '“We won,” he said.']
    """
    for match in _BREAK.finditer(text, start, end):
        before = text[max(start, match.start() - _LONGEST_WORD) : match.start()].split()
        word = before[-1].lstrip("([" + marks.MAY_OPEN) if before else ""
        if match.end() < end and not (text[match.start()] == "." and is_abbreviation(word)):
            yield start, match.end()
            start = match.end()
    yield start, end


def is_abbreviation(word: str) -> bool:
    """Whether a full stop behind a word belongs to it: Mr, Sept, J, U.S.

    >>> [is_abbreviation(word) for word in ("Mr", "Calif", "Ill", "ill", "J", "U.S", "lead")]
    [True, True, True, False, True, True, False]
    """
    short = word.lower() in _listed() or (word[:1].isupper() and word.capitalize() in _names())
    return short or (len(word) == 1 and word.isalpha()) or "." in word


@cache
def _listed() -> frozenset[str]:
    """Those of every language: a story's sentences are told apart whatever it is in."""
    tables = (name for name in shipped.folder("language") if name.endswith("/abbreviations.toml"))
    return frozenset(word for name in tables for word in shipped.toml(name)["words"])


@cache
def _names() -> frozenset[str]:
    """The short forms of months and states, which count with a capital only: `Ill.` is Illinois, `ill.` ends a sentence."""
    return frozenset({*calendar.english_months("abbreviated"), *(state.strip(".") for state in abbreviated_states())})


@cache
def _ending(stops: str) -> re.Pattern[str]:
    return re.compile(rf"[{re.escape(stops)}]{CLOSED}$")
