"""What a worker does with a batch: one step for story after story, each packed as bytes and each failing alone.

The parent process moves stories from step to step without looking inside them: it holds bytes that only its own workers
made and only they read. What a step raises on a story becomes a Reject of that story.
"""

import os
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from schemas.extracted import ExtractedStory
from schemas.ids import StoryIds, ids_of
from schemas.outcome import Reject, Skip, Sourced
from schemas.record import Record
from schemas.steps import Step, taken_by
from schemas.story import RawStory, SplitStory
from schemas.tagged import TaggedStory
from tasks.clean import clean
from tasks.dataset import BatchRows, batch_rows
from tasks.entities import entities
from tasks.quotes import finish
from tasks.read import read
from tasks.split import split
from tasks.tag import Tagger, load_tagger
from tasks.workers.limits import PATIENCE, TimeLimitError, time_limit
from tasks.workers.pool import tick
from tasks.workers.terms import Terms

T = TypeVar("T")

AS_THEY_ARE = Terms()

TAGGED_AT_ONCE = 32
"""Stories that the encoder sees together: enough to fill its batches, few enough that one bad story costs little."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One record or story between two steps: where it came from, and what the steps made of it, as bytes."""

    source_uri: str
    source_record: str
    source_sha256: str | None
    parts: tuple[bytes, ...]
    ids: StoryIds | None = None
    """The story's ids, hashed once; None for a record."""

    @property
    def key(self) -> tuple[str, str, str | None]:
        """Key within a batch: source, record and document id, which tells apart stories with the same record name."""
        return self.source_uri, self.source_record, self.ids and self.ids.document

    def unpack(self) -> list[Any]:
        """What the bytes hold."""
        return [pickle.loads(part) for part in self.parts]

    def beside(self, other: "Packed") -> "Packed":
        """The story with the parts of both."""
        return replace(self, parts=self.parts + other.parts)


@dataclass(frozen=True)
class Parcel:
    """What a step made of a batch: the stories that go on, and what became of the others."""

    stories: list[Packed] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)

    def __add__(self, other: "Parcel") -> "Parcel":
        return Parcel(self.stories + other.stories, self.rejects + other.rejects, self.skips + other.skips)


def pack(record: Record) -> Packed:
    """A record on its way to the read step."""
    return Packed(record.source_uri, record.source_record, None, (pickle.dumps(record),))


def pack_story(story: RawStory) -> Packed:
    """A story on its way to the clean step."""
    return Packed(story.source_uri, story.source_record, story.source_sha256, (pickle.dumps(story),), ids_of(story))


def pack_stored(ids: StoryIds, story: SplitStory, *, from_step: Step) -> Packed:
    """A document's story on its way to the step that it is taken through again first, one of `schemas.steps.AGAIN`."""
    raw, kept = story.clean.raw, {"clean": story.clean, "split": story}
    return Packed(raw.source_uri, raw.source_record, raw.source_sha256, tuple(pickle.dumps(kept[s]) for s in taken_by(from_step)), ids)


def beside(first: Parcel, *others: Parcel) -> Parcel:
    """The stories that all these steps let pass, with the parts of each, in the order of the first."""
    for other in others:
        by_key = {s.key: s for s in other.stories}
        first = Parcel([s.beside(by_key[s.key]) for s in first.stories if s.key in by_key])
    return first


def step_through(step: Step, stories: Sequence[Packed], seconds: float, terms: Terms = AS_THEY_ARE) -> Parcel:
    """Takes stories through one step; at most `seconds` for each. Runs in a worker's main thread.

    The read step gives only stories that may be taken on the `terms`; the others are its skips.
    """
    if step == "read":
        return sum((_read(record, seconds, terms) for record in stories), Parcel())
    if step == "tag":
        return sum((_tag(chunk, seconds) for chunk in _chunks(stories, TAGGED_AT_ONCE)), Parcel())
    return sum((_one(step, story, seconds) for story in stories), Parcel())


def rows_of(stories: Sequence[Packed], seconds: float, near_duplicates: bool) -> BatchRows:
    """The stories' rows as Arrow tables; stories that spoil them are left out and come back in `rejects`."""
    try:
        return _rows(stories, near_duplicates)
    except Exception:
        tried = step_through("write", stories, seconds)
        rows = _rows(tried.stories, near_duplicates)
        return replace(rows, rejects=(*tried.rejects, *rows.rejects))


def _rows(stories: Sequence[Packed], near_duplicates: bool) -> BatchRows:
    return batch_rows([story.unpack()[0] for story in stories], ids=[story.ids for story in stories], near_duplicates=near_duplicates)


def writable(story: ExtractedStory) -> ExtractedStory:
    """The story, if rows can be made of it."""
    batch_rows([story])
    return story


@cache
def tagger() -> Tagger:
    """This process's tagger, loaded once: from the folder that the environment variable WIREDESK_MODEL names, else the shipped one."""
    chosen = os.environ.get("WIREDESK_MODEL")
    return load_tagger(Path(chosen) if chosen else None)


def tag_one(story: SplitStory) -> TaggedStory:
    """The tag step for a story by itself."""
    return tagger().tag([story])[0]


PURE: dict[Step, Callable[..., Any]] = {
    "clean": clean,
    "split": split,
    "tag": tag_one,
    "entities": entities,
    "quotes": finish,
    "write": writable,
}
"""What each step does with one story; its arguments are the results of `taken_by`."""


def _read(record: Packed, seconds: float, terms: Terms) -> Parcel:
    found = _guarded("read", record, seconds, lambda: read(*record.unpack()))
    outcomes = [found] if isinstance(found, Reject) else [_taken(o, seconds, terms) if isinstance(o, RawStory) else o for o in found]
    return Parcel(
        stories=[pack_story(s) for s in outcomes if isinstance(s, RawStory)],
        rejects=[r for r in outcomes if isinstance(r, Reject)],
        skips=[s for s in outcomes if isinstance(s, Skip)],
    )


def _taken(story: RawStory, seconds: float, terms: Terms) -> RawStory | Skip | Reject:
    return _guarded("split", story, seconds, lambda: terms.taken(story))


def _tag(stories: Sequence[Packed], seconds: float) -> Parcel:
    """Tags a few stories together; alone when one of them fails."""
    model = tagger()  # its loading is no story's time
    try:
        with time_limit(seconds * len(stories)):
            tagged = model.tag([story.unpack()[0] for story in stories])
    except (Exception, TimeLimitError):
        return sum((_one("tag", story, seconds) for story in stories), Parcel())
    tick(len(stories))
    return Parcel([_packed(story, result) for story, result in zip(stories, tagged, strict=True)])


def _one(step: Step, story: Packed, seconds: float) -> Parcel:
    result = _guarded(step, story, seconds, lambda: _packed(story, PURE[step](*story.unpack())))
    return Parcel(rejects=[result]) if isinstance(result, Reject) else Parcel([result])


def _guarded(step: Step, story: Sourced, seconds: float, work: Callable[[], T]) -> T | Reject:
    """What `work` returns; what it raises, as a Reject."""
    tick(0)
    try:
        with time_limit(seconds):
            return work()
    except TimeLimitError:
        long = f"took more than {seconds:g} s of processor time, or {PATIENCE * seconds:g} s in all"
        return Reject.of(story, step, "TimeLimit", f"{long}; raise --story-seconds if it is worth more")
    except MemoryError:
        return Reject.of(story, step, "MemoryError", "needs more memory than a worker may have; raise --worker-memory if it is worth more")
    except Exception as error:
        return Reject.of(story, step, type(error).__name__, str(error))


def _packed(story: Packed, result: object) -> Packed:
    return replace(story, parts=(pickle.dumps(result),))


def _chunks(stories: Iterable[Packed], size: int) -> Iterator[list[Packed]]:
    rest = iter(stories)
    while chunk := list(islice(rest, size)):
        yield chunk
