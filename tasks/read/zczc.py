"""Telegraph frames, from ZCZC to NNNN: routing, marked header lines, the copy.

The frame is that of telegraph practice (CCITT F.1 and its successors); what agencies put between the first line and
the copy is one field a line after a mark: `#` slug, `:` and `=` title or slug, `$` and `^` headline, others codes.
"""

import re
from collections.abc import Iterator

from tasks.read.fields import line
from tasks.read.source import Format, Outcome, Source

START = re.compile(r"\s*ZCZC\b[^\n]*\n")
ROUTING = re.compile(r"YY(?: [A-Z0-9()]{2,})+[^\n]*")
PADDING = "\x00\x03\x04\x0c\x1a\x7f \t\n"
FIELD = re.compile(r"(?P<mark>[%#$:=*&+~@^])(?P<value>[^\n]*)")


def recognises(source: Source) -> bool:
    """Whether the record begins with the start-of-message signal ZCZC."""
    return bool(START.match(source.head_text.replace("\r", "\n")))


def stories(source: Source) -> Iterator[Outcome]:
    """The one story of the message."""
    text = source.decoded.text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff \t\n")
    opening, _, rest = text.partition("\n")
    copy = rest.rstrip(PADDING).removesuffix("NNNN").rstrip(PADDING).split("\n")
    found: dict[str, list[str]] = {}
    while copy and (not copy[0].strip() or ROUTING.fullmatch(copy[0].strip()) or FIELD.match(copy[0])):
        if field := FIELD.match(copy[0]):
            value = line(field["value"])
            if value and len(value) > 1:
                found.setdefault(field["mark"], []).append(value)
        del copy[0]
    slugs, titles = found.get("#", []), found.get(":", []) + found.get("=", [])
    headlines = found.get("^", []) + found.get("$", []) + (titles if slugs else [])
    headline = next((value for value in headlines if len(value.split()) > 1), None)
    yield source.story(
        "\n".join(copy),
        provider=line(opening.removeprefix("ZCZC")) if re.fullmatch(r"ZCZC [A-Z]{2,5}", opening.strip()) else None,
        headline=headline,
        slugline=next(iter(slugs + titles), None),
    )


FORMAT = Format(
    name="zczc",
    sniffs="ZCZC at the start",
    about="Telegraph frames (ZCZC ... NNNN), as AAP and Medianet send them",
    recognises=recognises,
    stories=stories,
)
