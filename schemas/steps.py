"""The steps of a story: their order stands here and nowhere else; tasks, flows and a run's account derive from it.

A new step is a name in `Step`, its function in `tasks.workers.batch.PURE`, and a room.
"""

from typing import Literal, get_args

Step = Literal["read", "clean", "split", "tag", "entities", "quotes", "write"]
"""The steps of a story, in order."""

STEPS: tuple[Step, ...] = get_args(Step)

TAKES: dict[Step, tuple[Step, ...]] = {"quotes": ("tag", "entities")}
"""Whose results a step takes, where they are not those of the one step before it."""

KEPT: frozenset[Step] = frozenset({"clean", "split"})
"""The steps whose results can be had from the dataset: it keeps the clean text with its sections, neither the source nor what tag finds."""


def taken_by(step: Step) -> tuple[Step, ...]:
    """The steps whose results a step takes; the first takes what no step made.

    >>> taken_by("tag"), taken_by("quotes"), taken_by("read")
    (('split',), ('tag', 'entities'), ())
    """
    return TAKES.get(step, STEPS[: STEPS.index(step)][-1:])


def story_steps(first: Step | None = None) -> tuple[Step, ...]:
    """The steps that make one result of one story, from `first` on: all but read, which makes stories of records, and write.

    >>> story_steps("entities")
    ('entities', 'quotes')
    """
    steps = STEPS[1:-1]
    return steps[steps.index(first) :] if first else steps


AGAIN: tuple[Step, ...] = tuple(step for step in story_steps() if KEPT.issuperset(taken_by(step)))
"""The steps from which a story of the dataset can be taken on again: those that take what is kept.

Before them there is no going back, since the source is not kept; the steps after them need again what tag finds.
"""

FromStep = Literal[AGAIN]  # type: ignore[valid-type]  # a checker of types cannot know which they are
"""One of `AGAIN`."""
