"""Corpora as they stand in their files, and their texts as stories; needs no PyTorch."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

from schemas.base import Span
from schemas.story import CleanStory, RawStory, Section, SourceRun, SplitStory

PARAGRAPH = re.compile(r"[^\n]+")

AT_ONCE = 32
"""Stories that the encoder sees together."""


def load(path: Path) -> list[dict[str, Any]]:
    """The documents of a corpus in the JSONL form of `wiredesk evaluate`, gzipped or not."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def paragraphs(text: str) -> list[Span]:
    """The lines of a text that hold more than white space."""
    return [Span(start=m.start(), end=m.end()) for m in PARAGRAPH.finditer(text) if m.group().strip()]


def all_body(text: str) -> SplitStory:
    """A text as a story that is nothing but body, its lines the paragraphs."""
    run = SourceRun(text_start=0, source_start=0, length=len(text))
    raw = RawStory(source_uri="corpus:", source_format="jsonl", source_sha256="0" * 64, text=text)
    section = Section(kind="body", start=0, end=len(text), paragraphs=paragraphs(text))
    return SplitStory(clean=CleanStory(raw=raw, text=text, source_map=[run], language="en"), sections=[section])
