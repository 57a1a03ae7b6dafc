"""Twenty invented wire stories, through every step: who said what, by whose words, as a careful reader marked it.

`tests/stories/wire.jsonl` has the shape of the corpora, so that `wiredesk evaluate tests/stories/wire.jsonl` reads it too.
`known_failures.txt` beside it names what the shipped model and rules get wrong; a line there that has become right fails.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from flows.extract import extract_text
from tasks.evaluate.annotated import AnnotatedStory, read_annotations
from tasks.evaluate.judge import JudgedStory, Judgement, judge, same_name

FOLDER = Path(__file__).parents[1] / "stories"
STORIES = {story.id: story for story in read_annotations(FOLDER / "wire.jsonl")}
HEADLINES = {
    story["id"]: story["headline_quote"]
    for line in (FOLDER / "wire.jsonl").read_text("utf-8").splitlines()
    if "headline_quote" in (story := json.loads(line))
}
LINES = (FOLDER / "known_failures.txt").read_text("utf-8").splitlines()
KNOWN_FAILURES = {case: why for line in LINES if line for case, why in [line.split(": ", 1)]}
ATTRIBUTIONS = [(id, number) for id, story in STORIES.items() for number, _ in enumerate(story.quotes or [], 1)]


def case(id: str, *rest: Any) -> Any:
    name = " ".join(map(str, (id, *rest)))
    why = KNOWN_FAILURES.get(name)
    return pytest.param(id, *rest, id=name, marks=[pytest.mark.xfail(strict=True, reason=why)] if why else [])


@cache
def extracted(id: str) -> dict[str, Any]:
    return extract_text(id, STORIES[id].text)


@cache
def judged(id: str) -> JudgedStory:
    """The story's own quotes beside those marked in it; what its headline tells is judged apart."""
    found = extracted(id)
    own = [quote for quote in found["quotes"] if quote["kind"] != "headline"]
    return judge(STORIES[id], AnnotatedStory.model_validate(found | {"text": STORIES[id].text, "quotes": own}))


def speaker_is_right(judgement: Judgement) -> bool:
    if judgement.other is None:
        return False
    gold, found = judgement.own.quote, judgement.other.quote
    if gold.speaker is None or found.speaker is None:
        return gold.speaker == found.speaker
    return same_name(gold.speaker, found.speaker) and gold.resolved_by in (None, found.resolved_by)


@pytest.mark.parametrize(("id", "number"), [case(*attribution) for attribution in ATTRIBUTIONS])
def test_attribution(id: str, number: int) -> None:
    judgement = judged(id).gold[number - 1]
    assert judgement.right, judgement.other and judgement.other.quote
    assert speaker_is_right(judgement), judgement.other and judgement.other.quote


@pytest.mark.parametrize("id", [case(id) for id in STORIES])
def test_nothing_in_quotation_marks_is_given_to_a_speaker_that_nobody_said(id: str) -> None:
    assert [j.own.quote for j in judged(id).predicted if not j.found and j.kind != "indirect"] == []


@pytest.mark.parametrize(("id", "headline"), [case(id, "headline") for id in STORIES])
def test_a_headline_gives_the_quote_marked_in_it_or_none(id: str, headline: str) -> None:
    """A headline quote may be a row if its speaker is found, and need not: `headline_quote` marks what it could be."""
    found = [quote for quote in extracted(id)["quotes"] if quote["kind"] == "headline"]
    marked = HEADLINES.get(id)
    right = [(marked["content"], marked["speaker"])] if marked else []
    assert [([list(span) for span in quote["content"]], quote["speaker"]) for quote in found] in ([], right)


@pytest.mark.parametrize("id", ["aa-canal-accord", "cp-library-python", "dpa-sleeper-trains"])
def test_a_headline_gives_a_quote(id: str) -> None:
    assert [quote["kind"] for quote in extracted(id)["quotes"]].count("headline") == 1


def test_known_failures_are_cases() -> None:
    assert set(KNOWN_FAILURES) <= {f"{id} {number}" for id, number in ATTRIBUTIONS} | {*STORIES, *(f"{id} headline" for id in STORIES)}
