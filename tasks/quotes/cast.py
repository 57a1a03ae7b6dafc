"""The cast of a story: its chains, and what the text lets be known of them."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from schemas.extracted import Entity
from schemas.tagged import EntityLabel
from tasks.quotes import words
from tasks.quotes.page import Page

Sex = Literal["male", "female"]

NAMES: frozenset[EntityLabel] = frozenset({"PERSON", "ORGANIZATION", "PLACE", "NATIONALITY", "FACILITY", "EVENT", "OTHER"})
"""Labels of what has a name; dates and sums have none."""

TITLE_BEFORE = re.compile(r"([\w’'-]+)\.?\s*$")
PRONOUN = re.compile(r"\b(?:(he|his|him|himself)|(she|her|hers|herself))\b", re.IGNORECASE)
ENOUGH_PRONOUNS = 2


@dataclass(frozen=True)
class Chain:
    """An entity of the story with all its mentions, in order."""

    id: int
    name: str
    label: EntityLabel
    role: str | None
    sex: Sex | None
    mentions: tuple[Entity, ...]


@dataclass(frozen=True)
class Cast:
    """Every chain of the story that has a name."""

    mentions: tuple[Entity, ...]
    page: Page

    @classmethod
    def of(cls, entities: list[Entity], page: Page) -> "Cast":
        """The cast that the entities make, body and furniture alike."""
        return cls(tuple(sorted((e for e in entities if e.label in NAMES), key=lambda e: (e.start, -e.end))), page)

    @cached_property
    def chains(self) -> dict[int, Chain]:
        """The chains by their number."""
        by_chain: dict[int, list[Entity]] = {}
        for mention in self.mentions:
            by_chain.setdefault(mention.chain_id, []).append(mention)
        return {number: self._chain(number, mentions) for number, mentions in by_chain.items()}

    @cached_property
    def _starts(self) -> list[int]:
        return [m.start for m in self.mentions]

    def chain_of(self, mention: Entity) -> Chain:
        """The chain of a mention."""
        return self.chains[mention.chain_id]

    def within(self, start: int, end: int) -> list[Entity]:
        """The mentions that begin in `[start, end)`, the longer of two that begin alike."""
        found: list[Entity] = []
        for mention in self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]:
            if not found or mention.start >= found[-1].end:
                found.append(mention)
        return found

    def labelled(self, *labels: EntityLabel) -> list[Chain]:
        """The chains that have one of the labels."""
        return [c for c in self.chains.values() if c.label in labels]

    def _chain(self, number: int, mentions: list[Entity]) -> Chain:
        first = mentions[0]
        role = next((m.role for m in mentions if m.role), None)
        sex = self._sex(mentions, role) if first.label == "PERSON" else None
        return Chain(number, first.name, first.label, role, sex, tuple(mentions))

    def _sex(self, mentions: list[Entity], role: str | None) -> Sex | None:
        """What titles, gendered nouns and the pronouns close by say; a first name says nothing."""
        titles = {w.lower() for w in re.findall(r"[\w’'-]+", role or "")}
        for mention in mentions:
            titles.add(mention.text.split()[0].lower().rstrip("."))
            if match := TITLE_BEFORE.search(self.page.text, max(0, mention.start - 30), mention.start):
                titles.add(match.group(1).lower())
        if titles & words.listed("pronouns", "male_titles"):
            return "male"
        if titles & words.listed("pronouns", "female_titles"):
            return "female"
        return self._sex_by_pronouns(mentions)

    def _sex_by_pronouns(self, mentions: list[Entity]) -> Sex | None:
        """The sex of the pronouns that follow the person in the same sentence, before anyone else is named."""
        male = female = 0
        for mention in mentions:
            sentence = self.page.sentence_at(mention.start)
            if sentence < 0:
                continue
            end = self.page.sentences[sentence].end
            others = [m.start for m in self.within(mention.end, end) if m.label == "PERSON"]
            for match in PRONOUN.finditer(self.page.text, mention.end, min([end, *others])):
                male, female = male + bool(match.group(1)), female + bool(match.group(2))
        if male >= ENOUGH_PRONOUNS and male > 2 * female:
            return "male"
        return "female" if female >= ENOUGH_PRONOUNS and female > 2 * male else None

