"""RSS and Atom feeds: each entry with text is a story, read by feedparser from the bytes at hand, never from an address."""

import html
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from schemas.outcome import SkipReason
from tasks.read import markup, xml
from tasks.read.article import has_text, named, texts_in
from tasks.read.dates import moment
from tasks.read.errors import RefusedError
from tasks.read.fields import byline, language, line, lines, rights
from tasks.read.markup import Body
from tasks.read.source import Format, Outcome, Source

ESCAPED = re.compile(r"&lt;/(?:p|div)&gt;|&lt;br ?/?&gt;")

PICTURE = "media_"
"""How feedparser's names begin for what Media RSS says of pictures and films."""

ROOTS = frozenset({"rss", "RSS", "feed", "RDF"})


def recognises(source: Source) -> bool:
    """Whether the root element is <rss>, <feed> or <rdf:RDF>."""
    return xml.root_name(source) in ROOTS


def stories(source: Source) -> Iterator[Outcome]:
    """Each entry as a story. Raises RefusedError when the feed is broken beyond reading or declares entities."""
    import feedparser  # here, because it takes a while to import and most runs have no feeds
    from feedparser.namespaces import mediarss

    for name in ("_start_media_description", "_end_media_description"):
        if hasattr(mediarss.Namespace, name):  # without them feedparser keeps a caption by its own name, not as the entry's description
            delattr(mediarss.Namespace, name)
    xml.without_doctype(source.decoded.text)
    try:
        parsed = feedparser.parse(BytesIO(source.record.data), resolve_relative_uris=False, sanitize_html=True)
    except Exception as error:  # feedparser lets through whatever its parsers raise on bytes that are no feed
        raise RefusedError("BrokenFeed", f"the feed cannot be read: {error}") from None
    if not parsed.entries:
        if parsed.bozo:
            raise RefusedError("BrokenFeed", f"the feed cannot be read: {parsed.bozo_exception}")
        yield source.skip(SkipReason.EMPTY_FEED)
    for number, entry in enumerate(parsed.entries, start=1):
        yield _story(source, parsed.feed, entry, line(entry.get("id")) or str(number))


def _story(source: Source, feed: Mapping[str, Any], entry: Mapping[str, Any], key: str) -> Outcome:
    headline = line(markup.either(entry.get("title") or "").text)
    text = _text(entry, headline)
    if not text.text.strip() and (there := texts_in({name: entry[name] for name in set(entry) if name.startswith(PICTURE)})):
        return source.skip(SkipReason.TEXT_ELSEWHERE, key, named(there))
    return source.story(
        **text._asdict(),
        key=key,
        encoding=None,
        provider=line(feed.get("title")),
        provider_id=line(entry.get("id")) or line(entry.get("link")),
        language=language(_language(entry) or feed.get("language")),
        headline=headline,
        byline=byline([author.get("name") for author in entry.get("authors") or []]),
        published_at=moment(*(found for name in ("published", "updated") if name in set(entry) for found in _moments(entry, name))),
        rights=rights(entry.get("rights") or feed.get("rights")),
        subjects=lines([tag.get("term") for tag in entry.get("tags") or []]),
    )


def _text(entry: Mapping[str, Any], headline: str | None) -> Body:
    """The fullest of an entry's texts: its contents, its summary, and what senders call the full text; never what a picture shows."""
    texts = [content.get("value") for content in entry.get("content") or []] + [entry.get("summary")]
    texts += [value for name, value in entry.items() if _is_full_text(name)]
    return markup.fullest(markup.either(_unescaped(text), headline) for text in texts if isinstance(text, str))


def _unescaped(text: str) -> str:
    """A text whose markup was escaped once too often, as feedparser leaves that of `<body>`, with its markup."""
    return text if markup.TAG.search(text) else html.unescape(text) if ESCAPED.search(text) else text


def _is_full_text(name: str) -> bool:
    """Whether an element that feedparser does not know is one for the text, whatever its prefix: `fulltext`, `yandex_full-text`."""
    return not name.startswith(PICTURE) and has_text([name, name.partition("_")[2]])


def _language(entry: Mapping[str, Any]) -> Any:
    return next((content.get("language") for content in entry.get("content") or [] if content.get("language")), None)


def _moments(entry: Mapping[str, Any], name: str) -> Iterator[Any]:
    """A date as feedparser, which knows more spellings, understood it, and as it is written."""
    with suppress(KeyError, TypeError, ValueError, OverflowError, OSError):
        yield datetime.fromtimestamp(timegm(entry[f"{name}_parsed"]), UTC)
    yield entry[name]


FORMAT = Format(
    name="feed",
    sniffs="an XML root element <rss>, <feed> or <rdf:RDF>",
    about="RSS 0.9-2.0 and Atom 0.3-1.0, full content before summaries",
    recognises=recognises,
    stories=stories,
)
