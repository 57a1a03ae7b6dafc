"""Something through the steps in their order: a story in this process, a batch by workers, or the states of Prefect's tasks."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from schemas.steps import Step, taken_by

T = TypeVar("T")


def in_order(steps: Iterable[Step], start: T, do: Callable[[Step, list[T]], T]) -> dict[Step, T]:
    """Does one step after the other, each on the results that it takes; gives the results, the last step's last.

    What a step takes of steps that are not among `steps` is `start`.

    >>> in_order(("tag", "entities", "quotes"), "story", lambda step, taken: f"{step}({', '.join(taken)})")["quotes"]
    'quotes(tag(story), entities(tag(story)))'
    """
    results: dict[Step, T] = {}
    for step in steps:
        results[step] = do(step, [results.get(source, start) for source in taken_by(step)] or [start])
    return results
