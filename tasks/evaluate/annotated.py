"""Stories with quotes and entities marked, as gold corpora, `wiredesk extract` and other systems write them.

One JSON document a line; offsets are code points of the story's text, ends exclusive::

    {"id": "a1", "text": "...", "meta": {"wire": "ap"},
     "quotes": [{"content": [[0, 9]], "cue": [[10, 14]], "source": [[15, 22]], "speaker": "Ada Moss", "kind": "direct"}],
     "entities": [{"start": 15, "end": 22, "label": "PERSON"}]}

`quotes` or `entities` null or absent means that nobody marked that layer, not that the story has none.
"""

import gzip
import zlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from schemas.base import Offset, Probability
from schemas.extracted import Marking, Sense

Extent = tuple[Offset, Offset]
"""A half-open run of characters `[start, end)`."""


class AnnotationError(ValueError):
    """A gold or prediction file that cannot be scored; the message says where and why."""


class Annotation(BaseModel):
    """An immutable record that lets fields it does not know pass: corpora carry many of their own."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class AnnotatedQuote(Annotation):
    """One attribution: what was said, the words that report it, the words that name who said it."""

    content: list[Extent] = Field(default_factory=list)
    cue: list[Extent] = Field(default_factory=list)
    source: list[Extent] = Field(default_factory=list)
    speaker: str | None = None
    speaker_score: Probability | None = None
    kind: Marking | None = None
    resolved_by: str | None = None
    score: Probability | None = None

    @field_validator("kind", mode="before")
    @classmethod
    def _a_headlines_marks_tell_its_kind(cls, kind: Any) -> Any:
        return None if kind == "headline" else kind

    @field_validator("content", "cue", "source", mode="before")
    @classmethod
    def _null_is_none_marked(cls, spans: Any) -> Any:
        return [] if spans is None else spans


class AnnotatedEntity(Annotation):
    """One mention. `optional` gold may be found or not, without credit or blame."""

    start: Offset
    end: Offset
    label: str
    stands_for: Sense | None = None
    optional: bool = False
    score: Probability | None = None


class AnnotatedStory(Annotation):
    """A story and what is marked in it; predictions may leave out the text."""

    id: str
    text: str = ""
    meta: dict[str, Any] = Field(default_factory=dict)
    quotes: list[AnnotatedQuote] | None = None
    entities: list[AnnotatedEntity] | None = None

    @field_validator("meta", mode="before")
    @classmethod
    def _null_is_empty(cls, meta: Any) -> Any:
        return meta or {}

    def check_offsets(self, length: int) -> None:
        """Raises AnnotationError when a span is empty or runs past a text of `length` characters."""
        spans = [("entity", (e.start, e.end)) for e in self.entities or []]
        for quote in self.quotes or []:
            spans += [(role, span) for role in ("content", "cue", "source") for span in getattr(quote, role)]
        for role, (start, end) in spans:
            if not start < end <= length:
                raise AnnotationError(f"story {self.id!r}: {role} [{start}, {end}) does not lie in its text of {length} characters")


def read_annotations(path: Path) -> list[AnnotatedStory]:
    """The stories of a JSONL file, gzipped or not.

    Raises AnnotationError for a file that cannot be read, and, naming the line, for one that is no such story or repeats
    an id.
    """
    stories: dict[str, AnnotatedStory] = {}
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                story = _story(line, f"{path}, line {number}")
                if story.id in stories:
                    raise AnnotationError(f"{path}, line {number}: the id {story.id!r} stands twice")
                stories[story.id] = story
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise AnnotationError(f"{path} cannot be read: {error}") from None
    return list(stories.values())


def _story(line: str, where: str) -> AnnotatedStory:
    try:
        return AnnotatedStory.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise AnnotationError(f"{where}: {field + ': ' if field else ''}{first['msg']}") from None
