"""What a sieve is given: the statement, its source, the story, and the statements before it with their speakers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from schemas.extracted import Entity, ResolvedBy
from schemas.tagged import EntityLabel
from tasks.language.marks import POSSESSIVES
from tasks.language.page import Page, Stretch
from tasks.language.reported import is_addressed
from tasks.language.titles import Gender
from tasks.quotes.speakers.cast import Cast, Chain
from tasks.quotes.speakers.heads import Head, Phrase
from tasks.quotes.statements.statement import Statement

SENTENCES_BACK = 8
"""Sentences in which the antecedent of a pronoun or a noun is looked for, the source's among them."""


class Antecedent(NamedTuple):
    """The likeliest chain for a pronoun, None for nobody named, and how likely it is."""

    chain: int | None
    chance: float


class Speaker(NamedTuple):
    """Who said it: a chain of the story, or a name made of the source's words."""

    name: str
    label: EntityLabel | None = None
    role: str | None = None
    chain_id: int | None = None
    chance: float = 1.0
    """How likely the pronoun that led to it stands for it; 1 where none did."""

    @classmethod
    def of(cls, chain: Chain, chance: float = 1.0) -> "Speaker":
        """A chain as a speaker."""
        return cls(chain.name, chain.label, chain.role, chain.id, chance)


@dataclass(frozen=True)
class Told:
    """A statement with its speaker, or without one where no sieve gave any."""

    statement: Statement
    phrase: Phrase | None
    speaker: Speaker | None
    by: ResolvedBy

    @cached_property
    def at(self) -> int:
        """The offset of the source, else of the cue, else of the content."""
        return next(s.start for s in (self.statement.source, self.statement.cue, self.statement.spans[0]) if s)

    @property
    def anonymous(self) -> Head | None:
        """The head of a noun without a speaker: a spokesman, officials."""
        return self.phrase.head if self.phrase and self.speaker is None and self.phrase.head.kind == "noun" else None


@dataclass(frozen=True)
class Ask:
    """One question: who is the source of this statement?"""

    statement: Statement
    phrase: Phrase | None
    page: Page
    cast: Cast
    told: tuple[Told, ...]
    """The statements before this one, in order."""
    who: Callable[[Phrase], "Speaker | None"]
    """The speaker of another phrase: a member of a group, the issuer of a document."""
    antecedent: Callable[[int, Gender], Antecedent]
    """Whom the he or she at an offset stands for."""

    @property
    def head(self) -> Head | None:
        """The head of a source that is one speaker; None where there is no source, or a group."""
        return self.phrase.head if self.phrase and len(self.phrase.heads) == 1 else None

    @property
    def at(self) -> int:
        """The offset of the source; of the statement, where it has none."""
        return self.phrase.span.start if self.phrase else self.statement.start

    def sentences_back(self, count: int = SENTENCES_BACK) -> Iterator[Stretch]:
        """The source's sentence up to the source, then those before it, nearest first."""
        last = self.page.sentence_at(self.at) + 1
        for start, end in reversed(self.page.sentences[max(0, last - count) : last]):
            if start < self.at:
                yield Stretch(start, min(end, self.at))

    def told_in(self, span: Stretch) -> list[Told]:
        """The statements whose source, else cue or content, begins in the span; nearest first."""
        return [t for t in reversed(self.told) if span.start <= t.at < span.end]

    def mentions_in(self, span: Stretch, *labels: EntityLabel) -> list[Entity]:
        """The mentions of the span with one of the labels, outside quotation marks and the statement's content; possessors last."""
        mentions = [m for m in self.cast.within(*span) if m.label in labels]
        outside = [m for m in mentions if not self.page.quoted(m.start) and not self.statement.covers(m.start, m.start + 1)]
        return sorted(outside, key=lambda m: self.page.text.startswith(POSSESSIVES, m.end))

    def organizations_in(self, span: Stretch) -> list[Entity]:
        """The organizations of `mentions_in`, without those that are only addressed, who then do not go on to speak: `told the Post`."""
        found, text = self.mentions_in(span, "ORGANIZATION"), self.page.text
        return [m for m in found if not is_addressed(text, m.start)]


def joined(members: list[Speaker]) -> Speaker:
    """The speaker that several are together: their names in order, the label if they share one."""
    *names, last = [m.name for m in members]
    labels = {m.label for m in members}
    together = " and ".join([", ".join(names), last] if names else [last])
    return Speaker(together, labels.pop() if len(labels) == 1 else None, chance=min(m.chance for m in members))
