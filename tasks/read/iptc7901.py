"""IPTC 7901, the text protocol of European agencies: a coded line, slug, headline lines that end in ` =`, the body.

    SOH eca0003 3 i 380  dpa 0045 CR LF          service and number, priority, category, words, agency and its number
    Switzerland/migration/UN/                    keywords
    STX REFILE / 1ST LEAD / Headline / By ... =  one line each, the last ends in ` =`
    ...body... ETX 212322 GMT Nov 18             filing time: day, hour and minute, zone, month, year

After IPTC Recommendation 7901 (The Text Transmission Format, 1979-2004).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile

from tasks.language.calendar import months
from tasks.read.fields import byline, line, urgency
from tasks.read.source import Format, Outcome, Source

START = re.compile(
    r"\x01?(?P<service>[A-Za-z]{2,4})(?P<number>\d{3,4})[ \t]+(?P<priority>[1-9])[ \t]+(?P<category>[A-Za-z]{1,3})"
    r"[ \t]+(?P<words>\d++)(?P<more>[^\n]*+)\n"
)
AGENCY = re.compile(r"\b([A-Za-z]{2,8}(?:-[A-Za-z]{2,8})?)\s+\d{3,4}\s*$")
TIME = re.compile(r"\b(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\s+(?:(?:GMT|UTC|Z)\s+)?(?P<month>[A-Za-zäÄ]{3})[a-z]*\s+(?P<year>\d\d)\b")
FLAG = re.compile(r"(?=.*[A-Z])[^a-z]{2,40}|\d{1,2}(?:st|nd|rd|th) (?i:lead|add|roundup|update)")
LEAD = re.compile(r"\b(\d{1,2})(?:ST|ND|RD|TH) (?:LEAD|ADD|ROUNDUP|UPDATE)\b|\b(?:LEAD|UPDATE) (\d{1,2})\b", re.IGNORECASE)
HEADER_LINES = 8
"""A header that has not ended after so many lines is none."""

STATUS = (
    ("canceled", re.compile(r"\b(?:KILL|WITHDRAWAL|WITHDRAWN|CANCEL|CANCELLATION)\b")),
    ("corrected", re.compile(r"\bCORRECT(?:ED|ION)\b")),
)


def recognises(source: Source) -> bool:
    """Whether the record begins with IPTC 7901's coded line, and an STX follows."""
    return bool(START.match(source.head_text.replace("\r", "")) and "\x02" in source.head_text)


def stories(source: Source) -> Iterator[Outcome]:
    """The one story of the transmission."""
    text = source.decoded.text.replace("\r", "").lstrip("\ufeff \t\n")
    opening, _, rest = text.partition("\x02")
    message, _, ending = rest.partition("\x03")
    start = START.match(opening + "\n")
    slug = line(" ".join(opening.split("\n")[1:]))
    heads, body = _heads(message)
    names = [head for head in heads if head.startswith(("By ", "BY ", "Von ", "Par "))]
    titles = [head for head in heads if head not in names]
    flags = list(takewhile(FLAG.fullmatch, titles[:-1]))
    lead = LEAD.search(" ".join(flags))
    sent = _sent(ending[:200])
    yield source.story(
        body,
        provider=_agency(start),
        provider_id=f"{slug} {sent.date().isoformat()}" if slug and sent else None,
        version=int(lead.group(1) or lead.group(2)) if lead else 0,
        status=next((status for status, words in STATUS if words.search(" ".join(flags))), "usable"),
        headline=line(" ".join(titles[len(flags) :])),
        slugline=slug.rstrip("/") if slug else None,
        byline=byline(names),
        published_at=sent,
        ed_note="; ".join(flags) or None,
        urgency=urgency(start["priority"]) if start else None,
    )


def _heads(message: str) -> tuple[list[str], str]:
    """The header's lines, without the mark that ends it, and the body after it."""
    all_lines = message.split("\n")
    for number, one in enumerate(all_lines[:HEADER_LINES]):
        if one.rstrip().endswith("="):
            heads = [head for part in all_lines[: number + 1] if (head := part.strip().rstrip("=").rstrip())]
            return heads, "\n".join(all_lines[number + 1 :])
    return [], message


def _agency(start: "re.Match[str] | None") -> str | None:
    found = AGENCY.search(start["more"]) if start else None
    return found.group(1) if found else None


def _sent(ending: str) -> datetime | None:
    found = TIME.search(ending)
    month = months().get(found["month"].lower()) if found else None
    if found is None or month is None:
        return None
    try:
        return datetime(2000 + int(found["year"]), month, int(found["day"]), int(found["hour"]), int(found["minute"]), tzinfo=UTC)
    except ValueError:
        return None


FORMAT = Format(
    name="iptc7901",
    sniffs="a coded first line (service, number, priority, category, words) and an STX byte",
    about="IPTC 7901 transmissions of dpa and others",
    recognises=recognises,
    stories=stories,
)
