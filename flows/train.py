"""Train: from annotated corpora to a model folder that wiredesk can run."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from prefect import flow

from tasks.evaluate import AnnotatedStory, read_annotations
from tasks.tag.model import Settings
from tasks.train import steps
from tasks.train.augment import Document
from tasks.train.loop import Progress, Recipe
from tasks.train.package import Corpus
from tasks.train.texts import load

HELD_OUT = 0.1
"""Share of the training stories that becomes the development corpus when none is given."""

TERMS = (
    "Terms of the texts are those of their corpora; none of their text is in this model's files. "
    "The encoder is Apache-2.0, these weights MIT."
)


@flow(name="train", log_prints=False, validate_parameters=False)
def train(
    corpora: Sequence[Path],
    dev: Sequence[Path],
    out: Path,
    recipe: Recipe | None = None,
    *,
    start_from: Path | None = None,
    average: Sequence[Path] = (),
    teacher: Path | None = None,
    soft: Path | None = None,
    name: str | None = None,
    force: bool = False,
    report: Callable[[Progress], None] | None = None,
) -> Settings:
    """Trains on `corpora`, calibrates and measures on `dev`, and leaves a model folder in `out`; resumes what it finds there.

    Corpora are JSONL files, gzipped or not, in the form that `wiredesk evaluate` reads; a story whose `quotes`, `entities` or
    `mentions` (`tasks.train.references`) are null teaches only the other layers. `soft` is a folder of a larger teacher's tags
    (`tasks.train.soft`). Without `dev` a tenth of the stories is held out. `teacher` is a model
    folder whose findings fill the layers that are null (self-training); `start_from` a checkpoint or
    model folder whose weights are the first; `average` are others whose weights are averaged with this run's, such as the one
    it started from. Raises `tasks.train.package.WorseModelError` when the shipped model does better on `dev`, unless `force`.
    """
    recipe = recipe or Recipe()
    documents, development = divide(corpora, dev, recipe.seed)
    checkpoint = out / "checkpoint.pt"
    if soft:
        documents = steps.soften(documents, soft, [stem(path) for path in corpora])
    if teacher:
        documents = steps.teach(documents, teacher)
    steps.fit(documents, recipe, checkpoint, start_from, report or (lambda progress: None))
    settings = steps.export([checkpoint, *average], name or f"wiredesk-{datetime.now(UTC):%Y-%m-%d}", out)
    settings = steps.calibrate(out, settings, development)
    settings = steps.measure(out, settings, development)
    if not force:
        steps.compare(settings, development)
    data = [f"{path.name}: {len(load(path)):,} stories" for path in corpora] + [
        f"{n} (development): {len(s):,} stories" for n, s in development
    ]
    steps.describe(out, settings, data, recipe, TERMS)
    return settings


@flow(name="train-ranker", log_prints=False, validate_parameters=False)
def rank(corpora: Sequence[Path], out: Path, name: str | None = None) -> Path | None:
    """Trains the ranker, which says whom a he or she stands for, on the `mentions` of `corpora`, and writes it to `out`.

    None when no story marks what a he or she stands for.
    """
    return steps.rank([d for path in corpora for d in load(path)], name or f"{datetime.now(UTC):%Y-%m-%d}", out)


def divide(corpora: Sequence[Path], dev: Sequence[Path], seed: int) -> tuple[list[Document], list[Corpus]]:
    """The training documents and the development corpora: those given, else a tenth of each corpus."""
    if dev:
        return [d for path in corpora for d in load(path)], [(stem(path), list(read_annotations(path))) for path in dev]
    documents: list[Document] = []
    development: list[Corpus] = []
    for path in corpora:
        ids = sorted(d["id"] for d in load(path))
        held = set(random.Random(seed).sample(ids, round(len(ids) * HELD_OUT)))
        documents += [d for d in load(path) if d["id"] not in held]
        stories: list[AnnotatedStory] = [s for s in read_annotations(path) if s.id in held]
        development.append((f"{stem(path)}, held out", stories))
    return documents, development


def stem(path: Path) -> str:
    """A corpus file's name without its endings."""
    return path.name.removesuffix(".gz").removesuffix(".jsonl")
