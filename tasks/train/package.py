"""From a checkpoint to a model folder that can ship: exported, calibrated, measured, described, compared."""

from collections.abc import Sequence
from pathlib import Path

from tasks import shipped
from tasks.evaluate import AnnotatedStory, Evaluation, evaluate, parse_scheme
from tasks.evaluate.calibration import Scored
from tasks.evaluate.entities import judge_mentions
from tasks.evaluate.judge import Judgement, judge
from tasks.evaluate.labels import LabelScheme
from tasks.tag import Tagger
from tasks.tag.model import Settings, load_model, save_settings
from tasks.tag.words import WORD
from tasks.train.calibrate import Balance, fit, least_score
from tasks.train.predict import predict

CARD = "MODEL_CARD.md"

LEANS = (0.5, 1.0, 1.5)
"""How much the chain may be urged to open quote spans (`Settings.lean`)."""

ROUNDING = 1e-6
"""A quote that scores exactly the least score stays."""

TOLERANCE = 0.002
"""How much lower than the shipped model's a new model's mean figure may be before it counts as worse."""

Corpus = tuple[str, Sequence[AnnotatedStory]]
"""A gold file's name and stories."""


class WorseModelError(Exception):
    """A new model scores below the one it would replace; the message has both figures."""


def scheme_of(stories: Sequence[AnnotatedStory]) -> LabelScheme:
    """How our labels compare with those of a corpus, guessed from its own."""
    marked: dict[str, int] = {}
    for entity in (e for s in stories for e in s.entities or []):
        marked[entity.label] = marked.get(entity.label, 0) + 1
    return parse_scheme(None, None, marked)


def calibrate(folder: Path, settings: Settings, corpora: Sequence[Corpus]) -> Settings:
    """Balances, on development corpora, what is found against what is right, and makes scores mean what they say.

    Tries how ready the chain should be to open a quote (`Settings.lean`), each with the calibrated score below which quotes are
    best dropped, by the mean F1 of quotes found and quotes found with their exact source.
    """
    model = load_model(folder)
    marked = [(name, stories) for name, stories in corpora if any(s.quotes is not None for s in stories)]
    total = sum(len(s.quotes or []) for _, stories in marked for s in stories)
    balance, much = Balance(0.0, -1.0), 0.0
    curves = {"entity": fit(_scored_mentions(Tagger(model._replace(settings=settings)), corpora))}
    for lean in LEANS if total else ():
        leaning = settings.model_copy(update={"lean": {"quote": lean}})
        judged = _judged(Tagger(model._replace(settings=leaning)), marked)
        curve = fit([(j.score or 0.0, float(j.right)) for j, _ in judged], [words for _, words in judged])
        found = least_score([(curve(j.score or 0.0, words), (j.found + j.right) / 2) for j, words in judged], total)
        if found.f1 > balance.f1:
            balance, much, curves["quote"] = found, lean, curve
    update = {"lean": {"quote": much}, "calibration": curves, "least_quote_score": max(0.0, balance.least - ROUNDING)}
    settings = settings.model_copy(update=update)
    save_settings(settings, folder)
    return settings


def _judged(tagger: Tagger, corpora: Sequence[Corpus]) -> list[tuple[Judgement, int]]:
    """Every quote that the tagger gives, as it is judged, with the number of its content's words."""
    pairs = [(gold, ours) for _, stories in corpora for gold, ours in zip(stories, predict(tagger, stories), strict=True)]
    return [(j, _words(j, gold.text)) for gold, ours in pairs for j in judge(gold, ours).predicted]


def _words(judgement: Judgement, text: str) -> int:
    return sum(len(WORD.findall(text, start, end)) for start, end in judgement.own.quote.content)


def _scored_mentions(tagger: Tagger, corpora: Sequence[Corpus]) -> list[Scored]:
    scored: list[Scored] = []
    for _, stories in corpora:
        scheme = scheme_of(stories)
        marked = [s for s in stories if s.entities is not None]
        for gold, ours in zip(marked, predict(tagger, marked), strict=True):
            judged = judge_mentions(gold, ours, scheme)
            scored += [(score, float(m in judged.gold)) for m, score in judged.predicted.items() if score is not None]
    return scored


def measure(tagger: Tagger, corpora: Sequence[Corpus]) -> dict[str, float]:
    """The headline figures of a tagger on development corpora, by name."""
    figures: dict[str, float] = {}
    for name, stories in corpora:
        predicted = {p.id: p for p in predict(tagger, stories)}
        evaluation, _ = evaluate(stories, predicted, scheme_of(stories))
        figures |= {f"{name}: {what}": round(value, 4) for what, value in headline(evaluation).items()}
    return figures


def headline(evaluation: Evaluation) -> dict[str, float]:
    """The figures by which models are compared and described."""
    found: dict[str, float] = {}
    if evaluation.quotes:
        for kind, f in evaluation.quotes.figures.items():
            found[f"{kind} found"] = f.content.detect.f1
            found[f"{kind} exact"] = f.content.exact.f1
            found[f"{kind} found with exact source"] = f.source.e2e.f1
        if evaluation.quotes.calibration:
            found["quote calibration error"] = evaluation.quotes.calibration.ece_equal_mass
    if evaluation.entities:
        found["entities"] = evaluation.entities.figures.micro.f1
        if evaluation.entities.calibration:
            found["entity calibration error"] = evaluation.entities.calibration.ece_equal_mass
    return found


def standing(figures: dict[str, float]) -> float:
    """One number to compare models by: the mean of what was found, found with its source, and of entities."""
    counted = [v for k, v in figures.items() if k.endswith(("all found", "all found with exact source", "entities"))]
    return sum(counted) / len(counted) if counted else 0.0


def check_not_worse(new: dict[str, float], shipped: dict[str, float]) -> None:
    """Raises WorseModelError when the new model stands below the shipped one on the same corpora."""
    ours, theirs = standing(new), standing(shipped)
    if ours < theirs - TOLERANCE:
        raise WorseModelError(
            f"The new model stands at {ours:.3f} on the development corpora, the shipped one at {theirs:.3f}. "
            "Train longer or on more, or pass --force to export it all the same."
        )


def write_card(folder: Path, settings: Settings, data: Sequence[str], recipe: str, terms: str) -> None:
    """Writes the model card: data and terms, recipe, figures, limits, checksums."""
    template = shipped.text("train/card.md")
    figures = "\n".join(f"| {name} | {value:.3f} |" for name, value in settings.figures.items())
    sums = "\n".join(f"- `{name}` sha256 {value}" for name, value in settings.sha256.items())
    card = template.format(
        name=settings.name, data="\n".join(f"- {d}" for d in data), recipe=recipe, terms=terms, figures=figures, sums=sums
    )
    (folder / CARD).write_text(card, "utf-8")
