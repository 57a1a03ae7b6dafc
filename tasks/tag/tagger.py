"""The tag step: one pass of the encoder over each story's body, furniture apart, decoded into mentions and attributions."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.base import Span
from schemas.story import BODY_KINDS, SplitStory
from schemas.tagged import Attribution, EntityLabel, Mention, TaggedStory
from tasks.tag.attributions import Linked, link
from tasks.tag.chain import Found, Scores, legal, spans
from tasks.tag.filed import filed
from tasks.tag.labels import NULLS, outputs
from tasks.tag.model import Calibration, Model, load_model
from tasks.tag.words import Pieces, Window, pieces, windows
from tasks.values import values

LONGEST, CONTEXT = 320, 48
"""Word pieces of a window, and how many of them may repeat what comes before it, so that links reach over the cut."""

AT_ONCE = 16
"""Windows whose outputs are held until they are decoded: two megabytes each."""

DIGITS = 4
"""Decimals of a score; the last bits of a sum depend on the processor."""

CLS, SEP = 101, 102
"""Word-piece ids of the BERT vocabulary."""

LABELS: tuple[EntityLabel, ...] = ("PERSON", "ORGANIZATION", "PLACE", "OTHER")
"""Our names of `tasks.tag.labels.ENTITY_LABELS`; the entities step refines OTHER."""

BEFORE_DATE = re.compile(r"(?<![\s,])[\s,]*+(?:\b(?:on|in|late|early))?\s*+$")
"""What stands between a source and the date behind it."""

PARTICIPLE = re.compile(r"\w [a-z]+ed$")
"""What a date at a source's end goes with: a man arrested Tuesday."""

LANGUAGES = ("en",)
"""Primary language subtags that the model reads; a story in another is passed on without findings."""

SPEAKING_KINDS = frozenset({*BODY_KINDS, "headline"})
"""Sections whose words can be a quote."""

SILENT_KINDS = frozenset({"withheld"})
"""Sections in which nothing is looked for: not for publication."""

KNOWN_KINDS = frozenset({*SILENT_KINDS, "dateline"})
"""Sections that the encoder never reads: what a dateline names is known from the split."""


class Segment(NamedTuple):
    """Paragraphs that are read as one running text: the body, or one piece of furniture."""

    story: int
    words: Pieces
    speaking: bool


class Tagger:
    """A loaded model that tags stories; make one with `load_tagger`, once a process."""

    def __init__(self, model: Model) -> None:
        self.version = model.version
        self._model = model
        self._moves = {layer: legal(np.array(learned, np.float32)) for layer, learned in model.settings.transitions.items()}
        self._lean = {layer: model.settings.lean.get(layer, 0.0) * opening_tags(len(m.first)) for layer, m in self._moves.items()}
        self._near = np.array(model.settings.near, np.float32)
        calibration = model.settings.calibration
        self._quote, self._entity = (calibration.get(layer, Calibration()) for layer in ("quote", "entity"))

    def tag(self, stories: Sequence[SplitStory]) -> list[TaggedStory]:
        """Tags stories, in order; those in a language that the model does not read come back without findings."""
        readable = [i for i, s in enumerate(stories) if reads(s.clean.language)]
        segments = [g for i in readable for g in self._segments(i, stories[i])]
        mentions: list[list[Mention]] = [[] for _ in stories]
        attributions: list[list[Attribution]] = [[] for _ in stories]
        running = self._run(segments)
        while ran := list(islice(running, AT_ONCE)):
            tagged = {layer: spans([out[layer] + self._lean[layer] for _, _, out in ran], moves) for layer, moves in self._moves.items()}
            for (segment, window, out), entity, quote in zip(ran, tagged["entity"], tagged["quote"], strict=True):
                mentions[segment.story] += self._mentions(segment, window, entity)
                if segment.speaking:
                    attributions[segment.story] += self._attributions(segment, window, quote, out)
        for i in readable:
            mentions[i] = with_values([*mentions[i], *filed(stories[i])], stories[i])
            attributions[i] = [undated(a, mentions[i], stories[i].text) for a in attributions[i]]
        return [
            TaggedStory(
                split=story,
                mentions=mentions[i],
                attributions=sorted(attributions[i], key=lambda a: a.content[0].start),
                model_version=self.version if i in set(readable) else None,
            )
            for i, story in enumerate(stories)
        ]

    def _segments(self, index: int, story: SplitStory) -> Iterator[Segment]:
        body = [p for _, section in story.body for p in section.paragraphs]
        furniture = [s for s in story.sections if s.kind not in BODY_KINDS | KNOWN_KINDS]
        groups = [(body, True), *((s.paragraphs, s.kind in SPEAKING_KINDS) for s in furniture)]
        for paragraphs, speaking in groups:
            if paragraphs:
                yield Segment(index, pieces(story.text, paragraphs, self._model.tokenizer), speaking)

    def _run(self, segments: Sequence[Segment]) -> Iterator[tuple[Segment, Window, dict[str, Scores]]]:
        """Runs the encoder over all windows; gives back its outputs a word, by name.

        Each window runs alone. Int8 activations are scaled over a whole run, so that windows side by side would change one
        another's findings; alone they are no slower on a CPU.
        """
        for s in segments:
            for w in windows(s.words, LONGEST, CONTEXT):
                yield s, w, by_name(self._model.encode(features(s, w))[0], s, w)

    def _mentions(self, segment: Segment, window: Window, found: Sequence[Found]) -> list[Mention]:
        own = window.start - window.context
        return [
            Mention(span=span_of(f, segment.words, window), label=LABELS[f.label], score=round(self._entity(f.probability), DIGITS))
            for f in found
            if f.start >= own
        ]

    def _attributions(self, segment: Segment, window: Window, found: Sequence[Found], out: dict[str, Scores]) -> list[Attribution]:
        paragraph = np.array(segment.words.paragraph[window.context : window.end])
        linked = link(found, out, self._near, paragraph, window.start - window.context)
        said = [self._attribution(a, segment.words, window) for a in linked]
        return [a for a in said if a.score >= self._model.settings.least_quote_score]

    def _attribution(self, a: Linked, words: Pieces, window: Window) -> Attribution:
        return Attribution(
            content=[span_of(f, words, window) for f in a.content],
            cue=span_of(a.cue, words, window) if a.cue else None,
            source=span_of(a.source, words, window) if a.source else None,
            score=round(self._quote(raw_score(a), sum(content.end - content.start for content in a.content)), DIGITS),
        )


def load_tagger(folder: Path | None = None) -> Tagger:
    """Loads a tagger from `folder`, the shipped one when None; raises `tasks.tag.model.DamagedModel`."""
    return Tagger(load_model(folder))


def reads(language: str | None) -> bool:
    """Whether the model reads a language; an unknown one gets the benefit of the doubt."""
    return language is None or language.split("-")[0].lower() in (*LANGUAGES, "und")


def opening_tags(count: int) -> Scores:
    """1 for each B tag of a chain, 0 for the others."""
    return np.array([tag % 2 for tag in range(count)], np.float32)


def raw_score(a: Linked) -> float:
    """The model's own chance that an attribution's content and source are right, before calibration.

    Its contents were found in one reading and stand or fall together, so the least sure of them counts.
    """
    source = a.source.probability if a.source else 1.0
    return a.link * a.source_link * source * min(content.probability for content in a.content)


def features(segment: Segment, window: Window) -> dict[str, NDArray[np.int64]]:
    """The encoder's inputs for one window, `[1, pieces]` by name."""
    words = segment.words
    inside = slice(words.first[window.context], words.first[window.end])
    rows = {
        "ids": [CLS, *words.ids[inside], SEP],
        "shape": [0, *words.shape[inside], 0],
        "quote": [0, *words.quote[inside], 0],
        "layout": [0, *words.layout[inside], 0],
    }
    return {name: np.array([row], np.int64) for name, row in rows.items()} | {"mask": np.ones((1, len(rows["ids"])), np.int64)}


def by_name(row: Scores, segment: Segment, window: Window) -> dict[str, Scores]:
    """One window's outputs at the first piece of each word, and the NULLS, by name."""
    base = segment.words.first[window.context]
    at = np.array(segment.words.first[window.context : window.end]) - base + 1
    given = outputs(row.shape[1])
    parts = dict(zip((name for name, _ in given), np.split(row, np.cumsum([n for _, n in given])[:-1], axis=1), strict=True))
    nulls = {null: parts[name][:1] for null, name in NULLS.items() if name in parts}
    return {name: part[at] for name, part in parts.items()} | nulls


def span_of(found: Found, words: Pieces, window: Window) -> Span:
    """The characters of a span of words."""
    return Span(start=words.starts[window.context + found.start], end=words.ends[window.context + found.end - 1])


def undated(a: Attribution, mentions: Sequence[Mention], text: str) -> Attribution:
    """The attribution without a date at its source's end: in "Blinken on Thursday hailed", the day belongs to the verb."""
    dates = [m.span for m in mentions if m.label == "DATE" and a.source and a.source.start < m.span.start and m.span.end == a.source.end]
    if not (a.source and dates):
        return a
    kept = BEFORE_DATE.sub("", text[a.source.start : dates[0].start])
    whole = not kept or PARTICIPLE.search(kept)
    return a if whole else a.model_copy(update={"source": Span(start=a.source.start, end=a.source.start + len(kept))})


def with_values(mentions: Sequence[Mention], story: SplitStory) -> list[Mention]:
    """The mentions given and the dates, sums and shares that rules find, in order.

    A mention keeps its place ("Fox 2000", "Labor Day") unless it is only a part of a value: RM of RM50,000, Jewish of Jewish Sabbath.
    """
    paragraphs = [p for s in story.sections if s.kind not in SILENT_KINDS for p in s.paragraphs]
    found = values(story.text, paragraphs)
    starts = [v.span.start for v in found]

    def is_part(span: Span) -> bool:
        before = bisect_right(starts, span.start) - 1
        return before >= 0 and found[before].span != span and found[before].span.holds(span)

    kept = [m for m in mentions if not is_part(m.span)]
    named = bytearray(len(story.text))
    for span in (m.span for m in kept):
        named[span.start : span.end] = b"\1" * (span.end - span.start)
    found = [v for v in found if named.find(1, v.span.start, v.span.end) < 0]
    return sorted([*kept, *found], key=lambda m: (m.span.start, m.span.end))
