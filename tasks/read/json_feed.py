"""JSON Feed 1.0 and 1.1 (https://jsonfeed.org): each item with content is a story."""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.outcome import SkipReason
from tasks.read import markup
from tasks.read.article import named, texts_in
from tasks.read.dates import moment
from tasks.read.fields import byline, language, line, lines
from tasks.read.markup import Body
from tasks.read.source import Format, Outcome, Source


def recognises(source: Source) -> bool:
    """Whether the record is a JSON object whose version names JSON Feed."""
    version = source.object.get("version")
    return isinstance(version, str) and "jsonfeed.org/version" in version


def stories(source: Source) -> Iterator[Outcome]:
    """Each item as a story."""
    feed = source.json if isinstance(source.json, Mapping) else {}
    items = feed["items"] if isinstance(feed.get("items"), list) else []
    if not items:
        yield source.skip(SkipReason.EMPTY_FEED)
    for number, item in enumerate(items, start=1):
        key = (line(item.get("id")) if isinstance(item, Mapping) else None) or str(number)
        yield (
            _story(source, feed, item, key)
            if isinstance(item, Mapping)
            else source.reject("NotAnObject", "an item must be a JSON object", key)
        )


def _story(source: Source, feed: Mapping[str, Any], item: Mapping[str, Any], key: str) -> Outcome:
    headline = line(item.get("title"))
    html, plain = (str(item.get(name) or "") for name in ("content_html", "content_text"))
    text = markup.fullest([markup.body(markup.from_html(html), headline) if html else Body(""), markup.plain(plain)])
    text = text if text.text.strip() else markup.either(str(item.get("summary") or ""), headline)
    if not text.text.strip() and (there := texts_in(item)):
        return source.skip(SkipReason.TEXT_ELSEWHERE, key, named(there))
    return source.story(
        **text._asdict(),
        key=key,
        provider=line(feed.get("title")),
        provider_id=line(item.get("id")) or line(item.get("url")),
        language=language(item.get("language") or feed.get("language")),
        headline=headline,
        byline=byline(_authors(item) or _authors(feed)),
        published_at=moment(item.get("date_published"), item.get("date_modified")),
        subjects=lines(item.get("tags")),
    )


def _authors(thing: Mapping[str, Any]) -> list[str]:
    authors = thing.get("authors") or [thing.get("author")]
    return lines([author.get("name") for author in authors if isinstance(author, Mapping)]) if isinstance(authors, list) else []


FORMAT = Format(
    name="json-feed",
    sniffs="a JSON object whose version is a jsonfeed.org address",
    about="JSON Feed 1.0 and 1.1 with content_html, content_text or summary",
    recognises=recognises,
    stories=stories,
)
