"""The same story in other typography, so that the tagger reads words and not one newsroom's keyboard."""

import random
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from tasks.language.marks import Region, regions
from tasks.tag.words import Pieces
from tasks.train.texts import paragraphs

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
TO_THE_END = 0.7
"""The chance that words put in marks are the content's last."""

WORD = re.compile(r"\S+")

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


def quote_parts(document: Document, share: float, rng: random.Random) -> Document:
    """The document with some words of a `share` of its unquoted contents in quotation marks, more often than not the last ones.

    Of the 19,832 contents of PolNeAR train 2,681 are quoted in part and 13,332 not at all; both begin and end where the same
    clause does, so that the many can teach the few.
    """
    text, quotes = document["text"], [dict(q) for q in document.get("quotes") or []]
    opening, closing = STYLES["curly" if "“" in text else "straight"]
    taken = [(r.outer_start, r.outer_end) for r in regions(text, paragraphs(text)) if r.double]
    edits: list[Edit] = []
    for quote in quotes:
        if len(quote["content"]) != 1 or rng.random() >= share:
            continue
        start, end = quote["content"][0]
        words = [m.start() for m in WORD.finditer(text, start, end)]
        if len(words) < 4 or "\n" in text[start:end] or any(a < end and start < b for a, b in taken):
            continue
        first = rng.randrange(1, len(words) - 1)
        last = len(words) if rng.random() < TO_THE_END else rng.randrange(min(first + 2, len(words)), len(words) + 1)
        stop = words[last] if last < len(words) else end
        stop = start + len(text[start:stop].rstrip())
        if last == len(words) and text[stop : stop + 1] in (".", ","):
            stop += 1
            quote["content"] = [[start, stop]]
        edits += [(words[first], words[first], opening), (stop, stop, closing)]
        taken.append((start, stop))
    return edited(document | {"quotes": quotes}, sorted(edits)) if edits else document


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
    """The document after `edits` (in order, apart), with every gold span and every word of a teacher's tags moved along."""
    text, parts, at = document["text"], [], 0
    for start, end, new in edits:
        parts += [text[at:start], new]
        at = end
    moved = position_after(edits)

    def move(spans: list[list[int]]) -> list[list[int]]:
        return [[moved(s, False), moved(e, True)] for s, e in spans]

    def end_of(end: int) -> int:
        """The end of a word or a mention; a mark that is put behind it is not its own."""
        return moved(end - 1, False) + 1

    def placed(marked: list[Document] | None) -> list[Document] | None:
        """Entities or mentions at their new offsets."""
        found = [m | {"start": moved(m["start"], False), "end": end_of(m["end"])} for m in marked or []]
        return marked and [m | {"head": [moved(m["head"][0], False), end_of(m["head"][1])]} if m.get("head") else m for m in found]

    quotes, soft, annotated = document.get("quotes"), document.get("soft"), document.get("annotated")
    return document | {
        "text": "".join([*parts, text[at:]]),
        "quotes": quotes and [{role: move(q[role]) for role in ("content", "cue", "source")} for q in quotes],
        "entities": placed(document.get("entities")),
        "mentions": placed(document.get("mentions")),
        "annotated": annotated and move(annotated),
        "soft": soft and soft._replace(starts=[moved(s, False) for s in soft.starts], ends=[end_of(e) for e in soft.ends]),
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
