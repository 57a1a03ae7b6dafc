"""Evaluate: score this release, or any system's predictions, against stories that people marked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track

from tasks.clean import clean
from tasks.evaluate import AnnotatedStory, Case, Evaluation, LabelScheme, check_ids, evaluate, parse_scheme, read_annotations
from tasks.evaluate.tags import read_tags, tagged_again
from tasks.evaluate.weights import Scores, Weight, weigh
from tasks.split import split


class Scored(NamedTuple):
    """The figures of one gold file, every case that is not right, worst first, and what they rest on.

    `scheme` is how labels were read, `refused` the stories that extraction could not take, with the reason.
    """

    evaluation: Evaluation
    cases: list[Case]
    scheme: LabelScheme
    refused: dict[str, str]


def evaluate_file(
    gold: Path,
    predictions: Path | None = None,
    *,
    where: str | None = None,
    translate: str | None = None,
    labels: str | None = None,
    progress: Console | None = None,
) -> Scored:
    """Scores predictions against a gold file.

    Predictions come from a file, or else from wiredesk's own extraction of the gold's texts, shown on `progress` when that is
    a terminal. `where` is `KEY=VALUE,...` and keeps the stories whose `meta` has one of the values; `translate` and `labels`
    are as in `parse_scheme`. Raises ValueError, or its child AnnotationError, which say what is wrong with which option or file.
    """
    stories = read_annotations(gold)
    kept = _keep(stories, where)
    refused: dict[str, str] = {}
    if predictions:
        predicted = {p.id: p for p in read_annotations(predictions)}
        check_ids((s.id for s in stories), predicted)
    else:
        predicted, refused = _extract(kept, progress)
    marked = Counter(e.label for s in kept for e in s.entities or [])
    scheme = parse_scheme(translate, labels, marked)
    return Scored(*evaluate(kept, predicted, scheme), scheme, refused)


def weigh_file(
    gold: Path, tags: Path | None = None, *, where: str | None = None, progress: Console | None = None
) -> tuple[int, Scores, Iterator[Weight]]:
    """How many stories a gold file has, the scores of their quotes, and what each pass and sieve adds to them, one after the other.

    `tags` is a file of a tagger's output (`tasks.evaluate.tags`), and stories that it lacks are left out; without it the stories are
    tagged now, shown on `progress`. Raises ValueError, or its child AnnotationError, which say what is wrong.
    """
    from flows.extract import story_of
    from tasks.workers.batch import tagger

    stories = _keep(read_annotations(gold), where)
    known = read_tags(tags) if tags else None
    stories = [story for story in stories if story.quotes is not None and (known is None or story.id in known)]
    splits = (split(clean(story_of(story.text, story.id))) for story in stories)
    if known is not None:
        tagged = [tagged_again(known[story.id], one) for story, one in zip(stories, splits, strict=True)]
    else:
        shown = progress is not None and progress.is_terminal
        one_by_one = track(splits, "tagging", len(stories), console=progress, disable=not shown, transient=True)
        tagged = [tagger().tag([one])[0] for one in one_by_one]
    return len(stories), *weigh(stories, tagged)


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


def _extract(stories: Sequence[AnnotatedStory], progress: Console | None) -> tuple[dict[str, AnnotatedStory], dict[str, str]]:
    from flows.extract import extract_texts  # here, so that scoring a file of predictions does not load the tagger
    from flows.options import Options

    found: dict[str, AnnotatedStory] = {}
    refused: dict[str, str] = {}
    results = extract_texts(((s.id, s.text) for s in stories), Options())
    shown = progress is not None and progress.is_terminal
    for result in track(results, "extracting", len(stories), console=progress, disable=not shown, transient=True):
        if "error" in result:
            refused[result["id"]] = result["error"]
        found[result["id"]] = AnnotatedStory.model_validate(result)
    return found, refused
