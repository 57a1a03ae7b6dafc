"""Training as Prefect tasks: a thin skin, so that a training run shows in Prefect like any other."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.tag import load_tagger
from tasks.tag.model import Settings, save_settings, shipped_folder
from tasks.train import package, soft
from tasks.train.augment import Document
from tasks.train.export import export as export_model
from tasks.train.export import load_checkpoint
from tasks.train.loop import Progress, Recipe, train
from tasks.train.package import Corpus
from tasks.train.rank import train_ranker
from tasks.train.teach import fill

RANKER = "ranker.json"


@task(cache_policy=NO_CACHE)
def teach(documents: Sequence[Document], teacher: Path) -> list[Document]:
    """Fills the layers that nobody marked with what the model in `teacher` finds."""
    return fill(documents, load_tagger(teacher))


@task(cache_policy=NO_CACHE)
def soften(documents: Sequence[Document], folder: Path, corpora: Sequence[str]) -> list[Document]:
    """Gives the documents the tags that a teacher left of their corpora in `folder`, doubts and all."""
    return soft.soften(documents, folder, corpora)


@task(cache_policy=NO_CACHE)
def fit(
    documents: Sequence[Document], recipe: Recipe, checkpoint: Path, start_from: Path | None, report: Callable[[Progress], None]
) -> None:
    """Trains until the recipe's epochs are done, from the checkpoint on when there is one."""
    for progress in train(documents, recipe, checkpoint, start_from):
        report(progress)


@task(cache_policy=NO_CACHE)
def rank(documents: Sequence[Document], name: str, folder: Path) -> Path | None:
    """Writes the ranker of the documents' mentions to the folder; None when they have none."""
    ranker = train_ranker(documents, load_tagger(), name)
    if ranker is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RANKER).write_text(ranker.model_dump_json() + "\n", "utf-8")
    return folder / RANKER


@task(cache_policy=NO_CACHE)
def export(checkpoints: Sequence[Path], name: str, folder: Path) -> Settings:
    """Writes the trained model, the mean of the checkpoints, as int8 ONNX."""
    return export_model(load_checkpoint(*checkpoints), name, folder)


@task(cache_policy=NO_CACHE)
def calibrate(folder: Path, settings: Settings, corpora: Sequence[Corpus]) -> Settings:
    """Balances what is found against what is right, and makes scores mean what they say."""
    return package.calibrate(folder, settings, corpora)


@task(cache_policy=NO_CACHE)
def measure(folder: Path, settings: Settings, corpora: Sequence[Corpus]) -> Settings:
    """Stores the model's figures in its settings."""
    settings = settings.model_copy(update={"figures": package.measure(load_tagger(folder), corpora)})
    save_settings(settings, folder)
    return settings


@task(cache_policy=NO_CACHE)
def compare(settings: Settings, corpora: Sequence[Corpus]) -> None:
    """Raises WorseModelError when the shipped model, if there is one, does better on the same corpora."""
    if (shipped_folder() / "tagger.json").exists():
        package.check_not_worse(settings.figures, package.measure(load_tagger(), corpora))


@task(cache_policy=NO_CACHE)
def describe(folder: Path, settings: Settings, data: Sequence[str], recipe: Recipe, terms: str) -> None:
    """Writes the model card."""
    package.write_card(folder, settings, data, ", ".join(f"{k} {v}" for k, v in asdict(recipe).items()), terms)
