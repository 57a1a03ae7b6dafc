"""From the encoder's outputs to attributions: contents find their cue, cues their source."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tasks.tag.chain import Found, Scores
from tasks.tag.labels import ROLES
from tasks.tag.nearness import Positions, cells

CONTENT, CUE, SOURCE = range(len(ROLES))

FAINT = 0.02
"""A cue that no content chose takes one from a cue that has several only if the linker gives the pair this chance at least."""


class Linked(NamedTuple):
    """Contents that share a cue, in words; `source` belongs to the cue. `link` and `source_link` are the linker's chances."""

    content: list[Found]
    cue: Found | None
    source: Found | None
    link: float
    source_link: float


def link(found: Sequence[Found], vectors: Mapping[str, Scores], near: Scores, paragraph: Positions, own: int) -> list[Linked]:
    """Ties every content from word `own` on to its likeliest cue, and each cue to its likeliest source or to none.

    `found` are the spans of one window, `vectors` the linker's outputs a word by name (`tasks.tag.labels.LINKS`) with
    `null_source`, the key of no source; `near` are the scores of distance cells and `paragraph` each word's paragraph.
    """
    contents = [f for f in found if f.label == CONTENT and f.start >= own]
    cues = [f for f in found if f.label == CUE]
    sources = [f for f in found if f.label == SOURCE]
    if not cues:
        return [Linked([content], None, None, 1.0, 1.0) for content in contents]
    if not contents:
        return []
    chances = np.stack([_chances(c, cues, vectors, near[0], paragraph) for c in contents])
    chosen = _assign(chances, [c.start >= own for c in cues])
    at_source = np.array([s.start for s in sources], np.int64)
    linked = []
    for n, cue in enumerate(cues):
        parts = [i for i, c in enumerate(chosen) if c == n]
        if not parts:
            continue
        query = vectors["cue_query"][cue.start]
        scores = vectors["source_key"][at_source] @ query + near[1][cells(cue.start, cue.start, at_source, paragraph)]
        odds = softmax(np.concatenate([vectors["null_source"] @ query, scores]))
        choice = int(odds.argmax())
        linked.append(
            Linked(
                [contents[i] for i in parts],
                cue,
                sources[choice - 1] if choice else None,
                float(min(chances[i, n] for i in parts)),
                float(odds[choice]),
            )
        )
    return sorted(linked, key=lambda a: a.content[0].start)


def _chances(content: Found, cues: Sequence[Found], vectors: Mapping[str, Scores], near: Scores, paragraph: Positions) -> Scores:
    at = np.array([c.start for c in cues], np.int64)
    query = vectors["content_start"][content.start] + vectors["content_end"][content.end - 1]
    return softmax(vectors["cue_key"][at] @ query + near[cells(content.start, content.end - 1, at, paragraph)])


def _assign(chances: Scores, wanting: Sequence[bool]) -> list[int]:
    """The cue of each content: its likeliest, save that a `wanting` cue left without one may take a spare of another's.

    A cue is a cue because something is said, so one without a content is a sign of a wrong link.
    """
    chosen = [int(row.argmax()) for row in chances]
    for cue in (n for n, wants in enumerate(wanting) if wants and n not in chosen):
        spare = [i for i, c in enumerate(chosen) if chosen.count(c) > 1 and chances[i, cue] >= FAINT]
        if spare:
            chosen[max(spare, key=lambda i: chances[i, cue] / chances[i, chosen[i]])] = cue
    return chosen


def softmax(scores: Scores) -> Scores:
    """Scores as chances that sum to 1."""
    weights = np.exp(scores - scores.max())
    return np.asarray(weights / weights.sum(), np.float32)
