"""Titles of works: what the tagger marked between quotation marks, in brackets, and what becomes of it."""

import pytest

from tasks.entities import entities
from tasks.entities.works import titled
from tests.tasks.building import STYLES, tagged

PER, ORG, PLACE, OTHER = "PERSON", "ORGANIZATION", "PLACE", "OTHER"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("She directed “[PERSON Osterling].”", [("Osterling", OTHER)], id="one name, stop inside"),
        pytest.param("The opera ``[PLACE Osterby]'' opens.", [("Osterby", OTHER)], id="typewriter's marks"),
        pytest.param("In ‘[PERSON Ada Lund]’ she sings.", [("Ada Lund", OTHER)], id="single marks"),
        pytest.param("He sang “Songs of [PLACE Osterby]” twice.", [("Songs of Osterby", OTHER)], id="a place in a title"),
        pytest.param(
            "He read “[PERSON Ada Lund]’s [ORGANIZATION Salt Houses],” a book.", [("Ada Lund’s Salt Houses", OTHER)], id="several parts"
        ),
        pytest.param("He read “How the [OTHER Norse] Sailed: A Life”.", [("How the Norse Sailed: A Life", OTHER)], id="subtitle"),
        pytest.param("It calls itself “[ORGANIZATION Salt Board]”.", [("Salt Board", ORG)], id="a body stays one"),
        pytest.param("“[PERSON Ada Lund] left,” he said.", [("Ada Lund", PER)], id="a sentence"),
        pytest.param("“I saw [PLACE Osterby].”", [("Osterby", PLACE)], id="end of a sentence"),
        pytest.param("“In [PLACE Osterby]", [("Osterby", PLACE)], id="no closing mark"),
        pytest.param("[PERSON Lund]’s [PLACE Osterby]’ll do.", [("Lund", PER), ("Osterby", PLACE)], id="apostrophes are no marks"),
        pytest.param("He read “Salt and Iron”.", [], id="nothing marked"),
        pytest.param("He saw “Bloody [DATE Sunday]”.", [("Sunday", "DATE")], id="a day"),
        pytest.param("“Ada\n[PERSON Lund]” it said.", [("Lund", PER)], id="two paragraphs"),
    ],
)
def test_titles(markup, expected):
    story = tagged(markup)
    assert [(m.span.of(story.text), m.label) for m in titled(story.text, story.mentions)] == expected


@pytest.mark.parametrize(("opening", "closing"), STYLES)
@pytest.mark.parametrize("stop", ["", ".", ","])
def test_titles_in_every_style_of_marks(opening, closing, stop):
    story = tagged(f"She sang {opening}Songs of [PLACE Osterby]{stop}{closing} twice.")
    assert [(m.span.of(story.text), m.label) for m in titled(story.text, story.mentions)] == [("Songs of Osterby", OTHER)]
    story = tagged(f"She said: {opening}We saw [PLACE Osterby]{stop}{closing} twice.")
    assert [(m.span.of(story.text), m.label) for m in titled(story.text, story.mentions)] == [("Osterby", PLACE)]


def test_a_surname_that_is_quoted_alone_is_still_the_persons():
    assert [e.label for e in entities(tagged("[PERSON Ada Lund] was asked who. “[PERSON Lund],” she said."))] == [PER, PER]
