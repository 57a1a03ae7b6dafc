"""The ranker: a small network that turns the evidence for each candidate into the chance that the pronoun stands for it."""

from collections.abc import Sequence
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from schemas.base import Schema
from tasks import shipped

FILE = "quotes/speakers/learned/ranker.json"


class Ranker(Schema):
    """One hidden layer beside a straight one; the chance of a candidate is the softmax of the candidates' sums."""

    name: str = Field(description="Date of training")
    evidence: list[str] = Field(description="The fields of the evidence, in order")
    straight: list[float] = Field(description="A weight for each field")
    hidden: list[list[float]] = Field(description="Weights [unit][field] of the hidden layer")
    bias: list[float] = Field(description="One for each hidden unit")
    out: list[float] = Field(description="A weight for each hidden unit")

    @model_validator(mode="after")
    def _shapes_agree(self) -> "Ranker":
        wide = [len(self.straight), *map(len, self.hidden)]
        if {*wide} != {len(self.evidence)} or not len(self.hidden) == len(self.bias) == len(self.out):
            raise ValueError(f"{len(self.evidence)} fields of evidence do not go with weights of {sorted({*wide})}")
        return self

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.float32], ...]:
        return tuple(np.array(x, np.float32) for x in (self.straight, self.hidden, self.bias, self.out))

    def __call__(self, evidence: Sequence[Sequence[float]]) -> list[float]:
        """The chance of each candidate, `[candidates]`, from its evidence `[candidates, fields]`; they add up to 1."""
        rows: NDArray[np.float32] = np.array(evidence, np.float32)
        straight, hidden, bias, out = self._arrays
        sums = rows @ straight + np.maximum(rows @ hidden.T + bias, 0) @ out
        shares = np.exp(sums - sums.max())
        return [float(x) for x in shares / shares.sum()]


@cache
def shipped_ranker(fields: tuple[str, ...]) -> Ranker:
    """The ranker that ships, trained on evidence of these fields; raises `tasks.shipped.DamagedData`."""
    found = Ranker.model_validate_json(shipped.text(FILE))
    if tuple(found.evidence) != fields:
        raise shipped.DamagedData(
            f"{FILE} was trained on other evidence than the code gives: train it again, or go back to the code it goes with"
        )
    return found
