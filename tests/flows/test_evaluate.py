import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.evaluate import evaluate_file
from flows.options import Options

TEXT = "Ada Lund said the ferry would sail. “Not before noon,” Bo Falk warned."
LUND = {"content": [[14, 34]], "cue": [[9, 13]], "source": [[0, 8]], "speaker": "Ada Lund", "kind": "indirect"}
FALK = {"content": [[36, 54]], "cue": [[63, 69]], "source": [[55, 62]], "speaker": "Bo Falk", "kind": "direct"}
PEOPLE = [{"start": 0, "end": 8, "label": "PER"}, {"start": 55, "end": 62, "label": "PER"}]


def write(path: Path, *stories: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(s) + "\n" for s in stories), encoding="utf-8")
    return path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return write(
        tmp_path / "gold.jsonl",
        {"id": "ferry", "text": TEXT, "meta": {"wire": "NBN"}, "quotes": [LUND, FALK], "entities": PEOPLE},
        {"id": "short", "text": "It rained.", "meta": {"wire": "other"}, "quotes": [], "entities": []},
    )


@pytest.fixture
def predictions(tmp_path: Path) -> Path:
    found = LUND | {"score": 0.9, "resolved_by": "named"}
    return write(
        tmp_path / "found.jsonl",
        {"id": "ferry", "quotes": [found], "entities": [{"start": 0, "end": 8, "label": "PERSON", "score": 0.8}]},
        {"id": "short", "quotes": [], "entities": [{"start": 0, "end": 2, "label": "DATE", "score": 0.5}]},
    )


def run(*arguments: Path | str) -> Any:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def test_figures_of_a_prediction_file(gold: Path, predictions: Path, tmp_path: Path) -> None:
    result = run(gold, "--predictions", predictions, "--errors", "5", "--json", tmp_path / "out.json")
    assert result.exit_code == 0, result.output
    assert "missed  ferry" in result.output
    assert "Entities scored as conll names them: PER." in result.output
    figures = json.loads((tmp_path / "out.json").read_text())[str(gold)]
    assert figures["quotes"]["figures"]["all"]["source"]["e2e"] == {"p": 1.0, "r": 0.5, "f1": 2 / 3, "n_pred": 1, "n_gold": 2}
    assert figures["quotes"]["figures"]["direct"]["content"]["detect"]["r"] == 0
    assert list(figures["entities"]["figures"]["by_label"]) == ["PER"], "labels are mapped to those of the gold, others left out"


def test_where_keeps_some_stories(gold: Path, predictions: Path) -> None:
    assert evaluate_file(gold, predictions, where="wire=nbn,ap").evaluation.stories == 1


def test_a_story_without_prediction_is_said(gold: Path, tmp_path: Path) -> None:
    result = run(gold, "--predictions", write(tmp_path / "none.jsonl"))
    assert "2 of them have no prediction" in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--where", "wire"], "KEY=VALUE"),
        (["--where", "wire=AP"], "no story has it; wire is one of NBN, other"),
        (["--map", "PLACE:teem=ORG"], "PLACE:teem has no sense of ours"),
        (["--map", "conl"], "or one of wiredesk, conll, ieer"),
        (["--predictions", "{gold}"], "give one for each, in the same order"),
        (["--tags", "{gold}"], "--tags goes with --passes"),
    ],
)
def test_unusable_options_end_with_status_2(gold: Path, predictions: Path, options: list[str], message: str) -> None:
    result = run(gold, "--predictions", predictions, *(o.format(gold=gold) for o in options))
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_predictions_of_other_stories_end_with_status_2(gold: Path, tmp_path: Path) -> None:
    result = run(gold, "--predictions", write(tmp_path / "other.jsonl", {"id": "elsewhere"}))
    assert result.exit_code == 2
    assert "elsewhere" in result.output


def test_without_predictions_the_texts_are_extracted(gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def findings(texts: Iterable[tuple[str, str]], options: Options) -> Iterator[dict[str, Any]]:
        for id, text in texts:
            if text == TEXT:
                yield {"id": id, "quotes": [FALK | {"cue": [], "score": 0.7, "resolved_by": "named"}], "entities": []}
            else:
                yield {"id": id, "quotes": [], "entities": [], "error": "TimeLimit in tag: too long"}

    monkeypatch.setattr("flows.extract.extract_texts", findings)
    result = run(gold)
    assert result.exit_code == 0, result.output
    assert "nothing was extracted from short: TimeLimit in tag" in result.output
    assert evaluate_file(gold).evaluation.causes == {"missed": 1, "cue": 1, "entity missed": 2}
