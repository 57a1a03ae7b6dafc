"""What every schema shares: immutability, closed fields, and spans of text."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Offset = Annotated[int, Field(ge=0)]
"""A position in a text, counted in Unicode code points from 0."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
"""A calibrated chance that a row is right, 0 to 1."""


class Schema(BaseModel):
    """An immutable record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Schema):
    """A half-open run of characters `[start, end)`; never empty."""

    start: Offset
    end: Offset

    @model_validator(mode="after")
    def _not_empty(self) -> "Span":
        if self.end <= self.start:
            raise ValueError(f"a span must have at least one character, not [{self.start}, {self.end})")
        return self

    def of(self, text: str) -> str:
        """The characters of `text` under this span."""
        return text[self.start : self.end]

    def holds(self, other: "Span") -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


def check_within(spans: "list[Span]", text: str, what: str) -> None:
    """Raises ValueError when a span runs past the end of `text`."""
    for span in spans:
        if span.end > len(text):
            raise ValueError(f"{what} [{span.start}, {span.end}) runs past the text, which has {len(text)} characters")
