"""Stories sent by e-mail: one message a file, its subject the headline, its text the story."""

import json
import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import parseaddr
from typing import Any

from tasks.read import markup
from tasks.read.article import article, has_text
from tasks.read.dates import moment
from tasks.read.decode import decode
from tasks.read.fields import line
from tasks.read.markup import Body
from tasks.read.source import Format, Outcome, Source

SIGNATURE = re.compile(r"(?m)^-- ?\r?$")
"""The line above a sender's signature (RFC 3676, 4.3)."""

HEADER = re.compile(
    r"(?im)^(From|To|Subject|Date|Received|Message-ID|MIME-Version|Delivered-To|Return-Path|Content-Type|Sender|Reply-To|X-[\w-]+):"
)
NAMES = frozenset({"from", "to", "subject", "date", "received", "message-id", "mime-version", "delivered-to", "return-path"})


HEADER_CHARACTERS = 2000
"""How much of a header is read. The standard library's time grows with the square of a header's length, and it asks for some
again and again; a long headline in encoded words takes half of this."""


class Bounded(EmailPolicy):
    """The modern policy, for messages that may mean harm: it reads no more than the beginning of a header, and stumbles over none."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        """A header's name and value, cut at a space where it is too long."""
        name, value = super().header_source_parse(list(sourcelines))
        return name, value if len(value) <= HEADER_CHARACTERS else value[:HEADER_CHARACTERS].rsplit(" ", 1)[0]

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """The value as a header; one that the standard library cannot read counts as empty."""
        try:
            return super().header_fetch_parse(name, value)
        except Exception:
            return super().header_fetch_parse(name, "")


def recognises(source: Source) -> bool:
    """Whether the record begins with at least three header fields of a message, one of them From, Subject or Received."""
    if source.suffix == ".eml":
        return True
    if not re.match(r"[A-Za-z-]{2,40}:[ \t]", source.head_text):
        return False
    head = re.split(r"\r?\n\r?\n", source.head_text, maxsplit=1)[0]
    names = {name.lower() for name in HEADER.findall(head)}
    return len(names & NAMES) >= 3 and bool(names & {"from", "subject", "received"})


def stories(source: Source) -> Iterator[Outcome]:
    """The message's story; a message whose text is a JSON object, as web forms send it, is read as an article."""
    message = message_from_bytes(source.record.data.lstrip(), policy=Bounded())
    assert isinstance(message, EmailMessage)
    text = _text(source, message)
    name, address = parseaddr(_header(message, "From") or "")
    envelope: dict[str, Any] = {
        "provider": line(name or address),
        "provider_id": _header(message, "Message-ID"),
        "headline": _header(message, "Subject"),
        "published_at": moment(_header(message, "Date")),
    }
    if form := _form(text.text):
        yield from article(source, envelope | form)
    else:
        yield source.story(**text._asdict(), **envelope)


def _text(source: Source, message: EmailMessage) -> Body:
    """The plain text of the message, else its HTML; attachments are no part of the story."""
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        if part is not None and (text := _content(source, part)).strip():
            return markup.body(markup.from_html(text)) if kind == "html" else markup.plain(SIGNATURE.split(text)[0])
    return Body("")


def _content(source: Source, part: MIMEPart) -> str:
    """A part's text, in the character set that it really is in; flowed lines (RFC 3676) joined."""
    payload = part.get_payload(decode=True)
    source.decoded = decode(payload if isinstance(payload, bytes) else b"", part.get_content_charset())
    text = source.decoded.text
    if part.get_param("format", "", unquote=True) == "flowed":
        space = "" if str(part.get_param("delsp", "")).lower() == "yes" else " "
        text = re.sub(r"(?m)(?<!^--) \r?\n(?!>)", space, text)
    return text


def _form(text: str) -> dict[str, Any] | None:
    """The fields of a form that was sent as JSON: names in lower case, lists of one value as the value."""
    try:
        value = json.loads(text, strict=False) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    form = {name.lower(): one[0] if isinstance(one, list) and len(one) == 1 else one for name, one in value.items()}
    return form if has_text(form) else None


def _header(message: EmailMessage, name: str) -> str | None:
    """A header as one line."""
    value = message[name]
    return line(str(value)) if value is not None else None


FORMAT = Format(
    name="email",
    sniffs="three or more header fields of a message (From, Subject, Date, ...) at the start, or a name that ends in .eml",
    about="E-mail messages (RFC 5322): plain or HTML text, subject as headline",
    recognises=recognises,
    stories=stories,
)
