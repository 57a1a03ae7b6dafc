"""Months and weekdays: CLDR's names, and those that the wire prints."""

import pytest

from tasks.language.calendar import english_months, english_weekdays, is_name, months, weekdays


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("may", 5), ("sept", 9), ("sep", 9), ("mrz", 3), ("märz", 3), ("jänner", 1), ("févr", 2), ("fév", 2), ("fevrier", 2)),
        *(("setiembre", 9), ("marco", 3), ("ago", 8), ("dez", 12), ("okt", 10), ("mrt", 3), ("ott", 10)),
    ],
)
def test_months_by_name(name: str, number: int) -> None:
    assert months()[name] == number


@pytest.mark.parametrize(("name", "number"), [("monday", 0), ("sonntag", 6), ("miércoles", 2), ("miercoles", 2), ("segunda-feira", 0)])
def test_weekdays_by_name(name: str, number: int) -> None:
    assert weekdays()[name] == number


@pytest.mark.parametrize("word", ["sun", "mon", "spring", "sat", "lund", "autumn"])
def test_what_is_no_name_of_the_calendar(word: str) -> None:
    assert word not in months()
    assert word not in weekdays()
    assert not is_name(word)


def test_english_names() -> None:
    assert english_months()[4] == "May"
    assert len(english_months()) == 12
    assert "May" not in english_months("abbreviated")
    assert {"Sep", "Sept"} < set(english_months("abbreviated"))
    assert english_weekdays()[0] == "Monday"
    assert {"Tue", "Tues", "Thurs"} < set(english_weekdays("abbreviated"))
