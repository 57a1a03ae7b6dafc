"""Quotes from hand-made attributions: joining, kinds, and speakers, with what must stay unresolved."""

import json
from pathlib import Path
from typing import Any

import pytest

from hypothesis import given
from hypothesis import strategies as st

from schemas.extracted import Entity, ExtractedStory, Quote
from schemas.tagged import TaggedStory
from tasks.quotes import quotes
from tasks.quotes.named import government
from tests.tasks.building import tagged

CASES = Path(__file__).parent / "cases"


def load(name: str) -> list[Any]:
    lines = (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [pytest.param(case, id=case["case"]) for line in lines if (case := json.loads(line))]


def cast(story: TaggedStory, chains: dict[str, dict[str, Any]]) -> list[Entity]:
    """The entities of a story: one chain a text, but for those that `chains` ties together or describes."""
    names = {text: name for name, facts in chains.items() for text in [name, *facts.get("as", [])]}
    numbers: dict[str, int] = {}
    entities = []
    for mention in story.mentions:
        text = mention.span.of(story.text)
        name = names.get(text, text)
        facts = chains.get(name, {})
        section = next(i for i, s in enumerate(story.split.sections) if s.start <= mention.span.start < s.end)
        number = numbers.setdefault(name, len(numbers))
        entities.append(
            Entity(
                section_index=section, start=mention.span.start, end=mention.span.end, text=text, label=mention.label,
                chain_id=number, name=name, role=facts.get("role"), country=facts.get("country"), score=mention.score,
            )
        )  # fmt: skip
    return entities


def seen(quote: Quote, story: TaggedStory) -> dict[str, Any]:
    return {
        "text": quote.text,
        "spans": [s.of(story.text) for s in quote.spans],
        "kind": quote.kind,
        "cue": quote.cue,
        "source": quote.source,
        "section": quote.section_index,
        "speaker": quote.speaker,
        "label": quote.speaker_label,
        "role": quote.speaker_role,
        "chain": quote.speaker_chain_id,
        "by": quote.resolved_by,
    }


def check(case: dict[str, Any]) -> None:
    story = tagged(case["story"])
    entities = cast(story, case.get("chains", {}))
    found = quotes(story, entities)
    ExtractedStory(split=story.split, entities=entities, quotes=found, model_version=None)
    got = [seen(q, story) for q in found]
    assert [{k: g[k] for k in wanted} for g, wanted in zip(got, case["quotes"], strict=False)] == case["quotes"]
    assert len(got) == len(case["quotes"]), got


@pytest.mark.parametrize("case", load("quotes_joining"))
def test_joining(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", load("quotes_speakers"))
def test_speakers(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", load("quotes_forms"))
def test_forms(case: dict[str, Any]) -> None:
    check(case)
