"""Word pieces, their features, and the windows that the encoder sees."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from schemas.base import Span
from tasks.tag.words import PARAGRAPH_START, Pieces, pieces, windows


@cache
def tokenizer() -> Tokenizer:
    """A tokenizer of letters: every word is as many pieces as it has characters."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,'\"-"
    vocabulary = {p: n for n, p in enumerate(["[UNK]", *letters, *("##" + c for c in letters)])}
    made = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    return made


def read(text: str) -> Pieces:
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append(Span(start=at, end=at + len(line)))
        at += len(line) + 1
    return pieces(text, spans, tokenizer())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Yerevan denied the charges.", ["Yerevan", "denied", "the", "charges", "."]),
        ("Israel's U.S.-born", ["Israel", "'", "s", "U", ".", "S", ".", "-", "born"]),
        ("A\nB", ["A", "B"]),
        ("Șoimii 東京 🙂 x", ["Șoimii", "東京", "🙂", "x"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    p = read(text)
    assert [text[a:b] for a, b in zip(p.starts, p.ends, strict=True)] == words


def test_only_the_first_piece_of_a_paragraph_says_so() -> None:
    p = read("abc d\nef")
    assert [n for n, layout in enumerate(p.layout) if layout == PARAGRAPH_START] == [0, 4]


@settings(deadline=None)
@given(st.text(alphabet="abC1.'\" -é東\n", max_size=120), st.integers(4, 30), st.integers(0, 6))
def test_windows_own_every_word_once_and_fit(text: str, longest: int, context: int) -> None:
    p = read(text)
    cut = windows(p, longest, context)
    assert [w for window in cut for w in range(window.start, window.end)] == list(range(len(p.starts)))
    for window in cut:
        assert p.first[window.start] - p.first[window.context] <= context
        assert p.first[window.end] - p.first[window.context] <= longest or window.end == window.start + 1
    assert all(a <= b for a, b in pairwise(p.first))


def test_windows_are_cut_between_paragraphs_where_they_fit() -> None:
    p = read("aaaa bbbb\ncccc\ndddd eeee")
    for longest in (14, 17):  # in the second a word of the next paragraph would fit
        assert [(w.start, w.end) for w in windows(p, longest, 0)] == [(0, 3), (3, 5)]
