"""ANPA 1312, the wire protocol of American agencies: a coded header, `^` lines, an indented body.

    SYN SYN SOH W2870 US asian CR LF             story number, destination
    f l DC3 DC1 BC-LT--Slug  1stLd  11-13 1049   priority, category, slug, lead, date, words
    STX ^BC-LT--Full Slug, 1st Ld,466<           one line a field: slug, headline, notes, byline
    ...body... ETX AP-WF-11-13-13 1509GMT<       agency and time of filing

After ANPA Special Report 1312 (1979; NAA 1989). Quotation marks (two grave accents, two apostrophes) and the dash
` _ ` stay as they are: they are evidence for later steps.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tasks.read.fields import byline, line
from tasks.read.source import Format, Outcome, Source

START = re.compile(r"\x16*\x01?[A-Za-z]\d{3,4}\x1f?[^\n]{0,20}\n[A-Za-z] [A-Za-z][\x11-\x14 ]*+[^\s][^\n]*+\n")
FILED = re.compile(
    r"(?P<priority>[A-Za-z]) (?P<category>[A-Za-z])[\x11-\x14 ]*(?P<slug>\S[^\n]*?)"
    r"(?:\s+(?P<month>\d\d)-(?P<day>\d\d))?(?:\s+(?P<words>\d{2,5}))?\s*$"
)
TRAILER = re.compile(r"\^?\s*(?P<agency>[A-Z]{2,8})-[A-Z]{2}-(?P<date>\d\d-\d\d-\d\d) (?P<time>\d{4})GMT<?")
NUMBER = re.compile(r"^\^\*\d+<\s*")
WORDS = re.compile(r",\s*\d{2,5}\s*$")
LEAD = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th) ?(?:Ld|Lead|Add|Sub|Writethru)\b", re.IGNORECASE)
NOTE = re.compile(r"^\(?(?:Eds|Editors?|EDITOR'?S'? NOTE|Note)\b[:._ ]", re.IGNORECASE)
PICTURES = re.compile(r"^\(?(?:AP )?(?:Photos?|Video|Graphics?|Audio|Interactive)\b", re.IGNORECASE)
STATUS = (
    ("canceled", re.compile(r"\b(?:KILL|WITHHOLD|WITHDRAWAL|ELIMINATION|DISREGARD)\b")),
    ("corrected", re.compile(r"\b(?:Correct(?:ion|ive|ed)|CORRECT(?:ION|IVE|ED))\b")),
)
URGENCY = {"b": 2, "u": 3, "r": 4, "d": 5}
"""Bulletin, urgent, regular and deferred, as IPTC urgencies; agencies send features under `f`, which was for flashes."""

SETTING = re.compile("[\x08\x0e-\x1f]")
"""Control bytes for typesetters: tabular lines, thin and fixed spaces, each beside a space that stays."""


def recognises(source: Source) -> bool:
    """Whether the record begins with ANPA's story number and coded second line."""
    return bool(START.match(source.head_text.replace("\r", "").lstrip("\n")))


def stories(source: Source) -> Iterator[Outcome]:
    """The one story of the transmission."""
    text = source.decoded.text.replace("\r", "")
    opening, _, rest = text.partition("\x02")
    if not rest:
        opening, rest = "\n".join(text.lstrip("\n").split("\n", 2)[:2]), text.lstrip("\n").split("\n", 2)[-1]
    message, _, ending = rest.partition("\x03")
    trailer = TRAILER.search(ending[:200]) or TRAILER.search(message[-80:])
    if trailer and not ending:
        message = message[: message.rindex(trailer.group(0))]
    body, fields = _message(message)
    filed = FILED.match(next((one for one in reversed(opening.split("\n")) if one.strip()), "")[:200])
    yield source.story(body, **fields | _identity(filed, trailer, fields))


def _message(message: str) -> tuple[str, dict[str, Any]]:
    """The body without its marks, and what the `^` lines before it say."""
    marked = SETTING.sub("", message).split("\n")
    heads: list[str] = []
    while marked and (not marked[0].strip() or marked[0].startswith("^")):
        if marked[0].strip():
            if len(heads) >= 2 and not _is_head(marked[0], heads[-1]):
                break
            heads.append(NUMBER.sub("^", marked[0]).strip().removeprefix("^").rstrip())
        del marked[0]
    bare = [_bare(head) for head in heads]
    notes = [head for head in bare[1:] if NOTE.match(head)]
    names = [head for head in bare[1:] if head.startswith(("By ", "BY "))]
    keyword = WORDS.sub("", bare[0]) if bare else ""
    lead = LEAD.search(keyword)
    fields = {
        "headline": line(next((head for head in bare[1:] if head not in notes and head not in names and not PICTURES.match(head)), None)),
        "slugline": line(keyword.partition(",")[0]),
        "byline": byline(names),
        "ed_note": line(" ".join(note.strip("()") for note in notes)),
        "version": int(lead.group(1)) if lead else 0,
        "status": next((status for status, words in STATUS if words.search(keyword)), "usable"),
    }
    return "\n".join(_bare(one) if one.lstrip().startswith("^") else one.rstrip().removesuffix("=") for one in marked), fields


def _is_head(marked: str, before: str) -> bool:
    """Whether a `^` line after slug and headline still belongs to the header: notes, bylines and their credit, pictures."""
    text = marked.strip().removeprefix("^").rstrip()
    bare = _bare(text)
    credit = before.startswith(("By ", "BY ")) and text.endswith("=")
    return text.endswith("<") or credit or bool(bare.startswith(("By ", "BY ")) or NOTE.match(bare) or PICTURES.match(bare))


def _bare(marked: str) -> str:
    return marked.strip().removeprefix("^").rstrip().rstrip("<=").rstrip()


def _identity(filed: "re.Match[str] | None", trailer: "re.Match[str] | None", fields: dict[str, Any]) -> dict[str, Any]:
    """Who sent it and when; the slug and day are the nearest that ANPA has to an id that all leads share."""
    when = _filed_at(trailer)
    day = when.date().isoformat() if when else f"{filed['month']}-{filed['day']}" if filed and filed["month"] else None
    return {
        "provider": trailer["agency"] if trailer else None,
        "provider_id": f"{fields['slugline']} {day}" if fields["slugline"] and day else None,
        "published_at": when,
        "urgency": URGENCY.get(filed["priority"].lower()) if filed else None,
    }


def _filed_at(trailer: "re.Match[str] | None") -> datetime | None:
    try:
        return datetime.strptime(f"{trailer['date']} {trailer['time']}", "%m-%d-%y %H%M").replace(tzinfo=UTC) if trailer else None
    except ValueError:
        return None


FORMAT = Format(
    name="anpa",
    sniffs="a story number and a coded second line (priority, category, slug), with or without control bytes",
    about="ANPA 1312 transmissions of AP and others",
    recognises=recognises,
    stories=stories,
)
