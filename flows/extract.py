"""Extract: who said what in texts that are not to be kept, without a dataset and without Prefect."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

from flows.options import Options
from flows.workers import cores
from schemas.steps import Step, story_steps
from schemas.story import RawStory
from tasks.given import as_given
from tasks.workers.batch import PURE, Parcel, beside, pack_story
from tasks.workers.crew import Crew
from tasks.workers.order import in_order

TEXTS_AT_ONCE = 32
"""Texts that a worker takes at a time: few, so that the first findings come soon."""


def extract_text(id: str, text: str) -> dict[str, Any]:
    """The quotes and entities of one text, in this process: `id`, `quotes`, `entities`, offsets into `text` as given."""
    results: dict[Step, Any] = in_order(story_steps(), story_of(text, id), lambda step, taken: PURE[step](*taken))
    *_, finished = results.values()
    return {"id": id} | as_given(finished)


def extract_texts(texts: Iterable[tuple[Any, str]], options: Options, *, trace: bool = False) -> Iterator[dict[str, Any]]:
    """The same for many texts, in order, by worker processes.

    A text that a step refuses comes out with no findings and the reason as `error`. With `trace` quotes name the passes that
    changed them.
    """
    workers = options.workers or cores()
    with Crew(workers, seconds=options.story_seconds, megabytes=options.worker_memory) as crew, ThreadPoolExecutor(workers + 1) as threads:
        rest, under_way = iter(texts), deque[Future[list[dict[str, Any]]]]()
        while chunk := list(islice(rest, TEXTS_AT_ONCE)):
            under_way.append(threads.submit(_findings, chunk, crew, trace))
            if len(under_way) > workers:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def story_of(text: str, record: str) -> RawStory:
    """A text as a story without a source."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return RawStory(source_uri="stdin:", source_record=record, source_format="jsonl", source_sha256=sha256, text=text)


def _findings(texts: list[tuple[Any, str]], crew: Crew, trace: bool) -> list[dict[str, Any]]:
    parcel = Parcel([pack_story(story_of(text, f"{number}")) for number, (_, text) in enumerate(texts)])
    errors: dict[str, str] = {}

    def through(step: Step, taken: list[Parcel]) -> Parcel:
        done = crew.work(step, beside(*taken).stories)
        errors.update({reject.source_record: f"{reject.error} in {reject.step}: {reject.message}" for reject in done.rejects})
        return done

    *_, finished = in_order(story_steps(), parcel, through).values()
    found = {story.source_record: as_given(story.unpack()[0], trace=trace) for story in finished.stories}
    nothing: dict[str, Any] = {"quotes": [], "entities": []}
    return [
        {"id": id} | found.get(f"{number}", nothing) | ({"error": errors[f"{number}"]} if f"{number}" in errors else {})
        for number, (id, _) in enumerate(texts)
    ]
