"""What wiredesk says of a story: entities in chains, quotes with their speakers."""

from typing import Literal

from pydantic import Field, model_validator

from schemas.base import Offset, Probability, Schema, Span
from schemas.story import SplitStory
from schemas.tagged import EntityLabel

Marking = Literal["direct", "mixed", "indirect"]
"""All words inside quotation marks, some, or none."""

QuoteKind = Literal[Marking, "headline"]
"""How a quote of the story itself is marked; one that its headline tells is of a kind of its own, however it is marked."""

Sense = Literal["team", "government"]
"""What a place's name stands for where the place itself is not meant: its team, its government."""

Act = Literal["says", "writes", "asks", "denies", "urges", "pledges", "warns", "judges", "shows", "thinks"]
"""What a cue does. `judges` (praises, accuses, supports) and `thinks` (believes, hopes, wants) are stance, the others speech."""

ResolvedBy = Literal["named", "alias", "pronoun", "nominal", "metonym", "group", "document", "continued", "none"]


class Entity(Schema):
    """One mention of an entity, tied to the others of its chain in the same story."""

    section_index: int = Field(ge=0)
    start: Offset
    end: Offset
    text: str = Field(min_length=1)
    label: EntityLabel
    chain_id: int = Field(ge=0, description="The same number for all mentions of one entity in the story")
    name: str = Field(min_length=1, description="The chain's canonical name: its fullest mention, without title")
    role: str | None = Field(None, description="Title or office, as the story words it")
    country: str | None = Field(None, pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2, of places and nationalities")
    stands_for: Sense | None = Field(None, description="What a place's name stands for where it does not mean the place")
    score: Probability


class Quote(Schema):
    """One attributed statement: its words as they stand, how it is reported, and by whom it was said."""

    section_index: int = Field(ge=0, description="The section that the first span lies in")
    spans: list[Span] = Field(min_length=1, description="The content, in order; several where it is split")
    text: str = Field(min_length=1, description="The content's words, spans joined by one space")
    kind: QuoteKind
    cue: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    source: str | None = Field(None, description="The source mention, verbatim")
    source_start: int | None = None
    source_end: int | None = None
    speaker: str | None = Field(None, description="Canonical name of who said it")
    speaker_chain_id: int | None = None
    speaker_label: EntityLabel | None = None
    speaker_role: str | None = None
    speaker_score: Probability | None = Field(None, description="Probability that the speaker is right; null where there is none")
    resolved_by: ResolvedBy
    act: Act | None = Field(None, description="What the cue does; null where there is no cue, or none that is listed")
    score: Probability
    passes: list[str] = Field(default_factory=list, description="The passes that changed what the tagger gave, or made it, in order")

    @property
    def start(self) -> int:
        """Where the first span starts."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where the last span ends."""
        return self.spans[-1].end

    @model_validator(mode="after")
    def _fields_agree(self) -> "Quote":
        for before, after in zip(self.spans, self.spans[1:], strict=False):
            if after.start < before.end:
                raise ValueError(f"quote span at {after.start} overlaps the one before it")
        if (self.resolved_by == "none") != (self.speaker is None):
            raise ValueError(f"speaker {self.speaker!r} does not go with resolved_by {self.resolved_by!r}")
        if (self.speaker_score is None) != (self.speaker is None):
            raise ValueError(f"speaker {self.speaker!r} does not go with the score {self.speaker_score}")
        if self.act is not None and self.cue is None:
            raise ValueError(f"the quote at {self.start} {self.act} without a cue")
        if self.kind == "headline" and self.speaker is None:
            raise ValueError(f"nobody speaks in the headline at {self.start}")
        return self


class ExtractedStory(Schema):
    """A finished story: everything that write needs for its rows."""

    split: SplitStory
    entities: list[Entity]
    quotes: list[Quote]
    model_version: str | None

    @model_validator(mode="after")
    def _words_are_verbatim(self) -> "ExtractedStory":
        text, count = self.split.text, len(self.split.sections)
        for e in self.entities:
            if text[e.start : e.end] != e.text:
                raise ValueError(f"entity {e.text!r} is not the text at [{e.start}, {e.end})")
        chains = {e.chain_id for e in self.entities}
        for q in self.quotes:
            if q.text != " ".join(s.of(text) for s in q.spans):
                raise ValueError(f"quote at {q.start} is not verbatim")
            for words, start, end in ((q.cue, q.cue_start, q.cue_end), (q.source, q.source_start, q.source_end)):
                if words is not None and text[start:end] != words:
                    raise ValueError(f"{words!r} is not the text at [{start}, {end})")
            if q.speaker_chain_id is not None and q.speaker_chain_id not in chains:
                raise ValueError(f"quote at {q.start} names chain {q.speaker_chain_id}, which has no entity")
        indices = [e.section_index for e in self.entities] + [q.section_index for q in self.quotes]
        if any(index >= count for index in indices):
            raise ValueError("a row names a section that the story does not have")
        for q in self.quotes:
            if (q.kind == "headline") != (self.split.sections[q.section_index].kind == "headline"):
                raise ValueError(f"the {q.kind} quote at {q.start} does not go with its section")
        return self
