"""A finished story told in the offsets of the text it was given as, the way `wiredesk extract` writes it."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from schemas.extracted import Entity, ExtractedStory, Quote
from schemas.story import SourceRun


def as_given(story: ExtractedStory, *, trace: bool = False) -> dict[str, Any]:
    """The story's `quotes` and `entities`, as JSON values, with every offset pointing into `RawStory.text`.

    With `trace` each quote names the passes that changed what the tagger gave.
    """
    runs = story.split.clean.source_map

    def told(start: int | None, end: int | None) -> list[tuple[int, int]]:
        span = given(start, end, runs) if start is not None and end is not None else None
        return [span] if span else []

    return {
        "quotes": [_quote(quote, told) | ({"passes": quote.passes} if trace else {}) for quote in story.quotes],
        "entities": [_entity(entity, span) for entity in story.entities for span in told(entity.start, entity.end)],
    }


def given(start: int, end: int, runs: Sequence[SourceRun]) -> tuple[int, int] | None:
    """The source characters that the clean span `[start, end)` came from; None when all of it was put in by cleaning.

    >>> runs = [SourceRun(text_start=0, source_start=4, length=3), SourceRun(text_start=4, source_start=9, length=2)]
    >>> given(1, 5, runs), given(3, 6, runs), given(3, 4, runs)
    ((5, 10), (9, 11), None)
    """
    first = bisect_right(runs, start, key=lambda run: run.text_start) - 1
    if first < 0 or start >= runs[first].text_start + runs[first].length:
        first += 1
    last = bisect_right(runs, end - 1, key=lambda run: run.text_start) - 1
    if last < first:
        return None
    opening, closing = runs[first], runs[last]
    begin = opening.source_start + max(0, start - opening.text_start)
    finish = closing.source_start + min(closing.length, end - closing.text_start)
    return begin, finish


def _entity(entity: Entity, span: tuple[int, int]) -> dict[str, Any]:
    start, end = span
    told = {"start": start, "end": end, "label": entity.label, "name": entity.name, "role": entity.role, "country": entity.country}
    sense = {"stands_for": entity.stands_for} if entity.stands_for else {}
    return told | sense | {"score": entity.score}


def _quote(quote: Quote, told: Any) -> dict[str, Any]:
    return {
        "content": [span for part in quote.spans for span in told(part.start, part.end)],
        "cue": told(quote.cue_start, quote.cue_end),
        "source": told(quote.source_start, quote.source_end),
        "speaker": quote.speaker,
        "speaker_label": quote.speaker_label,
        "speaker_role": quote.speaker_role,
        "speaker_score": quote.speaker_score,
        "resolved_by": quote.resolved_by,
        "act": quote.act,
        "kind": quote.kind,
        "score": quote.score,
    }
