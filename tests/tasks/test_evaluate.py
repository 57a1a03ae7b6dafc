import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from tasks.evaluate import (
    AnnotatedEntity,
    AnnotatedQuote,
    AnnotatedStory,
    AnnotationError,
    Case,
    Evaluation,
    LabelScheme,
    check_ids,
    evaluate,
    parse_scheme,
    presets,
    read_annotations,
)
from tasks.evaluate.calibration import calibration
from tasks.evaluate.judge import match, same_name
from tasks.evaluate.show import show_case, show_figures
from tasks.evaluate.tokens import Tokens, printed_extent
from tests.tasks.building import tagged


def annotated(markup: str, **quote: Any) -> AnnotatedStory:
    """A gold story or prediction from marked-up text (see tests/tasks/building.py); `quote` goes to each of its quotes."""
    story = tagged(markup)

    def extents(*spans: Any) -> list[tuple[int, int]]:
        return [(s.start, s.end) for s in spans if s]

    return AnnotatedStory(
        id="story",
        text=story.text,
        quotes=[
            AnnotatedQuote(content=extents(*a.content), cue=extents(a.cue), source=extents(a.source), **quote) for a in story.attributions
        ],
        entities=[AnnotatedEntity(start=m.span.start, end=m.span.end, label=m.label) for m in story.mentions],
    )


def scored(gold: AnnotatedStory, predicted: AnnotatedStory | None, scheme: LabelScheme | None = None) -> tuple[Evaluation, list[Case]]:
    assert predicted is None or predicted.text == gold.text
    return evaluate([gold], {predicted.id: predicted} if predicted else {}, scheme)


GOLD = "{source [PERSON Ada Lund]} {cue said} {content “the bridge is safe now.”}"


@pytest.mark.parametrize(
    ("predicted", "exact", "exact_chars", "partial", "found", "source", "e2e"),
    [
        pytest.param(GOLD, 1, 1, 1, 1, 1, 1, id="the same"),
        pytest.param("{source Ada Lund} {cue said} “{content the bridge is safe now}.”", 1, 0, 1, 1, 1, 1, id="without the marks"),
        pytest.param("{source Ada Lund} {cue said} “the {content bridge is safe now.”}", 0, 0, 8 / 9, 1, 1, 1, id="a word short"),
        pytest.param("Ada {source Lund} {cue said} {content “the bridge is safe now.”}", 1, 1, 1, 1, 0, 0, id="half the source"),
        pytest.param("Ada Lund {cue said} {content “the bridge is safe now.”}", 1, 1, 1, 1, 0, 0, id="no source"),
        pytest.param("{source Ada Lund} {cue said} “the bridge is {content safe now}.”", 0, 0, 4 / 7, 0, 1, 0, id="not half of it"),
        pytest.param("Ada Lund {content said} “the bridge is safe now.”", 0, 0, 0, 0, 1, 0, id="somewhere else"),
        pytest.param("Ada Lund said “the bridge is safe now.”", 0, 0, 0, 0, 1, 0, id="nothing"),
    ],
)
def test_one_quote(predicted: str, exact: float, exact_chars: float, partial: float, found: float, source: float, e2e: float) -> None:
    evaluation, _ = scored(annotated(GOLD), annotated(predicted))
    assert evaluation.quotes
    figures = evaluation.quotes.figures["all"]
    assert [figures.content.exact.f1, figures.content.exact_chars.f1, figures.content.detect.f1] == [exact, exact_chars, found]
    assert figures.content.partial.f1 == pytest.approx(partial)
    assert [figures.source.exact.f1, figures.source.e2e.f1] == [source if figures.source.pairs else 1, e2e]


def test_role_figures_look_at_found_contents_only() -> None:
    gold = annotated("{source Ada Lund} {cue said} {content it rained}. {source:2 Bo Falk} {cue:2 agreed} {content:2 it had rained a lot}.")
    found = annotated("{source Ada Lund} said {content it rained}. {source:2 Ada Lund} {cue:2 agreed} it had rained a lot.".replace(
        "{source:2 Ada Lund} {cue:2 agreed} it had rained a lot", "Bo Falk agreed it had rained {content:2 a lot}"
    ))  # fmt: skip
    evaluation, cases = scored(gold, found)
    assert evaluation.quotes
    figures = evaluation.quotes.figures["all"]
    assert figures.source.pairs == 1
    assert figures.source.exact.f1 == 1.0
    assert (figures.source.e2e.p, figures.source.e2e.r) == (0.5, 0.5)
    assert (figures.cue.exact.p, figures.cue.exact.r) == (0.0, 0.0)
    assert [c.cause for c in cases] == ["elsewhere", "cue"]


def test_source_named_on_neither_side_is_right() -> None:
    evaluation, cases = scored(annotated("{content “Never again!”} ran the banner."), annotated("{content “Never again!”} ran the banner."))
    assert evaluation.quotes
    assert evaluation.quotes.figures["all"].source.e2e.f1 == 1.0
    assert evaluation.quotes.figures["all"].source.exact.n_gold == 0
    assert not cases


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        ("Ada Lund said {content “it is over.”}", "direct"),
        ("Ada Lund said {content it is “over”}.", "mixed"),
        ("Ada Lund said {content it is over}.", "indirect"),
        ("“Good,” she wrote. Ada Lund said {content it is over}, with a “sigh”.", "indirect"),
        ("{content “It is over,”} said Ada Lund. {content “Go home.”}", "direct"),
        ("{content ``It is over,''} said Ada Lund.", "direct"),
        ("{content “It is over.}\n“Bo Falk was there.”", "direct"),
    ],
)
def test_kind_comes_from_the_marks(gold: str, kind: str) -> None:
    story = annotated(gold)
    evaluation, _ = scored(story, story)
    assert evaluation.quotes
    assert list(evaluation.quotes.figures) == ["all", kind]


def test_a_kind_counts_gold_by_annotation_and_predictions_by_marks() -> None:
    gold = annotated("Ada Lund said {content it is “over”}.", kind="mixed")
    found = annotated("Ada Lund said it is {content “over”}.", kind="indirect")
    evaluation, _ = scored(gold, found)
    assert evaluation.quotes
    figures = evaluation.quotes.figures
    assert (figures["mixed"].n_gold, figures["mixed"].n_pred) == (1, 0)
    assert (figures["direct"].n_gold, figures["direct"].n_pred) == (0, 1)
    assert figures["direct"].content.token.p == 1.0
    assert figures["mixed"].content.partial.r == pytest.approx(1 / 3)
    assert "indirect" not in figures


def test_wrapped_lines_do_not_end_a_quotation() -> None:
    text = "She said “it\nis over” today."
    quote = AnnotatedQuote(content=[(9, text.index(" today"))])
    for wrapped, kind in ((True, "direct"), (False, "mixed")):
        story = AnnotatedStory(id="w", text=text, meta={"wrapped": wrapped}, quotes=[quote])
        evaluation, _ = scored(story, story)
        assert evaluation.quotes
        assert kind in evaluation.quotes.figures


@pytest.mark.parametrize(
    ("gold", "found", "strict", "lenient"),
    [
        ("Ada Lund", "Ada Lund", 1, 1),
        ("Ada Lund (mayor)", "ada  LUND", 1, 1),
        ("Ada Lund", "Lund", 0, 1),
        ("Ada Lund", "Bo Falk", 0, 0),
        ("Ada Lund", None, 0, 0),
    ],
)
def test_speaker(gold: str, found: str | None, strict: float, lenient: float) -> None:
    evaluation, cases = scored(annotated(GOLD, speaker=gold), annotated(GOLD, speaker=found, resolved_by="named"))
    assert evaluation.quotes
    speaker = evaluation.quotes.figures["all"].speaker
    assert speaker
    assert (speaker.acc_strict, speaker.acc_lenient, speaker.e2e_recall_lenient) == (strict, lenient, lenient)
    assert evaluation.quotes.by_resolution["named"].speaker_right == lenient
    assert [c.cause for c in cases] == ([] if lenient else ["speaker"])


def test_missed_quotes_count_against_the_speaker() -> None:
    evaluation, _ = scored(annotated(GOLD, speaker="Ada Lund"), None)
    assert evaluation.without_prediction == 1
    assert evaluation.quotes
    speaker = evaluation.quotes.figures["all"].speaker
    assert speaker
    assert (speaker.detected_pairs, speaker.gold_with_speaker, speaker.e2e_recall_lenient) == (0, 1, 0)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("O'Neill", "Shaun O’Neill", True), ("", "", False), ("(unnamed)", "Lund", False), ("the Lund report", "Lund", False)],
)
def test_same_surname(one: str, other: str, same: bool) -> None:
    assert same_name(one, other, surname_only=True) is same


def test_greatest_overlap_is_matched_first() -> None:
    gold = [frozenset(range(10)), frozenset(range(10, 14))]
    predicted = [frozenset(range(4, 14)), frozenset(range(3))]
    assert match(gold, predicted) == {0: 0}
    assert match(gold[:1], predicted) == {0: 0}
    assert match(gold, [frozenset(range(10, 13)), *predicted]) == {0: 1, 1: 0}


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda t: (t[0], t[0] + t[1])), min_size=1, max_size=3)
quote_lists = st.lists(st.builds(AnnotatedQuote, content=spans, source=spans, cue=spans), max_size=5)
TEXT = "one two “three four” five, six seven ‘eight’ nine"


@given(quote_lists, quote_lists)
def test_figures_hang_together(one: list[AnnotatedQuote], other: list[AnnotatedQuote]) -> None:
    gold, found = (AnnotatedStory(id="s", text=TEXT, quotes=[q for q in side if Tokens(TEXT).under(q.content)]) for side in (one, other))
    there, back = scored(gold, found)[0].quotes, scored(found, gold)[0].quotes
    assert there
    assert back
    content = there.figures["all"].content
    token, exchanged = content.token, back.figures["all"].content.token
    assert (token.p, token.r) == (exchanged.r, exchanged.p)
    if gold.quotes and found.quotes:
        assert content.detect.p * len(found.quotes) == pytest.approx(content.detect.r * len(gold.quotes))
    assert 0 <= content.exact_chars.r <= content.exact.r <= content.partial.r + 1e-9 <= 1 + 2e-9


@given(quote_lists)
def test_gold_against_itself_is_perfect(quotes: list[AnnotatedQuote]) -> None:
    story = AnnotatedStory(id="s", text=TEXT, quotes=[q for q in quotes if Tokens(TEXT).under(q.content)])
    evaluation, cases = scored(story, story)
    assert evaluation.quotes
    content = evaluation.quotes.figures["all"].content
    assert {content.exact.f1, content.token.f1, content.detect.f1} == {1.0}
    assert not [c for c in cases if c.cause in ("missed", "invented", "elsewhere", "bounds")]


@given(st.text(st.sampled_from("ab \n“,"), max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4))
def test_tokens_under_spans_are_those_that_share_a_character(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(a, b) for a, b in pairs if a < b]
    tokens = Tokens(text)
    expected = {
        t for t, (s, e) in enumerate(zip(tokens.starts, tokens.ends, strict=True)) if any(s < high and low < e for low, high in spans)
    }
    assert tokens.under(spans) == expected
    inside = [(a, min(b, len(text))) for a, b in spans if a < min(b, len(text))]
    assert all(text[a:b] == text[a:b].strip() for a, b in printed_extent(text, inside))


# ---- entities

ENTITIES = "[PERSON Ada Lund] of [ORGANIZATION Vik Council] spoke in [PLACE Vik]."


@pytest.mark.parametrize(
    ("found", "p", "r", "span_r", "causes"),
    [
        (ENTITIES, 1, 1, 1, []),
        ("[PERSON Ada Lund] of [PLACE Vik Council] spoke in [PLACE Vik].", 2 / 3, 2 / 3, 1, ["entity label"]),
        ("[PERSON Ada] Lund of [ORGANIZATION Vik Council] spoke in [PLACE Vik].", 2 / 3, 2 / 3, 2 / 3, ["entity bounds"]),
        ("[PERSON Ada Lund] of Vik Council spoke in [PLACE Vik].", 1, 2 / 3, 2 / 3, ["entity missed"]),
        (ENTITIES.replace("spoke", "[OTHER spoke]"), 3 / 4, 1, 1, ["entity invented"]),
    ],
)
def test_entities(found: str, p: float, r: float, span_r: float, causes: list[str]) -> None:
    evaluation, cases = scored(annotated(ENTITIES), annotated(found))
    assert evaluation.entities
    figures = evaluation.entities.figures
    assert (figures.micro.p, figures.micro.r, figures.span_only.r) == pytest.approx((p, r, span_r))
    assert [c.cause for c in cases] == causes


def test_optional_gold_is_neither_missed_nor_invented() -> None:
    text = "the Vik and Lund papers"
    gold = AnnotatedStory(id="s", text=text, entities=[AnnotatedEntity(start=4, end=7, label="PLACE", optional=True)])
    for label in ("PLACE", "ORGANIZATION"):
        for entities in ([], [AnnotatedEntity(start=4, end=7, label=label)]):
            evaluation, cases = scored(gold, AnnotatedStory(id="s", text=text, entities=entities))
            assert evaluation.entities
            assert evaluation.entities.figures.micro.n_pred == 0
            assert not cases


def test_a_layer_that_one_side_leaves_out_is_not_scored() -> None:
    story = annotated(ENTITIES)
    evaluation, _ = scored(story, story.model_copy(update={"entities": None}))
    assert evaluation.entities is None
    evaluation, _ = scored(story.model_copy(update={"quotes": None}), story)
    assert evaluation.quotes is None


@pytest.mark.parametrize(
    ("translate", "labels", "gold", "translated", "counted"),
    [
        (None, None, {"PER": 3, "LOC": 1}, {"PLACE": "LOC", "FACILITY": "LOC"}, {"PER": True, "LOC": True, "MISC": False, "DATE": False}),
        (None, None, {"PERSON": 3, "LOCATION": 1, "CARDINAL": 5}, {"PLACE": "LOCATION"}, {"LOCATION": True, "CARDINAL": False}),
        (None, None, {"PERSON": 3, "PLACE": 1}, {"PLACE": "PLACE"}, {"PLACE": True, "DATE": False}),
        (None, None, {"GENE": 3}, {"PLACE": "PLACE"}, {"GENE": True, "PLACE": True}),
        ("conll", None, {}, {"EVENT": "MISC"}, {"MISC": True, "DATE": False}),
        ("conll", "PER,ORG", {}, {"EVENT": "MISC"}, {"MISC": False, "PER": True}),
        ("PERSON=PER", None, {"PER": 1}, {"PERSON": "PER", "PLACE": "LOC"}, {"PER": True, "LOC": False}),
        ("PLACE=GPE", None, {"PER": 2, "GPE": 1}, {"PERSON": "PER", "PLACE": "GPE"}, {"PER": True, "GPE": True, "LOC": False}),
        ("PROTEIN=GENE", None, {"GENE": 3}, {"PROTEIN": "GENE", "PLACE": "PLACE"}, {"GENE": True, "PLACE": True}),
        ("ieer,PLACE=GPE", None, {"PER": 1}, {"PLACE": "GPE", "FACILITY": "LOCATION"}, {"GPE": True, "PERSON": True, "PER": False}),
        ("PLACE:team=ORG", None, {"PER": 2, "LOC": 1}, {"PLACE": "LOC", "PLACE:team": "ORG"}, {"ORG": True, "LOC": True, "MISC": False}),
    ],
)
def test_label_schemes(
    translate: str | None, labels: str | None, gold: dict[str, int], translated: dict[str, str], counted: dict[str, bool]
) -> None:
    scheme = parse_scheme(translate, labels, gold)
    assert {label: scheme.of(label) for label in translated} == translated
    assert {label: scheme.counts(label) for label in counted} == counted


@pytest.mark.parametrize("translate", ["conl", "PERSON=", "PERSON=PER,PLACE", "PERSON=PER,conll"])
def test_a_map_that_is_none_is_refused(translate: str) -> None:
    with pytest.raises(ValueError, match="conll"):
        parse_scheme(translate, None, {})


def test_a_map_of_a_sense_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="PLACE:teem has no sense of ours, which are team, government"):
        parse_scheme("PLACE:teem=ORG", None, {})


@pytest.mark.parametrize(
    ("translate", "label", "right"),
    [("PLACE:team=ORG", "ORG", 3), ("PLACE:government=ORG", "LOC", 3), (None, "LOC", 3), ("conll,PLACE:team=ORG", "LOC", 2)],
)
def test_a_place_that_stands_for_a_team_is_scored_as_the_map_says(translate: str | None, label: str, right: int) -> None:
    marked = [{"start": 0, "end": 3, "label": "PER"}, {"start": 4, "end": 7, "label": label}, {"start": 8, "end": 11, "label": "LOC"}]
    gold = AnnotatedStory.model_validate({"id": "s", "text": "Moe Vik Rom", "entities": marked})
    found = [
        {"start": 0, "end": 3, "label": "PERSON"},
        {"start": 4, "end": 7, "label": "PLACE", "stands_for": "team"},
        {"start": 8, "end": 11, "label": "PLACE"},
    ]
    predicted = AnnotatedStory.model_validate({"id": "s", "text": gold.text, "entities": found})
    evaluation, _ = scored(gold, predicted, parse_scheme(translate, None, {"PER": 2, "LOC": 1, "ORG": 1}))
    assert evaluation.entities
    assert evaluation.entities.figures.micro.p * 3 == right


def test_presets_map_into_their_own_labels() -> None:
    for scheme in presets().values():
        assert scheme.labels
        assert set(scheme.translate.values()) <= scheme.labels


# ---- calibration


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=1, max_size=60), st.randoms())
def test_calibration_error_is_a_share_and_ignores_order(pairs: list[tuple[float, float]], random: Any) -> None:
    measured = calibration(pairs)
    assert 0 <= measured.ece_equal_width <= 1
    assert 0 <= measured.ece_equal_mass <= 1
    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert calibration(shuffled).ece_equal_mass == pytest.approx(measured.ece_equal_mass)
    assert calibration(shuffled).ece_equal_width == pytest.approx(measured.ece_equal_width)


def test_calibration_by_hand() -> None:
    measured = calibration([(0.95, 1.0)] * 9 + [(0.95, 0.0)] + [(0.25, 0.0)] * 10)
    assert measured.ece_equal_width == pytest.approx((0.05 * 10 + 0.25 * 10) / 20)
    assert measured.ece_equal_mass == pytest.approx((0.05 * 10 + 0.25 * 10) / 20)


def test_bands_hold_what_was_predicted_with_such_a_score() -> None:
    evaluation, _ = scored(annotated(GOLD), annotated(GOLD, score=1.0))
    assert evaluation.quotes
    assert {name: (s.n, s.right) for name, s in evaluation.quotes.by_band.items()} == {"0.9-1.0": (1, 1.0)}


# ---- files and cases


def test_reading(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "text": "x", "quotes": None, "blocks": [1], "meta": None})
    plain, packed = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text(line + "\n\n")
    packed.write_bytes(gzip.compress(line.encode()))
    assert list(read_annotations(plain)) == list(read_annotations(packed)) == [AnnotatedStory(id="a", text="x")]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('{"id": "a"}\n{"id": "a"}', "line 2: the id 'a' stands twice"),
        ('{"id": "a"}\n\n{"id": ', "line 3: .*JSON"),
        ('{"text": "a"}', "line 1: id: "),
        ('{"id": "a", "quotes": [{"content": [[-1, 2]]}]}', r"line 1: quotes\.0\.content\.0\.0: "),
        ('{"id": "a", "quotes": [{"content": [[0, 2]], "score": 7}]}', r"line 1: quotes\.0\.score: "),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, lines: str, message: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(lines)
    with pytest.raises(AnnotationError, match=message):
        list(read_annotations(path))


def test_spans_outside_the_text_are_refused() -> None:
    gold = AnnotatedStory(id="s", text="short", quotes=[])
    found = AnnotatedStory(id="s", quotes=[AnnotatedQuote(content=[(0, 6)])])
    with pytest.raises(AnnotationError, match=r"'s': content \[0, 6\) .* 5 characters"):
        evaluate([gold], {"s": found})


def test_predictions_of_unknown_stories_are_refused() -> None:
    with pytest.raises(AnnotationError, match="such as 'z'"):
        check_ids(["a"], ["a", "z"])


def printed(*renderables: Any) -> str:
    out = StringIO()
    Console(width=100, file=out).print(*renderables, sep="\n")
    return out.getvalue()


def test_causes_take_turns() -> None:
    gold = annotated(
        "{source Ada Lund} {cue said} {content it rained}. {source:2 Bo Falk} {cue:2 swore} {content:2 it was dry}. Nobody laughed."
    )
    found = annotated("Ada Lund said it rained. {source:2 Bo} Falk {cue:2 swore} {content:2 it was dry}. Nobody {content:3 laughed}.")
    evaluation, cases = scored(gold, found)
    assert {c.cause for c in cases[:3]} == {"missed", "invented", "source"}
    assert evaluation.causes == {"missed": 1, "invented": 1, "source": 1}


def test_a_case_shows_both_sides_without_colour() -> None:
    _, cases = scored(
        annotated(GOLD, speaker="Ada Lund"), annotated("Ada {source Lund} {cue said} {content “the bridge is safe now.”}", score=0.75)
    )
    shown = printed(show_case(cases[0]))
    assert "source  story  score 0.75" in shown
    assert "[source: Ada Lund] [cue: said] [content: “the bridge is safe now.”]" in shown
    assert "Ada [source: Lund] [cue: said]" in shown


def test_a_case_cannot_command_the_terminal() -> None:
    text = "Ada said \x1b[2J\u202eno."
    case = Case("missed", 1.0, "s\x1b]0;x\x07", text, [("content", 9, len(text))], [])
    shown = printed(show_case(case))
    assert "Ada said [content: ·[2J·no.]" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_figures_are_printed() -> None:
    story = annotated(f"{GOLD}\n{ENTITIES}", speaker="Ada Lund", resolved_by="named", score=0.9)
    shown = printed(*show_figures(scored(story, story)[0]))
    for words in ("quotes: all", "content.exact_chars", "cue.e2e", "speaker:", "resolved_by", "calibration error", "entities", "span only"):
        assert words in shown
