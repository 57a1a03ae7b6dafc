"""Repairs of single characters: entities, left-over markup, mojibake, control and invisible characters.

Each fix takes a text and yields its edits in order. The judgement whether text is mojibake, and what it was, is
ftfy's; here it is only brought into the form of local edits, so that the source map stays exact.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from ftfy import apply_plan, fix_encoding_and_explain
from ftfy.badness import is_bad
from ftfy.chardata import LIGATURES
from ftfy.fixes import fix_surrogates, unescape_html

from tasks.clean.mended import Edit

Fix = Callable[[str], Iterable[Edit]]

ENTITY = re.compile(r"&(?:(?:amp|AMP|#0*38|#[xX]0*26);)*(?:#?[0-9A-Za-z]{1,24};)?")
"""An entity, be it escaped several times over (`&amp;amp;nbsp;`)."""

TAG = re.compile(
    r"<(?P<close>/?)(?P<name>p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|b|i|u|em|strong|span|a|sup|sub|font)"
    r"(?:\s[^<>]{0,2000})?/?>"
    r"|<!--[^<>]{0,2000}-->",
    re.IGNORECASE,
)
BLOCK_TAGS = frozenset({"p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "blockquote"})
MARKUP_EVIDENCE = re.compile(r"(?i:</(?:p|div|li|b|i|em|strong|span|a|h[1-6]|blockquote)>|<br\s*/?>)|<p>")
"""Without one of these a `<B>` is more likely to be a stock ticker than a tag."""

TERMINAL_ESCAPE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
NON_ASCII_WORD = re.compile(r"[\x21-\x7e]?(?:[^\x00-\x7f]++ *+)++")
"""What a repair of the encoding may touch: characters outside ASCII, the letter before and the spaces between them."""

SUSPECT_LINE = re.compile(r"^.*?[^\x00-\x7f“”‘’–—…•€£\u00a0].*", re.MULTILINE)
"""A line with what every mojibake has: no lead byte of UTF-8, read in any one-byte encoding, gives only the marks left out here."""

SURROGATES = re.compile(r"[\ud800-\udfff]+")
LINE_END = re.compile(r"\r+\n?|[\v\f\x85\u2028\u2029]")
"""CR CR LF is how ANPA 1312 ends one line; CRs without LF are as many lines."""

INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffc\ufffe\uffff]"
)
"""Control characters, soft hyphens, byte order and direction marks, code points that are no characters.

Joiners stay: scripts and emoji need them.
"""


def decode_entities(text: str) -> Iterator[Edit]:
    """HTML entities become the characters that they stand for."""
    if "&" not in text:
        return
    for match in ENTITY.finditer(text):
        found = match[0]
        put = unescape_html(f"&{found.split(';')[-2].removeprefix('&')};") if found.endswith(";") else "&"
        yield match.start(), match.end(), put


def drop_tags(text: str) -> Iterator[Edit]:
    """Tags that an exporter left behind go; those of paragraphs and breaks become line breaks."""
    if "<" not in text or not MARKUP_EVIDENCE.search(text):
        return
    for match in TAG.finditer(text):
        block = (match["name"] or "").lower() in BLOCK_TAGS
        yield match.start(), match.end(), "\n" if block else ""


def drop_terminal_escapes(text: str) -> Iterator[Edit]:
    """Colour codes of a terminal go."""
    return ((m.start(), m.end(), "") for m in TERMINAL_ESCAPE.finditer(text))


def repair_encoding(text: str) -> Iterator[Edit]:
    """Text that was decoded with the wrong encoding is decoded with the right one, line by line.

    Control characters that are Windows-1252 punctuation are such text, too.
    """
    for line in SUSPECT_LINE.finditer(text):
        if is_bad(line[0]):
            yield from _line_repaired(line[0], line.start())


def _line_repaired(line: str, start: int) -> Iterator[Edit]:
    """Edits that bring a line to what ftfy makes of it, word by word where that gives the same."""
    fixed, plan = fix_encoding_and_explain(line)
    words = list(NON_ASCII_WORD.finditer(line))
    repaired = [_replayed(word[0], plan or []) for word in words]
    if _result(line, words, repaired) == fixed:
        yield from ((start + word.start(), start + word.end(), put) for word, put in zip(words, repaired, strict=True))
    else:
        yield start, start + len(line), fixed


def _replayed(word: str, plan: Sequence[tuple[str, str]]) -> str:
    """What ftfy's plan for the whole line makes of one word of it; the word itself where the plan does not apply."""
    try:
        return apply_plan(word, list(plan))
    except UnicodeError:
        return word


def _result(line: str, words: list[re.Match[str]], repaired: list[str]) -> str:
    pieces, at = [], 0
    for word, put in zip(words, repaired, strict=True):
        pieces += [line[at : word.start()], put]
        at = word.end()
    return "".join([*pieces, line[at:]])


def join_surrogates(text: str) -> Iterator[Edit]:
    """Halves of one character become that character; a half without its other becomes U+FFFD."""
    if not text.isascii():
        yield from ((m.start(), m.end(), fix_surrogates(m[0])) for m in SURROGATES.finditer(text))


def part_ligatures(text: str) -> Iterator[Edit]:
    """Typesetters' ligatures become letters."""
    if not text.isascii():
        yield from ((m.start(), m.end(), str(LIGATURES[ord(m[0])])) for m in LIGATURE.finditer(text))


LIGATURE = re.compile(f"[{''.join(map(chr, LIGATURES))}]")


def compose_accents(text: str) -> Iterator[Edit]:
    """Letter and accent become one character (Unicode NFC)."""
    if unicodedata.is_normalized("NFC", text):
        return
    for word in NON_ASCII_WORD.finditer(text):
        if not unicodedata.is_normalized("NFC", word[0]):
            yield word.start(), word.end(), unicodedata.normalize("NFC", word[0])


def end_lines(text: str) -> Iterator[Edit]:
    """Every kind of line end becomes a line feed."""
    for match in LINE_END.finditer(text):
        yield match.start(), match.end(), "\n" if match[0].endswith("\n") else "\n" * len(match[0])


def drop_invisible(text: str) -> Iterator[Edit]:
    """Characters that no reader sees go."""
    return ((m.start(), m.end(), "") for m in INVISIBLE.finditer(text))


CHARACTER_FIXES: tuple[tuple[str, Fix], ...] = (
    ("decoded HTML entities", decode_entities),
    ("dropped left-over HTML tags", drop_tags),
    ("dropped terminal colour codes", drop_terminal_escapes),
    ("repaired text that was decoded with a wrong encoding", repair_encoding),
    ("joined surrogate halves", join_surrogates),
    ("parted ligatures", part_ligatures),
    ("composed accents", compose_accents),
    ("", end_lines),
    ("dropped control and invisible characters", drop_invisible),
)
"""The fixes in the order in which they run, with the words that the story's `repairs` gets for each."""
