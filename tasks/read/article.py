"""Articles as flat fields: the names that corpora and crawlers give to text, id, headline and the rest.

One JSON object, CSV row or Parquet row is one article. The names are those of wiredesk's own `{"id", "text"}`, of
news-please, Fundus and the Media Cloud API, and the plain English ones.
"""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from schemas.base import Span
from tasks.read.fields import embargo, language, line, lines, moment, urgency, whole
from tasks.read.source import Outcome, Source

NAMES: dict[str, tuple[str, ...]] = {
    "text": ("text", "maintext", "plaintext", "body", "article_body", "content", "full_text", "story_text"),
    "provider_id": ("id", "guid", "stories_id", "article_id", "url", "link"),
    "provider": ("provider", "agency", "publisher", "source_domain", "media_name", "source"),
    "version": ("version", "revision"),
    "language": ("language", "lang"),
    "headline": ("headline", "title"),
    "slugline": ("slugline", "slug"),
    "byline": ("byline", "authors", "author"),
    "dateline": ("dateline",),
    "published_at": (
        "published_at",
        "date_publish",
        "publishing_date",
        "publish_date",
        "published",
        "date_published",
        "date",
        "indexed_date",
    ),
    "embargoed_until": ("embargoed_until", "embargo"),
    "rights": ("rights", "copyright"),
    "ed_note": ("ed_note", "editorial_note"),
    "urgency": ("urgency", "priority"),
    "subjects": ("subjects", "topics", "keywords", "tags"),
}
"""For each field of a story the names it goes by, the most telling first; the first that has a value counts."""


def has_text(names: Container[str]) -> bool:
    """Whether an object with these keys is an article: one of them names its text."""
    return any(name in names for name in NAMES["text"])


def article(source: Source, fields: Mapping[str, Any], key: str = "") -> Iterator[Outcome]:
    """The story that one article's fields hold."""

    def first(field: str) -> Any:
        return next((fields[name] for name in NAMES[field] if fields.get(name) not in (None, "", [])), None)

    body = first("text")
    text, headings = _sections(body) if isinstance(body, dict) else (body, [])
    if isinstance(text, list):
        text, headings = "\n".join(lines(text)), []
    if text is None and has_text(fields):
        yield source.skip("no text", key)
        return
    if not isinstance(text, str):
        names = ", ".join(NAMES["text"])
        yield source.reject("NoText", f"none of the fields {names} holds text; fields here: {', '.join(map(str, list(fields)[:20]))}", key)
        return
    provider = first("provider")
    yield source.story(
        text,
        key=key,
        layout="markup" if isinstance(body, dict | list) else "plain",
        headings=headings,
        provider=line(provider.get("name") if isinstance(provider, dict) else provider),
        provider_id=line(first("provider_id")),
        version=whole(first("version")),
        language=language(first("language")),
        headline=line(first("headline")),
        slugline=line(first("slugline")),
        byline=lines(first("byline")),
        dateline=line(first("dateline")),
        published_at=moment(first("published_at")),
        embargoed_until=embargo(first("embargoed_until")),
        rights=line(first("rights")),
        ed_note=line(first("ed_note")),
        urgency=urgency(first("urgency")),
        subjects=lines(first("subjects")),
    )


def _sections(body: Mapping[str, Any]) -> tuple[str | None, list[Span]]:
    """Fundus' body, `{"summary": [...], "sections": [{"headline": [...], "paragraphs": [...]}]}`, as lines and subheads."""
    sections = body.get("sections")
    if not isinstance(sections, list):
        return None, []
    paragraphs: list[tuple[str, bool]] = [(p, False) for p in lines(body.get("summary"))]
    for section in sections:
        if isinstance(section, dict):
            paragraphs += [(p, True) for p in lines(section.get("headline"))]
            paragraphs += [(p, False) for p in lines(section.get("paragraphs"))]
    headings, at = [], 0
    for paragraph, is_heading in paragraphs:
        if is_heading:
            headings.append(Span(start=at, end=at + len(paragraph)))
        at += len(paragraph) + 1
    return "\n".join(p for p, _ in paragraphs), headings
