"""Quotes from hand-made attributions: joining, kinds, and speakers, with what must stay unresolved."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.base import Span
from schemas.extracted import Entity, ExtractedStory, Quote, ResolvedBy
from schemas.story import BODY_KINDS
from schemas.tagged import Attribution, Mention, TaggedStory
from tasks.language.page import WORD
from tasks.quotes import quotes
from tasks.quotes.speakers.names import government
from tasks.quotes.speakers.sieves import SIEVES
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
        section = max(i for i, s in enumerate(story.split.sections) if s.start <= mention.span.start)
        number = numbers.setdefault(name, len(numbers))
        entities.append(
            Entity(
                section_index=section, start=mention.span.start, end=mention.span.end, text=text, label=mention.label,
                chain_id=number, name=name, role=facts.get("role"), country=facts.get("country"),
                stands_for=facts.get("stands_for"), score=mention.score,
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


@pytest.mark.parametrize(("between", "speaker"), [("\n", "Ada\nLund"), (" ", "Ada")])
def test_a_source_ends_inside_a_name_only_where_its_line_does(between: str, speaker: str) -> None:
    story = tagged(f"{{content “We are done,”}} {{cue said}} {{source Ada}}{between}Lund, the mayor.")
    name = Span(start=story.text.index("Ada"), end=story.text.index(",", 20))
    story = story.model_copy(update={"mentions": [Mention(span=name, label="PERSON", score=0.9)]})
    assert [q.speaker for q in quotes(story, cast(story, {}))] == [speaker]


@pytest.mark.parametrize("case", load("quotes_joining"))
def test_joining(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", load("quotes_speakers"))
def test_speakers(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", load("quotes_forms"))
def test_forms(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize("case", load("quotes_headlines"))
def test_headlines(case: dict[str, Any]) -> None:
    check(case)


@pytest.mark.parametrize(("score", "kinds"), [(0.5, ["headline"]), (0.49, [])])
def test_a_headlines_quote_is_rather_right_than_wrong(score: float, kinds: list[str]) -> None:
    story = tagged("<headline>{source [PERSON Ada Lund]} {cue hails} {content ‘great day’}\n<lede>The pier was opened.")
    story = story.model_copy(update={"attributions": [a.model_copy(update={"score": score}) for a in story.attributions]})
    assert [q.kind for q in quotes(story, cast(story, {}))] == kinds


@pytest.mark.xfail(strict=True, reason="not resolved yet")
@pytest.mark.parametrize("case", load("quotes_known_failures"))
def test_known_failures(case: dict[str, Any]) -> None:
    check(case)


def test_every_way_of_resolving_has_a_sieve_of_its_name() -> None:
    assert {sieve.__name__ for sieve in SIEVES} | {"none"} == set(get_args(ResolvedBy))


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("Kyiv", "Government of Ukraine"),
        ("Kiev", "Government of Ukraine"),
        ("Ankara", "Government of Turkey"),
        ("Manila", "Government of the Philippines"),
        ("U.S.", "Government of the United States"),
        ("the Netherlands", "Government of the Netherlands"),
        ("Port of Spain", "Government of Trinidad and Tobago"),
        ("Oxford", None),
        ("Lund", None),
    ],
)
def test_governments(place: str, body: str | None) -> None:
    assert government(place) == body


WORDS = ["The pier", "is lost", "we said.", "It held!", "who asked?", "— so", "Mr. Moe", "U.S.", "‘never’", "don’t", "and", "she"]
MARKS = ["“", "”", '"', "``", "''", "‘", "’", ""]


@st.composite
def stories(draw: st.DrawFn) -> TaggedStory:
    """Stories of odd marks and words, with mentions and attributions laid over them anywhere."""
    paragraph = st.lists(st.tuples(st.sampled_from(MARKS), st.sampled_from(WORDS), st.sampled_from(MARKS)), min_size=1, max_size=8)
    lines = [" ".join("".join(part) for part in p) for p in draw(st.lists(paragraph, min_size=1, max_size=5))]
    tags = [draw(st.sampled_from(["", "", "<headline>", "<subhead>", "<dateline>", "<note>"])) for _ in lines]
    story = tagged("\n".join(tag + line for tag, line in zip(tags, lines, strict=True)))
    size = len(story.text)
    span = st.tuples(st.integers(0, size - 1), st.integers(1, 60)).map(lambda p: Span(start=p[0], end=min(size, p[0] + p[1])))
    named = span.filter(lambda s: s.of(story.text).strip())
    mention = st.builds(Mention, span=named, label=st.sampled_from(["PERSON", "ORGANIZATION", "PLACE", "NATIONALITY"]), score=st.just(0.5))
    attribution = st.builds(
        Attribution,
        content=st.lists(span, min_size=1, max_size=3).map(apart),
        cue=st.none() | span,
        source=st.none() | span,
        score=st.floats(0, 1),
    )
    return story.model_copy(
        update={"mentions": draw(st.lists(mention, max_size=4)), "attributions": draw(st.lists(attribution, max_size=5))}
    )


def apart(spans: list[Span]) -> list[Span]:
    """The spans in order, without those that overlap one before."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


@given(stories())
@settings(max_examples=100, deadline=None)
def test_quotes_of_any_tagging_stay_in_their_sections_and_are_told_apart(story: TaggedStory) -> None:
    entities = cast(story, {})
    found = quotes(story, entities)
    ExtractedStory(split=story.split, entities=entities, quotes=found, model_version=None)
    assert {story.split.sections[q.section_index].kind for q in found} <= BODY_KINDS | {"headline"}
    body = [p for _, section in story.split.body for p in section.paragraphs]
    heads = [p for section in story.split.sections if section.kind == "headline" for p in section.paragraphs]
    assert all(any(p.holds(span) for p in (heads if q.kind == "headline" else body)) for q in found for span in q.spans)
    assert all(len(set(WORD.findall(q.text))) > 0 for q in found)
    assert len({tuple((s.start, s.end) for s in q.spans) for q in found}) == len(found)
    assert [q.start for q in found] == sorted(q.start for q in found)
    assert found == quotes(story, entities)


@given(stories())
@settings(max_examples=30, deadline=None)
def test_nothing_attributed_gives_no_quote(story: TaggedStory) -> None:
    assert quotes(story.model_copy(update={"attributions": []}), []) == []


def test_a_word_without_end_before_the_cue_is_nobodys_name() -> None:
    story = tagged(f"{'x' * 500_000}{{cue said}} {{content “the ferry sails”}}.")
    [quote] = quotes(story, [])
    assert (quote.speaker, quote.source) == (None, None)


@pytest.mark.parametrize(
    ("markup", "score", "kept"),
    [
        pytest.param("{content The pier} {cue is best known for} its wreck.", 0.9, False, id="nobody says it"),
        pytest.param("{cue It was announced} {content that the pier is lost}.", 0.9, False, id="somebody, but nobody says who"),
        pytest.param("[PERSON Per Moe] {cue was told} {content that the pier is lost}.", 0.5, True, id="a hearer has a speaker"),
        pytest.param("{cue Asked} {content if the pier was lost}, he wept.", 0.5, True, id="so has whoever is asked"),
        pytest.param("{content “The pier is lost for good.”}", 0.1, True, id="a quotation is somebody's words"),
        pytest.param("The plan {cue was called} {content a “loss for the pier”}.", 0.1, True, id="so is a part of one"),
        pytest.param("{source Officials} {cue said} {content the pier is lost}.", 0.3, True, id="a source without a name"),
        pytest.param("{source Officials} {cue said} {content the pier is lost}.", 0.2, False, id="which the tagger doubts"),
        pytest.param("{source Officials} {cue imposed} {content a limit on salt}.", 0.45, False, id="an act of another kind"),
        pytest.param("{source Officials} {cue imposed} {content a limit on salt}.", 0.5, True, id="a likely one"),
        pytest.param("{source Officials} {cue believe} {content the pier is lost}.", 0.45, True, id="a thought"),
        pytest.param("{source Officials} {cue must say} {content the pier is lost}.", 0.7, False, id="what has to be said"),
        pytest.param("{source Officials} {cue must say} {content the pier is lost}.", 0.9, True, id="what has to be said, and surely is"),
        pytest.param("{source Officials} {cue declined} {content to comment on the pier}.", 0.9, False, id="silence"),
        pytest.param("{source Officials} {cue declined} {content to close the pier}.", 0.9, True, id="a refusal is none"),
    ],
)  # fmt: skip
def test_an_indirect_row_is_kept_where_it_is_somebodys_words(markup: str, score: float, kept: bool) -> None:
    story = tagged(markup)
    doubtful = story.model_copy(update={"attributions": [a.model_copy(update={"score": score}) for a in story.attributions]})
    found = quotes(doubtful, cast(doubtful, {}))
    assert len(found) == (len(story.attributions) if kept else 0)
