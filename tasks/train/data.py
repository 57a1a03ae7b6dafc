"""Corpora as training windows: word pieces, gold tags and links."""

import random
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from tasks.tag.labels import ENTITY_LABELS, ENTITY_TAGS, QUOTE_TAGS, ROLES
from tasks.tag.tagger import CLS, SEP
from tasks.tag.words import Pieces, Window, pieces, windows, words_in
from tasks.train.references import NEITHER, References, asked_in, references
from tasks.train.soft import LAYERS, Soft, aligned
from tasks.train.texts import paragraphs


class Story(NamedTuple):
    """A gold story in words: tags by layer (None: not annotated), contents with their cue, cues with their source.

    `links` rows are (content's first word, last word, cue's first word or -1), `sources` rows (cue's first word,
    source's first word or -1). `soft` are a teacher's tags, if there is one; `taught` layers are its findings and no gold.
    """

    words: Pieces
    quote: list[int] | None
    entity: list[int] | None
    links: list[tuple[int, int, int]]
    sources: list[tuple[int, int]]
    references: References | None
    soft: Soft | None
    taught: frozenset[str]


def story(document: dict[str, Any], tokenizer: Tokenizer) -> Story:
    """A document of a corpus as gold tags and links over its words."""
    words = pieces(document["text"], paragraphs(document["text"]), tokenizer)
    count = len(words.starts)

    def covered(start: int, end: int) -> range:
        return words_in(words, start, end)

    quote = entity = None
    links, sources = [], []
    if document.get("quotes") is not None:
        quote = [0] * count
        for q in document["quotes"]:
            for role in ROLES:
                for start, end in q[role]:
                    mark(quote, covered(start, end), QUOTE_TAGS.index(f"B-{role}"))
            cue, source = (next((r[0] for s, e in q[role] if (r := covered(s, e))), -1) for role in ("cue", "source"))
            links += [(r[0], r[-1], cue) for s, e in q["content"] if (r := covered(s, e))]
            if cue >= 0:
                sources.append((cue, source))
    if document.get("entities") is not None:
        entity = [0] * count
        for e in document["entities"]:
            if e["label"] in ENTITY_LABELS:
                mark(entity, covered(e["start"], e["end"]), ENTITY_TAGS.index(f"B-{e['label']}"))
    soft = aligned(document["soft"], words) if document.get("soft") is not None else None
    return Story(words, quote, entity, links, sources, references(document, words), soft, frozenset(document.get("taught", ())))


def mark(tags: list[int], words: range, first: int) -> None:
    """Writes a span's BIO tags: `first` on its first word, the tag after it on the others."""
    for n, word in enumerate(words):
        tags[word] = first + (n > 0)


class Example(NamedTuple):
    """One window of a story."""

    story: Story
    window: Window

    @property
    def size(self) -> int:
        """Word pieces, special ones included."""
        return self.story.words.first[self.window.end] - self.story.words.first[self.window.context] + 2

    @property
    def teaches(self) -> bool:
        """Whether a layer of tags is known in the window, or whom a mention in it stands for."""
        s, inside = self.story, range(self.window.context, self.window.end)
        return s.quote is not None or s.entity is not None or (s.references is not None and any(asked_in(s.references, inside)))


def examples(stories: Sequence[Story], rng: random.Random, longest: tuple[int, int]) -> list[Example]:
    """Windows of all stories, cut afresh at a random length between the two bounds, in word pieces; none that teaches nothing."""
    return [e for s in stories for w in windows(s.words, rng.randint(*longest), context=0) if (e := Example(s, w)).teaches]


def batches(found: list[Example], rng: random.Random, budget: int) -> list[list[Example]]:
    """Examples of like length and the same layers in batches of at most `budget` padded pieces, shuffled."""
    out: list[list[Example]] = []
    by_layer: dict[tuple[bool, ...], list[Example]] = {}
    for example in rng.sample(found, len(found)):
        s = example.story
        by_layer.setdefault(tuple(layer is None for layer in (s.quote, s.entity, s.references, s.soft)), []).append(example)
    for pool in by_layer.values():
        for at in range(0, len(pool), 256):
            part = sorted(pool[at : at + 256], key=lambda e: e.size)
            batch: list[Example] = []
            for example in part:
                if batch and example.size * (len(batch) + 1) > budget:
                    out.append(batch)
                    batch = []
                batch.append(example)
            out.append(batch)
    rng.shuffle(out)
    return out


def collate(batch: Sequence[Example]) -> dict[str, Tensor]:
    """The tensors of a batch; gold layers and a teacher's tags only where all of its stories have them."""
    columns: dict[str, list[list[int]]] = {k: [] for k in ("ids", "shape", "quote", "layout", "mask", "first", "paragraph")}
    layers: dict[str, list[list[int]]] = {}
    links, sources, lengths, asked, answered = [], [], [], [], []
    for n, (s, w) in enumerate(batch):
        a, b = s.words.first[w.context], s.words.first[w.end]
        columns["ids"].append([CLS, *s.words.ids[a:b], SEP])
        for name, values in (("shape", s.words.shape), ("quote", s.words.quote), ("layout", s.words.layout)):
            columns[name].append([0, *values[a:b], 0])
        columns["mask"].append([1] * (b - a + 2))
        columns["first"].append([f - a + 1 for f in s.words.first[w.context : w.end]])
        columns["paragraph"].append(s.words.paragraph[w.context : w.end])
        lengths.append(w.end - w.context)
        for name, tags in (("quote_tags", s.quote), ("entity_tags", s.entity)):
            if tags is not None:
                layers.setdefault(name, []).append(legal(tags[w.context : w.end]))
        inside = range(w.context, w.end)

        def local(word: int, inside: range = inside) -> int:
            return word - inside.start if word in inside else -1

        links += [(n, local(x), local(y), local(c)) for x, y, c in s.links if x in inside and y in inside]
        sources += [(n, local(c), local(x)) for c, x in s.sources if c in inside and (x < 0 or x in inside)]
        for m, known in asked_in(s.references, inside) if s.references else ():
            asked.append((n, local(m.head)))
            answered.append(known)
    out = {name: padded(rows) for name, rows in (columns | layers).items()}
    out["lengths"] = torch.tensor(lengths)
    if "quote_tags" in out:
        out["links"] = torch.tensor(links).reshape(-1, 4)
        out["sources"] = torch.tensor(sources).reshape(-1, 3)
    if asked:
        out["references"] = torch.tensor(asked)
        out["answers"] = padded(answered, NEITHER)
    return out | soft_layers(batch)


def soft_layers(batch: Sequence[Example]) -> dict[str, Tensor]:
    """A teacher's tags of a batch by layer, `[stories, words, tags]` log-probabilities, and in which stories the layer is no gold."""
    taught: dict[str, Tensor] = {}
    for layer in LAYERS if all(e.story.soft is not None for e in batch) else ():
        rows = [cut(e.story.soft[layer][e.window.context : e.window.end]) for e in batch if e.story.soft is not None]
        taught[f"{layer}_soft"] = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=torch.nan)
        taught[f"{layer}_taught"] = torch.tensor([layer in e.story.taught for e in batch])
    return taught


def cut(rows: NDArray[np.float32]) -> Tensor:
    """Log-probabilities of a window cut out of a longer sequence: at its first word a span that began before it begins anew."""
    begun = torch.tensor(rows)
    begun[:1, 1::2] = torch.logaddexp(begun[:1, 1::2], begun[:1, 2::2])
    begun[:1, 2::2] = -torch.inf
    return begun


def legal(tags: list[int]) -> list[int]:
    """Tags of a window cut out of a longer sequence: a span that began before it begins anew."""
    return [tags[0] - 1, *tags[1:]] if tags and tags[0] and tags[0] % 2 == 0 else tags


def padded(rows: Iterable[list[int]], filling: int = 0) -> Tensor:
    """Rows of different lengths as one tensor, filled up with zeros or another number."""
    listed = list(rows)
    longest = max(map(len, listed))
    return torch.tensor([r + [filling] * (longest - len(r)) for r in listed])
