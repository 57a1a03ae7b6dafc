"""What can be said of parts of the predictions: those resolved in one way, those with a score in one band."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from pydantic import BaseModel

from tasks.evaluate.calibration import Scored, band_name
from tasks.evaluate.judge import Judgement, same_name

T = TypeVar("T")


class Slice(BaseModel):
    """How many predictions it holds, their mean score if they have one, and the share that is right."""

    n: int
    mean_score: float | None
    right: float


class QuoteSlice(Slice):
    """A quote is right when its content is found and its source exact.

    `speaker_right` is the share with the right last name, of the `n_speaker` that are found and whose gold names a speaker.
    """

    found: float
    exact: float
    n_speaker: int
    speaker_right: float | None


def quotes_by_resolution(predicted: Sequence[Judgement]) -> dict[str, QuoteSlice]:
    """Predicted quotes by how their speaker was resolved."""
    return {name: _quote_slice(part) for name, part in _parts(predicted, lambda j: j.own.quote.resolved_by)}


def quotes_by_band(predicted: Sequence[Judgement]) -> dict[str, QuoteSlice]:
    """Predicted quotes by their score, in tenths."""
    return {name: _quote_slice(part) for name, part in _parts(predicted, lambda j: None if j.score is None else band_name(j.score))}


def mentions_by_band(scored: Sequence[Scored]) -> dict[str, Slice]:
    """Predicted mentions by their score, in tenths."""
    return {
        name: Slice(n=len(part), mean_score=_mean([score for score, _ in part]), right=_mean([right for _, right in part]) or 0.0)
        for name, part in _parts(scored, lambda s: band_name(s[0]))
    }


def _parts(items: Iterable[T], key: Callable[[T], str | None]) -> list[tuple[str, list[T]]]:
    parts: dict[str, list[T]] = {}
    for item in items:
        if (name := key(item)) is not None:
            parts.setdefault(name, []).append(item)
    return sorted(parts.items())


def _quote_slice(part: Sequence[Judgement]) -> QuoteSlice:
    named = [(j.other.quote.speaker, j.own.quote.speaker) for j in part if j.found and j.other and j.other.quote.speaker]
    return QuoteSlice(
        n=len(part),
        mean_score=_mean([j.score for j in part if j.score is not None]),
        right=_mean([j.right for j in part]) or 0.0,
        found=_mean([j.found for j in part]) or 0.0,
        exact=_mean([j.exact for j in part]) or 0.0,
        n_speaker=len(named),
        speaker_right=_mean([same_name(gold or "", ours or "", surname_only=True) for gold, ours in named]),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
