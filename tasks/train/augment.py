"""The same story in other typography, so that the tagger reads words and not one newsroom's keyboard."""

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from tasks.marks import Region, regions
from tasks.tag.words import Pieces
from tasks.train.data import paragraphs

MASK = 103
"""The id of [MASK] in the BERT vocabulary."""

Document = dict[str, Any]
Edit = tuple[int, int, str]
"""Start, end and new characters."""

STYLES: dict[str, tuple[str, str]] = {
    "straight": ('"', '"'),
    "curly": ("“", "”"),
    "telegraph": ("``", "''"),
    "single": ("‘", "’"),
    "guillemets": ("«", "»"),
    "typewriter single": ("'", "'"),
}
"""Opening and closing marks of double-quoted text."""

WEIGHTS = (30, 30, 20, 8, 6, 6)
UNCHANGED, LOSE_CLOSING, SHOUT = 0.5, 0.03, 0.03
"""Chances that a story keeps its marks, that a region loses its closing mark, that a short paragraph becomes capitals."""


def augment(document: Document, rng: random.Random) -> Document:
    """The document with other quotation marks and, here and there, a paragraph in capitals; gold offsets follow."""
    text = document["text"]
    edits: list[Edit] = []
    if rng.random() > UNCHANGED:
        opening, closing = STYLES[rng.choices(list(STYLES), WEIGHTS)[0]]
        edits += restyle([r for r in regions(text, paragraphs(text)) if r.double], opening, closing, rng)
    for paragraph in paragraphs(text):
        if paragraph.end - paragraph.start < 120 and rng.random() < SHOUT:
            capitals = paragraph.of(text).upper()
            untouched = not any(a < paragraph.end and paragraph.start < b for a, b, _ in edits)
            if untouched and len(capitals) == paragraph.end - paragraph.start:
                edits.append((paragraph.start, paragraph.end, capitals))
    return edited(document, sorted(edits)) if edits else document


def hide(words: Pieces, share: float, rng: random.Random) -> Pieces:
    """The words with a `share` of them behind [MASK], their case and marks left: names must be known by their company, too."""
    ids = list(words.ids)
    for first, end in pairwise(words.first):
        if rng.random() < share:
            ids[first:end] = [MASK] * (end - first)
    return words._replace(ids=ids)


def restyle(found: list[Region], opening: str, closing: str, rng: random.Random) -> list[Edit]:
    """Edits that give each region the two marks; now and then the closing one is forgotten."""
    edits: list[Edit] = []
    for r in found:
        edits.append((r.outer_start, r.start, opening))
        if r.closed:
            edits.append((r.end, r.outer_end, "" if rng.random() < LOSE_CLOSING else closing))
    return edits


def edited(document: Document, edits: list[Edit]) -> Document:
    """The document after `edits` (in order, apart), with every gold span moved along."""
    text, parts, at = document["text"], [], 0
    for start, end, new in edits:
        parts += [text[at:start], new]
        at = end
    moved = position_after(edits)

    def move(spans: list[list[int]]) -> list[list[int]]:
        return [[moved(s, False), moved(e, True)] for s, e in spans]

    quotes = document.get("quotes")
    entities = document.get("entities")
    return {
        "id": document["id"],
        "text": "".join([*parts, text[at:]]),
        "quotes": quotes and [{role: move(q[role]) for role in ("content", "cue", "source")} for q in quotes],
        "entities": entities and [e | {"start": moved(e["start"], False), "end": moved(e["end"], True)} for e in entities],
    }


def position_after(edits: list[Edit]) -> Callable[[int, bool], int]:
    """Maps an old offset to the new text; one inside an edit goes to its start, or to its end for a span's end."""

    def moved(offset: int, is_end: bool) -> int:
        shift = 0
        for start, end, new in edits:
            if end <= offset:
                shift += len(new) - (end - start)
            elif start < offset:
                if len(new) == end - start:
                    return offset + shift
                return start + shift + (len(new) if is_end else 0)
            else:
                break
        return offset + shift

    return moved
