"""The plainest form of reported speech, where the tagger found none: `The pier is shut, police said.`

The tagger misses it where it ties the content of one paragraph to the cue of another.
"""

import re
from collections.abc import Iterator, Sequence

from tasks.language import lexicon
from tasks.language.marks import APOSTROPHE, DOUBLE
from tasks.language.page import Page, Stretch
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.phrase import read_phrase
from tasks.quotes.statements.statement import Covered, Statement

PLAIN = re.compile(
    rf"(?:[-–—] )?(?P<content>[^{DOUBLE}]{{20,}}), "
    rf"(?P<source>(?:[\w.{APOSTROPHE}-]+ ){{0,5}}?[\w.{APOSTROPHE}-]+) (?P<cue>said){lexicon.WHEN}\.\s*"
)
SCORE = 0.92
"""The score of a statement that the tagger did not see: of 11 in PolNeAR train, tagged by a model of its other half, 11 are right in
content and source, which by the rule of succession is 12 in 13.
"""


def plain(statements: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, and those of plain sentences that share no character with one of them."""
    return [*statements, *_plain(statements, page, cast)]


def _plain(statements: Sequence[Statement], page: Page, cast: Cast) -> Iterator[Statement]:
    taken = Covered(page, (part for s in statements for part in (*s.spans, s.cue, s.source) if part))
    for sentence in page.sentences:
        match = PLAIN.fullmatch(page.text, *sentence)
        if match is None or taken.touches(*sentence):
            continue
        content, cue, source = (Stretch(*match.span(part)) for part in ("content", "cue", "source"))
        phrase = read_phrase(source, page, cast)
        if phrase and any(head.kind != "noun" or head.category for head in phrase.heads):
            yield Statement((content,), cue, source, SCORE)
