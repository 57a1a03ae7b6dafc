"""One input of the fuzzer on its way through the real steps, and what must hold of it. Runs in a worker process."""

import heapq
import pickle
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import get_args

from schemas.base import Span
from schemas.outcome import Reject, Skip
from schemas.record import Record
from schemas.steps import Step, story_steps
from schemas.story import SplitStory
from schemas.tagged import Attribution, EntityLabel, Mention, TaggedStory
from tasks.read import FORMATS, records
from tasks.workers.batch import Packed, Parcel, beside, pack, rows_of, step_through
from tasks.workers.limits import TimeLimitError, time_limit
from tasks.workers.order import in_order
from tasks.workers.pool import tick
from tests.programs.mutations import MARKS, mutated
from tests.programs.seeds import Seed, seeds_of

SECONDS = 60.0
"""What a run gives a step for one story by default; here CPU seconds for all the steps of an input."""

PATIENCE = 600.0
"""Wall seconds until a step is given up: so many that a busy machine is no hang."""

TAGGED, NAMED = 1 / 20, 1 / 10
"""Shares of the inputs that the real tagger sees, since it is slow, and that a random reader is forced on."""

SLOWEST = 5

LABELS = get_args(EntityLabel)


@dataclass
class Figures:
    """What came of a stretch of inputs."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    """CPU seconds and the input, the slowest first."""

    def __add__(self, other: "Figures") -> "Figures":
        slowest = heapq.nlargest(SLOWEST, self.slowest + other.slowest)
        return Figures(self.counts + other.counts, self.violations + other.violations, slowest)


@dataclass(frozen=True)
class Plan:
    """Which inputs there are: the same plan and number give the same input on any machine."""

    seed: int
    folders: tuple[Path, ...]
    scratch: Path
    keep: Path | None = None
    """Where inputs that violate something are kept."""


@dataclass(frozen=True)
class Input:
    """A spoiled file, and how it is to be taken."""

    name: str
    data: bytes
    format: str | None
    tagged: bool


def stretch(plan: Plan, first: int, count: int) -> Figures:
    """Tries `count` inputs of the plan from number `first` on; ticks after each."""
    total = Figures()
    for number in range(first, first + count):
        began = time.process_time()
        chance = random.Random(f"{plan.seed}:{number}")
        given = draw(chance, _seeds(plan.folders))
        one = attempt(given, chance, plan.scratch)
        label = f"input {number} ({given.name}{f' as {given.format}' if given.format else ''}, {len(given.data):,} bytes)"
        spent = time.process_time() - began
        if spent > SECONDS:
            one.violations.append(f"took {spent:.0f} CPU seconds")
        one.violations = [f"{label}: {violation}" for violation in one.violations]
        one.slowest = [(spent, label)]
        if plan.keep and one.violations:
            (plan.keep / f"{number}-{given.name}").write_bytes(given.data)
        total += one
        tick(1)
    return total


def draw(chance: random.Random, seeds: Sequence[Seed]) -> Input:
    """An input made of one or two seeds."""
    seed, other = chance.choice(seeds), chance.choice(seeds)
    format = chance.choice(FORMATS).name if chance.random() < NAMED else None
    name = seed.name if chance.random() < 0.8 else other.name
    return Input(name, mutated(seed.data(chance), chance, other.data(chance)), format, chance.random() < TAGGED)


def attempt(given: Input, chance: random.Random, scratch: Path) -> Figures:
    """Takes the input through the door and every step, the way a run does; counts what became of it."""
    figures = Figures()
    path = scratch / given.name
    path.write_bytes(given.data)
    try:
        with time_limit(PATIENCE):
            met = list(records([path], format=given.format))
    except (Exception, TimeLimitError) as error:
        met = []
        figures.violations.append(f"the front door raised {error!r:.300}")
    finally:
        path.unlink()
    if not met and not figures.violations:
        figures.violations.append("the front door said nothing")
    parcel = Parcel(rejects=[o for o in met if isinstance(o, Reject)], skips=[o for o in met if isinstance(o, Skip)])
    for record in (o for o in met if isinstance(o, Record)):
        read = step_through("read", [pack(record)], PATIENCE)
        if not (read.stories or read.rejects or read.skips):
            figures.violations.append("a record was read into nothing")
        parcel += read
    figures.violations += [f"reader crashed: {r.message:.300}" for r in parcel.rejects if "failed on this record" in r.message]
    figures.violations += [f"reader took too long: {r.message}" for r in parcel.rejects if r.error in {"TimeLimit", "MemoryError"}]
    figures.counts.update(inputs=1, records=len(met), skips=len(parcel.skips), rejects=len(parcel.rejects), stories=len(parcel.stories))
    _extract(parcel.stories, given.tagged, chance, figures)
    return figures


def _extract(stories: list[Packed], tagged: bool, chance: random.Random, figures: Figures) -> None:
    """The steps after read, and rows of what comes out: a story is a document, or its loss is a violation."""
    new = list({story.ids: story for story in stories}.values())
    refused = list[Reject]()

    def through(step: Step, taken: list[Parcel]) -> Parcel:
        on = beside(*taken).stories
        if step == "tag" and not tagged:
            return Parcel([replace(s, parts=(pickle.dumps(invented(s.unpack()[0], chance)),)) for s in on])
        done = step_through(step, on, PATIENCE)
        refused.extend(done.rejects)
        return done

    results = in_order(story_steps(), Parcel(new), through)
    *_, finished = results.values()
    rows = rows_of(finished.stories, PATIENCE, True)
    refused += rows.rejects
    figures.violations += [f"{r.step} raised {r.error}: {r.message:.300}" for r in refused]
    if lost := len(new) - len(refused) - rows.documents.num_rows:
        figures.violations.append(f"{lost} of {len(new)} stories became nothing")
    figures.counts.update(
        {"the same story twice": len(stories) - len(new), "documents": rows.documents.num_rows, "quotes": rows.quotes.num_rows},
        entities=rows.entities.num_rows, sections=rows.sections.num_rows, tagged=len(results["split"].stories) if tagged else 0,
    )  # fmt: skip


def invented(split: SplitStory, chance: random.Random) -> TaggedStory:
    """The story as a tagger could tag it that knows nothing: any spans, at words, marks or anywhere."""
    length = len(split.text)
    if not length:
        return TaggedStory(split=split)
    starts = [m.start() for m in re.finditer(rf"\b\w|[{re.escape(MARKS)}]|\n", split.text)] or [0]
    attributions = [a for _ in range(min(30, 1 + length // 150)) if (a := _attribution(split.text, starts, chance))]
    sections = [section for _, section in split.body] or split.sections
    mentions = [m for _ in range(min(60, 1 + length // 80)) if (m := _mention(split, chance.choice(sections).span, chance))]
    return TaggedStory(
        split=split,
        mentions=sorted(mentions, key=lambda m: m.span.start),
        attributions=sorted(attributions, key=lambda a: a.content[0].start),
        model_version="none",
    )


def _attribution(text: str, starts: list[int], chance: random.Random) -> Attribution | None:
    content, at = list[Span](), 0
    where = chance.choice(starts)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        span = _span(text, max(at, where), chance, 120)
        if span is None:
            break
        content.append(span)
        at, where = span.end, span.end + chance.randrange(40)
    if not content:
        return None
    cue, source = (
        _span(text, max(0, content[0].start + chance.randint(-80, 80)) if chance.random() < 0.8 else chance.choice(starts), chance, 20)
        if chance.random() < 0.8
        else None
        for _ in range(2)
    )
    return Attribution(content=content, cue=cue, source=source, score=chance.random())


def _mention(split: SplitStory, within: Span, chance: random.Random) -> Mention | None:
    words = list(re.finditer(r"\w+", split.text[within.start : min(within.end, within.start + 2000)]))
    if not words:
        return None
    first = chance.randrange(len(words))
    last = words[min(len(words) - 1, first + chance.choice((0, 0, 1, 2)))]
    span = Span(start=within.start + words[first].start(), end=within.start + last.end())
    return Mention(span=span, label=chance.choice(LABELS), score=chance.random())


def _span(text: str, start: int, chance: random.Random, around: int) -> Span | None:
    """A span of about that many characters from `start` on, most often trimmed to what is no space."""
    end = min(len(text), start + 1 + int(chance.expovariate(1 / around)))
    if chance.random() < 0.9:
        words = text[start:end]
        start, end = start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))
    return Span(start=start, end=end) if start < end else None


_seeds = cache(seeds_of)
