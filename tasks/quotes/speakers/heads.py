"""What the words of a source are made of: tokens, the heads of its noun phrases, the phrase as a whole."""

from dataclasses import dataclass
from typing import Literal

from schemas.extracted import Entity
from tasks.language import lexicon
from tasks.language.page import Stretch

TURNS = {"Q", "A"}
"""How a transcript marks question and answer."""

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
    def is_pronoun(self) -> bool:
        """Whether it is a pronoun as it is printed."""
        return lexicon.is_pronoun(self.text, in_capitals=self.in_capitals)

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
    def determiner(self) -> str:
        """The article, number or possessive pronoun that it begins with, else nothing."""
        return self.core[0].low if self.core[0].entity is None and self.core[0].low in lexicon.listed("nouns", "determiners") else ""

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
