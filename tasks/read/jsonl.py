"""JSON stories: one object a line, a list of objects, or one object a file."""

import io
import json
from collections.abc import Iterator
from typing import Any

from schemas.outcome import SkipReason
from tasks.read import ninjs, streams
from tasks.read.article import article, has_text
from tasks.read.errors import RefusedError
from tasks.read.source import Format, Outcome, Source
from tasks.read.streams import Budget

SUFFIXES = frozenset({".jsonl", ".ndjson", ".jsonlines"})


def recognises(source: Source) -> bool:
    """Whether the record is a JSON object with a field that names text, or the one that the user named; or a list of such."""
    return source.suffix in SUFFIXES or has_text(source.object) or source.record.text_column in source.object


def is_lines(source: Source) -> bool:
    """Whether the head shows one JSON object a line: by the file's name, or a whole object on each of two lines."""
    if source.suffix in SUFFIXES:
        return True
    first, _, rest = source.head_text.partition("\n")
    return first.startswith("{") and rest.lstrip().startswith("{") and _is_object(first)


def cut(stream: io.BufferedReader, text_column: str | None, budget: Budget) -> Iterator[tuple[str, bytes | RefusedError]]:
    """Each line with its number."""
    for number, part in streams.lines(stream):
        yield str(number), part


def stories(source: Source) -> Iterator[Outcome]:
    """Each object as a story. Raises RefusedError when the record is no JSON."""
    value = source.json
    if not isinstance(value, list):
        yield from _one(source, value, "")
        return
    if not value:
        yield source.skip(SkipReason.NO_TEXT)
    for number, entry in enumerate(value, start=1):
        yield from _one(source, entry, str(number))


def _one(source: Source, value: Any, key: str) -> Iterator[Outcome]:
    if not isinstance(value, dict):
        raise RefusedError("NotAnObject", f"a story must be a JSON object with fields, not a {type(value).__name__}")
    yield from ninjs.story(source, value, key) if ninjs.is_ninjs(value) else article(source, value, key, source.record.text_column)


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


FORMAT = Format(
    name="jsonl",
    sniffs="a name that ends in .jsonl or .ndjson, or JSON objects with a field text, maintext, body or the like",
    about="JSON stories, one a line, in a list, or one a file: {id, text}, news-please, Fundus, Media Cloud",
    recognises=recognises,
    stories=stories,
    many=is_lines,
    cut=cut,
)
