"""What the tagger's coarse labels become, and the tables behind that."""

import tomllib
from importlib import resources
from typing import get_args

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.tagged import EntityLabel
from tasks.entities import entities
from tasks.entities.labels import label_of
from tasks.language.countries import capital_of, country_of_people, country_of_place, is_country
from tests.tasks.building import tagged


@pytest.mark.parametrize(
    ("mention", "label"),
    [
        ("Norwegians", "NATIONALITY"),
        ("SOUTH KOREAN", "NATIONALITY"),
        ("S. Korean", "NATIONALITY"),
        ("Bosnian Serb", "NATIONALITY"),
        ("Arab-Israeli", "NATIONALITY"),
        ("U.S.-led", "NATIONALITY"),
        ("neo-Nazi", "NATIONALITY"),
        ("Roman Catholic", "NATIONALITY"),
        ("Democrats", "NATIONALITY"),
        ("Kurdish", "NATIONALITY"),
        ("Turkish Grand Prix", "EVENT"),
        ("2014 World Cup", "EVENT"),
        ("Conference on Salt", "EVENT"),
        ("Hurricane Olga", "EVENT"),
        ("Winter War", "EVENT"),
        ("GMT", "OTHER"),
        ("Turkish Airlines Index", "OTHER"),
        ("Cuprous", "OTHER"),
        ("Warsaw", "OTHER"),
    ],
)
def test_other_is_told_apart(mention, label):
    assert label_of(mention, "OTHER") == label


@pytest.mark.parametrize(
    ("mention", "label"),
    [
        ("Osterby Airport", "FACILITY"),
        ("Bell Street Station", "FACILITY"),
        ("White House", "PLACE"),
        ("Bridge", "PLACE"),
        ("Cambridge", "PLACE"),
    ],
)
def test_places_that_people_built(mention, label):
    assert label_of(mention, "PLACE") == label


@pytest.mark.parametrize(
    "mention",
    ["University of Osterby", "Osterby University", "Bank of Norland", "Osterby Mills Inc.", "Lund, Holt & Moe", "Ministry of Salt",
     "Norlandic Red Cross", "Department for Salt"],
)  # fmt: skip
@pytest.mark.parametrize("label", ["PERSON", "PLACE", "OTHER"])
def test_names_that_say_they_are_a_body_are_one_whatever_the_tagger_saw(mention, label):
    assert [e.label for e in entities(tagged(f"[{label} {mention}] said so."))] == ["ORGANIZATION"]


@pytest.mark.parametrize("mention", ["West Bank", "University", "College Park", "State College", "Bay of Salt", "Police"])
def test_names_that_only_hold_the_word_of_a_body_are_left(mention):
    assert label_of(mention, "OTHER") == "OTHER"


def test_hospitals_that_act_stay_organizations():
    assert label_of("Osterby Hospital", "ORGANIZATION") == "ORGANIZATION"


@settings(deadline=None)  # the first example loads the tables
@given(st.text(min_size=1, max_size=30), st.sampled_from(get_args(EntityLabel)))
def test_a_finer_label_is_one_of_the_schema_and_stays(mention, label):
    refined = label_of(mention, label)
    assert refined in get_args(EntityLabel)
    assert label_of(mention, refined) == refined


def test_every_country_of_cldr_is_found_by_its_name_and_ours_are_among_them():
    territories = {code: name for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
    ours = tomllib.loads(resources.files("tasks.language").joinpath("en/countries.toml").read_text("utf-8"))["countries"]
    assert ours.keys() <= territories.keys()
    for code in ours:
        assert country_of_place(territories[code], [territories[code]]) in {code, None}, code
    sovereign = ["Norway", "Türkiye", "Côte d’Ivoire", "Bosnia & Herzegovina", "Ivory Coast", "UK", "U.S.", "South Korea", "Czech Republic"]
    assert [country_of_place(name) for name in sovereign] == ["NO", "TR", "CI", "BA", "CI", "GB", "US", "KR", "CZ"]


def test_no_demonym_names_two_countries():
    ours = tomllib.loads(resources.files("tasks.language").joinpath("en/countries.toml").read_text("utf-8"))["countries"]
    demonyms = [(demonym, code) for code, entry in ours.items() for demonym in entry.get("demonyms", ())]
    assert len({demonym for demonym, _ in demonyms}) == len(demonyms)
    for demonym, code in demonyms:
        assert country_of_people(demonym) == code
        assert country_of_people(demonym.upper()) == code


def test_capitals_and_parts_are_not_countries():
    assert capital_of("Yerevan") == "AM"
    assert capital_of("The Hague") == "NL"
    assert not is_country("Yerevan")
    assert not is_country("Scotland")
    assert country_of_place("Scotland") == "GB"
    assert is_country("the Netherlands")


def test_names_of_the_hour_are_in_no_country():
    assert [country_of_place(name) for name in ("UTC", "GMT", "Zulu", "EST")] == [None] * 4


@pytest.mark.xfail(strict=True, reason="a name behind somebody's trade keeps the tagger's label")
def test_where_somebody_works_is_no_person():
    [entity] = entities(tagged("A former broker at [PERSON Lund Moe] said so."))
    assert entity.label == "ORGANIZATION"
