"""What each pass and sieve is worth: the figures of a gold file with all of them, and without each in turn.

The tagger's output stays the same, so that the difference is the rule's alone. Judge by stories from which neither the rule nor
the tagger was made: a tagger knows by heart what it was trained on.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from typing import NamedTuple

from schemas.extracted import Entity, ExtractedStory, Quote
from schemas.tagged import TaggedStory
from tasks.entities import entities
from tasks.evaluate.annotated import AnnotatedStory
from tasks.evaluate.evaluation import evaluate
from tasks.given import as_given
from tasks.quotes import NAMES, quotes


class Scores(NamedTuple):
    """F1 of contents found, contents exact, contents found with exact source; the share of speakers that are right, where gold has some."""

    found: float
    exact: float
    source: float
    speaker: float | None


class Weight(NamedTuple):
    """What is lost without a pass or sieve: rows that change, and by how much each score falls (negative: it rises)."""

    name: str
    rows: int
    lost: Scores


def weigh(stories: Sequence[AnnotatedStory], tagged: Sequence[TaggedStory]) -> tuple[Scores, Iterator[Weight]]:
    """The scores of gold `stories` as `tagged`, in the same order, and the weight of every pass and sieve, one after the other."""
    found = [entities(story) for story in tagged]

    def quotes_without(names: Set[str]) -> list[list[Quote]]:
        return [quotes(story, of, names) if story.model_version else [] for story, of in zip(tagged, found, strict=True)]

    def scores(rows: Sequence[list[Quote]]) -> Scores:
        return _scores(stories, [_given(*story) for story in zip(stories, tagged, found, rows, strict=True)])

    rows = quotes_without(frozenset())
    return (base := scores(rows)), _weights(rows, base, quotes_without, scores)


def _weights(
    rows: Sequence[list[Quote]],
    base: Scores,
    quotes_without: Callable[[Set[str]], list[list[Quote]]],
    scores: Callable[[Sequence[list[Quote]]], Scores],
) -> Iterator[Weight]:
    for name in NAMES:
        others = quotes_without({name})
        changed = sum(_changed(one, other) for one, other in zip(rows, others, strict=True))
        yield Weight(name, changed, _less(base, scores(others) if changed else base))


def _less(base: Scores, other: Scores) -> Scores:
    speaker = None if base.speaker is None or other.speaker is None else base.speaker - other.speaker
    return Scores(base.found - other.found, base.exact - other.exact, base.source - other.source, speaker)


def _changed(one: Sequence[Quote], other: Sequence[Quote]) -> int:
    """How many rows differ, traces aside."""
    first, second = (Counter(quote.model_dump_json(exclude={"passes"}) for quote in rows) for rows in (one, other))
    return max((first - second).total(), (second - first).total())


def _given(story: AnnotatedStory, tagged: TaggedStory, found: list[Entity], rows: list[Quote]) -> AnnotatedStory:
    done = ExtractedStory(split=tagged.split, entities=found, quotes=rows, model_version=tagged.model_version)
    return AnnotatedStory.model_validate({"id": story.id, "text": story.text, "quotes": as_given(done)["quotes"], "entities": None})


def _scores(stories: Sequence[AnnotatedStory], ours: Sequence[AnnotatedStory]) -> Scores:
    """The scores; raises ValueError when no story has gold quotes."""
    evaluation, _ = evaluate([story.model_copy(update={"entities": None}) for story in stories], {story.id: story for story in ours})
    if evaluation.quotes is None:
        raise ValueError("no story has gold quotes, by which passes are weighed")
    figures = evaluation.quotes.figures["all"]
    speaker = figures.speaker.e2e_recall_lenient if figures.speaker else None
    return Scores(figures.content.detect.f1, figures.content.exact.f1, figures.source.e2e.f1, speaker)
