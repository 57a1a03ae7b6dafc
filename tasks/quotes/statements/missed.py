"""Sentences that say outright who said what, where the tagger took nothing from them: `The pier is shut, police said.`

The plainest forms of reported speech, closed by the sentence's end. The tagger misses them where it ties what a paragraph
says to the cue of another.
"""

import re
from collections.abc import Iterator, Sequence

from tasks.language import lexicon
from tasks.language.marks import APOSTROPHE, DOUBLE
from tasks.language.page import Page, Stretch
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.heads import Phrase
from tasks.quotes.speakers.phrase import read_phrase
from tasks.quotes.statements.statement import Statement

SOURCE = rf"(?P<source>(?:[\w.{APOSTROPHE}-]+ ){{0,5}}?[\w.{APOSTROPHE}-]+)"
CONTENT_FIRST = re.compile(rf"(?:[-–—] )?(?P<words>[^{DOUBLE}]{{20,}}), {SOURCE} (?P<cue>said){lexicon.WHEN}\.\s*")
SOURCE_FIRST = re.compile(rf"{SOURCE} (?P<cue>said){lexicon.WHEN}(?: on condition of anonymity)? (?P<words>that [^{DOUBLE}]{{16,}}?)\.\s*")
DENIED = re.compile(
    rf"{SOURCE} (?<!to )(?<!not )(?P<cue>(?:has |have |had )?(?:den(?:y|ies|ied)|disput(?:e|es|ed)|reject(?:s|ed)?|dismiss(?:es|ed)?)) "
    r"(?P<words>(?:the|an?|any|all|this|that|these|those|his|her|its|their|such|claims|reports|accusations|allegations|charges)\b"
    rf"[^{DOUBLE}]{{2,60}}?)\.\s*"
)

FORMS = (CONTENT_FIRST, SOURCE_FIRST, DENIED)
PLAIN = 0.92
"""The score of a statement that the tagger did not see: of 11 in PolNeAR train, tagged by a model of its other half, 11 are right in
content and source, which by the rule of succession is 12 in 13.
"""


def plain(found: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, and those of plain sentences that share no character with one of them."""
    return [*found, *_plain(found, page, cast)]


def _plain(found: Sequence[Statement], page: Page, cast: Cast) -> Iterator[Statement]:
    for sentence in page.sentences:
        told = next((match for form in FORMS if (match := form.fullmatch(page.text, *sentence))), None)
        if told is None or any(_touches(s, sentence) for s in found):
            continue
        content, cue, source = (Stretch(told.start(part), told.end(part)) for part in ("words", "cue", "source"))
        phrase = read_phrase(source, page, cast)
        if phrase and _speaks(phrase, whole=told.re is DENIED):
            yield Statement((content,), cue, source, PLAIN)


def _speaks(phrase: Phrase, whole: bool) -> bool:
    """Whether a source is somebody; where it stands before a verb that others than speakers have, the `whole` of it must be."""
    if not whole:
        return any(h.kind != "noun" or h.category for h in phrase.heads)
    return all((h.kind == "pronoun" or h.entity or h.category) and (not h.tail or h.tail[0].low == "of") for h in phrase.heads)


def _touches(statement: Statement, sentence: Stretch) -> bool:
    spans = (*statement.spans, *(s for s in (statement.cue, statement.source) if s))
    return any(s.start < sentence.end and sentence.start < s.end for s in spans)
