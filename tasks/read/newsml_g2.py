"""NewsML-G2, the IPTC's news exchange format 2.x: a message of items, of which the text items are stories.

Pictures, video, packages, concepts, events and planning items are skipped, each with its kind. Paths and codes as in
the NewsML-G2 specification and guidelines (https://iptc.org/std/NewsML-G2/).
"""

from collections.abc import Iterator
from typing import Any

from schemas.outcome import SkipReason
from tasks.read import markup, nitf, xml
from tasks.read.dates import moment
from tasks.read.fields import byline, embargo, language, line, lines, origin, place, rights, urgency, whole
from tasks.read.markup import Body
from tasks.read.source import Format, Outcome, Source

NO_STORIES = {
    "packageItem": SkipReason.PACKAGE,
    "conceptItem": SkipReason.CONCEPT,
    "knowledgeItem": SkipReason.KNOWLEDGE,
    "planningItem": SkipReason.PLANNING,
    "catalogItem": SkipReason.CATALOG,
}
"""Items that are no news text, and why they are skipped."""

ITEMS = frozenset({"newsItem", *NO_STORIES})
ROOTS = ITEMS | {"newsMessage"}

TEXT_CLASSES = frozenset({"", "text", "composite", "component"})
"""Item classes that may carry a story; the others name the medium."""

STATUS = {"stat:canceled": "canceled", "stat:withheld": "canceled"}
CORRECTIONS = frozenset({"correction", "corrected", "corr", "edstat:c"})
KILLS = frozenset({"kill", "killed", "withdrawn", "withdrawal", "cancel", "edstat:k"})
"""Signals: the local part of the code, or the whole where only that is telling (Reuters' edStat:C)."""


def recognises(source: Source) -> bool:
    """Whether the root element is a NewsML-G2 message or item."""
    return xml.root_name(source) in ROOTS


def stories(source: Source) -> Iterator[Outcome]:
    """Each text item as a story, each other item as a Skip with its kind."""
    root = xml.parse(source)
    items = [root] if root.tag in ITEMS else [element for element in root.iter() if element.tag in ITEMS]
    if not items:
        yield source.skip(SkipReason.NO_ITEMS)
    for item in items:
        key = "" if len(items) == 1 else line(item.get("guid")) or ""
        yield _news_item(source, item, key) if item.tag == "newsItem" else source.skip(_kind(item), key)


def _kind(item: Any) -> SkipReason:
    of = item.find("concept/type")
    return SkipReason.EVENT if of is not None and (of.get("qcode") or "").endswith(":event") else NO_STORIES[item.tag]


def _news_item(source: Source, item: Any, key: str) -> Outcome:
    item_class = _local(_code(item.find("itemMeta/itemClass")))
    if item_class not in TEXT_CLASSES:
        return source.skip_item(item_class, key)
    found = _fields(item)
    inline = _inline(item, found["headline"]) or Body("")
    if not inline.text and found["status"] == "usable" and item.find("contentSet/remoteContent") is not None:
        return source.skip(SkipReason.KEPT_ELSEWHERE, key)
    return source.story(**inline._asdict(), key=key, **found)


def _inline(item: Any, headline: str | None) -> Body | None:
    """The body, from the first rendition of the content that has text; the others say the same."""
    for rendition in item.iterfind("contentSet/*"):
        kind = (rendition.get("contenttype") or "").lower()
        if rendition.tag == "inlineData" and not rendition.get("encoding"):
            text = "".join(rendition.itertext())
            found = markup.body(markup.from_html(text), headline) if "html" in kind else markup.plain(text)
        elif rendition.tag == "inlineXML":
            inner = rendition.find("nitf")
            found = markup.body(nitf.content(inner) if inner is not None else rendition, headline)
        else:
            continue
        if found.text:
            return found
    return None


def _fields(item: Any) -> dict[str, Any]:
    meta, content = item.find("itemMeta"), item.find("contentMeta")

    def words(parent: Any, path: str) -> list[str]:
        return [text for element in parent.iterfind(path) if (text := xml.words(element))] if parent is not None else []

    def first(parent: Any, path: str) -> str | None:
        return next(iter(words(parent, path)), None)

    inner = item.find("contentSet/inlineXML/nitf")
    inside = nitf.fields(inner) if inner is not None else {}
    spoken = content.find("language") if content is not None else None
    located = content.find("located") if content is not None else None
    dateline = place(first(content, "dateline")) or inside.get("dateline")
    held = meta is not None and meta.find("embargoed") is not None  # empty: under embargo without an end that is known
    return {
        "provider": _name(meta.find("provider")) if meta is not None else None,
        "provider_id": line(item.get("guid")),
        "version": whole(item.get("version")),
        "status": _status(meta),
        "language": language(spoken.get("tag") if spoken is not None else None) or inside.get("language") or language(item.get("lang")),
        "headline": _headline(content)
        or inside.get("headline")
        or first(meta, "title")
        or first(item, "contentSet/inlineXML/html/head/title"),
        "slugline": first(content, "slugline"),
        "byline": byline(words(content, "by")) or inside.get("byline") or byline(_creators(content)),
        "dateline": dateline,
        "dateline_place": inside.get("dateline_place") or origin(_name(located), dateline),
        "dateline_date": inside.get("dateline_date"),
        "published_at": moment(first(meta, "versionCreated"), first(content, "contentCreated"), inside.get("published_at")),
        "embargoed_until": embargo(first(meta, "embargoed") or held),
        "rights": rights(*words(item, "rightsInfo/copyrightNotice"), *words(item, "rightsInfo/usageTerms")),
        "ed_note": " ".join(_notes(meta)) or inside.get("ed_note"),
        "urgency": urgency(first(content, "urgency")),
        "subjects": lines([_name(subject) for subject in content.iterfind("subject")] if content is not None else []),
    }


def _headline(content: Any) -> str | None:
    """The headline without a role, or with the role of the main one; else the first."""
    headlines = (
        [(element.get("role") or "", text) for element in content.iterfind("headline") if (text := xml.words(element))]
        if content is not None
        else []
    )
    return next((text for role, text in headlines if not role or "main" in role.lower()), headlines[0][1] if headlines else None)


def _creators(content: Any) -> list[str]:
    """Creators that are persons by their declared type; the others are mostly agencies and offices."""
    creators = content.iterfind("creator") if content is not None else ()
    return [name for creator in creators if _local(creator.get("type") or "") == "person" and (name := _name(creator))]


def _notes(meta: Any) -> list[str]:
    """Notes to the editor; notepads with their own markup only where there is nothing shorter."""
    notes = meta.findall("edNote") if meta is not None else []
    return lines([xml.words(note) for note in notes if not len(note)] or [xml.words(note) for note in notes])


def _status(meta: Any) -> str:
    if meta is None:
        return "usable"
    if status := STATUS.get(_code(meta.find("pubStatus")).lower()):
        return status
    codes = {part for signal in meta.iterfind("signal") for part in (_code(signal).lower(), _local(_code(signal).lower()))}
    return "canceled" if codes & KILLS else "corrected" if codes & CORRECTIONS else "usable"


def _name(element: Any) -> str | None:
    """What an element of a controlled vocabulary is called: its name, else its literal, else its code."""
    if element is None:
        return None
    names = [text for name in element.iterfind("name") if (text := xml.words(name))]
    return next(iter(names), None) or line(element.get("literal")) or line(_local(_code(element)))


def _code(element: Any) -> str:
    return (element.get("qcode") or element.get("uri") or "") if element is not None else ""


def _local(code: str) -> str:
    """The code without its scheme's alias or address."""
    return code.rpartition("/")[2].rpartition(":")[2]


FORMAT = Format(
    name="newsml-g2",
    sniffs="an XML root element <newsMessage>, <newsItem> or another NewsML-G2 item",
    about="NewsML-G2 2.x messages and items with XHTML, NITF or plain content",
    recognises=recognises,
    stories=stories,
)
