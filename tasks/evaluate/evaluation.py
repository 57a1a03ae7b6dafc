"""Scores predictions against gold: the figures of quotes and entities, how far to trust `score`, and every case that is not right."""

from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from tasks.evaluate.annotated import AnnotatedStory, AnnotationError
from tasks.evaluate.calibration import Calibration, calibration
from tasks.evaluate.cases import Case, find_cases
from tasks.evaluate.entities import EntityFigures, JudgedMentions, entity_figures, judge_mentions
from tasks.evaluate.judge import JudgedStory, judge
from tasks.evaluate.labels import LabelScheme
from tasks.evaluate.quotes import KINDS, QuoteFigures, quote_figures
from tasks.evaluate.slices import QuoteSlice, Slice, mentions_by_band, quotes_by_band, quotes_by_resolution


class QuoteEvaluation(BaseModel):
    """The figures of quotes: over `all`, of each kind that occurs, and of parts of the predictions."""

    figures: dict[str, QuoteFigures]
    by_resolution: dict[str, QuoteSlice]
    by_band: dict[str, QuoteSlice]
    calibration: Calibration | None


class EntityEvaluation(BaseModel):
    """The figures of entities, and of parts of the predictions."""

    figures: EntityFigures
    by_band: dict[str, Slice]
    calibration: Calibration | None


class Evaluation(BaseModel):
    """The figures of one gold file; a layer is None where no story marks it. `causes` counts what is not right, by cause."""

    stories: int
    without_prediction: int
    quotes: QuoteEvaluation | None
    entities: EntityEvaluation | None
    causes: dict[str, int]


def evaluate(
    gold: Iterable[AnnotatedStory], predicted: Mapping[str, AnnotatedStory], scheme: LabelScheme | None = None
) -> tuple[Evaluation, list[Case]]:
    """The figures, and every case that is not right, worst first.

    A layer is scored in the stories whose gold marks it. A story without prediction counts as one in which nothing was
    found; predictions of other stories than the gold's are left aside. A quote is right when its content is found and its
    source exact; a mention, when span and label are. Raises AnnotationError for spans outside their text.
    """
    quotes: list[JudgedStory] = []
    mentions: list[JudgedMentions] = []
    ids: set[str] = set()
    for story in gold:
        ids.add(story.id)
        ours = predicted.get(story.id)
        story.check_offsets(len(story.text))
        found = ours or AnnotatedStory(id=story.id)
        found.check_offsets(len(story.text))
        if story.quotes is not None:
            quotes.append(judge(story, found))
        if story.entities is not None and (ours is None or ours.entities is not None):
            mentions.append(judge_mentions(story, found, scheme or LabelScheme()))
    cases = find_cases(quotes, mentions)
    return Evaluation(
        stories=len(ids),
        without_prediction=len(ids - predicted.keys()),
        quotes=_quotes(quotes) if quotes else None,
        entities=_entities(mentions) if mentions else None,
        causes=dict(Counter(case.cause for case in cases).most_common()),
    ), cases


def check_ids(gold_ids: Iterable[str], predicted_ids: Iterable[str]) -> None:
    """Raises AnnotationError when predictions are of stories that the gold does not have."""
    known = set(gold_ids)
    if strangers := [i for i in predicted_ids if i not in known]:
        raise AnnotationError(f"{len(strangers)} predictions are of stories that the gold does not have, such as {strangers[0]!r}")


def _quotes(stories: list[JudgedStory]) -> QuoteEvaluation:
    predicted = [j for s in stories for j in s.predicted]
    scored = [(j.score, float(j.right)) for j in predicted if j.score is not None]
    by_kind = {kind: quote_figures(stories, kind) for kind in KINDS}
    return QuoteEvaluation(
        figures={"all": quote_figures(stories)} | {kind: f for kind, f in by_kind.items() if f.n_gold or f.n_pred},
        by_resolution=quotes_by_resolution(predicted),
        by_band=quotes_by_band(predicted),
        calibration=calibration(scored) if scored else None,
    )


def _entities(stories: list[JudgedMentions]) -> EntityEvaluation:
    scored = [(score, float(m in s.gold)) for s in stories for m, score in s.predicted.items() if score is not None]
    return EntityEvaluation(
        figures=entity_figures(stories),
        by_band=mentions_by_band(scored),
        calibration=calibration(scored) if scored else None,
    )
