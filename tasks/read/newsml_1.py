"""NewsML 1.0 to 1.2, the IPTC's first news exchange format in XML: items made of nested components.

A component with text is a story; what it does not say itself, it has from the components around it. Elements and
vocabularies as in the NewsML 1.2 specification (https://iptc.org/standards/newsml-1/).
"""

from collections.abc import Iterator
from typing import Any

from schemas.outcome import SkipReason
from tasks.read import markup, nitf, xml
from tasks.read.dates import moment
from tasks.read.fields import byline, embargo, language, line, lines, origin, place, rights, urgency, whole
from tasks.read.markup import Body
from tasks.read.source import Format, Outcome, Source

BODY_ROLES = frozenset({"body", "main", "text"})
LEAD_ROLES = frozenset({"lead", "lede"})
PART_ROLES = frozenset({
    "title", "headline", "subheadline", "abstract", "summary", "caption", "stylesheet", "contact", "logo", "photo", "picture",
    "graphic", "sound", "audio", "video", "tweettext", "teaser", "infographic", "thumbnail", "preview",
})  # fmt: skip
"""Roles of components that, when they have no components themselves, are parts of a story other than its text."""

STATUS = {"canceled": "canceled", "cancelled": "canceled", "withheld": "canceled", "killed": "canceled"}
CORRECTING = frozenset({"rectify", "correct", "correction", "corrected"})
KILLING = frozenset({"delete", "kill", "cancel", "withdraw"})
"""`Instruction/@FormalName`: what is to be done with earlier revisions."""


def recognises(source: Source) -> bool:
    """Whether the root element is <NewsML>."""
    return xml.root_name(source) == "NewsML"


def stories(source: Source) -> Iterator[Outcome]:
    """Each component with text as a story; an item without any as a Skip with the kind of its content."""
    root = xml.parse(source)
    items = root.findall(".//NewsItem")
    if not items:
        yield source.skip(SkipReason.NO_ITEMS)
    for number, item in enumerate(items, start=1):
        outer = _item_fields(root.find("NewsEnvelope"), item)
        found = [story for component in item.findall("NewsComponent") for story in _components(component, outer)]
        if outer["status"] == "canceled" and not found:
            first = item.find("NewsComponent")
            found = [(outer | _told(first, outer) if first is not None else outer, Body(""), "")]
        item_key = "" if len(items) == 1 else outer["provider_id"] or str(number)
        if not found:
            yield source.skip_item(medium, item_key) if (medium := _medium(item)) else source.skip(SkipReason.NO_TEXT, item_key)
        for place_in_item, (fields, text, duid) in enumerate(found, start=1):
            if len(found) == 1:
                yield source.story(**text._asdict(), key=item_key, **fields)
                continue
            part = duid or str(place_in_item)
            fields["provider_id"] = f"{fields['provider_id']}#{part}" if fields["provider_id"] else None
            yield source.story(**text._asdict(), key=f"{item_key}#{part}" if item_key else part, **fields)


def _components(component: Any, outer: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Body, str]]:
    """The stories in a component and those below it, outermost first."""
    fields = outer | _told(component, outer)
    inner = [(part, _role(part)) for part in component.findall("NewsComponent")]
    bodies = [text for part, role in inner if role in BODY_ROLES and (text := _content(part, fields["headline"])).text]
    if bodies:
        leads = [text for part, role in inner if role in LEAD_ROLES and (text := _content(part, fields["headline"])).text]
        for part, role in inner:
            if role in BODY_ROLES:
                fields |= _told(part, fields)
        yield fields, _joined(leads[:1] + bodies[:1]), component.get("Duid") or ""
    elif (text := _content(component, fields["headline"])).text:
        yield fields, text, component.get("Duid") or ""
    for part, role in inner:
        a_part = role in PART_ROLES | LEAD_ROLES and part.find("NewsComponent") is None
        if not a_part and not (bodies and role in BODY_ROLES):
            yield from _components(part, fields)


def _content(component: Any, headline: str | None) -> Body:
    """The text of a component's own content: of several renditions the first that has any."""
    for content in component.iterfind("ContentItem/DataContent"):
        if content.find("..").find("Encoding") is None and (text := _data(content, headline)).text:
            return text
    return Body("")


def _data(content: Any, headline: str | None) -> Body:
    kind = _formal(content.find(".."), "MimeType").lower()
    if (kind and not kind.startswith(("text", "application"))) or "css" in kind or _formal(content.find(".."), "Format").upper() == "CSS":
        return Body("")
    inner = content.find("nitf")
    if inner is not None:
        return markup.body(nitf.content(inner), headline)
    return markup.body(content, headline) if len(content) else markup.either(content.text or "", headline)


def _joined(texts: list[Body]) -> Body:
    if len(texts) == 1:
        return texts[0]
    lead, rest = texts
    if rest.text.startswith(lead.text):
        return rest
    shift = len(lead.text) + 1
    headings = [span.model_copy(update={"start": span.start + shift, "end": span.end + shift}) for span in rest.headings]
    return Body(f"{lead.text}\n{rest.text}", lead.headings + headings, rest.layout)


def _item_fields(envelope: Any, item: Any) -> dict[str, Any]:
    identity, management = item.find("Identification/NewsIdentifier"), item.find("NewsManagement")
    parts = [text for name in ("ProviderId", "DateId", "NewsItemId") if (text := _text(identity, name))]
    status = _formal(management, "Status").lower()
    instructions = {(element.get("FormalName") or "").lower() for element in item.iterfind("NewsManagement/Instruction")}
    return {
        "provider": _party(envelope, "SentFrom") or (parts[0] if parts else None),
        "provider_id": ":".join(parts) or _text(identity, "PublicIdentifier"),
        "version": whole(_text(identity, "RevisionId")),
        "status": STATUS.get(status) or ("canceled" if instructions & KILLING else "corrected" if instructions & CORRECTING else "usable"),
        "language": language(item.get("lang")),
        "headline": None,
        "slugline": _text(item, "Identification/NameLabel"),
        "published_at": moment(_text(management, "ThisRevisionCreated"), _text(envelope, "DateAndTime")),
        "embargoed_until": embargo(_text(management, "StatusWillChange/DateAndTime") or True) if status == "embargoed" else None,
        "urgency": urgency(_formal(management, "Urgency")) or urgency(_formal(envelope, "Priority")),
    }


def _told(component: Any, outer: dict[str, Any]) -> dict[str, Any]:
    """What a component says of itself; what it leaves unsaid holds as it does around it."""
    return {name: value for name, value in _component_fields(component, outer).items() if value}


def _component_fields(component: Any, outer: dict[str, Any]) -> dict[str, Any]:
    news, admin, descriptive = component.find("NewsLines"), component.find("AdministrativeMetadata"), component.find("DescriptiveMetadata")
    inner = component.find("ContentItem/DataContent/nitf")
    inside = nitf.fields(inner) if inner is not None else {}
    dateline = place(_text(news, "DateLine")) or inside.get("dateline")
    codes = descriptive.iterfind("SubjectCode/*") if descriptive is not None else ()
    return {
        "provider": _party(admin, "Provider") or _party(admin, "Source"),
        "language": language(_formal(descriptive, "Language")) or language(component.get("lang")) or inside.get("language"),
        "headline": _text(news, "HeadLine") or inside.get("headline"),
        "slugline": _text(news, "SlugLine") or inside.get("slugline"),
        "byline": byline(_texts(news, "ByLine")) or inside.get("byline") or byline(_creators(admin)),
        "dateline": dateline,
        "dateline_place": inside.get("dateline_place") or _origin(descriptive, dateline),
        "dateline_date": when.date() if (when := moment(_text(descriptive, "DateLineDate"))) else inside.get("dateline_date"),
        "rights": rights(
            *_texts(news, "CopyrightLine"), *_texts(news, "RightsLine"), *_texts(component, "RightsMetadata/*/*")
        ) or outer.get("rights") or inside.get("rights"),
        "ed_note": " ".join(_notes(news)) or inside.get("ed_note"),
        "subjects": lines([*(code.get("FormalName") for code in codes), *_texts(news, "KeywordLine")]) or inside.get("subjects"),
    }  # fmt: skip


def _notes(news: Any) -> list[str]:
    """Advisory lines: what has changed, what is attached."""
    found = news.iterfind("NewsLine") if news is not None else ()
    return lines([text for part in found if "advisory" in _formal(part, "NewsLineType").lower() for text in _texts(part, "NewsLineText")])


def _creators(admin: Any) -> list[str]:
    parties = admin.iterfind("Creator/Party") if admin is not None else ()
    return [party.get("FormalName") or "" for party in parties if (party.get("Topic") or "").upper() != "EDITOR"]


def _origin(descriptive: Any, dateline: str | None) -> str | None:
    """The city that the metadata give as origin."""
    for location in descriptive.iterfind("Location") if descriptive is not None else ():
        if (location.get("HowPresent") or "Origin") != "Origin":
            continue
        for named in location.iterfind("Property"):
            if named.get("FormalName") == "City" and (city := origin(named.get("Value"), dateline)):
                return city
    return None


def _medium(item: Any) -> str | None:
    """What an item without text is: the medium of its content; None when that is text too."""
    for content in item.iterfind(".//ContentItem"):
        for medium in (_formal(content, "MediaType"), _formal(content, "MimeType").partition("/")[0]):
            if medium and medium.lower() not in {"text", "application", "complexdata"}:
                return medium
    return None


def _role(component: Any) -> str:
    return _formal(component, "Role").lower()


def _formal(parent: Any, path: str) -> str:
    element = parent.find(path) if parent is not None else None
    return (element.get("FormalName") or "") if element is not None else ""


def _party(parent: Any, path: str) -> str | None:
    return line(_formal(parent, f"{path}/Party"))


def _texts(parent: Any, path: str) -> list[str]:
    return [text for element in parent.iterfind(path) if (text := xml.words(element))] if parent is not None else []


def _text(parent: Any, path: str) -> str | None:
    return next(iter(_texts(parent, path)), None)


FORMAT = Format(
    name="newsml-1",
    sniffs="an XML root element <NewsML>",
    about="NewsML 1.0-1.2 items and their components, with NITF, XHTML or plain content",
    recognises=recognises,
    stories=stories,
)
