"""Evaluate: score this release, or any system's predictions, against stories that people marked."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from schemas.extracted import QuoteKind
from tasks.evaluate import AnnotatedStory, AnnotationError, Case, Evaluation, check_ids, evaluate, parse_scheme, presets, read_annotations
from tasks.evaluate.show import show_case, show_figures


def evaluate_file(
    gold: Path,
    predictions: Path | None = None,
    *,
    where: str | None = None,
    translate: str | None = None,
    labels: str | None = None,
    progress: bool = False,
) -> tuple[Evaluation, list[Case]]:
    """The figures of one gold file, and every case that is not right, worst first.

    Predictions come from a file, or else from wiredesk's own extraction of the gold's texts. `where` is `KEY=VALUE,...` and
    keeps the stories whose `meta` has one of the values; `translate` and `labels` are as in `parse_scheme`. Raises
    AnnotationError, ValueError or OSError, each saying what is wrong with which file or option.
    """
    stories = list(read_annotations(gold))
    kept = _keep(stories, where)
    if predictions:
        predicted = {p.id: p for p in read_annotations(predictions)}
        check_ids((s.id for s in stories), predicted)
    else:
        predicted = {p.id: p for p in _extract(kept, progress=progress)}
    marked = Counter(e.label for s in kept for e in s.entities or [])
    return evaluate(kept, predicted, parse_scheme(translate, labels, marked))


def _keep(stories: Sequence[AnnotatedStory], where: str | None) -> list[AnnotatedStory]:
    if where is None:
        return list(stories)
    key, equals, values = where.partition("=")
    if not (key and equals):
        raise ValueError(f"--where {where}: give KEY=VALUE or KEY=VALUE,VALUE")
    wanted = values.lower().split(",")
    kept = [s for s in stories if str(s.meta.get(key)).lower() in wanted]
    if not kept:
        known = sorted({str(s.meta.get(key)) for s in stories})
        raise ValueError(f"--where {where}: no story has it; {key} is one of {', '.join(known[:12])}")
    return kept


def _extract(stories: Sequence[AnnotatedStory], *, progress: bool) -> Iterable[AnnotatedStory]:
    from flows.extract import extract_text  # here, so that scoring a prediction file does not load the model

    for story in track(stories, "extracting", console=Console(stderr=True), disable=not progress, transient=True):
        yield AnnotatedStory.model_validate(extract_text(story.id, story.text))


def evaluate_command(
    gold: Annotated[list[Path], typer.Argument(help="Marked stories, JSONL or JSONL.gz", exists=True, dir_okay=False, show_default=False)],
    predictions: Annotated[
        list[Path],
        typer.Option(help="Score these instead of wiredesk's own extraction; one for each GOLD, in order", exists=True, dir_okay=False),
    ] = [],  # noqa: B006  (typer copies it)
    kind: Annotated[QuoteKind | None, typer.Option(help="Show the figures of one kind of quote only")] = None,
    labels: Annotated[str | None, typer.Option(help="Score these entity labels only: PER,ORG,LOC")] = None,
    translate: Annotated[
        str | None,
        typer.Option("--map", help=f"Rename labels first: PERSON=PER,PLACE=LOC, or {', '.join(presets())}; guessed from GOLD if not given"),
    ] = None,
    where: Annotated[str | None, typer.Option(help="Score only stories whose meta has one of the values: wire=ap,afp")] = None,
    errors: Annotated[int, typer.Option(help="Print the worst cases, at most so many for each GOLD", min=0)] = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file", dir_okay=False)] = None,
) -> None:
    """Score extraction against stories that people marked: precision, recall and F1 by layer and kind, and calibration.

    Examples:

      wiredesk evaluate gold.jsonl.gz

      wiredesk evaluate gold.jsonl --predictions other.jsonl --errors 20

      wiredesk evaluate conll03.jsonl.gz --labels PER,ORG,LOC --json figures.json
    """
    console, complaints = Console(), Console(stderr=True)
    if predictions and len(predictions) != len(gold):
        complaints.print(f"{len(predictions)} --predictions for {len(gold)} gold files: give one for each, in the same order.")
        raise typer.Exit(2)
    figures: dict[str, Evaluation] = {}
    for number, path in enumerate(gold):
        try:
            evaluation, cases = evaluate_file(
                path,
                predictions[number] if predictions else None,
                where=where,
                translate=translate,
                labels=labels,
                progress=complaints.is_terminal,
            )
        except (AnnotationError, ValueError, OSError) as error:
            complaints.print(str(error), markup=False, highlight=False)
            raise typer.Exit(2) from None
        figures[str(path)] = evaluation
        console.rule(f"{path.name}: {evaluation.stories} stories", align="left")
        if evaluation.without_prediction:
            console.print(f"{evaluation.without_prediction} of them have no prediction; all that they hold counts as missed.")
        for part in (*show_figures(evaluation, kind), *map(show_case, cases[:errors])):
            console.print(part, highlight=False)
            console.print()
    if json_file:
        json_file.write_text(json.dumps({name: e.model_dump() for name, e in figures.items()}, indent=1) + "\n", encoding="utf-8")
