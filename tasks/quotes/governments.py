"""Places that stand for a government: the capital or country that a quote's source names, where the speaker is the government."""

from collections.abc import Iterable, Sequence

from schemas.base import Span
from schemas.extracted import Entity, Quote


def with_governments(entities: Iterable[Entity], quotes: Sequence[Quote]) -> list[Entity]:
    """The entities, in their order, with `stands_for` set for the places that are the source of a quote resolved as a metonym.

    Only for the mention in that source: other mentions of the place, and other places in the source, stay places.
    """
    sources = [
        (Span(start=quote.source_start, end=quote.source_end), quote.speaker_chain_id)
        for quote in quotes
        if quote.resolved_by == "metonym" and quote.source_start is not None and quote.source_end is not None
    ]

    def speaks(entity: Entity) -> bool:
        own = Span(start=entity.start, end=entity.end)
        return any(source.holds(own) and chain == entity.chain_id for source, chain in sources)

    return [
        entity.model_copy(update={"stands_for": "government"})
        if entity.label == "PLACE" and entity.stands_for is None and speaks(entity)
        else entity
        for entity in entities
    ]
