"""Articles as flat fields: the names that corpora and crawlers give to text, id, headline and the rest.

One JSON object, CSV row or Parquet row is one article. The names are those of wiredesk's own `{"id", "text"}`, of
news-please, Fundus and the Media Cloud API, and the plain English ones.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from schemas.base import Span
from schemas.outcome import SkipReason
from tasks.read import markup
from tasks.read.dates import moment
from tasks.read.fields import embargo, language, line, lines, urgency, whole
from tasks.read.markup import Body
from tasks.read.source import Outcome, Source

NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "maintext", "plaintext", "body", "article_body", "content", "full_text", "story_text", "article_text"),
        *("body_text", "content_text", "news_text", "cleaned_text", "article_content", "page_content", "article", "document"),
        *("story", "txt", "body_html", "content_html", "article_html", "html"),
    ),
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
"""For each field of a story the names it goes by, the most telling first, in any letter case and however their words are joined.

The first that has a value counts; of the texts the first, unless another has twice its words: then that was the teaser.
"""

INNER = ("rendered", "value", "text", "html", "content")
"""Where the text of a field that is an object stands: `content.rendered` in WordPress, `body[0].value` in Drupal."""

KINDS = ((dict, "an object"), (list, "a list"), (bool, "true or false"), (object, "a number"))
"""What a JSON value that is no text is called, the first that fits."""

FEW_WORDS = 12
"""Words from which on a value can be the text of a story."""


def spelling(name: object) -> str:
    """A name as it is compared: `Full-Text`, `fullText` and `full_text` are one.

    >>> spelling("Full-Text"), spelling("article_body")
    ('fulltext', 'articlebody')
    """
    return re.sub(r"[\W_]+", "", str(name)).casefold()


SPELLINGS = {field: tuple(map(spelling, names)) for field, names in NAMES.items()}
KNOWN = frozenset(chain.from_iterable(SPELLINGS.values()))


def has_text(names: Iterable[object]) -> bool:
    """Whether an object with these keys is an article: one of them names its text."""
    return not {spelling(name) for name in names}.isdisjoint(SPELLINGS["text"])


def texts_in(fields: Mapping[str, Any], others: Iterable[str] = ()) -> list[str]:
    """The names of the fields that hold as much as the text of a story, without those known for something else and `others`."""
    others = KNOWN.difference(SPELLINGS["text"]).union(map(spelling, others))
    return [str(name) for name, value in fields.items() if spelling(name) not in others and _most_words(value) >= FEW_WORDS]


def named(names: Iterable[object]) -> str:
    """The first names of a record's fields, for a message."""
    return ", ".join(map(str, list(names)[:20]))


def article(source: Source, fields: Mapping[str, Any], key: str = "", text_column: str | None = None) -> Iterator[Outcome]:
    """The story that one article's fields hold; its text under `text_column`, where the user named one."""
    if text_column and text_column not in fields:
        yield source.reject("NoTextColumn", f"no field is called {text_column!r}; the fields are {named(fields)}", key)
        return
    flat = dict(reversed([(spelling(name), value) for name, value in fields.items()]))

    def first(field: str) -> Any:
        return next((flat[name] for name in SPELLINGS[field] if flat.get(name) not in (None, "", [])), None)

    texts = {text_column: fields[text_column]} if text_column else {name: flat[name] for name in SPELLINGS["text"] if name in flat}
    body = _fullest(_body(value, "html" in name.casefold()) for name, value in texts.items())
    if not body.text.strip():
        yield _textless(source, fields, key, text_column)
        return
    provider, headline = first("provider"), first("headline")
    yield source.story(
        **body._asdict(),
        key=key,
        provider=line(provider.get("name") if isinstance(provider, dict) else provider),
        provider_id=line(first("provider_id")),
        version=whole(first("version")),
        language=language(first("language")),
        headline=line(_inner(headline) if isinstance(headline, dict) else headline),
        slugline=line(first("slugline")),
        byline=lines(first("byline")),
        dateline=line(first("dateline")),
        published_at=moment(*(flat.get(name) for name in SPELLINGS["published_at"])),
        embargoed_until=embargo(first("embargoed_until")),
        rights=line(first("rights")),
        ed_note=line(first("ed_note")),
        urgency=urgency(first("urgency")),
        subjects=lines(first("subjects")),
    )


def _textless(source: Source, fields: Mapping[str, Any], key: str, text_column: str | None) -> Outcome:
    """What becomes of an article without text where it was looked for; where there may be some elsewhere, that is no skip."""
    if text_column:
        value = fields[text_column]
        if value is None or isinstance(value, str) or value == []:
            return source.skip(SkipReason.NO_TEXT, key, text_column)
        kind = next(name for of, name in KINDS if isinstance(value, of))
        return source.reject("NoText", f"the field {text_column!r} holds {kind}, not a text or a list of paragraphs", key)
    there = texts_in(fields)
    empty = all(value is None or (isinstance(value, str) and not value.strip()) or value == [] for value in _texts(fields))
    if has_text(fields) and empty and not there:
        return source.skip(SkipReason.NO_TEXT, key)
    message = f"no text under a known name; it has: {named(there or fields)}. Name the field of the text with --text-column"
    return source.reject("NoText", message, key)


def _texts(fields: Mapping[str, Any]) -> list[Any]:
    return [value for name, value in fields.items() if spelling(name) in SPELLINGS["text"]]


def _body(value: Any, is_html: bool) -> Body:
    """The text of a field in any of its forms: a string, a list of paragraphs or of objects, Fundus' sections, an object around it."""
    if isinstance(value, dict):
        if isinstance(value.get("sections"), list):
            return _sections(value)
        inner = _inner(value)
        return markup.either(inner) if isinstance(inner, str) else Body("")
    if isinstance(value, list):
        text = "\n".join(lines(_inner(part) if isinstance(part, dict) else part for part in value))
        return markup.either(text) if markup.TAG.search(text) else Body(text)
    if not isinstance(value, str):
        return Body("")
    return markup.either(value) if is_html else Body(value, layout="plain")


def _inner(value: Mapping[str, Any]) -> Any:
    return next((value[name] for name in INNER if value.get(name)), None)


def _fullest(bodies: Iterable[Body]) -> Body:
    chosen = Body("")
    for body in bodies:
        if len(body.text.split()) > 2 * len(chosen.text.split()):
            chosen = body
    return chosen


def _most_words(value: Any) -> int:
    """Words of the longest string that a value holds, at the most three levels down."""
    level = [value]
    most = 0
    for _ in range(4):
        most = max([most, *(len(one.split()) for one in level if isinstance(one, str))])
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())]
    return most


def _sections(body: Mapping[str, Any]) -> Body:
    """Fundus' body, `{"summary": [...], "sections": [{"headline": [...], "paragraphs": [...]}]}`, as lines and subheads."""
    sections = body["sections"]
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
    return Body("\n".join(p for p, _ in paragraphs), headings)
