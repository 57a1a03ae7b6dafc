"""What can become of a record besides a document: a reason, always counted, never silence."""

from typing import Annotated, Protocol

from pydantic import AfterValidator, Field

from schemas.base import Schema
from schemas.printable import one_line
from schemas.steps import Step

REASON_CHARACTERS = 80
"""How much of a reason is kept: some are a story's own words, and a reason is counted, listed and printed."""


def short(words: str) -> str:
    """Words as one short line that is safe to print.

    >>> short("picture\\n[/red]"), len(short("very " * 99))
    ('picture [/red]', 80)
    """
    line = one_line(words) or "no reason given"
    return line if len(line) <= REASON_CHARACTERS else line[: REASON_CHARACTERS - 1] + "…"


Reason = Annotated[str, AfterValidator(short)]
"""Why a record is skipped."""


class Sourced(Protocol):
    """A record or story that says where it came from, as a Reject tells it."""

    @property
    def source_uri(self) -> str:
        """Where the record came from."""

    @property
    def source_record(self) -> str:
        """Which record of the source; empty for the whole source."""

    @property
    def source_sha256(self) -> str | None:
        """SHA-256 of the record's bytes; None while they are not read."""


class Reject(Schema):
    """A record that a step could not take; it goes to `rejects`, and the run goes on."""

    source_uri: str = Field(description="Where the record came from")
    source_record: str = Field("", description="Which record of the source; empty for the whole source")
    source_sha256: str | None = Field(None, description="SHA-256 of the record's bytes; null when they could not be read")
    step: Step = Field(description="The step that refused it")
    error: str = Field(description="The error's class name: UnknownFormat, ValidationError, TimeLimit, ...")
    message: str = Field(description="What was wrong and, where it is known, what to do")

    @classmethod
    def of(cls, refused: Sourced, step: Step, error: str, message: str) -> "Reject":
        """A record or story that `step` refused, without anything else of it."""
        return cls(
            source_uri=refused.source_uri,
            source_record=refused.source_record,
            source_sha256=refused.source_sha256,
            step=step,
            error=error,
            message=message,
        )


class Skip(Schema):
    """A record that is no story to take now: a picture, an event, an empty feed, an embargoed story."""

    source_uri: str
    source_record: str = ""
    reason: Reason = Field(description="Why, in a few words that can be counted: 'picture', 'embargoed', 'planning item', ...")
