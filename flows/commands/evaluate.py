"""`wiredesk evaluate`: precision, recall and F1 against stories that people marked."""

import json
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import complain, err, out
from schemas.extracted import Marking

if TYPE_CHECKING:
    from flows.evaluate import Scored


def evaluate(
    gold: Annotated[
        list[Path], typer.Argument(metavar="GOLD", help="Marked stories, JSON lines, gzipped or not", exists=True, dir_okay=False)
    ],
    predictions: Annotated[
        list[Path] | None,
        typer.Option(
            help="Score this file instead of wiredesk's own extraction; once for each GOLD, in order", exists=True, dir_okay=False
        ),
    ] = None,
    kind: Annotated[Marking | None, typer.Option(help="Show the figures of one kind of quote only")] = None,
    labels: Annotated[str | None, typer.Option(metavar="A,B", help="Score these entity labels only: PER,ORG,LOC")] = None,
    translate: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="A=B,C=D",
            help="Label set of the gold: wiredesk, conll or ieer, guessed if not given; more labels to rename: PERSON=PER, and"
            " PLACE:team=ORG or PLACE:government=ORG for the places that stand for one",
        ),
    ] = None,
    where: Annotated[
        str | None, typer.Option(metavar="KEY=VALUE", help="Score only stories whose meta has this value: wire=ap,afp")
    ] = None,
    errors: Annotated[int, typer.Option(metavar="N", help="Print the N worst cases of each GOLD", min=0)] = 0,
    passes: Annotated[
        bool, typer.Option("--passes", help="Print instead what each pass and sieve is worth: rows it changes, and what is lost without it")
    ] = False,
    tags: Annotated[
        Path | None,
        typer.Option(
            "--tags", help="With --passes: a kept tagger's output, of one that never saw these stories", exists=True, dir_okay=False
        ),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file", dir_okay=False)] = None,
) -> None:
    """Score extraction against stories that people marked: by layer and kind, and how far to trust the scores.

    Examples:

      wiredesk evaluate gold.jsonl.gz

      wiredesk evaluate gold.jsonl --predictions other.jsonl --errors 20

      wiredesk evaluate conll03.jsonl.gz --labels PER,ORG,LOC --json figures.json

      wiredesk evaluate cleanconll.jsonl.gz --map PLACE:team=ORG

      wiredesk evaluate polnear.jsonl.gz --passes --tags tests/evaluation/crossed.jsonl.gz
    """
    from flows.evaluate import evaluate_file

    if passes:
        _weigh(gold, tags, where)
        return

    if tags:
        complain("--tags goes with --passes: without it, stories are tagged by the shipped model")
        raise typer.Exit(2)
    pairs = list(zip_longest(gold, predictions or []))
    if predictions and len(predictions) != len(gold):
        complain(f"{len(predictions)} prediction files for {len(gold)} gold files: give one for each, in the same order")
        raise typer.Exit(2)
    figures = {}
    try:
        for path, predicted in pairs:
            scored = evaluate_file(path, predicted, where=where, translate=translate, labels=labels, progress=err)
            figures[str(path)] = scored.evaluation.model_dump()
            _show(path, scored, kind, errors)
        if json_file:
            json_file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    except (ValueError, OSError) as error:
        complain(str(error))
        raise typer.Exit(2) from None


def _weigh(gold: list[Path], tags: Path | None, where: str | None) -> None:
    from flows.evaluate import weigh_file

    try:
        for path in gold:
            stories, scores, weights = weigh_file(path, tags, where=where, progress=err)
            speaker = "" if scores.speaker is None else f", speaker right {scores.speaker:.4f}"
            out.rule(f"{path.name}: {stories} stories", align="left")
            out.print(f"found {scores.found:.4f}, exact {scores.exact:.4f}, with exact source {scores.source:.4f}{speaker}")
            out.print("Lost without it, in points; a minus says that it is better without.")
            out.print(f"{'pass or sieve':<18}{'rows':>6}{'found':>8}{'exact':>8}{'source':>8}{'speaker':>9}")
            for name, rows, lost in weights:
                points = "".join(f"{100 * value:>8.2f}" for value in lost[:3])
                out.print(f"{name:<18}{rows:>6}{points}{'' if lost.speaker is None else f'{100 * lost.speaker:>9.2f}'}")
    except (ValueError, OSError) as error:
        complain(str(error))
        raise typer.Exit(2) from None


def _show(gold: Path, scored: "Scored", kind: Marking | None, errors: int) -> None:
    from tasks.evaluate.show import show_case, show_figures

    out.rule(f"{gold.name}: {scored.evaluation.stories} stories", align="left")
    if scored.evaluation.without_prediction:
        out.print(f"{scored.evaluation.without_prediction} of them have no prediction; all that they hold counts as missed.")
    for story_id, message in scored.refused.items():
        complain(f"nothing was extracted from {story_id}: {message}")
    if scored.evaluation.entities and scored.scheme.labels and not kind:
        named = f" as {scored.scheme.name} names them" if scored.scheme.name else ""
        out.print(f"Entities scored{named}: {', '.join(sorted(scored.scheme.labels))}.")
    for part in (*show_figures(scored.evaluation, kind), *map(show_case, scored.cases[:errors])):
        out.print(part)
        out.print()
