"""What can become of a record besides a document: a reason, always counted, never silence."""

from enum import StrEnum
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import BeforeValidator, Field

from schemas.base import Schema
from schemas.printable import one_line
from schemas.steps import Step

DETAIL_CHARACTERS = 80
"""How much is kept of the words in which a record says what it is."""

MESSAGE_CHARACTERS = 1_000
"""How much is kept of a message: the names of a record's fields are in some, and as long as their maker likes."""


class SkipReason(StrEnum):
    """Why a record is skipped, in the words by which it is counted; `sentence` says what that means and what to do.

    The list is ours alone: what a record says of itself is the `detail` of its Skip.
    """

    sentence: str

    def __new__(cls, words: str, sentence: str) -> Self:
        """A member that is its words."""
        member = str.__new__(cls, words)
        member._value_ = words
        member.sentence = sentence
        return member

    HIDDEN = "hidden file", "its name begins with a dot, or macOS put it into an archive"
    TEMPORARY = "temporary file", "its name is that of a file which is still being written; it is read under its final name"
    DATASET = "wiredesk dataset", "a dataset inside a source is not read as one"
    FOLDER_LINK = "link to a folder", "name the folder that it leads to as a source"
    NOT_A_FILE = "not a regular file", "a pipe, a socket or a device"
    NOT_A_MEMBER = "link or device in an archive", "only an archive's files are read"
    GONE = "no longer there", "the file of a reject was moved or deleted"

    EMPTY = "empty", "there is nothing in it but white space"
    NO_STORY = "no story", "its reader found none in it"
    NO_TEXT = "no text", "the field for the text is empty, or there is none"
    TEXT_ELSEWHERE = "no text but in other fields", "only fields that are not for the text of a story hold some"
    HEADLINE_ONLY = "headline without text", "it is a headline and nothing more"
    KEPT_ELSEWHERE = "content kept elsewhere", "it names an address for its text, and nothing is fetched"
    NO_ITEMS = "message without items", "it is an envelope with nothing in it"
    EMPTY_FEED = "empty feed", "it has no entries"

    PICTURE = "picture", "an item that is no text"
    VIDEO = "video", "an item that is no text"
    AUDIO = "audio", "an item that is no text"
    GRAPHIC = "graphic", "an item that is no text"
    DATA = "data", "an item that is no text"
    EVENT = "event", "an item of a calendar"
    PLANNING = "planning item", "what an agency means to send"
    COVERAGE = "news coverage", "what an agency means to send"
    PACKAGE = "package", "a list of other items"
    CONCEPT = "concept", "an entry of a vocabulary"
    KNOWLEDGE = "knowledge item", "a vocabulary"
    CATALOG = "catalog", "a list of vocabularies"
    OTHER_ITEM = "another kind of item", "its type names no kind of text that wiredesk knows"

    CRAWL = "record of a crawl", "it is about the making of a web archive"
    NOT_SERVED = "page not served", "the web server answered with an error or led elsewhere"
    NO_PAGE = "archived file, no page", "what a web archive holds besides pages"

    EMBARGOED = "embargoed", "a run after the embargo takes it, --take-embargoed takes it now"
    RIGHTS = "rights", "its terms have what --refuse-rights names"
    BEFORE_SKIP = "before --skip", "the run was to leave it out"
    AFTER_LIMIT = "after --limit", "the run was to leave it out"


Refusal = Literal[
    "BinaryFile",
    "BrokenArchive",
    "BrokenFeed",
    "BrokenJson",
    "BrokenParquet",
    "BrokenSgml",
    "BrokenTable",
    "BrokenXml",
    "ChangedWhileReading",
    "DecompressionBomb",
    "EmbargoWithoutEnd",
    "EntityDeclaration",
    "LinkLeavesSource",
    "MemoryError",
    "MoreRefused",
    "NestedTooDeep",
    "NoArticle",
    "NoText",
    "NoTextColumn",
    "NotAFile",
    "NotAnObject",
    "NulBytes",
    "OverlappingMembers",
    "RaggedRow",
    "TimeLimit",
    "TooLarge",
    "TooManyRefused",
    "UnknownFormat",
    "UnsafePath",
    "WorkerDied",
]
"""The errors of a Reject that wiredesk gives itself; each message says what was wrong with that record."""


def shortened(words: str, most: int) -> str:
    """Words as one line that is safe to print and to store, of at most so many characters.

    >>> shortened("live\\nvideo [/red]", 80), shortened("very " * 99, 10)
    ('live video [/red]', 'very very…')
    """
    line = one_line(words)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _detail(words: Any) -> Any:
    return shortened(words, DETAIL_CHARACTERS) if isinstance(words, str) else words


def _message(words: Any) -> Any:
    return shortened(words, MESSAGE_CHARACTERS) if isinstance(words, str) else words


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
    error: Refusal | Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", max_length=80)] = Field(
        description="One of wiredesk's own, or the class of an error that nobody expected: ValidationError, LookupError, ..."
    )
    message: Annotated[str, BeforeValidator(_message)] = Field(description="What was wrong and, where it is known, what to do")

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
    reason: SkipReason = Field(description="Why")
    detail: Annotated[str, BeforeValidator(_detail)] = Field(
        "", description="What the record says of itself that matters here: a type, a status"
    )
