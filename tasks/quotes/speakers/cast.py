"""The cast of a story: its chains, and what the text lets be known of them."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from schemas.extracted import Entity
from schemas.tagged import EntityLabel
from tasks.language import lexicon
from tasks.language.page import Page
from tasks.language.titles import Gender, gender_of_titles

NAMES: frozenset[EntityLabel] = frozenset({"PERSON", "ORGANIZATION", "PLACE", "NATIONALITY", "FACILITY", "EVENT", "OTHER"})
"""Labels of what has a name; dates and sums have none."""

TITLE_BEFORE = re.compile(r"([\w’'-]+)\.?\s*$")
WORD = re.compile(r"\w+")
ENOUGH_PRONOUNS = 2


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
        """The cast that the entities make, body and furniture alike."""
        named = (e for e in entities if e.label in NAMES and not _is_pronoun(e, page))
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

    def owner_of(self, mention: Entity) -> str | None:
        """The country named right before a public body that is called by its kind alone: Azerbaijani, Finland’s."""
        if mention.label != "ORGANIZATION" or mention.name.rpartition(" ")[2].lower() not in lexicon.listed("nouns", "public_body"):
            return None
        before = self.within(mention.start - 40, mention.start)
        if not before or before[-1].label not in {"NATIONALITY", "PLACE"} or before[-1].text in mention.name:
            return None
        between = self.page.text[before[-1].end : mention.start]
        return before[-1].text + between[:-1] if between in {" ", "’s ", "'s "} else None

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
        gender = self._gender(mentions, role) if first.label == "PERSON" else None
        owners = {owner for m in mentions if (owner := self.owner_of(m))}
        name = f"{owners.pop()} {first.name}" if len(owners) == 1 else first.name
        return Chain(number, name, first.label, role, gender, tuple(mentions))

    def _gender(self, mentions: list[Entity], role: str | None) -> Gender | None:
        """What titles, gendered nouns and the pronouns close by say; a first name says nothing."""
        titles = re.findall(r"[\w’'-]+", role or "")
        for mention in mentions:
            titles += mention.text.split()[:1]
            if match := TITLE_BEFORE.search(self.page.text, max(0, mention.start - 30), mention.start):
                titles.append(match.group(1))
        return gender_of_titles(titles) or self._gender_by_pronouns(mentions)

    def _gender_by_pronouns(self, mentions: list[Entity]) -> Gender | None:
        """The gender of the pronouns that follow the person in the paragraph, outside quotation marks and before any other name."""
        male = female = 0
        for mention in mentions:
            paragraph = self.page.paragraph_at(mention.start)
            if paragraph is None or self.page.quoted(mention.start):
                continue
            for match in WORD.finditer(self.page.text, mention.end, self.page.paragraphs[paragraph].end):
                word = match.group()
                is_male, is_female = (
                    word.lower() in lexicon.listed("pronouns", "male"),
                    word.lower() in lexicon.listed("pronouns", "female"),
                )
                if word[0].isupper() and not (is_male or is_female) and not self._starts_sentence(match.start()):
                    break
                if not self.page.quoted(match.start()):
                    male, female = male + is_male, female + is_female
        if male >= ENOUGH_PRONOUNS and male >= 2 * female:
            return "male"
        return "female" if female >= ENOUGH_PRONOUNS and female >= 2 * male else None

    def _starts_sentence(self, offset: int) -> bool:
        return self.page.sentences[self.page.sentence_at(offset)].start == offset and not self.within(offset, offset + 1)


def _is_pronoun(mention: Entity, page: Page) -> bool:
    """Whether a mention is only a pronoun: SHE in a sentence of capitals too, where THE WHO stays a body."""
    body = page.text.endswith("THE ", 0, mention.start)
    return lexicon.is_pronoun(mention.text, in_capitals=page.in_capitals(mention.start) and not body)
