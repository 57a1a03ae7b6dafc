"""A tagger's output kept in a file: JSON lines, one a story, offsets into its clean text, none of its words.

    {"id", "length", "model_version", "mentions": [[start, end, label, score]],
     "attributions": [[[[start, end], ...], [start, end] | null, [start, end] | null, score]]}      content, cue, source

So the output of a tagger that has not seen a story can be kept when the tagger is gone, and its text need not be.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from schemas.base import Span
from schemas.story import SplitStory
from schemas.tagged import Attribution, Mention, TaggedStory


def kept(id: str, story: TaggedStory) -> dict[str, Any]:
    """A story's line."""
    return {
        "id": id,
        "length": len(story.text),
        "model_version": story.model_version,
        "mentions": [[m.span.start, m.span.end, m.label, m.score] for m in story.mentions],
        "attributions": [[[_pair(s) for s in a.content], _pair(a.cue), _pair(a.source), a.score] for a in story.attributions],
    }


def tagged_again(line: Mapping[str, Any], story: SplitStory) -> TaggedStory:
    """The tagged story that a line tells of; raises ValueError when the story's clean text is not the one that was tagged."""
    if line["length"] != len(story.text):
        raise ValueError(f"{line['id']} has {len(story.text)} characters, but {line['length']} were tagged: tag it again")
    return TaggedStory(
        split=story,
        mentions=[Mention(span=_span([start, end]), label=label, score=score) for start, end, label, score in line["mentions"]],
        attributions=[
            Attribution(content=[_span(s) for s in content], cue=cue and _span(cue), source=source and _span(source), score=score)
            for content, cue, source, score in line["attributions"]
        ],
        model_version=line["model_version"],
    )


def read_tags(path: Path) -> dict[str, dict[str, Any]]:
    """The lines of a file, gzipped or not, by the story's id; raises ValueError when it holds something else."""
    data = path.read_bytes()
    lines = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8").splitlines()
    try:
        return {line["id"]: line for line in map(json.loads, lines) if line["attributions"] is not None}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} holds no tagger's output ({error})") from None


def write_tags(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """Writes lines, gzipped, the same bytes for the same lines."""
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))


def _pair(span: Span | None) -> list[int] | None:
    return [span.start, span.end] if span else None


def _span(pair: list[int]) -> Span:
    return Span(start=pair[0], end=pair[1])
