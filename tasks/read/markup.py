"""Marked-up bodies (HTML, XHTML, NITF) to plain lines: one paragraph a line, with the subheads the markup names."""

import html
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import lxml.html
from lxml import etree

from schemas.base import Span
from schemas.story import Layout
from tasks.read.xml import CONTROL

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2", "mellis"})
"""Subheads in HTML, in NITF, and in TT's dialect of NITF."""

BLOCKS = HEADINGS | frozenset({
    "address", "article", "bl", "block", "blockquote", "body", "body.content", "bq", "brodtext", "center",
    "citat", "dd", "details", "div", "dl", "dt", "fieldset", "fn", "hr", "html", "ingress", "li", "main", "nitf", "ol",
    "p", "pre", "section", "summary", "table", "tbody", "td", "text", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
"""Elements that begin and end a line; all others run on within it. Table cells are parted by a space alone."""

FURNITURE = frozenset({
    "aside", "audio", "bild", "body.end", "body.head", "button", "byline", "canvas", "dat", "figure", "footer", "form",
    "head", "header", "iframe", "math", "media", "nav", "noscript", "object", "rubrik", "script", "select", "style",
    "svg", "template", "title", "video",
})  # fmt: skip
"""Elements whose text is no part of the body: heads, pictures with their captions, navigation, programs."""

FURNITURE_CLASSES = frozenset({"byline", "dat", "vignette"})
"""Classes of HTML elements that repeat what the fields say: TT's vignette and dateline, bylines everywhere."""

CELLS = frozenset({"td", "th"})

TAG = re.compile(
    r"</?(?:p|div|span|br|b|i|em|strong|a|ul|ol|li|table|h[1-6]|section|article|img|figure|blockquote|body|html|font|center|hr|pre)\b[^<>]*>",
    re.IGNORECASE,
)
INDENTED = re.compile(r"\n(?=[ \t]{2,}\S)")
FLUSH = re.compile(r"\n(?=\S)")
BREAK = re.compile(r"\v|\n[ \t\r]*\n")
SINGLE_BREAK = re.compile(r"(?<!\v)(?<!\v[ \n])\v(?![ \t\r\n]*\v)")
BREAK_IN_SENTENCE = re.compile(r"[^\W\d_],?[ \t\r\n]*\v[ \t\r\n]*[a-zß-öø-ÿ]")
"""A <br>, for which a vertical tab stands: between a word and one in small letters."""


class Body(NamedTuple):
    """A story's text with the subheads in it; the fields of `RawStory` that are the story itself."""

    text: str
    headings: list[Span] = []  # noqa: RUF012  (never changed)
    layout: Layout = "markup"


def from_html(text: str) -> Any:
    """The tree of an HTML page or fragment, however it is written; nothing is loaded. Empty input gives an empty tree."""
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(CONTROL.sub("", text).encode("utf-8", "replace"), parser=parser, ensure_head_body=True)
    except etree.ParserError:  # nothing in it
        return etree.Element("div")


def body(root: Any, headline: str | None = None) -> Body:
    """The paragraphs under `root`, one a line; a heading at the top that repeats `headline` is left out.

    >>> body(from_html("<h1>Dam holds</h1><p>The dam<br/>held.<br/>All day.</p><h2>Rain</h2><p>It <b>fell</b>.</p>"), "Dam holds").text
    'The dam held. All day.\\nRain\\nIt fell.'
    """
    lines = _lines(root)
    while lines and lines[0][1] and headline and _same(lines[0][0], headline):
        del lines[0]
    headings, at = [], 0
    for text, is_heading in lines:
        if is_heading:
            headings.append(Span(start=at, end=at + len(text)))
        at += len(text) + 1
    return Body("\n".join(text for text, _ in lines), headings)


def plain(text: str) -> Body:
    """Plain text inside another format, as its writer laid it out; the clean step unwraps it."""
    return Body(text.strip("\r\n"), layout="plain")


def either(text: str, headline: str | None = None) -> Body:
    """Text of a field that feeds fill now with HTML, now without."""
    return body(from_html(text), headline) if TAG.search(text) else plain(html.unescape(text))


def fullest(bodies: Iterable[Body]) -> Body:
    """The body with the most words; of equals the first, of none an empty one."""
    return max(bodies, key=lambda body: len(body.text.split()), default=Body(""))


def _lines(root: Any) -> list[tuple[str, bool]]:
    """Each line and whether it is a heading. Walks without recursion, so that depth costs nothing."""
    found: list[tuple[str, bool]] = []
    run: list[str] = []
    in_heading = in_furniture = in_pre = 0

    def end_line() -> None:
        text = "".join(run)
        if in_pre and not (INDENTED.search(text) and FLUSH.search(text)):
            text = text.replace("\n", "\v")
        found.extend((line, in_heading > 0) for line in _paragraphs(text))
        run.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag.lower() if isinstance(element.tag, str) else ""
        furniture = tag in FURNITURE or not FURNITURE_CLASSES.isdisjoint((element.get("class") or "").split())
        if furniture and element is not root:
            in_furniture += 1 if event == "start" else -1
        elif in_furniture == 0:
            if tag in BLOCKS and tag not in CELLS:
                end_line()
            if tag in CELLS:
                run.append(" ")
            if tag == "br" and event == "start":
                run.append("\v")
            if tag in HEADINGS:
                in_heading += 1 if event == "start" else -1
            if tag == "pre":
                in_pre += 1 if event == "start" else -1
        if in_furniture == 0:
            run.append((element.text if event == "start" else element.tail if element is not root else "") or "")
    end_line()
    return found


def _paragraphs(text: str) -> list[str]:
    """Parts text that is wrapped by hand inside one element; where it is not, white space means nothing, as in HTML.

    Empty lines part paragraphs, and so does <br>, unless it was put where a sentence goes on: then it is a typesetter's
    line end. An indented line parts them when others stand at the margin: wire copy put into one <p> as it was. Lines
    that are all indented are only laid out by a program.
    """
    if BREAK_IN_SENTENCE.search(text):
        text = SINGLE_BREAK.sub(" ", text)
    at_margin = FLUSH.search(text)
    parts = [part for block in BREAK.split(text) for part in (INDENTED.split(block) if at_margin else [block])]
    return [line for part in parts if (line := " ".join(part.split()))]


def _same(line: str, headline: str) -> bool:
    return re.sub(r"\W+", "", line).casefold() == re.sub(r"\W+", "", headline).casefold()
