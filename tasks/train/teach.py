"""Self-training: a trained tagger marks what nobody marked, so that every story teaches both layers.

Gold stays gold: only layers that are null are filled.
"""

from collections.abc import Sequence

from schemas.base import Span
from schemas.tagged import TaggedStory
from tasks.tag import Tagger
from tasks.tag.labels import ENTITY_LABELS
from tasks.tag.tagger import LABELS
from tasks.train.augment import Document
from tasks.train.texts import AT_ONCE, all_body, paragraphs


def fill(documents: Sequence[Document], teacher: Tagger) -> list[Document]:
    """The documents with the teacher's findings in each layer that is null; texts without a word are left out."""
    worth = [d for d in documents if paragraphs(d["text"])]
    wanting = [n for n, d in enumerate(worth) if d.get("quotes") is None or d.get("entities") is None]
    filled = list(worth)
    for at in range(0, len(wanting), AT_ONCE):
        part = wanting[at : at + AT_ONCE]
        for n, tagged in zip(part, teacher.tag([all_body(worth[n]["text"]) for n in part]), strict=True):
            filled[n] = taught(worth[n], tagged)
    return filled


def taught(document: Document, tagged: TaggedStory) -> Document:
    """The document with what `tagged` found in the layers that it lacks."""

    def extent(span: Span | None) -> list[list[int]]:
        return [[span.start, span.end]] if span else []

    quotes = [
        {"content": [[s.start, s.end] for s in a.content], "cue": extent(a.cue), "source": extent(a.source)} for a in tagged.attributions
    ]
    ours = dict(zip(LABELS, ENTITY_LABELS, strict=True))
    entities = [{"start": m.span.start, "end": m.span.end, "label": ours[m.label]} for m in tagged.mentions if m.label in ours]
    return document | {
        "quotes": document["quotes"] if document.get("quotes") is not None else quotes,
        "entities": document["entities"] if document.get("entities") is not None else entities,
    }
