"""Stories for tests, built from marked-up text, so that a case reads like the story it stands for.

    tagged("{source [PERSON Ada Lund]} {cue said}: {content “We will appeal.”}")

- `[LABEL words]` is an entity mention. `[...]`, `[sic]` and other brackets stay text.
- `{content words}`, `{cue words}` and `{source words}` mark an attribution. A number ties the parts of several
  attributions together, and a part may serve more than one: `{source:1,2 she}`; without a number it belongs to the first.
- `<headline>`, `<dateline>`, `<body>` and the other section kinds start a section where they stand; `<subhead>` starts a body
  section with the rest of its line as heading. Untagged lines are the lede, then the body. One paragraph a line.

Marks may nest. Scores are 0.9 throughout.
"""

import re
from dataclasses import dataclass, field
from typing import Any, get_args

from schemas.base import Span
from schemas.story import CleanStory, RawStory, Section, SectionKind, SourceRun, SplitStory
from schemas.tagged import Attribution, EntityLabel, Mention, TaggedStory

SCORE = 0.9

STYLES = [("“", "”"), ('"', '"'), ("«", "»"), ("»", "«"), ("„", "“"), ("‘", "’"), ("'", "'"), ("``", "''")]
"""The quotation marks that copy comes in: what opens, what closes."""

_MARK = re.compile(
    rf"""\[(?P<label>{"|".join(get_args(EntityLabel))})[ ]
       | \{{(?P<part>content|cue|source)(?::(?P<numbers>[0-9,]+))?[ ]
       | <(?P<kind>{"|".join(get_args(SectionKind))}|subhead)>
       | (?P<bracket>[\[{{])
       | (?P<close>[\]}}])
       | (?P<newline>\n)""",
    re.VERBOSE,
)


@dataclass
class _Parts:
    """The spans of one attribution, as they are met."""

    content: list[Span] = field(default_factory=list)
    cue: list[Span] = field(default_factory=list)
    source: list[Span] = field(default_factory=list)


@dataclass
class _Opening:
    """A section as it begins: where, of what kind, and whether its first line is a subhead."""

    start: int
    kind: SectionKind
    subhead: bool = False


def tagged(markup: str, **split_fields: Any) -> TaggedStory:
    """The tagged story that `markup` describes; `split_fields` (headline, byline, dateline, ...) go to its SplitStory.

    >>> story = tagged("{source [PERSON Ada Lund]} {cue said}: {content “No.”}")
    >>> story.text, story.mentions[0].span.of(story.text), story.attributions[0].cue.of(story.text)
    ('Ada Lund said: “No.”', 'Ada Lund', 'said')
    """
    text, mentions, attributions, sections = _parse(markup)
    clean = _clean(text)
    split = SplitStory(clean=clean, sections=sections, **split_fields)
    return TaggedStory(split=split, mentions=mentions, attributions=attributions, model_version="by hand")


def split(text: str, **split_fields: Any) -> SplitStory:
    """The split story of text in which only section tags are marked up."""
    return tagged(text, **split_fields).split


def _clean(text: str) -> CleanStory:
    raw = RawStory(source_uri="test:", source_format="txt", source_sha256="0" * 64, layout="markup", text=text)
    runs = [SourceRun(text_start=0, source_start=0, length=len(text))] if text else []
    return CleanStory(raw=raw, text=text, source_map=runs, language="en")


def _parse(markup: str) -> tuple[str, list[Mention], list[Attribution], list[Section]]:
    text, at, open_marks = "", 0, list[tuple[int, re.Match[str] | None]]()
    mentions, parts, openings = list[Mention](), dict[int, _Parts](), list[_Opening]()
    for mark in _MARK.finditer(markup):
        text += markup[at : mark.start()]
        at = mark.end()
        if not openings and mark["kind"] is None:
            openings.append(_Opening(0, "lede"))
        if mark["kind"]:
            kind: Any = "body" if mark["kind"] == "subhead" else mark["kind"]
            openings.append(_Opening(len(text), kind, subhead=mark["kind"] == "subhead"))
        elif mark["label"] or mark["part"]:
            open_marks.append((len(text), mark))
        elif mark["bracket"]:
            text += mark[0]
            open_marks.append((len(text), None))
        elif mark["newline"]:
            text += "\n"
            if not markup.startswith("<", at) and openings[-1].kind not in {"body", "trailer", "withheld"}:
                seen_lede = any(opening.kind == "lede" for opening in openings)
                openings.append(_Opening(len(text), "body" if seen_lede else "lede"))
        elif (opened := _closed_by(mark[0], open_marks)) is None:
            text += mark[0]
        else:
            start, opener = opened
            span = Span(start=start, end=len(text))
            if opener["label"]:
                mentions.append(Mention(span=span, label=opener["label"], score=SCORE))
            else:
                for number in (opener["numbers"] or "1").split(","):
                    getattr(parts.setdefault(int(number), _Parts()), opener["part"]).append(span)
    if any(opener for _, opener in open_marks):
        raise ValueError(f"a mark is not closed in {markup!r}")
    text += markup[at:]
    sections = _sections(text, openings or [_Opening(0, "lede")])
    return text, sorted(mentions, key=lambda m: m.span.start), _attributions(parts), sections


def _closed_by(closer: str, open_marks: list[tuple[int, re.Match[str] | None]]) -> tuple[int, re.Match[str]] | None:
    """The mark that `closer` ends; None where it is a bracket of the text itself."""
    if not open_marks:
        return None
    start, opener = open_marks[-1]
    if opener is None:
        open_marks.pop()
        return None
    if (closer == "]") != bool(opener["label"]):
        raise ValueError(f"{closer!r} at the wrong place: {opener[0]!r} is still open")
    open_marks.pop()
    return start, opener


def _attributions(parts: dict[int, _Parts]) -> list[Attribution]:
    attributions = [
        Attribution(
            content=sorted(p.content, key=lambda s: s.start),
            cue=p.cue[0] if p.cue else None,
            source=p.source[0] if p.source else None,
            score=SCORE,
        )
        for _, p in sorted(parts.items())
    ]
    return sorted(attributions, key=lambda a: a.content[0].start)


def _sections(text: str, openings: list[_Opening]) -> list[Section]:
    sections = []
    ends = [opening.start for opening in openings[1:]] + [len(text)]
    for opening, end in zip(openings, ends, strict=True):
        lines = [
            Span(start=opening.start + m.start(), end=opening.start + m.end())
            for m in re.finditer(r"\S(?:[^\n]*\S)?", text[opening.start : end])
        ]
        if lines:
            heading = lines[0].of(text) if opening.subhead else None
            paragraphs = lines[1:] if opening.subhead else lines
            sections.append(Section(kind=opening.kind, start=lines[0].start, end=lines[-1].end, heading=heading, paragraphs=paragraphs))
    return sections
