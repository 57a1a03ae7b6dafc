"""The plainest forms of reported speech, where the tagger found no cue and no source: `The pier is shut, police said.`

The tagger misses them where it ties the content of one paragraph to the cue of another, or where names and brackets lead it astray.
"""

import re
from collections.abc import Iterator, Sequence

from tasks.language import lexicon
from tasks.language.marks import APOSTROPHE, DOUBLE
from tasks.language.page import Page, Stretch
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.phrase import read_phrase
from tasks.quotes.statements.edges import OUTSIDE, trimmed
from tasks.quotes.statements.statement import Covered, Statement

NAME = rf"(?P<source>(?:[\w.{APOSTROPHE}-]+ ){{0,5}}?[\w.{APOSTROPHE}-]*\w)"
WORDS = rf"(?P<content>[^{DOUBLE}]{{12,}})"
OF = r"(?:in the (?:words|view|opinion|eyes|telling|account) of|by the account of|to quote|according to)"
"""A cue before its source, without a verb of speech."""
VIEW = r"(?:words|view|opinion|eyes|mind|telling|account|estimation|reckoning)"
BEHIND = re.compile(rf"(?:[-–—] )?{WORDS}, {NAME} (?P<cue>said){lexicon.WHEN}\.\s*", re.IGNORECASE)
BEFORE = re.compile(rf"{NAME}(?: \([^()]*\))? (?P<cue>said) {WORDS}", re.IGNORECASE)
OPENER = re.compile(rf"(?:And |But )?(?P<cue>{OF}) {NAME}[,:] (?P<content>.{{8,}})", re.IGNORECASE)
POSSESSOR = re.compile(rf"(?:And |But )?(?:in|by) {NAME}[{APOSTROPHE}]s (?P<cue>{VIEW}), (?P<content>.{{8,}})", re.IGNORECASE)
QUOTED = re.compile(rf"(?:And |But )?(?P<cue>for|from) {NAME}[,:] (?P<content>[^{DOUBLE}]*[{DOUBLE}].{{8,}})", re.IGNORECASE)
BETWEEN = re.compile(
    rf"(?P<content>[^{DOUBLE},][^{DOUBLE}]*?),? (?P<cue>{OF}) {NAME}(?:, (?P<rest>[^{DOUBLE}]{{3,}})|\.?\s*)", re.IGNORECASE
)
"""Sentences with their cue and source behind, before or between the content; `for` and `from` only before a quotation."""
SUBJECTS = {"he", "she", "it", "they"}
SCORE = 0.92
"""The score of a statement that the tagger did not see: of 11 in PolNeAR train, tagged by a model of its other half, 11 are right in
content and source, which by the rule of succession is 12 in 13.
"""


def plain(statements: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, and those of plain sentences to which no cue or source belongs; what stands free there is dropped for them."""
    attributed = [bool(s.source or (s.cue and page.words_in(*s.cue))) for s in statements]
    parts = ((*s.spans, s.cue, s.source) for s, known in zip(statements, attributed, strict=True) if known)
    missed = list(_plain(Covered(page, (part for three in parts for part in three if part)), page, cast))
    again = Covered(page, (span for statement in missed for span in statement.spans))
    return [*(s for s, known in zip(statements, attributed, strict=True) if known or not again.touches(s.start, s.end)), *missed]


def _plain(seen: Covered, page: Page, cast: Cast) -> Iterator[Statement]:
    for sentence in page.sentences:
        match = None if seen.touches(*sentence) else _form(page.text, sentence)
        if match is None:
            continue
        cue, source = Stretch(*match.span("cue")), Stretch(*match.span("source"))
        parts = (trimmed(*match.span(part), page.text, OUTSIDE + ".") for part in ("content", "rest") if match.groupdict().get(part))
        phrase = read_phrase(source, page, cast)
        if phrase and any(head.kind == "name" or head.category or head.word in SUBJECTS for head in phrase.heads):
            yield Statement(tuple(part for part in parts if part), cue, source, SCORE)


def _form(text: str, on: Stretch) -> re.Match[str] | None:
    before = OPENER.fullmatch(text, *on) or POSSESSOR.fullmatch(text, *on) or QUOTED.fullmatch(text, *on)
    return BEHIND.fullmatch(text, *on) or BEFORE.fullmatch(text, *on) or before or BETWEEN.fullmatch(text, *on)
