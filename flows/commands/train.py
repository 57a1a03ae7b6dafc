"""`wiredesk train`: a model of one's own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import complain, err, out
from schemas.printable import pasteable

if TYPE_CHECKING:
    from tasks.train.loop import Progress

NEEDED = "Training needs PyTorch, which running wiredesk does not: pip install 'wiredesk[train]', or pip install '.[train]' in its folder."


def train(
    corpora: Annotated[list[Path], typer.Argument(help="Annotated stories, JSONL or JSONL.gz", exists=True, dir_okay=False)],
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for checkpoints and the finished model")] = Path("training"),
    dev: Annotated[
        list[Path],
        typer.Option(help="Corpora to calibrate and measure on; a tenth of the stories if not given", exists=True, dir_okay=False),
    ] = [],  # noqa: B006  (typer copies it)
    epochs: Annotated[float, typer.Option(min=0.001, help="How often to go through the stories")] = 4,
    seed: Annotated[int, typer.Option(help="Of everything random")] = 0,
    start_from: Annotated[
        Path | None, typer.Option(help="A checkpoint, or a model folder, to begin with; the bare encoder if not given", exists=True)
    ] = None,
    average: Annotated[
        list[Path],
        typer.Option(help="A checkpoint or model folder to average the finished weights with; one that this run comes from", exists=True),
    ] = [],  # noqa: B006
    teacher: Annotated[
        Path | None, typer.Option(help="A model folder that marks what CORPORA leave unmarked (null), also in plain texts", exists=True)
    ] = None,
    soft: Annotated[
        Path | None,
        typer.Option(
            help="A folder with a larger model's chances of every tag, NAME.npz and NAME.hard.jsonl for a corpus NAME.jsonl, to learn"
            " from beside or instead of what CORPORA mark (its form: tasks/train/soft.py)",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The model's name; wiredesk and the date if not given")] = None,
    force: Annotated[bool, typer.Option("--force", help="Export even if the shipped model does better")] = False,
    ranker: Annotated[
        bool, typer.Option("--ranker", help="Train the ranker alone, which says whom a he or she stands for, on the `mentions` of CORPORA")
    ] = False,
) -> None:
    """Train a tagger on annotated stories and write it as a model folder: weights, settings, model card.

    Stopped and started again with the same arguments it goes on from its last checkpoint. An epoch over the 1,800 stories
    of PolNeAR and CoNLL-2003 takes about 17 minutes on one core.

    A story's layers are `quotes`, `entities` and `mentions`: whom each pronoun and nominal stands for, as a list of
    {start, end, kind: name, pronoun or nominal, cluster}. A layer that is null or absent teaches nothing.

    Examples:

      wiredesk train polnear.train.jsonl.gz conll03.train.jsonl.gz --dev polnear.dev.jsonl.gz

      wiredesk train mine.jsonl --epochs 10 --out training/mine

      wiredesk train mine.jsonl --start-from tasks/tag/weights --average tasks/tag/weights

      wiredesk train coref.jsonl.gz --ranker
    """
    try:
        import torch
    except ImportError:
        complain(NEEDED)
        raise typer.Exit(2) from None
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from flows import train as flows
    from flows.commands.run import hush
    from flows.server import prefect_api
    from tasks.paths import local_path
    from tasks.train.loop import Recipe
    from tasks.train.package import WorseModelError

    local_path(to)  # raises before there is a folder `s3:`
    torch.set_num_threads(max(1, torch.get_num_threads()))
    if ranker:
        with prefect_api(), err.status("reading corpora, tagging them, training"):
            hush()
            written = flows.rank(corpora, to, name)
        if written is None:
            complain("No story marks what a he or she stands for: `mentions` with `kind` pronoun and a `cluster`.")
            raise typer.Exit(1)
        out.print(f"The ranker is in {written}. To ship it: put it into tasks/quotes/speakers/learned/ and run python -m tasks.shipped")
        return
    with prefect_api(), Bar(TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=err) as bar:
        hush()
        shown = bar.add_task("reading corpora", total=None)

        def report(p: "Progress") -> None:
            said = f"step {p.step:,} of {p.steps:,}, loss {p.loss:.3f}, {p.pieces_per_second:,.0f} pieces/s"
            bar.update(shown, description=said, completed=p.step, total=p.steps)
            if not err.is_terminal:
                err.print(said, highlight=False)

        try:
            settings = flows.train(
                corpora,
                dev,
                to,
                Recipe(epochs=epochs, seed=seed),
                start_from=start_from,
                average=average,
                teacher=teacher,
                soft=soft,
                name=name,
                force=force,
                report=report,
            )
        except WorseModelError as error:
            complain(str(error))
            raise typer.Exit(1) from None
    for figure, value in settings.figures.items():
        out.print(f"{value:.3f}  {figure}", highlight=False)
    out.print(f"The model is in {to}; its card is {to / 'MODEL_CARD.md'}. To use it: WIREDESK_MODEL={pasteable(to)} wiredesk ingest ...")
