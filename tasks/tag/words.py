"""Text as the encoder reads it: word pieces with their features, grouped into words."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tokenizers import Tokenizer

from schemas.base import Span
from tasks.language.marks import states

WORD = re.compile(r"\w+|[^\w\s]")

CAPITALS, CAPITALIZED, LOWER, MIXED, NUMBER, PUNCTUATION = range(1, 7)
"""Letter-case shapes; 0 is for the special pieces. The encoder is uncased, so this is all it knows of capitals."""

SHAPES, QUOTE_STATES, LAYOUTS = 7, 6, 2
"""Sizes of the three feature vocabularies."""

INNER, PARAGRAPH_START = range(2)


class Pieces(NamedTuple):
    """A text's word pieces as parallel lists, one entry a piece, and its words as parallel lists, one entry a word.

    `starts` and `ends` are offsets of words in the text, `first` the index of a word's first piece; `first` has one
    more entry, the number of pieces. `paragraph` is the index of a word's paragraph.
    """

    ids: list[int]
    shape: list[int]
    quote: list[int]
    layout: list[int]
    starts: list[int]
    ends: list[int]
    first: list[int]
    paragraph: list[int]


def shape_of(word: str) -> int:
    """The letter-case shape of a word.

    >>> [shape_of(w) for w in ("NATO", "Yerevan", "said", "McCain", "2023", ",")]
    [1, 2, 3, 4, 5, 6]
    """
    if not any(c.isalpha() for c in word):
        return NUMBER if any(c.isdigit() for c in word) else PUNCTUATION
    if word.isupper():
        return CAPITALS if len(word) > 1 else CAPITALIZED
    if word.islower():
        return LOWER
    return CAPITALIZED if word[0].isupper() and word[1:].islower() else MIXED


def pieces(text: str, paragraphs: Sequence[Span], tokenizer: Tokenizer) -> Pieces:
    """The word pieces and words of the paragraphs of `text`; text outside the paragraphs is not read."""
    quoted = states(text, paragraphs)
    out = Pieces([], [], [], [], [], [], [], [])
    encodings = tokenizer.encode_batch([p.of(text) for p in paragraphs], add_special_tokens=False)
    for index, (paragraph, encoding) in enumerate(zip(paragraphs, encodings, strict=True)):
        word_starts = [0] * (paragraph.end - paragraph.start)
        for match in WORD.finditer(text, paragraph.start, paragraph.end):
            word_starts[match.start() - paragraph.start : match.end() - paragraph.start] = [match.start()] * (match.end() - match.start())
        current = -1
        for piece, (a, b) in zip(encoding.ids, encoding.offsets, strict=True):
            if b <= a:
                continue
            start, end = paragraph.start + a, paragraph.start + b
            if word_starts[a] != current:
                layout = PARAGRAPH_START if current < 0 else INNER
                current = word_starts[a]
                out.starts.append(start)
                out.ends.append(end)
                out.first.append(len(out.ids))
                out.paragraph.append(index)
                match_end = next((m.end() for m in [WORD.match(text, start)] if m), end)
                shape = shape_of(text[start:match_end])
            out.ends[-1] = end
            out.ids.append(piece)
            out.shape.append(shape)
            out.quote.append(quoted[start])
            out.layout.append(layout if out.first[-1] == len(out.ids) - 1 else INNER)
    out.first.append(len(out.ids))
    return out


def words_in(words: Pieces, start: int, end: int) -> range:
    """The words that overlap the characters `[start, end)`."""
    return range(bisect_right(words.ends, start), bisect_left(words.starts, end))


class Window(NamedTuple):
    """Words `[context, end)` in one pass of the encoder; only those from `start` on are its own."""

    context: int
    start: int
    end: int


def windows(words: Pieces, longest: int, context: int) -> list[Window]:
    """Cuts a text into windows of at most `longest` pieces, whole paragraphs where they fit.

    Each window opens with up to `context` pieces of what comes before it, so that a cue can be linked over the cut.
    A paragraph longer than a window is cut at any word.
    """
    count, found, start = len(words.starts), [], 0
    while start < count:
        low = start
        while low > 0 and words.first[start] - words.first[low - 1] <= context:
            low -= 1
        room = words.first[low] + longest
        end = start + 1
        while end < count and words.first[end + 1] <= room:
            end += 1
        if end < count:
            cut = end
            while cut > start and words.paragraph[cut] == words.paragraph[cut - 1]:
                cut -= 1
            end = cut if cut > start else end
        found.append(Window(low, start, end))
        start = end
    return found
