"""The plainest forms of reported speech, where the tagger found no cue and no source: `The pier is shut, police said.`

The tagger misses them where it ties the content of one paragraph to the cue of another, or where names and brackets lead it astray.
"""

from collections.abc import Iterator, Sequence

from tasks.language.page import Page, Stretch
from tasks.language.reported import attribution
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.phrase import read_phrase
from tasks.quotes.statements.edges import OUTSIDE, trimmed
from tasks.quotes.statements.statement import Covered, Statement

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
        match = None if seen.touches(*sentence) else attribution(page.text, *sentence)
        if match is None:
            continue
        cue, source = Stretch(*match.span("cue")), Stretch(*match.span("source"))
        parts = (trimmed(*match.span(part), page.text, OUTSIDE + ".") for part in ("content", "rest") if match.groupdict().get(part))
        phrase = read_phrase(source, page, cast)
        if phrase and any(head.kind == "name" or head.category or head.word in SUBJECTS for head in phrase.heads):
            yield Statement(tuple(part for part in parts if part), cue, source, SCORE)
