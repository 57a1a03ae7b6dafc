"""Gender and number of chains, from the story's own words only."""

import pytest

from tasks.entities import entities
from tasks.entities.evidence import evidence
from tests.tasks.building import tagged


def first_fact(markup: str):
    """What the story tells of its first chain."""
    story = tagged(markup)
    return evidence(story, entities(story))[0]


@pytest.mark.parametrize(
    ("markup", "gender", "told_by"),
    [
        ("Mrs. [PERSON Lund] left.", "female", "title"),
        ("[PERSON Ada Lund] left. “No,” Ms. [PERSON Lund] said.", "female", "title"),
        ("Queen [PERSON Ada] left.", "female", "title"),
        ("[PERSON Ada Lund], chairwoman of the board, left.", "female", "title"),
        ("His wife, [PERSON Ada Lund], left.", "female", "title"),
        ("Chairman [PERSON Al Gran] left.", "male", "title"),
        ("Mr. [PERSON Gran] met her mother.", "male", "title"),
        ("[PERSON Ada Lund] said she would leave.", "female", "pronoun"),
        ("[PERSON Al Gran] left. He was tired.", "male", "pronoun"),
        ("[PERSON Ada Lund] met [PERSON Al Gran]. He was tired.", None, None),
        ("[PERSON Ada Lund] left.", None, None),
        ("President [PERSON Lund] left.", None, None),
        ("[PERSON Ada Lund] left his post. She quit.", None, None),
    ],
)
def test_gender_is_told_not_guessed(markup, gender, told_by):
    fact = first_fact(markup)
    assert (fact.gender, fact.told_by) == (gender, told_by)


@pytest.mark.parametrize(
    ("markup", "fitting"),
    [
        ("Mrs. [PERSON Lund] left.", {"she", "her"}),
        ("[PERSON Lund] left.", {"she", "her", "he"}),
        ("The [ORGANIZATION Salt Union] met.", {"it", "they"}),
        ("[PLACE Norway] agreed.", {"it", "they"}),
        ("[NATIONALITY Norwegians] agreed.", {"they"}),
        ("[NATIONALITY Norwegian] boats", set()),
    ],
)
def test_pronouns_that_may_stand_for_a_chain(markup, fitting):
    fact = first_fact(markup)
    assert {p for p in ("she", "her", "he", "it", "they") if fact.fits(p)} == fitting
