"""Our figures against those of the corpora's own scorer, where both lie beside the checkout."""

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.evaluate import LabelScheme, evaluate, read_annotations

SHARED = Path(__file__).parents[3] / "shared"
SCORER = SHARED / "tools" / "score.py"

pytestmark = pytest.mark.skipif(not SCORER.exists(), reason="the scorer and its corpora are not part of the project")


def noisy(gold: Path) -> Iterator[dict[str, Any]]:
    """Predictions as a poor system would make them: spans moved, quotes missed, roles lost, labels mistaken."""
    chance = random.Random(7)
    with gzip.open(gold, "rt", encoding="utf-8") as lines:
        for line in lines:
            story = json.loads(line)
            length = len(story["text"])

            def moved(start: int, end: int, length: int = length) -> list[int]:
                if chance.random() < 0.4:
                    start, end = max(0, start + chance.randint(-20, 20)), min(length, end + chance.randint(-20, 20))
                return [start, end] if start < end else [0, 1]

            def spans(spans: list[list[int]], lost: float) -> list[list[int]]:
                return [] if chance.random() < lost else [moved(s, e) for s, e in spans]

            yield {
                "id": story["id"],
                "quotes": [
                    {
                        "content": spans(q["content"], 0.05),
                        "cue": spans(q["cue"], 0.2),
                        "source": spans(q["source"], 0.2),
                        "speaker": q["speaker"] and chance.choice([q["speaker"], q["speaker"].split()[-1], "Ada Lund", None]),
                    }
                    for q in story["quotes"] or []
                    if chance.random() < 0.8
                ],
                "entities": [
                    {"start": start, "end": end, "label": chance.choice([e["label"], e["label"], "PERSON", "DATE"])}
                    for e in story["entities"] or []
                    for start, end in [moved(e["start"], e["end"])]
                ],
            }


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(tree, dict):
        for name, branch in tree.items():
            yield from leaves(branch, f"{path}.{name}")
    elif tree is not None:
        yield path, tree


@pytest.mark.parametrize("name", ["polnear.dev", "gum-news.dev", "conll03.dev", "ieer.dev"])
def test_every_figure_agrees(name: str, tmp_path: Path) -> None:
    gold, predictions, theirs = SHARED / "corpora" / f"{name}.jsonl.gz", tmp_path / "predictions.jsonl", tmp_path / "figures.json"
    predictions.write_text("".join(json.dumps(p) + "\n" for p in noisy(gold)), encoding="utf-8")
    options = ["--map", "PERSON=PER", "--labels", "PER,ORG,LOC,MISC"] if "conll" in name else []
    subprocess.run([sys.executable, SCORER, gold, predictions, "--json", theirs, *options], check=True, capture_output=True)
    scheme = LabelScheme({"PERSON": "PER"}, frozenset({"PER", "ORG", "LOC", "MISC"})) if options else LabelScheme()
    evaluation, _ = evaluate(read_annotations(gold), {p.id: p for p in read_annotations(predictions)}, scheme)
    ours: dict[str, Any] = evaluation.quotes.model_dump()["figures"] if evaluation.quotes else {}
    if evaluation.entities:
        ours["ner"] = evaluation.entities.figures.model_dump()
    found = dict(leaves(ours))
    expected = {path: value for path, value in leaves(json.loads(theirs.read_text())) if not path.startswith(".counts")}
    assert expected
    assert {path: round(found[path], 4) for path in expected} == {path: round(value, 4) for path, value in expected.items()}
