"""XML from strangers: parsed without entities, DTDs or network, whatever its declarations ask for."""

import re
from html.entities import html5
from typing import Any

from lxml import etree

from tasks.read.decode import decode
from tasks.read.errors import RefusedError
from tasks.read.source import Source

DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+)?>", re.DOTALL | re.IGNORECASE)
OPENING = re.compile("<!DOCTYPE", re.IGNORECASE)
ENTITY = re.compile(r"<!ENTITY\s++([\w.:-]++)", re.IGNORECASE)
USED = re.compile(r"&([\w.:-]++);")
ROOT = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+)?>)*+<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)", re.DOTALL | re.IGNORECASE
)
LOOSE = re.compile(r"&(#x?[0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)?")
CDATA = ("<![CDATA[", "]]>")
PROLOGUE = 2**16
"""Characters in which a DOCTYPE must have ended."""

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 forbids."""

UNMENDABLE = frozenset({
    etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
    etree.ErrorTypes.ERR_RESOURCE_LIMIT,
    etree.ErrorTypes.ERR_DOCUMENT_EMPTY,
    etree.ErrorTypes.ERR_DOCUMENT_END,
    etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
})  # fmt: skip
"""Faults that mean the document is cut off, empty, too deep or more than one; the others leave all of its text."""


def root_name(source: Source) -> str:
    """The local name of the record's root element, judged by its first kilobytes; empty when it is no XML."""
    found = ROOT.match(source.head_text)
    return found.group(1) if found else ""


def parse(source: Source) -> Any:
    """The record's root element, with namespaces taken off all names; mends are added to the record's repairs.

    Raises RefusedError when it is not well-formed beyond mending, ends too early, or declares entities of its own.
    """
    data = source.record.data
    declared = DECLARED.match(data[:400])
    decoded = decode(data, declared.group(1).decode("ascii") if declared else None)
    source.decoded = decoded
    text, mended = tidy(without_doctype(DECLARATION.sub("", decoded.text.lstrip("\ufeff"), count=1)))
    if mended:
        decoded.repairs.append(f"mended {mended} characters or entities that XML does not know")
    root = _parse(text, decoded.repairs)
    for element in root.iter(etree.Element):
        element.tag = _local(element.tag)
        if any(map(_is_prefixed, element.attrib)):
            # All off and on again: a mended namespace may hold braces, and by such a name lxml does not find what it lists.
            given = element.items()
            element.attrib.clear()
            for name, value in sorted(given, key=lambda pair: _is_prefixed(pair[0])):
                element.set(_local(name), element.get(_local(name), value))
    return root


def without_doctype(text: str) -> str:
    """XML without its DOCTYPE, and so without anything to fetch or to expand.

    Raises RefusedError when the document uses an entity that the DOCTYPE declares: its text could not be known without
    what opens the door to expansion bombs and to the files of the reader. Entities that are not used do no harm.
    """
    opening = OPENING.search(text, 0, PROLOGUE)
    if opening is None:
        return text
    doctype = DOCTYPE.match(text, opening.start(), PROLOGUE)
    if doctype is None:
        raise RefusedError("EntityDeclaration", "the XML's DOCTYPE does not end within its first 64 kilobytes")
    text = text[: doctype.start()] + text[doctype.end() :]
    named = set(USED.findall(text))
    if used := next((name for name in ENTITY.findall(doctype.group()) if name in named), None):
        raise RefusedError("EntityDeclaration", f"the XML declares its own entity &{used}; and uses it; resolve it before sending")
    return text


def tidy(text: str) -> tuple[str, int]:
    """Turns HTML's named entities, bare ampersands and forbidden characters into well-formed XML, and counts them.

    >>> tidy("<p>Caf&eacute; &amp; bar, R&D&#5;</p>")
    ('<p>Café &amp; bar, R&amp;D</p>', 3)
    """
    count = 0

    def mend(match: "re.Match[str]") -> str:
        nonlocal count
        reference = match.group(1)
        if reference in {"amp;", "lt;", "gt;", "quot;", "apos;"} or (reference and reference[0] == "#" and _is_character(reference[1:-1])):
            return match.group(0)
        count += 1
        if reference and reference[0] == "#":
            return ""
        return html5.get(reference, f"&amp;{reference}") if reference else "&amp;"

    text, forbidden = CONTROL.subn("", text)
    parts, at = [], 0
    while at < len(text):
        opens = text.find(CDATA[0], at)
        closes = text.find(CDATA[1], opens) if opens >= 0 else -1
        end = opens if closes >= 0 else len(text)
        parts.append(LOOSE.sub(mend, text[at:end]))
        at = closes + len(CDATA[1]) if closes >= 0 else end
        parts.append(text[end:at])
    return "".join(parts), count + forbidden


def words(element: Any) -> str | None:
    """The text of an element and all in it, as one line; None without an element or text."""
    return (" ".join("".join(element.itertext()).split()) or None) if element is not None else None


def _parse(text: str, repairs: list[str]) -> Any:
    data = text.encode("utf-8", "replace")
    try:
        return etree.fromstring(data, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        if not _ends_with_its_root(text):
            raise RefusedError("BrokenXml", f"the XML is cut off: {error}") from None
        parser = _parser(recover=True)
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            root = None
        if root is None or any(fault.type in UNMENDABLE for fault in parser.error_log):
            raise RefusedError("BrokenXml", f"not well-formed XML: {error}") from None
        repairs.append(f"ill-formed XML mended: {error}")
        return root


def _ends_with_its_root(text: str) -> bool:
    root = ROOT.match(text)
    end = re.search(r"</(?:[\w.-]+:)?([A-Za-z_][\w.-]*)\s*>\s*$", text[-300:])
    return bool(root and end and root.group(1) == end.group(1))


def _parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _is_prefixed(name: str) -> bool:
    return "{" in name or ":" in name


def _local(name: str) -> str:
    """A name without namespace or prefix; broken prefixes leave names that are none."""
    local = name.rpartition("}")[2].rpartition(":")[2]
    return local if re.match(r"[^\W\d]", local) else "unnamed"


def _is_character(reference: str) -> bool:
    code = int(reference[1:], 16) if reference[0] in "xX" else int(reference) if reference.isdigit() else -1
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
