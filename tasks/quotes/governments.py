"""Places that stand for a government: the capital or country that a quote's source names, where the speaker is the government."""

from bisect import bisect_left
from collections.abc import Sequence

from schemas.extracted import Entity, Quote


def with_governments(entities: Sequence[Entity], quotes: Sequence[Quote]) -> list[Entity]:
    """The entities, in their order, with `stands_for` set for the places that are the source of a quote resolved as a metonym.

    Only for the mention in that source: other mentions of the place, and other places in the source, stay places.
    """
    sources = {
        (quote.source_start, quote.source_end, quote.speaker_chain_id)
        for quote in quotes
        if quote.resolved_by == "metonym" and quote.source_start is not None and quote.source_end is not None
    }
    ordered = sorted(entities, key=lambda entity: entity.start)
    speaking = {
        (entity.start, entity.end)
        for start, end, chain in sources
        for entity in ordered[bisect_left(ordered, start, key=lambda e: e.start) : bisect_left(ordered, end, key=lambda e: e.start)]
        if entity.end <= end and entity.chain_id == chain
    }

    return [
        entity.model_copy(update={"stands_for": "government"})
        if entity.label == "PLACE" and entity.stands_for is None and (entity.start, entity.end) in speaking
        else entity
        for entity in entities
    ]
