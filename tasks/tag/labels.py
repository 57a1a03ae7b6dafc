"""The encoder's tag sets, in the order of its outputs: the one place that training, decoding and weights agree on."""

from itertools import accumulate

ROLES = ("content", "cue", "source")
"""What the quote head marks; spans of different roles never overlap."""

ENTITY_LABELS = ("PER", "ORG", "LOC", "MISC")
"""What the entity head marks, in the terms of CoNLL-2003."""

LINK_WIDTH = 128
"""Width of each linker vector."""

LINKS = ("content_start", "content_end", "cue_key", "cue_query", "source_key")
"""The linker's vectors: contents look for their cue, cues for their source."""

REFERENT_WIDTH = 32
"""Width of each vector that ties mentions to names."""

REFERENCES = ("referring", "referent")
"""Pronouns and nominals look for the name before them that they stand for: what a mention asks, what a name answers."""

NULLS = {"null_source": "source_key", "null_referent": "referent"}
"""Keys of no source and of no name, each the output at the window's first piece that it is an example of."""


def bio(labels: tuple[str, ...]) -> list[str]:
    """The tags of a label set, `O` first.

    >>> bio(("PER", "LOC"))
    ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC']
    """
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


QUOTE_TAGS, ENTITY_TAGS = bio(ROLES), bio(ENTITY_LABELS)
OUTPUTS = (
    ("quote", len(QUOTE_TAGS)),
    ("entity", len(ENTITY_TAGS)),
    *((name, LINK_WIDTH) for name in LINKS),
    *((name, REFERENT_WIDTH) for name in REFERENCES),
)
"""Name and width of each of the network's outputs per word piece, side by side in one tensor."""


def outputs(width: int) -> list[tuple[str, int]]:
    """Those of OUTPUTS that a model with `width` numbers a word piece gives: one trained before the last ones were added lacks them.

    >>> outputs(656)[-1]
    ('source_key', 128)
    """
    ends = accumulate(n for _, n in OUTPUTS)
    return [output for output, end in zip(OUTPUTS, ends, strict=True) if end <= width]
