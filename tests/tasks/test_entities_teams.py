"""Places that stand for teams: in sports copy, by the words around them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import Span
from tasks.entities import entities
from tasks.entities.teams import is_sports_copy, stand_for_teams
from tests.tasks.building import tagged

GAME = "\nThe striker scored in the second half of the soccer match; the league season goes on."
"""Makes sports copy of a line."""


def found(line: str, rest: str = GAME) -> list[str]:
    """Those of the places in brackets that stand for a team."""
    text, spans = "", []
    for part in re.split(r"(\[[^]]+\])", line):
        if part.startswith("["):
            spans.append(Span(start=len(text), end=len(text) + len(part) - 2))
        text += part.strip("[]")
    return [span.of(text) for span in sorted(stand_for_teams(text + rest, spans), key=lambda span: span.start)]


TEAMS = [
    pytest.param("[Varland] beat [Osterby] on Sunday.", id="beat"),
    pytest.param("[VARLAND] BEAT [OSTERBY] IN QUALIFIER.", id="headline in capitals"),
    pytest.param("[Varland] have never beaten the [Faro Isles].", id="never beaten"),
    pytest.param("[Varland] and [Osterby] drew 2-2.", id="two sides of a draw"),
    pytest.param("[Varland] were 120 for two at tea.", id="a plural verb"),
    pytest.param("[Varland], who lost in May, have a new coach.", id="who"),
    pytest.param("Moe hit the post against [Osterby], [Nordmark] and [Varland].", id="a list"),
    pytest.param("The cup tie between [Varland] and the [Faro Isles] was off.", id="a game between two"),
    pytest.param("It was a 3-1 win over [Osterby].", id="a win over"),
    pytest.param("Captain Bo Moe made his debut when he played for [Varland].", id="played for"),
    pytest.param("[Varland] captain Bo Moe limped off.", id="captain"),
    pytest.param("The [Varland] under-21 side flew home.", id="side"),
    pytest.param("[Varland]'s best young midfielders stayed.", id="possessive"),
    pytest.param("He was dropped from the [Varland] squad.", id="from the squad"),
    pytest.param("[Varland] 2 [Osterby] 0", id="a result"),
    pytest.param(
        "Scores: [Varland] 2, [Osterby] 0 (halftime 1-0), as it stood before the long delay of the evening.", id="a result in a line"
    ),
    pytest.param("Close of play: [Varland] 214-6 after a slow afternoon on which hardly a ball was hit in anger.", id="a cricket score"),
    pytest.param("[OSTERBY] AT [LUND BAY]", id="a fixture"),
    pytest.param("[Varland] v [Osterby]", id="versus"),
    pytest.param("3. [Varland] 10 6 2 2 20", id="standings"),
    pytest.param("[Varland] - Bo Moe (12th minute), Per de la Cour (30th)", id="scorers"),
    pytest.param("[Varland]: Bo Moe, Per Lund, Ole Dahl", id="line-up"),
    pytest.param("[Osterby] lost for the ninth time.", id="lost"),
]


@pytest.mark.parametrize("line", TEAMS)
def test_a_place_that_plays_is_a_team(line: str) -> None:
    assert found(line) == re.findall(r"\[([^]]+)\]", line)


PLACES = [
    pytest.param("They won in [Varland].", id="in"),
    pytest.param("It was their first goal outside [Osterby].", id="outside"),
    pytest.param("[OSTERBY] 2026-03-01", id="dateline with a date"),
    pytest.param("[OSTERBY], [Varland] (AP) — The final is on.", id="dateline of an agency"),
    pytest.param("[OSTERBY] March 3", id="dateline with a day"),
    pytest.param("The midfielder was born in [Osterby].", id="born in"),
    pytest.param("At [Osterby]: Varland 202 and 110", id="venue"),
    pytest.param("[Osterby]: Varland 202 and 110 (B. Moe 44)", id="venue before a score"),
    pytest.param("July 3 First test (at [Osterby])", id="venue in brackets"),
    pytest.param("Ada Moe ([Varland]) beat Ida Lund ([Osterby]) 6-2 6-1", id="countries in brackets"),
    pytest.param("1. Ada Moe ([Varland]) 9.87 seconds", id="a ranking"),
    pytest.param("Ada Moe of [Varland] won the final.", id="of"),
    pytest.param("They met at the ground at [Osterby], [Varland].", id="city and region"),
    pytest.param("The club moved to [Osterby] in May.", id="to"),
    pytest.param("The [Osterby] side St Jorgen went up.", id="a side from a town"),
    pytest.param("A court in northern [Varland] fined the club.", id="northern"),
    pytest.param("[Osterby] will stage the final.", id="where it will be"),
    pytest.param("Fans left [Varland] by train.", id="left"),
]


@pytest.mark.parametrize("line", PLACES)
def test_a_place_where_it_happens_is_none(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[Varland] won 2-0 in [Osterby].", ["Varland"]),
        ("[Varland] beat [Nordmark] 2-1 at a stadium near [Osterby].", ["Varland", "Nordmark"]),
        ("[OSTERBY], [Varland] 2026-03-01\n[Varland] face [Nordmark].", ["Varland", "Nordmark"]),
        ("Ada Moe ([Varland]) leads the [Nordmark] team.", ["Nordmark"]),
    ],
)
def test_places_and_teams_stand_side_by_side(line: str, expected: list[str]) -> None:
    assert found(line) == expected


@pytest.mark.parametrize(
    ("line", "within"),
    [
        pytest.param("[OSTERBY] AT {}", 49, id="a line of 60 characters may be one of a table"),
        pytest.param("He was out for [Varland] {} 3-1", 115, id="a result ends 120 characters behind"),
        pytest.param("3-1 {} for [Varland]", 111, id="a result begins 120 characters before"),
    ],
)
def test_what_is_read_around_a_place_has_an_end(line: str, within: int) -> None:
    assert [bool(found(line.format("A" * length))) for length in (within, within + 1)] == [True, False]


NO_SPORT = [
    pytest.param("[Varland] beat [Osterby] to the contract for the new railway, the ministry said.", id="beat to a contract"),
    pytest.param("[Varland] have lost three seats, and the team of the minister played for time in a long season of talks.", id="politics"),
    pytest.param("The Arab League said [Varland] won a vote 10-2 against [Osterby]. The goal is a final round of talks.", id="a vote"),
    pytest.param("The coach from [Osterby] to [Varland] was late, and its passengers missed the match.", id="a coach on the road"),
]


@pytest.mark.parametrize("text", NO_SPORT)
def test_outside_sports_copy_a_place_is_a_place(text: str) -> None:
    assert found(text, "") == []
    assert not is_sports_copy(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("Moe went close for [Varland] late on.", ["Varland"], id="for and with need a result near them"),
        pytest.param("They went down 3-0 to [Osterby].", ["Osterby"], id="a result to: in none of CleanCoNLL's sports stories"),
        pytest.param("They beat [Varland]'s Ada Moe 6-2.", [], id="a country's player behind a word that a team stands behind"),
        pytest.param("[OSTERBY]", [], id="a line of one place is read as one of a table"),
        pytest.param("In [Varland] players trained.", [], id="players behind any place are its team's: in none of these stories either"),
    ],
)
@pytest.mark.xfail(strict=True)
def test_what_the_words_around_do_not_settle(line: str, expected: list[str]) -> None:
    assert found(line) == expected


def test_an_entity_keeps_label_country_and_score_and_says_what_it_stands_for() -> None:
    story = tagged("[PLACE Norway] beat [PLACE Peru] 2-1 in [PLACE Lima]." + GAME)
    told = [(e.text, e.label, e.country, e.stands_for) for e in entities(story)]
    assert told == [("Norway", "PLACE", "NO", "team"), ("Peru", "PLACE", "PE", "team"), ("Lima", "PLACE", "PE", None)]
    assert [e.score for e in entities(story)] == [m.score for m in story.mentions]


@given(st.lists(st.sampled_from(["Varland", "beat", "in", "at", "2", "(", ")", ":", ",", "\n", " ", "'s", "soccer", "3-1"]), max_size=40))
def test_only_places_given_are_teams(parts: list[str]) -> None:
    text = "".join(parts)
    spans = [Span(start=m.start(), end=m.end()) for m in re.finditer("Varland", text)]
    assert stand_for_teams(text + GAME, spans) <= frozenset(spans)
    assert stand_for_teams(text, []) == frozenset()
