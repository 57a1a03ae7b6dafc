"""NITF, the News Industry Text Format 3.x of the IPTC: one story in XML, alone or inside NewsML.

Field by field as the NITF 3.6 documentation has it (https://iptc.org/standards/nitf/).
"""

import re
from collections.abc import Iterator
from typing import Any

from tasks.read import markup, xml
from tasks.read.dates import moment
from tasks.read.fields import byline, embargo, language, line, lines, place, rights, urgency, whole
from tasks.read.source import Format, Outcome, Source

STATUS = {"canceled": "canceled", "cancelled": "canceled", "withheld": "canceled"}
"""`docdata/@management-status`; usable leaves the story as it is, and so does embargoed: that is an embargo."""

SLUG_NAMES = frozenset({"slug", "slugline", "anpa-keyword", "ntbstikkord"})
"""`<meta name>` that holds the slugline; NITF has no element of its own for it."""


def recognises(source: Source) -> bool:
    """Whether the root element is <nitf>."""
    return xml.root_name(source) == "nitf"


def stories(source: Source) -> Iterator[Outcome]:
    """The one story of the file."""
    root = xml.parse(source)
    found = fields(root)
    yield source.story(**markup.body(content(root), found["headline"])._asdict(), **found)


def content(nitf: Any) -> Any:
    """The element that holds the story itself; where senders leave it out, the body, whose head and end are no part of it."""
    found = next(filter(lambda one: one is not None, map(nitf.find, ("body/body.content", "body"))), None)
    return found if found is not None else markup.from_html("")


def fields(nitf: Any) -> dict[str, Any]:
    """The story fields that a <nitf> carries; None or empty where it does not."""
    doc, head = nitf.find("head/docdata"), nitf.find("body/body.head")

    def attribute(path: str, name: str) -> str | None:
        return next((value for element in nitf.iterfind(path) if (value := line(element.get(name)))), None)

    def words(path: str) -> str | None:
        return next((value for element in nitf.iterfind(path) if (value := xml.words(element))), None)

    issued, released = moment(attribute("head/docdata/date.issue", "norm")), moment(attribute("head/docdata/date.release", "norm"))
    held = doc is not None and (doc.get("management-status") or "").lower() == "embargoed"
    story_date = attribute("body/body.head/dateline/story.date", "norm")
    return {
        "provider": attribute("head/docdata/doc-id", "regsrc")
        or words("body/body.head/distributor")
        or words("body/body.head/rights/rights.owner")
        or attribute("head/docdata/doc.copyright", "holder"),
        "provider_id": attribute("head/docdata/doc-id", "id-string"),
        "version": whole(attribute("head/docdata/du-key", "version")),
        "status": STATUS.get((doc.get("management-status") or "").lower(), "usable") if doc is not None else "usable",
        "language": language(nitf.get("baselang") or nitf.get("lang")),
        "headline": words("body/body.head/hedline/hl1") or words("body/body.head/headline/hl1") or words("head/title"),
        "slugline": _slugline(nitf),
        "byline": _bylines(head),
        "dateline": _dateline(head),
        "dateline_place": place(words("body/body.head/dateline/location/city") or words("body/body.head/dateline/location")),
        "dateline_date": when.date() if (when := moment(story_date)) else None,
        "published_at": moment(issued, released, attribute("head/pubdata", "date.publication")),
        "embargoed_until": released if released and (held or not issued or released > issued) else embargo(held),
        "rights": rights(
            attribute("head/docdata/doc.copyright", "holder"),
            attribute("head/docdata/doc.rights", "type"),
            attribute("head/docdata/doc.rights", "limitations"),
            words("body/body.head/rights"),
        ),
        "ed_note": attribute("head/docdata/ed-msg", "info") or words("body/body.head/note"),
        "urgency": urgency(next((value for element in nitf.iterfind("head//urgency") if (value := element.get("ed-urg"))), None)),
        "subjects": _subjects(nitf),
    }


def _slugline(nitf: Any) -> str | None:
    metas = (meta for meta in nitf.iterfind("head/meta") if (meta.get("name") or "").lower() in SLUG_NAMES)
    return next((value for meta in metas if (value := line(meta.get("content")))), None)


def _bylines(head: Any) -> list[str]:
    """The persons of the bylines; where none is marked up, the byline without its title."""
    found: list[str] = []
    for element in head.iterfind("byline") if head is not None else ():
        persons = [xml.words(person) for person in element.iterfind(".//person")]
        titles = [title for title in map(xml.words, element.iterfind(".//byttl")) if title]
        whole_line = xml.words(element) or ""
        for title in titles:
            whole_line = re.sub(r"(?:(?<![\s,])[\s,]++)?" + re.escape(title), "", whole_line)
        found += byline(persons or whole_line)
    return lines(found)


def _dateline(head: Any) -> str | None:
    element = head.find("dateline") if head is not None else None
    if element is None:
        return None
    location, date = element.find("location"), xml.words(element.find("story.date"))
    parts = [xml.words(part) for part in location] if location is not None and len(location) else [xml.words(location)]
    named = ", ".join(filter(None, map(place, [*parts, date])))
    return named or place(xml.words(element))


def _subjects(nitf: Any) -> list[str]:
    found: list[Any] = []
    for subject in nitf.iterfind("head/tobject/tobject.subject"):
        names = [subject.get(f"tobject.subject.{part}") for part in ("detail", "matter", "type")]
        found.append(next(filter(None, names), None) or subject.get("tobject.subject.refnum"))
    found += [keyword.get("key") or keyword.text for keyword in nitf.iterfind("head/docdata/key-list/keyword")]
    return lines(found)


FORMAT = Format(
    name="nitf",
    sniffs="an XML root element <nitf>",
    about="NITF 2.x and 3.x, the IPTC's News Industry Text Format",
    recognises=recognises,
    stories=stories,
)
