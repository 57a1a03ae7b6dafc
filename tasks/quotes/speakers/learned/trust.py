"""How sure a speaker is: the chance that the source is the right one, times the chance that its pronoun leads to the right person."""

from functools import cache
from math import exp, log
from typing import NamedTuple

from pydantic import Field, model_validator

from schemas.base import Schema
from schemas.extracted import Marking
from tasks import shipped
from tasks.language.page import Page
from tasks.quotes.speakers.question import Told

FILE = "quotes/speakers/learned/trust.json"

FAR = 400
"""Characters between source and content from which on they are as far apart as can be."""


class Grounds(NamedTuple):
    """What a source can be trusted by; truth values unless said otherwise."""

    score: float
    """Log odds of the quote's score."""
    pronoun: float
    """How the speaker was found: by a pronoun, a short name, a noun, as the author of a document."""
    alias: float
    nominal: float
    document: float
    no_source: float
    other_paragraph: float
    """The source stands in another paragraph than the content."""
    direct: float
    mixed: float
    distance: float
    """Characters from source to content, as a share of FAR."""

    @classmethod
    def of(cls, told: Told, marking: Marking, page: Page) -> "Grounds":
        """The grounds of a statement that has a speaker."""
        statement, source = told.statement, told.statement.source
        return cls(
            score=odds(statement.score),
            pronoun=told.by == "pronoun",
            alias=told.by == "alias",
            nominal=told.by == "nominal",
            document=told.by == "document",
            no_source=source is None,
            other_paragraph=source is not None and page.paragraph_at(source.start) != page.paragraph_at(statement.start),
            direct=marking == "direct",
            mixed=marking == "mixed",
            distance=min(abs(source.start - statement.start), FAR) / FAR if source else 1,
        )


class Trust(Schema):
    """Two logistic curves, from `Grounds` to the chance of the source, and from the ranker's chance to that of the pronoun."""

    grounds: dict[str, float] = Field(description="A weight for each field of the grounds")
    intercept: float
    pronoun_slope: float = Field(description="On the log odds of the ranker's chance")
    pronoun_intercept: float

    @model_validator(mode="after")
    def _grounds_are_known(self) -> "Trust":
        if tuple(self.grounds) != Grounds._fields:
            raise ValueError(f"the weights are of {list(self.grounds)}, the grounds {list(Grounds._fields)}")
        return self

    def __call__(self, grounds: Grounds, chance: float) -> float:
        """The chance that a speaker is right; `chance` is the ranker's, 1 where no pronoun was followed."""
        source = curve(sum(w * g for w, g in zip(self.grounds.values(), grounds, strict=True)) + self.intercept)
        return source if chance == 1 else source * curve(self.pronoun_slope * odds(chance) + self.pronoun_intercept)


def odds(probability: float) -> float:
    """The log odds of a probability, which is clipped to [.01, .99]."""
    clipped = min(max(probability, 0.01), 0.99)
    return log(clipped / (1 - clipped))


def curve(log_odds: float) -> float:
    """The probability with these log odds."""
    return 1 / (1 + exp(-log_odds))


def speaker_score(told: Told, marking: Marking, page: Page) -> float | None:
    """How sure the speaker of a statement is, to four decimals; None where it has none."""
    return None if told.speaker is None else round(_trust()(Grounds.of(told, marking, page), told.speaker.chance), 4)


@cache
def _trust() -> Trust:
    return Trust.model_validate_json(shipped.text(FILE))
