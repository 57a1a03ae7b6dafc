"""Who said each statement: ordered sieves, the surest first; the first that gives a speaker is named in `resolved_by`."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from schemas.extracted import ResolvedBy
from tasks.language.page import Page
from tasks.language.titles import Gender
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.documents import document
from tasks.quotes.speakers.groups import group
from tasks.quotes.speakers.heads import Phrase
from tasks.quotes.speakers.learned.antecedents import Antecedents
from tasks.quotes.speakers.names import alias, metonym, named
from tasks.quotes.speakers.nouns import nominal
from tasks.quotes.speakers.phrase import read_phrase
from tasks.quotes.speakers.pronouns import pronoun
from tasks.quotes.speakers.question import Antecedent, Ask, Speaker, Told
from tasks.quotes.speakers.unattributed import continued
from tasks.quotes.statements.statement import Statement

SIEVES: tuple[Callable[[Ask], Speaker | None], ...] = (metonym, named, alias, pronoun, group, document, nominal, continued)
"""Each takes a question and gives a speaker or None; its name is a value of `resolved_by`."""

DEPTH = 3
"""The most phrases that one source leads to in a row: the statement, of the ministry, of ..."""

MEMORY = 500
"""The statements before one, at most, that help to resolve it."""


@dataclass(frozen=True)
class Sieves:
    """The sieves over one story, but for those named in `without`."""

    page: Page
    cast: Cast
    without: Set[str] = frozenset()

    @cached_property
    def _antecedents(self) -> Antecedents:
        return Antecedents(self.page, self.cast)

    def attribute(self, statements: Iterable[Statement]) -> list[Told]:
        """The statements in the order given, each with its speaker; those before a statement help to resolve it."""
        told: list[Told] = []
        for statement in statements:
            told.append(self.attributed(statement, told))
        return told

    def attributed(self, statement: Statement, told: Sequence[Told]) -> Told:
        """A statement with its speaker; `told` are the statements before it."""
        phrase = read_phrase(statement.source, self.page, self.cast) if statement.source else None
        return Told(statement, phrase, *self._answer(statement, phrase, tuple(told[-MEMORY:]), DEPTH))

    def _answer(self, statement: Statement, phrase: Phrase | None, told: tuple[Told, ...], depth: int) -> tuple[Speaker | None, ResolvedBy]:
        def who(other: Phrase) -> Speaker | None:
            return self._answer(statement, other, told, depth - 1)[0] if depth else None

        def antecedent(at: int, gender: Gender) -> Antecedent:
            return self._antecedents.of(at, gender, told, statement.spans)

        ask = Ask(statement, phrase, self.page, self.cast, told, who, antecedent)
        for sieve in SIEVES:
            if sieve.__name__ not in self.without and (speaker := sieve(ask)):
                return speaker, cast(ResolvedBy, sieve.__name__)
        return None, "none"
