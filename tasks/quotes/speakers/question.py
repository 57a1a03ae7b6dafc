"""What a sieve sees when it is asked who said something: the source, the story, and who has spoken so far."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from schemas.base import Span
from schemas.extracted import Entity, ResolvedBy
from schemas.tagged import EntityLabel
from tasks.language import lexicon
from tasks.language.page import Page, Stretch
from tasks.quotes.speakers.cast import Cast, Chain
from tasks.quotes.speakers.heads import Head, Phrase
from tasks.quotes.statements.statement import Statement

ADDRESSED = re.compile(
    r"\b(?:told|tells?|telling|inform(?:ed|s|ing)|assur(?:ed|es|ing)|interview(?:ed)? (?:with|by)|"
    r"(?:spoke|speaks?|speaking|talk(?:ed|s|ing)?|said|interview|statement|letter|e-?mail|comments?|remarks?) to)\s+"
    r"(?:(?:\w+ ){0,2}(?:reporters?|journalists?|correspondents?) (?:from|of|with|for|at) )?"
    r"(?:(?:\w+ ){0,2}(?:agency|agencies|newspapers?|dailies|daily|broadcasters?|station|channel|magazine|outlets?),? )?"
    r"(?:the |a |an )?(?:[A-Z][\w.-]*(?: [A-Z][\w.-]*){0,3}(?:,? and|,) (?:the )?){0,4}$"
)
"""What stands before somebody who is only told: `told`, `in an interview with`, `told Reuters, the BBC and`."""

ADDRESSED_REACH = 160
"""Characters before a mention in which that may begin: names of four others at the most."""

SENTENCES_BACK = 8
"""How far back a pronoun or a nominal is followed."""


class Speaker(NamedTuple):
    """Who said it; a chain of the story, or a name that the words of the story make."""

    name: str
    label: EntityLabel | None = None
    role: str | None = None
    chain_id: int | None = None

    @classmethod
    def of(cls, chain: Chain) -> "Speaker":
        """The speaker that a chain is."""
        return cls(chain.name, chain.label, chain.role, chain.id)


@dataclass(frozen=True)
class Told:
    """A statement whose speaker has been looked for."""

    statement: Statement
    phrase: Phrase | None
    speaker: Speaker | None
    by: ResolvedBy

    @cached_property
    def at(self) -> int:
        """Where the text says that it was said: at the source, else the cue, else the content."""
        return next(s.start for s in (self.statement.source, self.statement.cue, self.statement.spans[0]) if s)

    @property
    def anonymous(self) -> Head | None:
        """The head of a source that names nobody the story knows: a spokesman, officials."""
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
    """Asks the same of another phrase: a member of a group, the issuer of a document."""

    @property
    def head(self) -> Head | None:
        """The head of a source that is one speaker; None where there is no source, or a group."""
        return self.phrase.head if self.phrase and len(self.phrase.heads) == 1 else None

    @property
    def at(self) -> int:
        """Where the source stands; the statement, when it has none."""
        return self.phrase.span.start if self.phrase else self.statement.start

    @property
    def next_paragraph(self) -> Span | None:
        """The second paragraph, where the source stands in the first: it may name whom the first only tells of."""
        return self.page.paragraphs[1] if self.page.paragraph_at(self.at) == 0 and len(self.page.paragraphs) > 1 else None

    def in_content(self, offset: int) -> bool:
        """Whether `offset` lies in the words that were said."""
        return self.statement.covers(offset, offset + 1)

    def sentences_back(self, count: int = SENTENCES_BACK) -> Iterator[Stretch]:
        """The source's sentence up to the source, then those before it, nearest first."""
        last = self.page.sentence_at(self.at)
        for index in range(last, max(-1, last - count), -1):
            sentence = self.page.sentences[index]
            end = min(sentence.end, self.at)
            if end > sentence.start:
                yield Stretch(start=sentence.start, end=end)

    def told_in(self, span: Stretch) -> list[Told]:
        """The statements attributed in the span, nearest first."""
        return [t for t in reversed(self.told) if span.start <= t.at < span.end]

    def organizations_in(self, span: Stretch) -> list[Entity]:
        """The organizations of `mentions_in`, without those that are only addressed: `told the Tidal Post`."""
        return [m for m in self.mentions_in(span, "ORGANIZATION") if not is_addressed(m, self.page)]

    def mentions_in(self, span: Stretch, *labels: EntityLabel) -> list[Entity]:
        """The mentions of the span outside quotation marks and the statement's own content: subjects first, the oblique last."""
        found = [
            m
            for m in self.cast.within(span.start, span.end)
            if m.label in labels and not self.page.quoted(m.start) and not self.in_content(m.start)
        ]
        straight = [m for m in found if not is_oblique(m, self.page) and not is_addressed(m, self.page)]
        return straight + [m for m in reversed(found) if m not in straight]


def is_addressed(mention: Entity, page: Page) -> bool:
    """Whether a mention is of whom something is told, who then is not the one who goes on to speak: `told the Tidal Post`."""
    return ADDRESSED.search(page.text, max(0, mention.start - ADDRESSED_REACH), mention.start) is not None


def is_oblique(mention: Entity, page: Page) -> bool:
    """Whether a mention hangs on a preposition or a noun: `with Blinken`, `Blinken's car`; not `with Blinken leading the talks`."""
    if page.text.startswith(("’s", "'s", "’ ", "' "), mention.end):
        return True
    if re.match(r"\s+\w+ing\b", page.text[mention.end : mention.end + 20]):
        return False
    before = page.text[max(0, mention.start - 60) : mention.start].split()
    while before and (
        before[-1].lower() in lexicon.listed("nouns", "determiners") or lexicon.category(before[-1].lower().rstrip(".")) == "person"
    ):
        before.pop()
    return bool(before) and before[-1].lower() in lexicon.listed("nouns", "prepositions")


def joined(members: list[Speaker]) -> Speaker:
    """The speaker that several are together: their names in order, the label if they share one."""
    *names, last = [m.name for m in members]
    labels = {m.label for m in members}
    return Speaker(" and ".join([", ".join(names), last] if names else [last]), labels.pop() if len(labels) == 1 else None)
