"""A teacher's tags with its doubts: the chance of every tag at every word of a story, for a smaller network to learn from.

For each corpus NAME a folder holds NAME.npz and NAME.hard.jsonl. In the npz `ids` are the stories' ids, story n has the words
`at[n]:at[n + 1]`, `start` and `end` their characters, `quote` and `entity` the log-probabilities of `QUOTE_TAGS` and
`ENTITY_TAGS` `[words, tags]`. The lines of the other file are what the teacher finds, in the form of a corpus.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.tag.words import Pieces

Soft = dict[str, NDArray[np.float32]]
"""By layer the log-probabilities of a story's words, `[words, tags]`; NaN where the teacher did not see the word."""

LAYERS = {"quote": "quotes", "entity": "entities"}
"""A layer's name in the network, and in a corpus."""


class Tags(NamedTuple):
    """A teacher's tags of one text: the characters of each word, and by layer the log-probabilities of its tags."""

    starts: list[int]
    ends: list[int]
    layers: Soft


def soften(documents: Sequence[dict[str, Any]], folder: Path, corpora: Sequence[str]) -> list[dict[str, Any]]:
    """The documents of some corpora with the teacher's tags as `soft`, where the folder has them.

    Layers that nobody annotated are filled with what the teacher finds, for the links, and named in `taught`: their tags are learned
    from `soft` alone.
    """
    tags: dict[str, Tags] = {}
    found: dict[str, dict[str, Any]] = {}
    for corpus in corpora:
        if (folder / f"{corpus}.npz").exists():
            tags |= read(folder / f"{corpus}.npz")
            lines = (folder / f"{corpus}.hard.jsonl").read_text("utf-8").split("\n")
            found |= {d["id"]: d for d in (json.loads(line) for line in lines if line)}
    return [softened(d, tags[d["id"]], found[d["id"]]) if d["id"] in tags else d for d in documents]


def softened(document: dict[str, Any], tags: Tags, found: dict[str, Any]) -> dict[str, Any]:
    """One document with a teacher's tags, and its findings in the layers that are null."""
    taught = [layer for layer, name in LAYERS.items() if document.get(name) is None]
    return document | {LAYERS[layer]: found[LAYERS[layer]] for layer in taught} | {"soft": tags, "taught": taught}


def read(path: Path) -> dict[str, Tags]:
    """The teacher's tags of a corpus by story."""
    with np.load(path) as stored:
        ids, at, starts, ends = (stored[name].tolist() for name in ("ids", "at", "start", "end"))
        layers = {layer: stored[layer] for layer in LAYERS}
    return {
        name: Tags(starts[a:b], ends[a:b], {layer: rows[a:b] for layer, rows in layers.items()})
        for name, a, b in zip(ids, at, at[1:], strict=False)
    }


def aligned(tags: Tags, words: Pieces) -> Soft:
    """The teacher's tags by word of a text whose marks may have been changed since: a word is one with the same characters."""
    known = {span: n for n, span in enumerate(zip(tags.starts, tags.ends, strict=True))}
    at = [known.get(span, -1) for span in zip(words.starts, words.ends, strict=True)]
    return {layer: _picked(rows, at) for layer, rows in tags.layers.items()}


def _picked(rows: NDArray[np.float32], at: Sequence[int]) -> NDArray[np.float32]:
    nowhere = np.full((1, rows.shape[1]), np.nan, np.float32)
    picked: NDArray[np.float32] = np.concatenate([rows.astype(np.float32), nowhere])[list(at)]
    return picked
