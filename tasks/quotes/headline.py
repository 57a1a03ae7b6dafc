"""Quotes in a headline: Norland hails ‘historic’ deal. They are of the kind `headline`, apart from the body's.

Only where cue and source stand in the headline, the story names the source, and the score is .5 or more: a headline has no
sentence before it that would resolve it, and the body says the rest better.
"""

from collections.abc import Iterable, Iterator, Set

from schemas.story import SplitStory
from schemas.tagged import Attribution
from tasks.language.page import Page
from tasks.quotes import passes
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.question import Told
from tasks.quotes.speakers.sieves import Sieves

LIKELY = 0.5
"""The least score; of those with it in PolNeAR train 41 are attributions there and 5 are not, of those below it 12 and 6."""


def headlines(split: SplitStory) -> Iterator[Page]:
    """Each headline of a story as a page of its own."""
    for index, section in enumerate(split.sections):
        if section.kind == "headline":
            yield Page(split.text, section.paragraphs, [index] * len(section.paragraphs))


def told_in_headline(attributions: Iterable[Attribution], page: Page, cast: Cast, without: Set[str] = frozenset()) -> Iterator[Told]:
    """The statements of a headline whose speaker is known, by all passes and sieves but those named in `without`."""
    for statement in passes.statements(attributions, page, cast, without):
        if statement.cue and statement.source and statement.score >= LIKELY:
            told = Sieves(page, cast, without).attributed(statement, ())
            if told.speaker:
                yield told
