"""The figures of quotes: content, cue, source, speaker."""

from collections.abc import Callable, Iterable, Sequence
from typing import get_args

from pydantic import BaseModel

from schemas.extracted import Marking
from tasks.evaluate.calibration import Calibration, calibration
from tasks.evaluate.figures import Figure
from tasks.evaluate.judge import JudgedStory, Judgement, same_name

KINDS: tuple[str, ...] = get_args(Marking)


class ContentFigures(BaseModel):
    """The content's words, from the strictest figure to the mildest.

    exact: same words. exact_chars: same characters. partial: mean share of a quote's words that its match has, 0 without
    a match. detect: matched with an IoU of at least .5. token: words of any content, matching aside.
    """

    exact: Figure
    exact_chars: Figure
    partial: Figure
    detect: Figure
    token: Figure


class RoleFigures(BaseModel):
    """Cue or source. The first three are over the `pairs` of found contents; end to end, `e2e`, over all quotes.

    exact: same words. partial: mean share of its words that the other side has. any_overlap: one word shared.
    e2e: content found, and the role the same words, or named on neither side.
    """

    pairs: int
    exact: Figure
    partial: Figure
    any_overlap: Figure
    e2e: Figure


class SpeakerFigures(BaseModel):
    """The speaker's name: `acc` over found contents, `e2e_recall` over all gold quotes with a speaker.

    strict: the same name. lenient: the same last name.
    """

    gold_with_speaker: int
    detected_pairs: int
    predicted: int
    acc_strict: float
    acc_lenient: float
    e2e_recall_strict: float
    e2e_recall_lenient: float
    calibration: Calibration | None
    """Of `speaker_score`, against the last name being right."""


class QuoteFigures(BaseModel):
    """Everything measured of one kind of quote, or of all."""

    n_gold: int
    n_pred: int
    content: ContentFigures
    source: RoleFigures
    cue: RoleFigures
    speaker: SpeakerFigures | None


def quote_figures(stories: Sequence[JudgedStory], kind: str | None = None) -> QuoteFigures:
    """The figures of one kind, or of all: recall over gold quotes of that kind, precision over predictions of it."""
    gold = [j for s in stories for j in s.gold if kind in (None, j.kind)]
    predicted = [j for s in stories for j in s.predicted if kind in (None, j.kind)]

    def figure(credit: Callable[[Judgement], float]) -> Figure:
        return Figure.of(sum(map(credit, predicted)), len(predicted), sum(map(credit, gold)), len(gold))

    return QuoteFigures(
        n_gold=len(gold),
        n_pred=len(predicted),
        content=ContentFigures(
            exact=figure(lambda j: j.exact),
            exact_chars=figure(lambda j: j.exact_chars),
            partial=figure(lambda j: j.covered),
            detect=figure(lambda j: j.found),
            token=_token_figure(stories, kind),
        ),
        source=_role_figures(gold, "source", e2e=figure(lambda j: j.same("source"))),
        cue=_role_figures(gold, "cue", e2e=figure(lambda j: j.same("cue"))),
        speaker=_speaker_figures(gold),
    )


def _token_figure(stories: Sequence[JudgedStory], kind: str | None) -> Figure:
    right_pred = n_pred = right_gold = n_gold = 0
    for story in stories:
        gold, predicted = _words(story.gold, kind), _words(story.predicted, kind)
        right_pred += len(predicted & _words(story.gold))
        right_gold += len(gold & _words(story.predicted))
        n_pred += len(predicted)
        n_gold += len(gold)
    return Figure.of(right_pred, n_pred, right_gold, n_gold)


def _words(judgements: Iterable[Judgement], kind: str | None = None) -> frozenset[int]:
    return frozenset[int]().union(*(j.own.content for j in judgements if kind in (None, j.kind)))


def _role_figures(gold: Sequence[Judgement], role: str, *, e2e: Figure) -> RoleFigures:
    pairs = [(getattr(j.own, role), getattr(j.other, role)) for j in gold if j.found]
    n_gold, n_pred = sum(bool(g) for g, _ in pairs), sum(bool(p) for _, p in pairs)
    both = [(g, p) for g, p in pairs if g and p]
    exact, touching = sum(g == p for g, p in both), sum(bool(g & p) for g, p in both)
    return RoleFigures(
        pairs=len(pairs),
        exact=Figure.of(exact, n_pred, exact, n_gold),
        partial=Figure.of(sum(len(g & p) / len(p) for g, p in both), n_pred, sum(len(g & p) / len(g) for g, p in both), n_gold),
        any_overlap=Figure.of(touching, n_pred, touching, n_gold),
        e2e=e2e,
    )


def _speaker_figures(gold: Sequence[Judgement]) -> SpeakerFigures | None:
    with_speaker = [j for j in gold if j.own.quote.speaker]
    if not with_speaker:
        return None
    found = [j for j in with_speaker if j.found]
    names = [(j.own.quote.speaker or "", j.other.quote.speaker) for j in found if j.other and j.other.quote.speaker]
    strict = sum(same_name(g, p) for g, p in names if p)
    lenient = sum(same_name(g, p, surname_only=True) for g, p in names if p)
    ours = [(j.own.quote.speaker, j.other.quote) for j in found if j.other]
    scored = [
        (o.speaker_score, float(same_name(g or "", o.speaker or "", surname_only=True))) for g, o in ours if o.speaker_score is not None
    ]
    return SpeakerFigures(
        gold_with_speaker=len(with_speaker),
        detected_pairs=len(found),
        predicted=len(names),
        acc_strict=strict / (len(found) or 1),
        acc_lenient=lenient / (len(found) or 1),
        e2e_recall_strict=strict / len(with_speaker),
        e2e_recall_lenient=lenient / len(with_speaker),
        calibration=calibration(scored) if scored else None,
    )
