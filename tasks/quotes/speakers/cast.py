"""The cast of a story: its named entities by chain, and the gender of its people."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from schemas.extracted import Entity
from schemas.tagged import EntityLabel
from tasks.language import lexicon
from tasks.language.page import Page
from tasks.language.titles import Gender, gender_of_titles

NAMES: frozenset[EntityLabel] = frozenset({"PERSON", "ORGANIZATION", "PLACE", "NATIONALITY", "FACILITY", "EVENT", "OTHER"})
"""Labels of entities that have a name; dates and sums have none."""

GENDERS: tuple[Gender, ...] = get_args(Gender)
WORD_BEFORE = re.compile(r"([\w’'-]+)\.?\s*$")


@dataclass(frozen=True)
class Chain:
    """An entity of the story with all its mentions, in order."""

    id: int
    name: str
    label: EntityLabel
    role: str | None
    gender: Gender | None
    mentions: tuple[Entity, ...]


@dataclass(frozen=True)
class Cast:
    """Every chain of the story that has a name."""

    mentions: tuple[Entity, ...]
    page: Page

    @classmethod
    def of(cls, entities: list[Entity], page: Page) -> "Cast":
        """The cast of a story with these entities, those of headline and furniture among them."""
        named = (e for e in entities if e.label in NAMES and not lexicon.is_pronoun(e.text, in_capitals=page.in_capitals(e.start)))
        return cls(tuple(sorted(named, key=lambda e: (e.start, -e.end))), page)

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
        """The mentions that begin in `[start, end)`, in text order."""
        return list(self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)])

    def labelled(self, *labels: EntityLabel) -> list[Chain]:
        """The chains that have one of the labels."""
        return [c for c in self.chains.values() if c.label in labels]

    def _chain(self, number: int, mentions: list[Entity]) -> Chain:
        name, label, role = mentions[0].name, mentions[0].label, next((m.role for m in mentions if m.role), None)
        gender = self._gender(mentions, role) if label == "PERSON" else None
        owners = {owner for m in mentions if label == "ORGANIZATION" and (owner := self._owner(m))}
        return Chain(number, f"{owners.pop()} {name}" if len(owners) == 1 else name, label, role, gender, tuple(mentions))

    def _owner(self, body: Entity) -> str | None:
        """The country mentioned right before a public body that is called by its kind alone: Azerbaijani, Finland’s."""
        before = self.within(body.start - 40, body.start)
        public = body.name.rpartition(" ")[2].lower() in lexicon.listed("nouns", "public_body")
        if not public or not before or before[-1].label not in {"NATIONALITY", "PLACE"} or before[-1].text in body.name:
            return None
        between = self.page.text[before[-1].end : body.start]
        return before[-1].text + between[:-1] if between in {" ", "’s ", "'s "} else None

    def _gender(self, mentions: list[Entity], role: str | None) -> Gender | None:
        """The gender of the person's titles: Mrs., king, spokeswoman."""
        titles = [*(role or "").split(), *(word for m in mentions for word in m.text.split()[:1])]
        titles += [match[1] for m in mentions if (match := WORD_BEFORE.search(self.page.text, max(0, m.start - 30), m.start))]
        return gender_of_titles(titles)
