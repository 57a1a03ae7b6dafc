"""Noun phrases that may be titles, walked token by token: heads, what may stand before them, and their objects."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tasks.language import lexicon, marks
from tasks.language.calendar import is_name
from tasks.language.marks import APOSTROPHE, POSSESSIVES
from tasks.language.sentences import STOPS, is_abbreviation
from tasks.language.titles import bare, heads, table

_TOKEN = re.compile(rf"(?:[^\W\d_]\.){{2,}}|[\w&]+(?:[{APOSTROPHE}./-]\w+)*\.?|[^\w\s]")
REACH = 160
"""Characters that are read before and after a name: no title is longer."""
_INITIALS = re.compile(r"(?:[A-Z]\.)+")
_MOST_MODIFIERS = 6
_LONGEST_OBJECT = 15


class Token(NamedTuple):
    """A word with the full stop of its abbreviation, or a mark, and where it stands in the text."""

    word: str
    start: int
    end: int

    @property
    def stops(self) -> bool:
        """Whether it ends a sentence: "Capt." and "U.S." do not."""
        return self.word.endswith(".") and not is_abbreviation(self.word[:-1])

    @property
    def is_determiner(self) -> bool:
        """Whether it is the, an, her, several and their like."""
        return self.word.casefold() in lexicon.listed("nouns", "determiners")

    def within(self, section: str, name: str) -> bool:
        """Whether a list of `titles.toml` has the word."""
        return self.word.casefold() in table(section, name)


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The tokens of `text` between `start` and `end`."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text, start, end)]


def phrase_before(text: str, start: int, name: int) -> tuple[list[Token], bool]:
    """The tokens between `start` and a name, as far back as a title can reach, and whether a comma, left out, closes them."""
    phrase = tokens(text, max(start, name - REACH), name)
    apposed = bool(phrase) and phrase[-1].word == ","
    return phrase[:-1] if apposed else phrase, apposed


def head_word(phrase: Sequence[Token], at: int) -> str | None:
    """The head that the token at `at` is, alone or with the word before it: president, first lady, attorney general.

    None for other words, and for a verb: "to head", "will judge".
    """
    word = bare(phrase[at].word)
    if at and phrase[at - 1].within("stops", "auxiliaries"):
        return None
    if at and (both := f"{bare(phrase[at - 1].word)} {word}") in heads():
        return both
    return next((part for part in (word, word.rpartition("-")[2]) if part in heads()), None)


def head_before(phrase: Sequence[Token], *, apposed: bool) -> int | None:
    """Where the head of the title stands that ends with the last token, past an object if need be: Secretary of State.

    The object of a title before a name is capitalised; that of an apposition ("the head of the bank, X") need not be.
    """
    last = len(phrase) - 1
    if last < 0 or phrase[last].stops:
        return None
    if head_word(phrase, last):
        return last
    for at in range(last, max(last - _LONGEST_OBJECT, 0), -1):
        token = phrase[at]
        if at < last and token.within("modifiers", "prepositions") and head_word(phrase, at - 1):
            return at - 1
        small = at < last and token.word.casefold() in {"and", "the", "of", "for", "&"}
        if token.stops or not (token.word[0].isupper() or small or (apposed and _may_modify(token))):
            return None
    return None


def first_before(phrase: Sequence[Token], at: int, names: Sequence[tuple[int, int]], *, apposed: bool) -> int | None:
    """Where the title or apposition with the head at `at` begins that stands before a name.

    A title: leftwards over adjectives, offices and the names of countries and bodies. An apposition: behind its determiner or
    possessive; None where it has none.
    """
    first = at
    if apposed:
        while first and at - first < _MOST_MODIFIERS:
            before = phrase[first - 1]
            if before.is_determiner or before.word.endswith(POSSESSIVES):
                return first
            first -= 1
        return None
    while first and _belongs_to_title(phrase, first - 1, names):
        first -= 1
    return first


def head_after(phrase: Sequence[Token], first: int) -> int | None:
    """Where the head of the noun phrase stands that begins at `first`; the last of several: chief executive."""
    for at in range(first, min(first + _MOST_MODIFIERS, len(phrase))):
        if head_word(phrase, at) and not (at + 1 < len(phrase) and _is_in_title(phrase, at + 1)):
            return at
        if not _may_modify(phrase[at]):
            return None
    return None


def last_of_apposition(phrase: Sequence[Token], head: int) -> int | None:
    """Where the apposition with the head at `head` ends: with its object if it has one. None where no apposition ends there."""
    if head + 1 < len(phrase) and phrase[head + 1].within("modifiers", "prepositions"):
        return _last_of_object(phrase, head + 2) or head
    return head if _may_end(phrase, head) else None


def _last_of_object(phrase: Sequence[Token], first: int) -> int | None:
    """Where the object ends that begins at `first`: before a mark, another apposition or a word that no object holds; None if nowhere."""
    for at in range(first, min(first + _LONGEST_OBJECT, len(phrase))):
        token = phrase[at]
        another = token.word == "and" and at + 1 < len(phrase) and phrase[at + 1].is_determiner
        if not token.word[0].isalnum() or token.within("stops", "words") or another:
            return at - 1 if at > first else None
        if token.stops:
            return at
    return len(phrase) - 1 if first < len(phrase) <= first + _LONGEST_OBJECT else None


def _may_end(phrase: Sequence[Token], at: int) -> bool:
    """Whether a phrase may end with the token at `at`: a mark, a verb or a participle follows, or nothing."""
    if at + 1 == len(phrase) or phrase[at].stops:
        return True
    after = phrase[at + 1]
    return not after.word[0].isalnum() or after.word == "and" or after.within("stops", "words") or after.word.endswith(("ing", "ed"))


def _belongs_to_title(phrase: Sequence[Token], at: int, names: Sequence[tuple[int, int]]) -> bool:
    """Whether the token at `at` can be part of the title that goes on after it."""
    token, known = phrase[at], _is_in_title(phrase, at)
    abbreviated = _INITIALS.fullmatch(token.word) is not None
    named = bisect_right(names, token.start, key=lambda name: name[0]) - 1
    if named >= 0 and token.start < names[named][1]:
        ends_sentence = token.word.endswith(".") and token.end > names[named][1] and not (abbreviated or known)
        return not (ends_sentence or token.word.endswith(POSSESSIVES))
    if known:
        return True
    if token.word in {"and", "&"}:
        return at > 0 and _is_in_title(phrase, at - 1)
    if token.word.endswith((*POSSESSIVES, ".")) and not abbreviated:
        return False
    word, opens_sentence = bare(token.word), at == 0 or phrase[at - 1].word[-1] in STOPS + ":" + marks.DOUBLE
    return token.word[0].isupper() and not (opens_sentence or word in table("stops", "capitals") or is_name(word))


def _is_in_title(phrase: Sequence[Token], at: int) -> bool:
    """Whether the token at `at` is a head or a word known to stand before one."""
    word, known = bare(phrase[at].word), table("modifiers", "words")
    return word in known or head_word(phrase, at) is not None


def _may_modify(token: Token) -> bool:
    """Whether a word of an apposition can stand before its head."""
    return token.word[0].isalnum() and not (token.stops or token.within("stops", "words") or token.within("modifiers", "prepositions"))


def singular_head(word: str) -> str | None:
    """The singular of a head in the plural, as printed: counterparts, Sens., spokesmen; None for any other word.

    >>> singular_head("Sens."), singular_head("spokesmen"), singular_head("boss")
    ('Sen.', 'spokesman', None)
    """
    if bare(word) in heads():
        return None
    one = re.sub(r"s(\.?)$", r"\1", re.sub(r"men$", "man", word))
    return one if one != word and bare(one) in heads() else None
