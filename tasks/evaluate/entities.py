"""The figures of entities: exact span and label, over all labels and for each."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tasks.evaluate.annotated import AnnotatedStory
from tasks.evaluate.figures import Figure
from tasks.evaluate.labels import LabelScheme

Mention = tuple[int, int, str]
"""Start, end, label."""


class EntityFigures(BaseModel):
    """micro: span and label right, over all mentions. span_only: the span right. by_label: micro, for each label."""

    micro: Figure
    span_only: Figure
    by_label: dict[str, Figure]


@dataclass(frozen=True, eq=False)
class JudgedMentions:
    """The mentions of one story that count: gold, and predicted ones with the system's own probability."""

    story: AnnotatedStory
    gold: frozenset[Mention]
    predicted: dict[Mention, float | None]


def judge_mentions(gold: AnnotatedStory, predicted: AnnotatedStory, scheme: LabelScheme) -> JudgedMentions:
    """The mentions that count once labels are translated and those outside the scheme are dropped.

    Gold that is `optional` need not be found, and a prediction of its span counts only where it is also plain gold.
    """
    plain = frozenset((e.start, e.end, scheme.of(e.label, e.stands_for)) for e in gold.entities or [] if not e.optional)
    plain = frozenset(m for m in plain if scheme.counts(m[2]))
    optional = {(e.start, e.end) for e in gold.entities or [] if e.optional}
    found: dict[Mention, float | None] = {}
    for e in predicted.entities or []:
        mention = (e.start, e.end, scheme.of(e.label, e.stands_for))
        if scheme.counts(mention[2]) and (mention in plain or mention[:2] not in optional):
            found.setdefault(mention, e.score)
    return JudgedMentions(story=gold, gold=plain, predicted=found)


def entity_figures(stories: Sequence[JudgedMentions]) -> EntityFigures:
    """The figures over all stories."""
    labels = sorted({m[2] for s in stories for m in (*s.gold, *s.predicted)})
    return EntityFigures(
        micro=_figure([(s.gold, s.predicted.keys()) for s in stories]),
        span_only=_figure([({m[:2] for m in s.gold}, {m[:2] for m in s.predicted}) for s in stories]),
        by_label={x: _figure([({m for m in s.gold if m[2] == x}, {m for m in s.predicted if m[2] == x}) for s in stories]) for x in labels},
    )


def _figure(sides: Sequence[tuple[Set[Any], Set[Any]]]) -> Figure:
    right = sum(len(gold & predicted) for gold, predicted in sides)
    return Figure.of(right, sum(len(predicted) for _, predicted in sides), right, sum(len(gold) for gold, _ in sides))
