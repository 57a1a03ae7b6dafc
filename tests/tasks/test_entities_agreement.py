"""Names that a story has several times: what is told of one place holds in the others."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.base import Span
from schemas.tagged import Mention
from tasks.entities import entities
from tasks.entities.agreement import agreed_labels, repeated
from tests.tasks.building import SCORE, tagged

PER, ORG, PLACE, OTHER, PEOPLE = "PERSON", "ORGANIZATION", "PLACE", "OTHER", "NATIONALITY"


def found(markup: str) -> list[str]:
    """What is marked beyond the tagger's mentions."""
    story = tagged(markup)
    paragraphs = [p for s in story.split.sections for p in s.paragraphs]
    marked = repeated(story.text, paragraphs, story.mentions)
    assert [m for m in marked if m in story.mentions] == story.mentions
    return [m.span.of(story.text) for m in marked if m not in story.mentions]


@pytest.mark.parametrize(
    ("markup", "names"),
    [
        pytest.param("[PERSON Ada Lund] left. We miss Lund.", ["Lund"], id="surname"),
        pytest.param("[PERSON Ada Lund Jr.] left. We miss Lund.", ["Lund"], id="surname before a Jr."),
        pytest.param("[PERSON Ada Lund] left. We miss Lund’s smile.", ["Lund"], id="possessive"),
        pytest.param("[PERSON Ada Moe] and [PERSON Bo Xi] left. We miss Moe and Xi.", ["Moe"], id="surnames of three letters, not of two"),
        pytest.param("[PERSON Ada Lund] left. We miss Lunds and lund.", [], id="whole words, same letters"),
        pytest.param("[PERSON Ada Lund] left for Lund University.", [], id="before another name"),
        pytest.param("[PERSON Ada Such] left. Such is life.", [], id="capital of a sentence"),
        pytest.param("[PERSON Ada Such] left. “Such is life”, said Such.", ["Such"], id="and one of its own"),
        pytest.param("[PERSON Ada Lund] left. A Lund-based firm and anti-Lund songs.", [], id="part of a compound"),
        pytest.param(
            "[ORGANIZATION Salt Board] met. The [ORGANIZATION Salt Board] fell. So the Salt Board said.",
            ["Salt Board"],
            id="name of two words",
        ),
        pytest.param(
            "[ORGANIZATION Salt Board] met the [ORGANIZATION Salt Board].\nSalt Board members left.",
            ["Salt Board"],
            id="that opens a sentence",
        ),
        pytest.param("[PLACE Tarvin] is dry. In Tarvin, in Tarvin, in Tarvin it rained.", [], id="mostly no mention"),
        pytest.param("[PERSON Lund] left. We saw Lund, and Lund, and Lund.", [], id="one word is nobody's surname"),
        pytest.param("[DATE Monday] it rained. On Monday it will.", [], id="a day is no name"),
        pytest.param(
            "[PERSON Ada] and [PERSON X] left, [PERSON Ada] and [PERSON X]. Then X and Ada fell.", ["Ada"], id="a letter is no name"
        ),
    ],
)
def test_what_the_tagger_forgot(markup, names):
    assert found(markup) == names


def test_words_that_are_withheld_stay_unread():
    story = tagged("[PLACE Tarvin] fell; in [PLACE Tarvin], so did Tarvin.\n<withheld>Editors: it is Tarvin.")
    assert [e.text for e in entities(story)] == ["Tarvin"] * 3


def test_a_repeat_scores_what_speaks_for_it():
    story = tagged("[PLACE Tarvin] is dry, [PLACE Tarvin]. So is Tarvin. [PERSON Ada Lund] is not, says Lund.")
    text = story.text
    marked = {m.span.start: m.score for m in repeated(text, [Span(start=0, end=len(text))], story.mentions)}
    assert marked[text.rindex("Tarvin")] == pytest.approx(SCORE * 2 / 3)
    assert marked[text.rindex("Lund")] == SCORE
    story = tagged("[PLACE Tarvin], [PLACE Tarvin], [PLACE Tarvin], [PLACE Tarvin] and Tarvin, Tarvin, Tarvin.")
    assert {m.score for m in repeated(story.text, [Span(start=0, end=len(story.text))], story.mentions)} == {SCORE, round(SCORE * 4 / 7, 4)}


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        pytest.param([("Salt Board", ORG, 0.9), ("Salt Board", PER, 0.6)], [ORG, ORG], id="the surer"),
        pytest.param(
            [("Salt Board", PER, 0.9), ("Salt Board", ORG, 0.6), ("SALT BOARD", ORG, 0.6)], [ORG] * 3, id="the more, whatever the letters"
        ),
        pytest.param([("Tarvin", PLACE, 0.9), ("Tarvin", ORG, 0.6)], [PLACE, ORG], id="a place and its team"),
        pytest.param([("Swiss", PEOPLE, 0.9), ("Swiss", OTHER, 0.6)], [PEOPLE, OTHER], id="a people's name may stand for another thing"),
        pytest.param([("Salt Board", ORG, 0.9), ("Salt Law", OTHER, 0.6)], [ORG, OTHER], id="others apart"),
        pytest.param([("Ada Lund", PER, 0.9), ("Lund", ORG, 0.9)], [PER, PER], id="surname"),
        pytest.param([("Ada Lund", PER, 0.9), *[("Lund", ORG, 0.9)] * 3], [PER] * 4, id="surname, three times as often a body's"),
        pytest.param([("Ada Lund", PER, 0.9), *[("Lund", ORG, 0.9)] * 4], [PER, *[ORG] * 4], id="surname, mostly a body's"),
        pytest.param([("Ada Norway", PER, 0.9), ("Norway", PLACE, 0.9)], [PER, PLACE], id="a country's name"),
        pytest.param([("Osterby Mills", ORG, 0.9), ("Osterby", PER, 0.9)], [ORG, ORG], id="a body's first word"),
        pytest.param([("Lund Mills", ORG, 0.9), ("Lund", PER, 0.9), ("Ada Lund", PER, 0.9)], [ORG, PER, PER], id="the founder's name"),
        pytest.param([("Ada Mills", ORG, 0.9), ("Ada", PER, 0.9), ("Ada Lund", PER, 0.9)], [ORG, PER, PER], id="the founder's given name"),
        pytest.param([("Osterby Mills", ORG, 0.9), ("Osterby", PLACE, 0.9)], [ORG, PLACE], id="the place of a body"),
        pytest.param([("Yerevan", PER, 0.9)], [PLACE], id="a capital that speaks"),
        pytest.param([("Paris", PER, 0.9), ("Paris Lund", PER, 0.9)], [PER, PER], id="a capital that is a given name"),
        pytest.param([("London", PER, 0.9), ("Ada London", PER, 0.9)], [PER, PER], id="a capital that is a surname"),
        pytest.param([("Lund", PER, 0.9), ("Lund", PLACE, 0.5), ("Lund", PLACE, 0.5)], [PLACE] * 3, id="no person in full"),
    ],
)
def test_labels_of_one_name(mentions, expected):
    names, labels, scores = zip(*mentions, strict=True)
    assert agreed_labels(names, labels, scores) == expected


WORDS = st.lists(st.sampled_from(["Ada", "Lund", "Salt", "Board", "said", "the", ".", "-", "’s", "(", "“", "\n", "K."]), max_size=30)


@settings(deadline=None)  # the first example loads the tables
@given(WORDS, st.data())
def test_repeats_lie_in_the_paragraphs_and_apart(words, data):
    text = " ".join(words)
    starts = data.draw(st.lists(st.integers(0, max(len(text) - 8, 0)), max_size=4, unique_by=lambda s: s // 8)) if len(text) > 8 else []
    mentions = [Mention(span=Span(start=s // 8 * 8, end=s // 8 * 8 + 7), label=PER, score=0.9) for s in sorted(starts)]
    middle = len(text) // 2
    marked = repeated(text, [Span(start=0, end=middle), Span(start=middle, end=len(text))] if middle else [], mentions)
    assert all(a.span.end <= b.span.start for a, b in pairwise(marked))
    assert {m.span for m in mentions} <= {m.span for m in marked}
    assert all(m.span.end <= middle or m.span.start >= middle for m in marked if m not in mentions)
