"""One record being looked at: its bytes, and text, JSON or XML made of them once, when a reader asks."""

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from schemas.outcome import Reject, Skip, SkipReason
from schemas.record import Record
from schemas.story import UNDATED, RawStory
from tasks.paths import in_uri
from tasks.read.dates import Unread
from tasks.read.decode import Decoded, decode
from tasks.read.errors import RefusedError
from tasks.read.fields import SURROGATE, notice
from tasks.read.streams import Budget

Outcome: TypeAlias = RawStory | Skip | Reject

HEAD_BYTES = 8192
"""What sniffing looks at: the first few kilobytes."""

LONGEST_DATE = 80
"""Characters of a date that is not understood which its story's repairs show."""

CODINGS = (".gz", ".zst")
"""Suffixes that name a compression, not what is compressed."""


KINDS: dict[str, SkipReason] = {
    "picture": SkipReason.PICTURE,
    "photo": SkipReason.PICTURE,
    "image": SkipReason.PICTURE,
    "video": SkipReason.VIDEO,
    "audio": SkipReason.AUDIO,
    "graphic": SkipReason.GRAPHIC,
    "data": SkipReason.DATA,
    "event": SkipReason.EVENT,
    "planning": SkipReason.PLANNING,
    "newscoverage": SkipReason.COVERAGE,
    "package": SkipReason.PACKAGE,
}
"""The words that wires have for items which are no text, in small letters."""


class Source:
    """A record and the views of it that readers share; also what a story of it is made with."""

    def __init__(self, record: Record, format: str = "") -> None:
        self.record = record
        self.format = format

    @cached_property
    def head(self) -> bytes:
        """The first bytes, for sniffing."""
        return self.record.data[:HEAD_BYTES]

    @cached_property
    def head_text(self) -> str:
        """The first bytes as text, without space before the first character."""
        return decode(self.head).text.lstrip("\ufeff \t\r\n")

    @cached_property
    def name(self) -> str:
        """The file's or archive member's own name, in lower case, without a compression's suffix."""
        path = self.record.source_record or in_uri(self.record.source_uri)
        name = PurePosixPath(path).name.lower()
        return name[: name.rfind(".")] if name.endswith(CODINGS) else name

    @property
    def suffix(self) -> str:
        """The suffix of `name`, with its dot, or an empty string."""
        return PurePosixPath(self.name).suffix

    @cached_property
    def decoded(self) -> Decoded:
        """The record as text."""
        return decode(self.record.data)

    @cached_property
    def json(self) -> Any:
        """The record as JSON. Raises RefusedError when it is none."""
        try:
            return json.loads(self.decoded.text)
        except RecursionError:
            raise RefusedError("BrokenJson", "the JSON is nested too deeply to read") from None
        except json.JSONDecodeError as error:
            if error.msg == "Extra data":
                return [_line_of_json(number, line) for number, line in enumerate(self.decoded.text.split("\n"), start=1) if line.strip()]
            raise RefusedError("BrokenJson", f"not valid JSON: {error}") from None
        except ValueError as error:
            raise RefusedError("BrokenJson", f"not valid JSON: {error}") from None

    @cached_property
    def object(self) -> dict[str, Any]:
        """The record's JSON object, or the first of its list; empty when it is no JSON. For sniffing."""
        if not looks_like_json(self):
            return {}
        try:
            value = self.json
        except RefusedError:
            return {}
        if isinstance(value, list) and value:
            value = value[0]
        return value if isinstance(value, dict) else {}

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the record's bytes."""
        return hashlib.sha256(self.record.data).hexdigest()

    def story(self, text: str, *, key: str = "", repairs: Iterable[str] = (), **fields: Any) -> RawStory | Skip:
        """The story that a reader found, with its provenance; a Skip when it has no text.

        `key` names the story within the record when the record holds several. A story that its agency canceled is
        one without text too: what stands for it is its note or headline, so that it reaches its earlier versions.
        """
        if not text.strip() and fields.get("status") == "canceled":
            text = notice(fields)
        notes = [*self.decoded.repairs, *repairs] if "decoded" in self.__dict__ else list(repairs)
        if damaged := len(SURROGATE.findall(text)):
            text = SURROGATE.sub("\ufffd", text)
            notes.append(f"{damaged} half characters (lone surrogates) replaced")
        if not text.strip():
            return self.skip(SkipReason.NO_TEXT, key)
        if isinstance(unread := fields.get("published_at"), Unread):
            notes.append(f"{UNDATED}{unread[:LONGEST_DATE]}")
            fields["published_at"] = None
        fields.setdefault("encoding", self.decoded.encoding if "decoded" in self.__dict__ else None)
        return RawStory(
            source_uri=self.record.source_uri,
            source_record=within(self.record.source_record, key),
            source_format=self.format,
            source_sha256=self.sha256,
            text=text,
            repairs=notes,
            **fields,
        )

    def skip(self, reason: SkipReason, key: str = "", detail: str = "") -> Skip:
        """This record, or the part of it that `key` names, is no story to take; `detail` is what it says of that itself."""
        return Skip(source_uri=self.record.source_uri, source_record=within(self.record.source_record, key), reason=reason, detail=detail)

    def skip_item(self, kind: str, key: str = "") -> Skip:
        """This record, or the part of it that `key` names, is an item of the wire that is no text but of another `kind`."""
        known = KINDS.get(kind.casefold())
        return self.skip(known, key) if known else self.skip(SkipReason.OTHER_ITEM, key, kind)

    def reject(self, error: str, message: str, key: str = "") -> Reject:
        """This record, or the part of it that `key` names, cannot be taken."""
        return Reject(
            source_uri=self.record.source_uri,
            source_record=within(self.record.source_record, key),
            source_sha256=self.sha256,
            step="read",
            error=error,
            message=message,
        )


@dataclass(frozen=True, slots=True)
class Format:
    """A reader: what it is called, what it recognises a record by, and how it turns one into stories."""

    name: str
    sniffs: str
    about: str
    recognises: Callable[[Source], bool]
    stories: Callable[[Source], Iterable[Outcome]]
    many: Callable[[Source], bool] = lambda source: False
    """Whether a file that begins so holds many records, to be cut and handed on one by one."""
    cut: Callable[[io.BufferedReader, str | None, Budget], Iterable[tuple[str, bytes | RefusedError]]] | None = None
    """Cuts such a file: each record's name within it and bytes, or why that record alone is refused.

    The second argument is the column of a table that holds the text, where the user named one; the third is charged with
    what grows on the way.
    """


def within(outer: str, inner: str) -> str:
    """The name of a record inside a record: `feed.zip`'s member `a.jsonl`, line 12, is `a.jsonl#12`."""
    return f"{outer}#{inner}" if outer and inner else outer or inner


def _line_of_json(number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise RefusedError("BrokenJson", f"line {number} is not valid JSON: {error}") from None


def looks_like_json(source: Source) -> bool:
    """Whether the record begins as a JSON object or array does."""
    return bool(re.match(r'[{\[]\s*(["{\[}\]]|$)', source.head_text))
