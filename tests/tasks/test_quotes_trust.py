"""How sure a speaker and an antecedent are."""

import json

import pytest
from pydantic import ValidationError

from tasks import shipped
from tasks.quotes import quotes
from tasks.quotes.speakers.learned.evidence import Evidence
from tasks.quotes.speakers.learned.ranker import FILE, Ranker, shipped_ranker
from tasks.quotes.speakers.learned.trust import Grounds, Trust, curve, odds
from tests.tasks.building import tagged
from tests.tasks.test_quotes import cast

TRUST = Trust(grounds=dict.fromkeys(Grounds._fields, 0.5), intercept=1.0, pronoun_slope=1.5, pronoun_intercept=0.2)
PLAIN = Grounds(*[0.0] * len(Grounds._fields))


def scores(story: str) -> list[float | None]:
    given = tagged(story)
    return [q.speaker_score for q in quotes(given, cast(given, {}))]


def test_a_quote_without_a_speaker_has_no_speaker_score() -> None:
    assert scores("{source Officials} {cue said} {content the pier is lost}.") == [None]


def test_a_pronoun_between_two_is_less_sure_than_one_with_a_single_antecedent_and_that_than_a_name() -> None:
    """In the same words but for the source."""
    named, single, between = (
        scores(f"{before} {{source {source}}} {{cue said}} {{content the pier is lost}}.")[0]
        for before, source in (
            ("[PERSON Thomas Moe] came.", "[PERSON Thomas Moe]"),
            ("[PERSON Thomas Moe] came.", "He"),
            ("[PERSON Thomas Moe] met [PERSON Henrik Vik].", "He"),
        )
    )
    assert None not in (named, single, between)
    assert (named, single, between) == (*sorted((named or 0, single or 0, between or 0), reverse=True),)


@pytest.mark.parametrize("chance", [0.2, 0.5, 0.9])
def test_a_pronoun_only_lowers_the_score(chance: float) -> None:
    assert 0 < TRUST(PLAIN, chance) < TRUST(PLAIN, 1.0) < 1


def test_grounds_count_by_their_weights() -> None:
    assert TRUST(PLAIN, 1.0) == pytest.approx(curve(1.0))
    assert TRUST(PLAIN._replace(direct=1.0), 1.0) == pytest.approx(curve(1.5))


@pytest.mark.parametrize(("probability", "expected"), [(0.5, 0.0), (1.0, 4.5951), (0.0, -4.5951)])
def test_log_odds_of_certainty_are_clipped(probability: float, expected: float) -> None:
    assert odds(probability) == pytest.approx(expected, abs=1e-4)
    assert curve(odds(0.3)) == pytest.approx(0.3)


def test_weights_of_other_grounds_are_refused() -> None:
    with pytest.raises(ValidationError, match="the grounds"):
        Trust(grounds={"score": 1.0}, intercept=0, pronoun_slope=1, pronoun_intercept=0)


RANKER = Ranker(name="two fields", evidence=["near", "fits"], straight=[1.0, 0.0], hidden=[[0.0, 2.0]], bias=[-1.0], out=[3.0])


def test_chances_add_up_and_follow_the_evidence() -> None:
    chances = RANKER([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    assert sum(chances) == pytest.approx(1)
    assert chances[1] > chances[0] > chances[2]
    assert RANKER([[0.0, 0.5]]) == [1.0]


@pytest.mark.parametrize("change", [{"straight": [1.0]}, {"hidden": [[1.0]]}, {"bias": []}, {"out": [1.0, 2.0]}])
def test_weights_of_other_shapes_are_refused(change: dict[str, list[float]]) -> None:
    with pytest.raises(ValidationError, match="do not go with"):
        Ranker.model_validate(RANKER.model_dump() | change)


def test_a_ranker_of_other_evidence_is_refused() -> None:
    assert shipped_ranker(Evidence._fields).evidence == list(Evidence._fields)
    with pytest.raises(shipped.DamagedData, match="train it again"):
        shipped_ranker(("other",))


def test_the_rankers_file_is_small() -> None:
    assert len(json.dumps(shipped_ranker(Evidence._fields).model_dump())) < 20_000, FILE
