"""Roles: the title before a name, the apposition after it, and what must not be taken for either."""

import pytest

from tasks.entities import entities
from tests.tasks.building import tagged


def roles(markup: str) -> list[str | None]:
    """The role of each person, in the order of first mention."""
    return list({e.chain_id: e.role for e in entities(tagged(markup)) if e.label == "PERSON"}.values())


OBJECT = "Aa Ab Ac Ad Ae Af Ag Ah Ai Aj Ak Al Am An"
"""Fourteen words."""

BEFORE = [
    ("President [PERSON Ada Lund] spoke.", "President"),
    ("[PERSON President Ada Lund] spoke.", "President"),
    ("Secretary of State [PERSON Ada Lund] spoke.", "Secretary of State"),
    ("[PLACE US] National Security Advisor [PERSON Bo Dahl] agreed.", "US National Security Advisor"),
    ("On Monday former [NATIONALITY Norwegian] prime minister [PERSON Ada Lund] left.", "former Norwegian prime minister"),
    ("Meanwhile Sen. [PERSON Ida Moe] voted no.", "Sen."),
    ("said [ORGANIZATION Salt Union] spokesman [PERSON Al Gran].", "Salt Union spokesman"),
    ("Speaker of the House [PERSON Al Gran] rose.", "Speaker of the House"),
    ("Deputy Minister of Fish and Salt [PERSON Al Gran] rose.", "Deputy Minister of Fish and Salt"),
    ("founder and chief executive [PERSON Al Gran] rose.", "founder and chief executive"),
    ("He met President-elect [PERSON Al Gran].", "President-elect"),
    ("The ex-champion [PERSON Al Gran] rose.", "ex-champion"),
    ("[PERSON Moe] aide [PERSON Al Gran] rose.", "Moe aide"),
    ("The Board and Minister [PERSON Al Gran] rose.", "Minister"),
    ("Then the Lagoon Minister [PERSON Al Gran] rose.", "Lagoon Minister"),
    ("They met the foreign minister, [PERSON Ada Lund], in Oslo.", "foreign minister"),
    ("They sued an online gossip columnist, [PERSON Ada Lund].", "online gossip columnist"),
    ("[PLACE France]'s new finance minister, [PERSON Ada Lund], left.", "new finance minister"),
    ("the head of the central bank, [PERSON Ada Lund], left.", "head of the central bank"),
    ("then-Mayor [PERSON Ada Lund] left.", "then-Mayor"),
    ("[PLACE France]’s President [PERSON Ada Lund] left.", "President"),
    ("He lives in Fargo. Minister [PERSON Ada Lund] left.", "Minister"),
    ("“We lost.” Coach [PERSON Ada Lund] left.", "Coach"),
    ("He went to [PLACE Osby]. Union leader [PERSON Ada Lund] left.", "Union leader"),
    ("She blames [PERSON Bo Dahl]. Minister [PERSON Ada Lund] left.", "Minister"),
    ("He went to the [PLACE U.S]. Senator [PERSON Ada Lund] left.", "U.S. Senator"),
    ("[PERSON Brig]. Gen. [PERSON Ada Lund] left.", "Brig. Gen."),
    ("Cpl. [PERSON Ada Lund] left.", "Cpl."),
    ("The cook, Pvt. [PERSON Ada Lund], left.", "Pvt."),
    ("They met the head of Salt Mills Inc., [PERSON Ada Lund].", "head of Salt Mills Inc"),
    ("The firm's CEO [PERSON Ada Lund] left.", "CEO"),
    ("and President [PERSON Ada Lund] left.", "President"),
    ("He left. Salt President [PERSON Ada Lund] rose.", "President"),
    ("He met Salt President [PERSON Ada Lund].", "Salt President"),
    ("They sued a tall old slim grey shy teacher, [PERSON Ada Lund].", "tall old slim grey shy teacher"),
    (f"Then head of {OBJECT} [PERSON Ada Lund] left.", f"Then head of {OBJECT}"),
    (f"Then {'A' * 147} President [PERSON Ada Lund] left.", f"{'A' * 147} President"),
    (f"Then {'A' * 148} President [PERSON Ada Lund] left.", "President"),
]

AFTER = [
    ("[PERSON Ada Lund], a former C.I.A. analyst, left.", "former C.I.A. analyst"),
    ("[PERSON Ada Lund], the F.B.I. director, left.", "F.B.I. director"),
    ("[PERSON Ada Lund], another former envoy, left.", "former envoy"),
    ("[PERSON Ada Lund], the secretary of state, left.", "secretary of state"),
    ("[PERSON Bo Dahl], a spokesman for the Salt Union, said so.", "spokesman for the Salt Union"),
    ("[PERSON Bo Dahl], 43, a teacher in Osterby, fell.", "teacher in Osterby"),
    ("said [PERSON Bo Dahl], chairman of Osterby Mills Inc.", "chairman of Osterby Mills Inc"),
    ("[PERSON Bo Dahl], an economist who saw it coming, laughed.", "economist"),
    ("[PERSON Bo Dahl], a lawyer representing the families, left.", "lawyer"),
    ("said [PERSON Bo Dahl], managing editor of Salt Weekly. Others agreed.", "managing editor of Salt Weekly"),
    ("[PERSON Bo Dahl], author of “Salt,” left.", "author"),
    ("[PERSON Bo Dahl], head of the board for the north, left.", "head of the board for the north"),
    ("[PERSON Bo Dahl], head of the board and a friend of the king, left.", "head of the board"),
    ("said [PERSON Bo Dahl], a teacher", "teacher"),
    ("said [PERSON Bo Dahl], a teacher. Others agreed.", "teacher"),
    ("[PERSON Bo Dahl], head of Salt and Iron, left.", "head of Salt and Iron"),
    ("[PERSON Bo Dahl], a tall old slim grey shy teacher, left.", "tall old slim grey shy teacher"),
    (f"[PERSON Bo Dahl], head of {OBJECT}, left.", f"head of {OBJECT}"),
    (f"[PERSON Bo Dahl], head of {OBJECT} Ao, left.", "head"),
    ("[PERSON Bo Dahl], ambassador to the U.S.", "ambassador to the U.S."),
]

KNOWN_FAILURES = [
    pytest.param("[PERSON Bo Dahl], president emeritus of Salt College, died.", "president emeritus of Salt College", id="emeritus"),
    pytest.param("[PERSON Bo Dahl], head of Salt College and, since May, of its board, left.", "head of Salt College", id="cut behind and"),
]

NONE = [
    "He spoke for the bank. [PERSON Ada Lund] left.",
    "She saw the Boss. [PERSON Ada Lund] stayed.",
    "[PERSON Ada Lund] spoke.",
    "OSLO (NBN) - [PERSON Ada Lund] spoke.",
    "After meeting the president, [PERSON Ada Lund] said no.",
    "It was for the minister. [PERSON Ada Lund] said no.",
    "She was asked to head [PERSON Ada Lund]’s office.",
    "On Thursday [PERSON Ada Lund] left.",
    "[PERSON Ada Lund], who was minister, left.",
    "[PERSON Ada Lund], said the president, left.",
    "[PERSON Ada Lund], a Norwegian, left with the king.",
    "his wife, [PERSON Ada Lund], left.",
    "CHARISMATIC STAR [PERSON LUND] DIES",
    "Mrs. [PERSON Lund] left.",
    "a critic of the [PERSON Lund] government",
    "[PERSON Ada Lund], Oslo, president of nothing.",
    "She lives in Fargo. [PERSON Ada Lund] left.",
    "The army under [PERSON Ada Lund] fled.",
    "Head Of [PERSON Ada Lund] Quits",
    "STAR [PERSON LUND] DIES",
    "They sued a tall old slim grey shy kind teacher, [PERSON Ada Lund].",
    "[PERSON Bo Dahl], a tall old slim grey shy kind teacher, left.",
    f"Then head of {OBJECT} Ao [PERSON Ada Lund] left.",
    "The head of a small Fund [PERSON Ada Lund] left.",
]


@pytest.mark.parametrize(("markup", "role"), BEFORE + AFTER)
def test_a_role_as_the_story_words_it(markup, role):
    assert roles(markup)[-1] == role


@pytest.mark.parametrize(("markup", "role"), KNOWN_FAILURES)
@pytest.mark.xfail(strict=True)
def test_a_role_that_no_rule_words(markup, role):
    assert roles(markup)[-1] == role


@pytest.mark.parametrize("markup", NONE)
def test_no_role(markup):
    assert roles(markup) == [None]


def test_a_paragraph_may_end_behind_the_and_of_an_apposition():
    [role] = roles("[PERSON Bo Dahl], head of Salt College and")
    assert role is not None
    assert role.startswith("head of Salt College")


def test_the_first_role_goes_to_all_mentions_of_the_chain_and_to_no_other():
    found = entities(tagged("[PERSON Lund] left. Minister [PERSON Ada Lund], a lawyer, met [PERSON Bo Dahl] of [ORGANIZATION Salt Union]."))
    assert [e.role for e in found] == ["Minister", "Minister", None, None]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Sens. [PERSON Ida Moe] and [PERSON Al Gran] left.", ["Sen.", "Sen."]),
        ("[PERSON Per Vik] met Sens. [PERSON Ida Moe] and [PERSON Al Gran].", [None, "Sen.", "Sen."]),
        ("with spokesmen [PERSON Al Gran], [PERSON Bo Dahl] and [PERSON Per Vik].", ["spokesman"] * 3),
        (
            "with her [NATIONALITY Danish] and [NATIONALITY Swedish] counterparts, [PERSON Al Gran] and [PERSON Bo Dahl], respectively.",
            ["Danish counterpart", "Swedish counterpart"],
        ),
        (
            "the [NATIONALITY Danish] and [NATIONALITY Swedish] foreign ministers, [PERSON Al Gran] and [PERSON Bo Dahl]",
            ["Danish foreign minister", "Swedish foreign minister"],
        ),
        ("the two foreign ministers, [PERSON Al Gran] and [PERSON Bo Dahl]", ["foreign minister", "foreign minister"]),
        ("his brothers, [PERSON Al Gran] and [PERSON Bo Gran]", [None, None]),
        ("Minister [PERSON Al Gran] and [PERSON Bo Dahl]", ["Minister", None]),
    ],
)
def test_people_who_share_a_title(markup, expected):
    assert roles(markup) == expected
