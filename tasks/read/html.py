"""Saved web pages: the article found by trafilatura, its metadata from the page's own JSON-LD first."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tasks.read import markup, xml
from tasks.read.dates import moment
from tasks.read.decode import decode
from tasks.read.errors import RefusedError
from tasks.read.fields import byline, language, line, lines, rights
from tasks.read.markup import Body
from tasks.read.source import Format, Outcome, Source

START = re.compile(r"(?>\s+|<\?xml.*?\?>|<!--.*?-->)*+<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
CHARSET = re.compile(rb"""<meta[^>]{0,100}?charset\s*+=\s*+["']?\s*+([\w:.-]{2,40})""", re.IGNORECASE)
MAX_PAGE = 8_000_000
MAX_TAGS = 200_000
"""Characters and tags; a page of news has a hundredth of that, and trafilatura takes a minute for a million tags."""

ARTICLES = re.compile(r"(?:^|/)(?:\w*NewsArticle|Article|\w*Article|ReportageNewsArticle|BlogPosting|LiveBlogPosting|Report)$")
"""schema.org types that are news texts."""


TEI = {"head": "h2", "lb": "br", "list": "ul", "item": "li", "row": "tr", "cell": "td", "quote": "blockquote"}
"""trafilatura's names of elements, and HTML's."""


GOES_ON = re.compile(r"\s*[a-zß-öø-ÿ'’,.;:)\]]")


def recognises(source: Source) -> bool:
    """Whether the record begins as an HTML page does, or is named like one and has tags."""
    if START.match(source.head_text):
        return True
    return source.suffix in {".html", ".htm", ".xhtml"} and "<" in source.head_text


def stories(source: Source) -> Iterator[Outcome]:
    """The one article of the page. Raises RefusedError when there is none to be found."""
    charset = CHARSET.search(source.head)
    source.decoded = decode(source.record.data, charset.group(1).decode("ascii") if charset else None)
    yield page(source, source.decoded.text)


def page(source: Source, text: str, **known: Any) -> Outcome:
    """The article of a page; `known` are fields that its carrier tells and the page may not."""
    if len(text) > MAX_PAGE or text.count("<") > MAX_TAGS:
        limits = f"the largest that is read has {MAX_PAGE:,} and {MAX_TAGS:,}"
        raise RefusedError("TooLarge", f"a page of {len(text):,} characters and {text.count('<'):,} tags; {limits}")
    tree = markup.from_html(text)
    told = _json_ld(tree) or {}
    found, meta = _extracted(text)
    headline = line(told.get("headline")) or line(told.get("name")) or _title(tree, _meta(tree, "og:title") or line(meta.get("title")))
    body = markup.body(found, headline) if found is not None else Body("")
    whole = told.get("articleBody")
    if isinstance(whole, str) and len(whole.split()) > 2 * len(body.text.split()):
        body = markup.either(whole, headline)
    if not body.text.strip():
        raise RefusedError("NoArticle", "no article was found on the page; an index page, or one that is drawn by a script")
    address = _canonical(tree) or _meta(tree, "og:url") or line(told.get("url"))
    authors = byline(_names(told.get("author"), persons=True))
    fields = {
        "provider": next(iter(_names(told.get("publisher"))), None) or _meta(tree, "og:site_name") or _host(address),
        "provider_id": address,
        "language": language(told.get("inLanguage")) or language(_root(tree).get("lang")),
        "headline": headline,
        "byline": authors or byline([part.strip() for part in (line(meta.get("author")) or "").split(";")]),
        "published_at": moment(
            told.get("datePublished"), _meta(tree, "article:published_time"), told.get("dateModified"), meta.get("date")
        ),
        "rights": rights(told.get("copyrightNotice")),
        "subjects": lines(_keywords(told.get("keywords"))),
    }
    return source.story(**body._asdict(), **{**known, **{name: value for name, value in fields.items() if value}})


def _extracted(text: str) -> tuple[Any, Mapping[str, Any]]:
    """trafilatura's body, as a tree of <p> and headings, and its metadata."""
    from trafilatura import bare_extraction  # here, because it takes half a second to import and most runs have no pages
    from trafilatura.settings import Document, Extractor

    options = Extractor(comments=False, tables=True, with_metadata=True, dedup=False)
    options.date_params = {"extensive_search": False, "original_date": False, "max_date": None}
    document = bare_extraction(text, options=options)
    if not isinstance(document, Document):
        return None, {}
    for element in document.body.iter(*TEI):
        element.tag = TEI[element.tag]
    _rejoin(document.body)
    return document.body, document.as_dict()


def _rejoin(body: Any) -> None:
    """Mends sentences that trafilatura broke at a link: a paragraph, loose words, a paragraph that goes on with them."""
    for paragraph in list(body.iter("p")):
        after = paragraph.getnext()
        if (paragraph.tail or "").strip() and after is not None and after.tag == "p" and GOES_ON.match(after.text or ""):
            after.text = "".join(paragraph.itertext()) + paragraph.tail + after.text
            paragraph.getparent().remove(paragraph)


def _json_ld(tree: Any) -> Mapping[str, Any] | None:
    """The page's own description of its article: the first JSON-LD object of an article type."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            values = [json.loads((script.text or "").strip().rstrip(";"), strict=False)]
        except (ValueError, RecursionError):
            continue
        while values:
            value = values.pop(0)
            if isinstance(value, list):
                values[:0] = value[:100]
            elif isinstance(value, dict):
                types = value.get("@type")
                if any(ARTICLES.search(str(kind)) for kind in (types if isinstance(types, list) else [types])):
                    return value
                values += [value[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if isinstance(value.get(name), dict | list)]
    return None


def _names(value: Any, persons: bool = False) -> list[str]:
    """The names of those given as text, objects or lists of them; only of `persons` when asked, as far as types tell."""
    found: list[Any] = []
    for one in value if isinstance(value, list) else [value]:
        if persons and isinstance(one, Mapping) and "Organization" in str(one.get("@type")):
            continue
        name = one.get("name") if isinstance(one, Mapping) else one
        found += name if isinstance(name, list) else [name]
    return [name for name in lines(found) if not name.startswith(("http://", "https://"))]


def _title(tree: Any, title: str | None) -> str | None:
    """The page's one first-level heading where the title repeats it with the site's name and section around it."""
    headings = [text for heading in tree.iter("h1") if (text := xml.words(heading))]
    return headings[0] if title and len(headings) == 1 and headings[0] in title else title


def _keywords(value: Any) -> list[Any]:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value if isinstance(value, list) else []


def _meta(tree: Any, name: str) -> str | None:
    found = (meta for meta in tree.iter("meta") if name in (meta.get("property"), meta.get("name")))
    return next((value for meta in found if (value := line(meta.get("content")))), None)


def _canonical(tree: Any) -> str | None:
    links = (link for link in tree.iter("link") if link.get("rel") == "canonical")
    return next((value for link in links if (value := line(link.get("href")))), None)


def _host(address: str | None) -> str | None:
    try:
        return urlsplit(address or "").hostname
    except ValueError:  # brackets that hold no IPv6 address
        return None


def _root(tree: Any) -> Any:
    return tree if tree.tag == "html" else tree.getroottree().getroot()


FORMAT = Format(
    name="html",
    sniffs="<!DOCTYPE html> or <html> at the start, or a name that ends in .html or .htm",
    about="Saved web pages: article text, and JSON-LD NewsArticle for headline, authors and dates",
    recognises=recognises,
    stories=stories,
)
