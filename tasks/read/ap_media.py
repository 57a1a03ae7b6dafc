"""AP Media API: the JSON in which the Associated Press answers, one item or a feed of them.

An item describes a story in ninjs' terms and leaves its text to a download; files that keep the text beside the
item, as `nitf`, are read whole, the others are skipped as kept elsewhere. See https://api.ap.org/media/v/docs/.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.outcome import SkipReason
from tasks.read import markup, ninjs
from tasks.read.fields import byline, lines, place
from tasks.read.markup import Body
from tasks.read.source import Format, Outcome, Source

KILLS = frozenset({"kill", "withhold", "disregard", "elimination", "withdrawal"})
CORRECTIONS = frozenset({"corrective", "correction", "clarification"})
"""`editorialtypes` that end or mend an earlier version."""


def recognises(source: Source) -> bool:
    """Whether the record is an answer of the API: it has `api_version` and `data`."""
    return "data" in source.object and bool({"api_version", "api_mode"} & source.object.keys())


def stories(source: Source) -> Iterator[Outcome]:
    """Each text item as a story, each other as a Skip with its type."""
    answer = source.json if isinstance(source.json, Mapping) else {}
    data = answer["data"] if isinstance(answer.get("data"), Mapping) else {}
    entries = data["items"] if isinstance(data.get("items"), list) else [data]
    for number, entry in enumerate(entries, start=1):
        key = "" if len(entries) == 1 else str(number)
        item = entry.get("item") if isinstance(entry, Mapping) else None
        if not isinstance(item, Mapping):
            yield source.skip(SkipReason.NO_ITEMS, key)
            continue
        yield _story(source, item, next((part for part in (entry.get("nitf"), item.get("nitf"), answer.get("nitf")) if part), None), key)


def _story(source: Source, item: Mapping[str, Any], nitf: Any, key: str) -> Outcome:
    kind = str(item.get("type") or "text").lower()
    if kind != "text":
        return source.skip_item(kind, key)
    found = ninjs.fields(item)
    types = {str(value).lower() for value in item.get("editorialtypes") or []}
    status = "canceled" if types & KILLS else "corrected" if types & CORRECTIONS else found["status"]
    located = item.get("datelinelocation")
    ids = item.get("altids")
    found |= {
        "provider_id": ids["itemid"] if isinstance(ids, Mapping) and isinstance(ids.get("itemid"), str) else found["provider_id"],
        "status": status,
        "byline": byline(lines([by.get("by") for by in item.get("bylines") or [] if isinstance(by, Mapping)])),
        "dateline_place": place(located.get("city")) if isinstance(located, Mapping) else found["dateline_place"],
    }
    text = _text(item, nitf, found["headline"])
    if not text.text and status == "usable" and item.get("renditions"):
        return source.skip(SkipReason.KEPT_ELSEWHERE, key)
    return source.story(**text._asdict(), key=key, **found)


def _text(item: Mapping[str, Any], nitf: Any, headline: str | None) -> Body:
    for text in (
        nitf,
        nitf.get("body_html") if isinstance(nitf, Mapping) else None,
        nitf.get("body") if isinstance(nitf, Mapping) else None,
    ):
        if isinstance(text, str) and text.strip():
            return markup.body(markup.from_html(text), headline)
    return ninjs.content(item, headline)


FORMAT = Format(
    name="ap-media",
    sniffs="JSON objects with api_version and data",
    about="AP Media API answers, one item or a feed, where the text is kept beside the item",
    recognises=recognises,
    stories=stories,
)
