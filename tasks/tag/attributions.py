"""From the encoder's outputs to attributions: contents find their cue, cues their source."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from tasks.tag.chain import Found, Scores
from tasks.tag.labels import ROLES

CONTENT, CUE, SOURCE = range(len(ROLES))


class Linked(NamedTuple):
    """Contents that share a cue, in words; `source` belongs to the cue. Probabilities are those of the parts."""

    content: list[Found]
    cue: Found | None
    source: Found | None
    link: float
    source_link: float


def link(found: Sequence[Found], vectors: Mapping[str, Scores], null_source: Scores, own: int) -> list[Linked]:
    """Ties every content from word `own` on to its likeliest cue, and each cue to its likeliest source or to none.

    `vectors` are the linker's outputs a word, by name (`tasks.tag.labels.LINKS`); `found` the spans of one window.
    """
    contents = [f for f in found if f.label == CONTENT and f.start >= own]
    cues = [f for f in found if f.label == CUE]
    sources = [f for f in found if f.label == SOURCE]
    grouped: dict[int, list[Found]] = {}
    certain: dict[int, float] = {}
    free = []
    keys = vectors["cue_key"][[c.start for c in cues]]
    for content in contents:
        if not cues:
            free.append(Linked([content], None, None, 1.0, 1.0))
            continue
        query = vectors["content_start"][content.start] + vectors["content_end"][content.end - 1]
        chances = softmax(keys @ query)
        cue = int(chances.argmax())
        grouped.setdefault(cue, []).append(content)
        certain[cue] = min(certain.get(cue, 1.0), float(chances[cue]))
    linked = []
    source_keys = np.concatenate([null_source[None], vectors["source_key"][[s.start for s in sources]]])
    for cue, parts in grouped.items():
        chances = softmax(source_keys @ vectors["cue_query"][cues[cue].start])
        choice = int(chances.argmax())
        source = sources[choice - 1] if choice else None
        linked.append(Linked(parts, cues[cue], source, certain[cue], float(chances[choice])))
    return sorted(linked + free, key=lambda a: a.content[0].start)


def softmax(scores: Scores) -> Scores:
    """Scores as chances that sum to 1."""
    weights = np.exp(scores - scores.max())
    return np.asarray(weights / weights.sum(), np.float32)
