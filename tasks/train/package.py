"""From a checkpoint to a model folder that can ship: exported, calibrated, measured, described, compared."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from tasks.evaluate import AnnotatedStory, Evaluation, evaluate, parse_scheme
from tasks.evaluate.calibration import Scored
from tasks.evaluate.entities import judge_mentions
from tasks.evaluate.judge import judge
from tasks.evaluate.labels import LabelScheme
from tasks.tag import Tagger
from tasks.tag.model import Settings, load_model, save_settings
from tasks.train.calibrate import fit, least_score
from tasks.train.predict import predict

CARD = "MODEL_CARD.md"

LEANS = (0.0, 0.5, 1.0)
"""How much the chain may be urged to open quote spans (`Settings.lean`)."""

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


def lean(folder: Path, settings: Settings, corpora: Sequence[Corpus]) -> Settings:
    """Stores in the settings the readiness to open a quote span that stands best on the development corpora."""
    marked = [(name, stories) for name, stories in corpora if any(s.quotes is not None for s in stories)]
    candidates = [settings.model_copy(update={"lean": {"quote": much}}) for much in (LEANS if marked else ())]
    model = load_model(folder)
    standings = [standing(measure(Tagger(model._replace(settings=c)), marked)) for c in candidates]
    if candidates:
        settings = candidates[standings.index(max(standings))]
    save_settings(settings, folder)
    return settings


def calibrate(folder: Path, settings: Settings, corpora: Sequence[Corpus]) -> Settings:
    """Fits scores to the share that is right on development corpora and stores the curves in the model's settings."""
    tagger = Tagger(load_model(folder))
    quotes: list[Scored] = []
    entities: list[Scored] = []
    gold_quotes = 0
    for _, stories in corpora:
        scheme = scheme_of(stories)
        for gold, ours in zip(stories, predict(tagger, stories), strict=True):
            if gold.quotes is not None:
                gold_quotes += len(gold.quotes)
                quotes += [(j.score, float(j.right)) for j in judge(gold, ours).predicted if j.score is not None]
            if gold.entities is not None:
                judged = judge_mentions(gold, ours, scheme)
                entities += [(score, float(m in judged.gold)) for m, score in judged.predicted.items() if score is not None]
    curves = {layer: fit(scored) for layer, scored in (("quote", quotes), ("entity", entities)) if scored}
    least = least_score(quotes, gold_quotes) if quotes else 0.0
    settings = settings.model_copy(
        update={"calibration": curves, "least_quote_score": curves["quote"](least) if least else 0.0},
    )
    save_settings(settings, folder)
    return settings


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
    template = (files("tasks.train") / "card.md").read_text("utf-8")
    figures = "\n".join(f"| {name} | {value:.3f} |" for name, value in settings.figures.items())
    sums = "\n".join(f"- `{name}` sha256 {value}" for name, value in settings.sha256.items())
    card = template.format(
        name=settings.name, data="\n".join(f"- {d}" for d in data), recipe=recipe, terms=terms, figures=figures, sums=sums
    )
    (folder / CARD).write_text(card, "utf-8")
