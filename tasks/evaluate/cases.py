"""What went wrong, case by case, sorted by cause: figures say how much, cases say why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from tasks.evaluate.entities import JudgedMentions, Mention
from tasks.evaluate.judge import JudgedStory, Judgement, Marked, same_name

CAUSES = (
    "missed",
    "invented",
    "elsewhere",
    "source",
    "speaker",
    "bounds",
    "cue",
    "entity missed",
    "entity invented",
    "entity label",
    "entity bounds",
)
"""missed: gold without a match. invented: a prediction without one. elsewhere: matched, but IoU under .5. Then what differs
though the content is found: source, speaker's last name, bounds of the content, cue; the first that applies."""

Part = tuple[str, int, int]
"""A marked run of text: its role (content, cue, source, or an entity's label), start, end."""


@dataclass(frozen=True)
class Case:
    """One thing that is not right, as gold and prediction have it; `badness` orders cases of one cause, 0 to 1."""

    cause: str
    badness: float
    story_id: str
    text: str
    gold: list[Part]
    predicted: list[Part]
    score: float | None = None
    gold_speaker: str | None = None
    speaker: str | None = None


def find_cases(quotes: Sequence[JudgedStory], mentions: Sequence[JudgedMentions]) -> list[Case]:
    """Every case, the worst first: the causes take turns, each in the order of badness."""
    by_cause: dict[str, list[Case]] = {cause: [] for cause in CAUSES}
    for case in chain(_quote_cases(quotes), _mention_cases(mentions)):
        by_cause[case.cause].append(case)
    turns = zip_longest(*(sorted(cases, key=lambda c: -c.badness) for cases in by_cause.values()))
    return [case for turn in turns for case in turn if case is not None]


def _quote_cases(stories: Iterable[JudgedStory]) -> Iterator[Case]:
    for judged in stories:
        for j in judged.gold:
            if j.other is None:
                yield _quote_case(judged, "missed", {"direct": 1.0, "mixed": 0.75}.get(j.kind or "", 0.5), j.own, None)
            elif cause := _what_differs(j):
                badness = 1 - j.iou if cause in ("elsewhere", "bounds") else j.other.quote.score or 0.0
                yield _quote_case(judged, cause, badness, j.own, j.other)
        for j in judged.predicted:
            if j.other is None:
                yield _quote_case(judged, "invented", j.score or 0.0, None, j.own)


def _what_differs(gold: Judgement) -> str | None:
    ours = gold.other
    if ours is None or not gold.found:
        return "elsewhere"
    if not gold.same("source"):
        return "source"
    speaker = gold.own.quote.speaker
    if speaker and not same_name(speaker, ours.quote.speaker or "", surname_only=True):
        return "speaker"
    if not gold.exact:
        return "bounds"
    return None if gold.same("cue") else "cue"


def _quote_case(judged: JudgedStory, cause: str, badness: float, gold: Marked | None, ours: Marked | None) -> Case:
    return Case(
        cause=cause,
        badness=badness,
        story_id=judged.story.id,
        text=judged.story.text,
        gold=_parts(gold),
        predicted=_parts(ours),
        score=ours.quote.score if ours else None,
        gold_speaker=gold.quote.speaker if gold else None,
        speaker=ours.quote.speaker if ours else None,
    )


def _parts(marked: Marked | None) -> list[Part]:
    if marked is None:
        return []
    return [(role, start, end) for role in ("source", "cue", "content") for start, end in getattr(marked.quote, role)]


def _mention_cases(stories: Iterable[JudgedMentions]) -> Iterator[Case]:
    for judged in stories:
        wrong = {m: score or 0.0 for m, score in judged.predicted.items() if m not in judged.gold}
        for gold in sorted(judged.gold - judged.predicted.keys()):
            touching = [m for m in wrong if m[0] < gold[1] and gold[0] < m[1]]
            if not touching:
                yield _mention_case(judged, "entity missed", 0.5, gold, None)
                continue
            ours = min(touching, key=lambda m: (m[:2] != gold[:2], m[2] != gold[2], m))
            cause = "entity label" if ours[2] != gold[2] else "entity bounds"
            yield _mention_case(judged, cause, wrong.pop(ours), gold, ours)
        for ours, score in sorted(wrong.items()):
            yield _mention_case(judged, "entity invented", score, None, ours)


def _mention_case(judged: JudgedMentions, cause: str, badness: float, gold: Mention | None, ours: Mention | None) -> Case:
    return Case(
        cause=cause,
        badness=badness,
        story_id=judged.story.id,
        text=judged.story.text,
        gold=[(gold[2], gold[0], gold[1])] if gold else [],
        predicted=[(ours[2], ours[0], ours[1])] if ours else [],
        score=judged.predicted[ours] if ours else None,
    )
