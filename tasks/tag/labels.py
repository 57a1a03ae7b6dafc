"""The encoder's tag sets, in the order of its outputs: the one place that training, decoding and weights agree on."""

ROLES = ("content", "cue", "source")
"""What the quote head marks; spans of different roles never overlap."""

ENTITY_LABELS = ("PER", "ORG", "LOC", "MISC")
"""What the entity head marks, in the terms of CoNLL-2003."""

LINK_WIDTH = 128
"""Width of each linker vector."""

LINKS = ("content_start", "content_end", "cue_key", "cue_query", "source_key")
"""The linker's vectors: contents look for their cue, cues for their source."""


def bio(labels: tuple[str, ...]) -> list[str]:
    """The tags of a label set, `O` first.

    >>> bio(("PER", "LOC"))
    ['O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC']
    """
    return ["O", *(f"{prefix}-{label}" for label in labels for prefix in "BI")]


QUOTE_TAGS, ENTITY_TAGS = bio(ROLES), bio(ENTITY_LABELS)
OUTPUTS = (("quote", len(QUOTE_TAGS)), ("entity", len(ENTITY_TAGS)), *((name, LINK_WIDTH) for name in LINKS))
"""Name and width of each of the network's outputs per word piece, side by side in one tensor."""
