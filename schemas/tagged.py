"""What the encoder saw in a story: entity mentions and attributions, each with a probability."""

from typing import Literal

from pydantic import Field, model_validator

from schemas.base import Probability, Schema, Span, check_within
from schemas.story import SplitStory

EntityLabel = Literal[
    "PERSON", "ORGANIZATION", "PLACE", "NATIONALITY", "EVENT", "FACILITY",
    "DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "OTHER",
]  # fmt: skip


class Mention(Schema):
    """One entity mention; never crosses a section."""

    span: Span
    label: EntityLabel
    score: Probability


class Attribution(Schema):
    """One act of speech or thought: what was said, the words that report it, and who is named as its source.

    `content` is in order and without overlap. `cue` and `source` are None where the text has none (a free-standing
    quote, a passive).
    """

    content: list[Span] = Field(min_length=1)
    cue: Span | None
    source: Span | None
    score: Probability

    @model_validator(mode="after")
    def _content_in_order(self) -> "Attribution":
        for before, after in zip(self.content, self.content[1:], strict=False):
            if after.start < before.end:
                raise ValueError(f"content span at {after.start} overlaps the one before it")
        return self


class TaggedStory(Schema):
    """A split story with the encoder's findings, in order of their start."""

    split: SplitStory
    mentions: list[Mention] = Field(default_factory=list)
    attributions: list[Attribution] = Field(default_factory=list)
    model_version: str | None = Field(None, description="The tagger that was used; None when none fits the language")

    @property
    def text(self) -> str:
        """The clean text that every offset points into."""
        return self.split.text

    @model_validator(mode="after")
    def _spans_lie_in_text(self) -> "TaggedStory":
        check_within([m.span for m in self.mentions], self.text, "mention")
        for a in self.attributions:
            check_within([*a.content, *filter(None, (a.cue, a.source))], self.text, "attribution")
        return self
