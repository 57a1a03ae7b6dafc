"""What a cue does, by its words."""

from typing import get_args

import pytest

from schemas.extracted import Act
from tasks import shipped
from tasks.language.acts import act


@pytest.mark.parametrize(
    ("cue", "expected"),
    [
        ("said", "says"),
        ("has said", "says"),
        ("Telling", "says"),
        ("according to", "says"),
        ("went on to say", "says"),
        (":", "says"),
        ("tweeted", "writes"),
        ("wrote on Monday", "writes"),
        ("asked", "asks"),
        ("asked for", "urges"),
        ("was asked about", "asks"),
        ("denies", "denies"),
        ("denied", "denies"),
        ("called on", "urges"),
        ("called", "judges"),
        ("begged", "urges"),
        ("vowed", "pledges"),
        ("warns", "warns"),
        ("criticised", "judges"),
        ("criticized", "judges"),
        ("believes", "thinks"),
        ("thought", "thinks"),
        ("shows", "shows"),
        ("of", None),
        ("sailed", None),
        ("", "says"),
    ],
)
def test_act(cue: str, expected: Act | None) -> None:
    assert act(cue) == expected


def test_every_act_has_words_and_no_word_two_acts() -> None:
    table = shipped.toml("language/en/acts.toml")
    verbs = table["verbs"]
    assert set(verbs) == set(get_args(Act))
    every = [verb for listed in verbs.values() for verb in listed]
    assert len(every) == len(set(every))
    assert {*table["forms"]} <= {verb.partition(" ")[0] for verb in every}
