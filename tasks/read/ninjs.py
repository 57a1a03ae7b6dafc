"""ninjs, the IPTC's news in JSON: flat fields in 1.x, lists of them in 2.x, camelCase names in 3.x.

Property names as in the JSON Schemas of https://iptc.org/std/ninjs/; also those that Superdesk, a much used sender,
adds (`guid`, `source`). Pictures, video, events and planning items are skipped, each with its type.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tasks.read import markup
from tasks.read.article import INNER, named, texts_in
from tasks.read.dates import moment
from tasks.read.fields import byline, embargo, language, line, lines, origin, place, rights, urgency, whole
from tasks.read.markup import Body
from tasks.read.source import Format, Outcome, Source

NO_STORIES = frozenset({"audio", "video", "picture", "graphic", "event", "planning", "newscoverage", "data", "package"})
STATUS = {"canceled": "canceled", "cancelled": "canceled", "withheld": "canceled"}
CORRECTIONS = frozenset({"correction", "corrected", "corr"})
BODIES = frozenset({"body_text", "body_html", "body_xhtml", "bodies", "headlines"})
BODY_NAMES = ("body_xhtml", "body_html")
"""The bodies that are asked first."""

OTHERS = ("headlines", "ednote", "usageterms", "copyrightnotice", "rightsinfo", "subject", "associations", "renditions", "extra", "genre")
"""Properties that may be long and are no text of the story: notes, terms, and the captions of its pictures."""


def recognises(source: Source) -> bool:
    """Whether the record is a ninjs object, a list of them, or holds them under item or items."""
    return any(is_ninjs(value) for value in _items(source.object)[:3])


def is_ninjs(value: Any) -> bool:
    """Whether a JSON value is an object with ninjs' id and at least one of its bodies or dates."""
    if not isinstance(value, Mapping) or not {"uri", "guid"} & value.keys():
        return False
    names = {name.lower() for name in value}
    return bool(BODIES & names or ("versioncreated" in names and {"type", "headline", "pubstatus"} & names))


def stories(source: Source) -> Iterator[Outcome]:
    """Each news object as a story; each that is of another type as a Skip with the type."""
    value = source.json
    items = value if isinstance(value, list) else _items(value)
    for number, item in enumerate(items, start=1):
        yield from story(source, item, "" if len(items) == 1 else str(number))


def story(source: Source, item: Any, key: str = "") -> Iterator[Outcome]:
    """The story of one news object."""
    if not isinstance(item, Mapping):
        yield source.reject("NotAnObject", "a ninjs news object must be a JSON object", key)
        return
    kind = str(item.get("type") or "text").lower()
    if kind in NO_STORIES:
        yield source.skip_item(kind, key)
        return
    found, column = fields(item), source.record.text_column
    if column and column not in item:
        yield source.reject("NoTextColumn", f"no field is called {column!r}; the fields are {named(item)}", key)
        return
    text = markup.either(_joined(item[column]), found["headline"]) if column else content(item, found["headline"])
    if not text.text and found["status"] != "canceled" and (there := texts_in(item, OTHERS)):
        message = f"no text under a known name; it has: {named(there)}. Name the field of the text with --text-column"
        yield source.reject("NoText", message, key)
        return
    yield source.story(**text._asdict(), key=key, **found)


def fields(item: Mapping[str, Any]) -> dict[str, Any]:
    """The story fields of a news object of any ninjs version."""
    flat = {name.lower(): value for name, value in item.items()}

    def first(*names: str) -> Any:
        return next((flat[name] for name in names if flat.get(name) not in (None, "", [])), None)

    codes = {str(_name(signal)).lower() for signal in _list(first("signals", "signal"))}
    status = STATUS.get(str(first("pubstatus") or "").lower())
    return {
        "provider": _name(first("source", "provider", "infosources", "infosource", "copyrightholder")),
        "provider_id": line(first("guid", "uri")),
        "version": whole(first("version")),
        "status": status or ("corrected" if codes & CORRECTIONS else "usable"),
        "language": language(first("language")),
        "headline": line(first("headline")) or _main(_list(first("headlines"))) or line(first("title")),
        "slugline": line(first("slugline")),
        "byline": byline(first("byline", "by")) or byline([_name(author) for author in _list(first("authors"))]),
        "dateline": place(first("dateline")),
        "dateline_place": origin(_name(first("located")), place(first("dateline"))),
        "published_at": moment(*map(flat.get, ("versioncreated", "firstcreated", "contentcreated"))),
        "embargoed_until": embargo(first("embargoed")),
        "rights": rights(*_list(first("copyrightnotice")), *_list(first("usageterms"))),
        "ed_note": " ".join(lines(_list(first("ednote")))) or None,
        "urgency": urgency(first("urgency")),
        "subjects": lines([_name(subject) for subject in _list(first("subject", "subjects"))]),
    }


def content(item: Mapping[str, Any], headline: str | None) -> Body:
    """The body: marked up where there is markup, else plain. A sender's own bodies count too: TT's `body_html5`, `body_sections`."""
    renditions = [(name, _joined(item[name])) for name in sorted(item, key=_rank) if name.startswith("body_")]
    renditions += [(_kind(body), _joined(body)) for body in _list(item.get("bodies")) if isinstance(body, Mapping)]
    marked_up = [text for kind, text in renditions if "html" in kind or "xml" in kind or markup.TAG.search(text)]
    found = (markup.body(markup.from_html(text), headline) for text in marked_up)
    plain = (markup.plain(text) for _, text in renditions if text.strip() and text not in marked_up)
    return next((body for body in found if body.text), next(plain, Body("")))


def _items(value: Any) -> list[Any]:
    if isinstance(value, Mapping) and not is_ninjs(value):
        inner = next((value[name] for name in ("item", "items", "_items") if isinstance(value.get(name), list)), None)
        return [value] if inner is None else inner
    return [value]


def _rank(name: str) -> int:
    return BODY_NAMES.index(name) if name in BODY_NAMES else len(BODY_NAMES)


def _kind(body: Mapping[str, Any]) -> str:
    return str(body.get("contenttype") or body.get("contentType") or body.get("role") or "")


def _joined(value: Any) -> str:
    """A body's text, of one that is sent in parts all of them."""
    parts = [next((part[name] for name in INNER if part.get(name)), None) if isinstance(part, Mapping) else part for part in _list(value)]
    return "\n\n".join(part for part in parts if isinstance(part, str))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _name(value: Any) -> str | None:
    """What a term is called: its name, else the code or literal; of several terms the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("name", "value", "literal", "code", "qcode", "uri") if value.get(key)), None)
    return line(value)


def _main(headlines: list[Any]) -> str | None:
    """The headline with the role main; else the first."""
    objects = [headline for headline in headlines if isinstance(headline, Mapping)]
    return next((line(one.get("value")) for one in sorted(objects, key=lambda one: one.get("role") != "main")), None)


FORMAT = Format(
    name="ninjs",
    sniffs="JSON objects with uri or guid and body_html, body_text, bodies, headlines or versioncreated",
    about="ninjs 1.x, 2.x and 3.x, the IPTC's news in JSON, one object or a list",
    recognises=recognises,
    stories=stories,
)
