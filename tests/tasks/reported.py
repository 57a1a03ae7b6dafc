"""Finished stories for tests, from marked-up text: every mention its own chain, every source its own speaker."""

from typing import Any

from schemas.extracted import Entity, ExtractedStory, Quote
from tests.tasks.building import tagged


def extracted(markup: str, *, kind: str = "direct", **wire: Any) -> ExtractedStory:
    """The extracted story of marked-up text (see `building`); `wire` are fields of its RawStory."""
    story = tagged(markup)
    text = story.text
    clean = story.split.clean.model_copy(update={"raw": story.split.clean.raw.model_copy(update=wire)})
    printed = {"headline": None, "byline": [], "provider": None, "status": "usable"}
    split = story.split.model_copy(update={"clean": clean} | {name: wire.get(name, default) for name, default in printed.items()})

    def section(at: int) -> int:
        return next(i for i, s in enumerate(split.sections) if s.start <= at < s.end)

    entities = [
        Entity(
            section_index=section(m.span.start), start=m.span.start, end=m.span.end, text=m.span.of(text), label=m.label, chain_id=i,
            name=m.span.of(text), score=m.score,
        )
        for i, m in enumerate(story.mentions)
    ]  # fmt: skip
    quotes = []
    for a in story.attributions:
        places: dict[str, Any] = {}
        for role, span in (("cue", a.cue), ("source", a.source)):
            places |= {role: span.of(text), f"{role}_start": span.start, f"{role}_end": span.end} if span else {}
        chain = next((i for i, m in enumerate(story.mentions) if a.source and a.source.holds(m.span)), None)
        quotes.append(
            Quote(
                section_index=section(a.content[0].start),
                spans=a.content,
                text=" ".join(s.of(text) for s in a.content),
                kind=kind,  # type: ignore[arg-type]
                speaker=a.source.of(text) if a.source else None,
                speaker_chain_id=chain,
                speaker_label=story.mentions[chain].label if chain is not None else None,
                speaker_score=a.score if a.source else None,
                resolved_by="named" if a.source else "none",
                score=a.score,
                **places,
            )
        )
    return ExtractedStory(split=split, entities=entities, quotes=quotes, model_version="by hand")
