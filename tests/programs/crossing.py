"""Tags a training corpus crossed: each half of its stories by a tagger that was trained on the other half alone.

    python -m tests.programs.crossing polnear.train.jsonl.gz --dev polnear.dev.jsonl.gz --beside conll03.train.jsonl.gz

A rule that is weighed on stories which the tagger has learned by heart looks better or worse than it is. The output, kept without a
word of the stories, is what a tagger makes of text that it has not seen: `wiredesk evaluate polnear.train.jsonl.gz --passes --tags
tests/evaluation/crossed.jsonl.gz`. Mentions are the shipped tagger's, which has no entities of such a corpus to learn by heart.
Needs the extra `train`; about twenty minutes of one core a half of PolNeAR. Run again it goes on from its checkpoints.
"""

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.extract import story_of
from tasks.clean import clean
from tasks.evaluate import read_annotations
from tasks.evaluate.tags import kept, write_tags
from tasks.split import split
from tasks.tag import load_tagger

AT_ONCE = 32


def half_of(id: str) -> int:
    """The half that a story belongs to, by its id alone."""
    return int(hashlib.sha256(id.encode()).hexdigest(), 16) % 2


def tagger_of(half: int, stories: Sequence[dict[str, Any]], beside: Sequence[dict[str, Any]], dev: Path, folder: Path) -> Path:
    """The folder of a tagger that was trained on one half and a quarter of the stories `beside`, and balanced on `dev`."""
    import torch

    from tasks.train import package
    from tasks.train.export import export, load_checkpoint
    from tasks.train.loop import Recipe, train

    checkpoint = folder / "checkpoint.pt"
    mine = [story for story in stories if half_of(story["id"]) == half]
    with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):  # its cache would hold the first weights to the end
        for done in train([*mine, *beside[half::4]], Recipe(seed=half + 1), checkpoint):
            print(f"half {half}: step {done.step:,} of {done.steps:,}, loss {done.loss:.3f}", flush=True)
    settings = export(load_checkpoint(checkpoint), f"half {half}", folder)
    package.calibrate(folder, settings, [(dev.name, list(read_annotations(dev)))])
    return folder


def crossed(stories: Sequence[dict[str, Any]], folders: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """Each story's line: attributions by the tagger of the other half, mentions by the shipped one."""
    shipped = load_tagger()
    for half, folder in enumerate(folders):
        other = load_tagger(folder)
        unseen = [story for story in stories if half_of(story["id"]) != half]
        for at in range(0, len(unseen), AT_ONCE):
            some = unseen[at : at + AT_ONCE]
            splits = [split(clean(story_of(story["text"], story["id"]))) for story in some]
            for story, ours, theirs in zip(some, shipped.tag(splits), other.tag(splits), strict=True):
                yield kept(story["id"], ours.model_copy(update={"attributions": theirs.attributions}))


def main() -> None:
    """Trains what is not trained yet, then tags."""
    from tasks.train.texts import load

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--dev", type=Path, required=True, help="stories to balance both taggers on")
    parser.add_argument("--beside", type=Path, help="a corpus with entities to learn beside, a quarter of it for each half")
    parser.add_argument("--work", type=Path, default=Path("training/crossing"), help="folder for checkpoints and models")
    parser.add_argument("--out", type=Path, default=Path("tests/evaluation/crossed.jsonl.gz"))
    given = parser.parse_args()
    stories = [story for story in load(given.corpus) if story.get("quotes") is not None]
    beside = load(given.beside) if given.beside else []
    folders = [tagger_of(half, stories, beside, given.dev, given.work / f"half{half}") for half in (0, 1)]
    write_tags(given.out, sorted(crossed(stories, folders), key=lambda line: line["id"]))
    print(f"{len(stories):,} stories in {given.out}")


if __name__ == "__main__":
    main()
