"""How a stream of records and stories is cut into batches: by count and by bytes, small ones first."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

BATCH_BYTES = 16 * 2**20
"""A batch is closed when it holds this much, however few stories that is: long documents should not fill the memory."""

FIRST_BATCH = 64
"""Stories of the first batch: a first result soon, and no worker left idle at the end of a small run."""


def cut(things: Iterable[T], size: Callable[[T], int], counts: Iterator[int]) -> Iterator[list[T]]:
    """Cuts a stream into lists of at most as many things as `counts` says next, and of not much more than BATCH_BYTES.

    >>> list(cut("abcdef", len, iter([1, 2, 4])))
    [['a'], ['b', 'c'], ['d', 'e', 'f']]
    """
    batch: list[T] = []
    weight, most = 0, next(counts)
    for thing in things:
        batch.append(thing)
        weight += size(thing)
        if len(batch) >= most or weight >= BATCH_BYTES:
            yield batch
            batch, weight, most = [], 0, next(counts)
    if batch:
        yield batch


def growing(most: int) -> Iterator[int]:
    """The counts of a run's batches: each size twice, up to `most`.

    >>> from itertools import islice
    >>> list(islice(growing(200), 6))
    [64, 64, 128, 128, 200, 200]
    """
    count = min(FIRST_BATCH, most)
    while True:
        yield count
        yield count
        count = min(2 * count, most)
