"""What the words of a source are made of: tokens, the heads of its noun phrases, the phrase as a whole."""

import re
from dataclasses import dataclass
from typing import Literal

from schemas.extracted import Entity
from tasks.language import lexicon, titles
from tasks.language.page import Stretch

QUESTIONS, ANSWERS = {"Q", "QUESTION", "Question"}, {"A", "ANSWER", "Answer"}
TURNS = QUESTIONS | ANSWERS
"""How a transcript marks question and answer."""

WORD = re.compile(r"[\w’'-]+")

Kind = Literal["name", "noun", "pronoun"]


@dataclass(frozen=True)
class Token:
    """A word, a mark, or a whole mention."""

    start: int
    end: int
    text: str
    entity: Entity | None = None
    in_capitals: bool = False
    """Whether its whole sentence is printed in capitals."""

    @property
    def low(self) -> str:
        """The word in small letters; WHO, US and IT are no pronouns and stay as they are, but in a sentence of capitals."""
        low = self.text.lower()
        acronym = len(low) > 1 and self.text.isupper() and low in lexicon.pronouns() and not self.in_capitals
        return self.text if acronym else low

    @property
    def is_relative(self) -> bool:
        """Whether it is `who`, `which` or the like."""
        return self.entity is None and self.low in lexicon.listed("pronouns", "relative")

    def is_in(self, name: str) -> bool:
        """Whether it is a word, not a mention, of that list of `nouns.toml`."""
        return self.entity is None and self.low in lexicon.listed("nouns", name)

    @property
    def possessive(self) -> bool:
        """Whether it is the ’s of a possessor."""
        return self.entity is None and self.text[0] in "’'"


@dataclass(frozen=True)
class Head:
    """One noun phrase of a source: its head, the words before it and those after."""

    kind: Kind
    core: tuple[Token, ...]
    tail: tuple[Token, ...]
    separator: str
    """What stands before it: nothing, a comma, `and`, ..."""
    entity: Entity | None = None

    @property
    def word(self) -> str:
        """The head word in small letters."""
        return self.core[-1].low

    @property
    def category(self) -> str | None:
        """What the noun names; None for a name, a pronoun, an unlisted noun."""
        return lexicon.category(self.word) if self.kind == "noun" else None

    @property
    def is_plural(self) -> bool:
        """Whether it is a noun for several people or bodies."""
        return self.category in {"people", "organizations"}

    @property
    def determiner(self) -> str:
        """The article, number or possessive pronoun that it begins with, else nothing."""
        return self.core[0].low if self.core[0].is_in("determiners") else ""

    @property
    def is_indefinite(self) -> bool:
        """Whether it is nobody named before: a minister, some officials."""
        return self.core[0].is_in("indefinite")

    @property
    def is_turn(self) -> bool:
        """Whether it only marks a turn of a transcript: Q, A."""
        return len(self.core) == 1 and self.core[0].text in TURNS

    @property
    def is_specific(self) -> bool:
        """Whether the words say which institution: they hold a name or a capital, or there is only one (police)."""
        if self.core[-1].is_in("named_by_words"):
            return self.determiner in {"", "the"}
        of = self.tail[1:] if self.tail and self.tail[0].low == "of" else ()
        if self.category == "organizations" and not of and self.determiner != "the":
            return False
        return any(t.entity or (t.text[0].isupper() and t is not self.core[0]) for t in (*self.modifiers, *of))

    @property
    def modifiers(self) -> tuple[Token, ...]:
        """The words between determiner and head."""
        return self.core[1 if self.determiner else 0 : -1]

    @property
    def start(self) -> int:
        """Where it starts."""
        return self.core[0].start

    @property
    def end(self) -> int:
        """Where its core ends."""
        return self.core[-1].end


@dataclass(frozen=True)
class Phrase:
    """A source: the heads that it speaks of, several when a group speaks."""

    span: Stretch
    heads: tuple[Head, ...]

    @property
    def head(self) -> Head:
        """The head of a source that is one."""
        return self.heads[0]


def fits(head: Head, role: str) -> bool:
    """Whether a role is what a noun says, as far as both say it: the same office, of the same body or place, former or not."""
    words = WORD.findall(role.lower())
    office = any(title in words or (" " in title and title in role.lower()) for title in lexicon.holders(lexicon.singular(head.word)))
    return office and _same_realm(head, role) and _as_qualified(head, set(words))


def _same_realm(head: Head, role: str) -> bool:
    """Whether the names in noun and role agree, where both have some: the Finnish president is not the Latvian president."""
    named = {word.lower() for t in head.modifiers if t.entity for word in WORD.findall(t.text)}
    capitals = {word.lower() for word in WORD.findall(role) if word[0].isupper()}
    offices = titles.titles() | titles.table("modifiers", "words")
    bearing = {word for word in capitals - offices if not lexicon.category(word)}
    return not named or not bearing or bool(named & bearing)


def _as_qualified(head: Head, role: set[str]) -> bool:
    """Whether the words of a role bear out the noun's adjectives, passing ones apart: no inspector general for a general."""
    qualifiers = {t.low for t in head.modifiers if t.entity is None and not t.possessive}
    telling = qualifiers - lexicon.listed("nouns", "passing") - lexicon.listed("nouns", "determiners")
    return not telling or bool(telling & role)
