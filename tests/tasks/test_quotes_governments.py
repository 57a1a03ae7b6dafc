"""Places that stand for governments: those that speak, and no others."""

import pytest

from tasks.entities import entities
from tasks.given import as_given
from tasks.quotes import finish
from tests.tasks.building import tagged


def senses(markup: str) -> list[tuple[str, str | None]]:
    """Each place of the finished story with what it stands for."""
    story = tagged(markup)
    return [(e.text, e.stands_for) for e in finish(story, entities(story)).entities if e.label == "PLACE"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("{source [PLACE Zagreb]} {cue denied} {content the charges}.", [("Zagreb", "government")], id="a capital"),
        pytest.param("{source [PLACE Britain]} {cue said} {content it was ready}.", [("Britain", "government")], id="a country"),
        pytest.param(
            "{source [PLACE Zagreb]} {cue denied} {content the charges}. Two men left [PLACE Zagreb].",
            [("Zagreb", "government"), ("Zagreb", None)],
            id="the same name where it does not speak",
        ),
        pytest.param(
            "{source [PERSON Ada Moe] of [PLACE Zagreb]} {cue denied} {content the charges}.", [("Zagreb", None)], id="a person's town"
        ),
        pytest.param(
            "{source [PLACE Zagreb]} {cue said} {content [PLACE Lima] was wrong}.",
            [("Zagreb", "government"), ("Lima", None)],
            id="a place in what is said",
        ),
        pytest.param("The talks were held in [PLACE Zagreb].", [("Zagreb", None)], id="no quote"),
    ],
)
def test_a_place_that_speaks_stands_for_its_government(markup: str, expected: list[tuple[str, str | None]]) -> None:
    assert senses(markup) == expected


def test_a_body_that_bears_a_places_name_stands_for_nothing_else() -> None:
    story = tagged("{source The [ORGANIZATION Kremlin]} {cue said} {content it was ready}.")
    done = finish(story, entities(story))
    assert [(q.resolved_by, e.stands_for) for q, e in zip(done.quotes, done.entities, strict=True)] == [("metonym", None)]


def test_findings_say_what_a_place_stands_for_only_where_it_does() -> None:
    story = tagged("{source [PLACE Zagreb]} {cue denied} {content the charges}. It rained in [PLACE Zagreb].")
    found = as_given(finish(story, entities(story)))["entities"]
    assert [list(e) for e in found] == [
        ["start", "end", "label", "name", "role", "country", "stands_for", "score"],
        ["start", "end", "label", "name", "role", "country", "score"],
    ]
    assert [(e["label"], e["country"], e["score"]) for e in found] == [("PLACE", "HR", 0.9)] * 2
