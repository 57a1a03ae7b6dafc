"""The kind of a quote, read from the quotation marks of the text, the same way for gold and for every system."""

import re
from bisect import bisect_left

from schemas.base import Span
from schemas.extracted import Marking
from tasks.evaluate.tokens import Tokens
from tasks.language import marks

PARAGRAPH = re.compile(r"[^\n]+")
WRAPPED_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")


def quoted_tokens(text: str, tokens: Tokens, *, wrapped: bool = False) -> frozenset[int]:
    """The tokens that begin inside quotation marks, paired paragraph by paragraph.

    A line is a paragraph, unless the text is hard-wrapped: then a blank line ends one. Each is read by itself, as the corpora do.
    """
    paragraph = WRAPPED_PARAGRAPH if wrapped else PARAGRAPH
    paragraphs = [Span(start=m.start(), end=m.end()) for m in paragraph.finditer(text)]
    regions = [region for p in paragraphs for region in marks.regions(text, [p], nested=False)]
    inside: set[int] = set()
    for region in regions:
        inside.update(range(bisect_left(tokens.starts, region.start), bisect_left(tokens.starts, region.end)))
    return frozenset(inside)


def kind_of(content: frozenset[int], quoted: frozenset[int]) -> Marking | None:
    """Direct when all tokens are quoted, mixed when some are, indirect when none is; None without tokens."""
    if not content:
        return None
    if content <= quoted:
        return "direct"
    return "mixed" if content & quoted else "indirect"
