"""Ids are hashes of what they name: the same input gives the same ids, on any machine, in any order."""

import hashlib
import json
import re
from typing import NamedTuple

from schemas.base import Span
from schemas.story import RawStory

ID_DIGITS = 32
"""Hexadecimal digits of an id: 128 bits, so that two of a thousand million rows agree by chance once in 10**20."""


UNIQUE = re.compile(r"[a-z][a-z0-9+.-]*:\S+|[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
"""A URI (RFC 3986), or a UUID (RFC 9562) with or without its hyphens."""


def hash_of(*parts: object) -> str:
    """The id of what `parts` name: hexadecimal digits of the SHA-256 of their JSON form."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")).hexdigest()[:ID_DIGITS]


def story_id(raw: RawStory) -> str:
    """Names a story over all its versions: provider and its own id, else the record's place in its source.

    Where no provider is named, the id of one of many records (a line, a row) is that of its file: two files that number
    their stories 1, 2, 3 do not tell of the same ones. Ids made to be unique everywhere, URIs and UUIDs, are taken so.
    """
    if not raw.provider_id:
        return hash_of("story", raw.source_uri, raw.source_record)
    *file, number = raw.source_record.split("#")
    if raw.provider or not number.isdigit() or UNIQUE.fullmatch(raw.provider_id):
        return hash_of("story", raw.provider or "", raw.provider_id)
    return hash_of("story", raw.source_uri, [part for part in file if not part.isdigit()], raw.provider_id)


def content_id(raw: RawStory) -> str:
    """Names what a story says, wherever it was found: its text and wire fields, not its source."""
    own_place = {"source_uri", "source_record", "source_format", "source_sha256", "encoding", "repairs"}
    return hash_of("content", raw.model_dump(mode="json", exclude=own_place))


class StoryIds(NamedTuple):
    """The ids of one version of a story, which is a document of the dataset."""

    story: str
    content: str
    document: str
    """Names the version: the story and its content."""


def ids_of(raw: RawStory) -> StoryIds:
    """The ids of a story as it was read. Hashes all that it says: do it once, and hand the ids on beside the story."""
    story, content = story_id(raw), content_id(raw)
    return StoryIds(story, content, hash_of("document", story, content))


def row_id(table: str, doc: str, spans: list[Span], kind: str) -> str:
    """Names a child row: its table, document, characters and kind."""
    return hash_of(table, doc, [(s.start, s.end) for s in spans], kind)
