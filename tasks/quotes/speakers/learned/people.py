"""A story's people as candidates are looked at: their mentions, how each stands in its sentence, and who is not named at all."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log
from typing import NamedTuple

from schemas.extracted import Entity
from tasks.language import lexicon
from tasks.language.marks import POSSESSIVES
from tasks.language.page import WORD, Page
from tasks.language.reported import is_addressed
from tasks.language.titles import chance_female
from tasks.quotes.speakers.cast import Cast

NOUN_REACH = 500
"""Characters before a pronoun in which a person without a name is looked for."""

SPEAKS = re.compile(r"(?:,[^,.;]{0,60},)? (?:\w+ly )?(?:said|says|told|added|asked|wrote|announced|argued|warned|denied|admitted|noted)\b")
SAID = re.compile(r"\b(?:said|says|added|asked|wrote|told)\s+(?:[\w.-]+\s+){0,3}$")
ACTS = re.compile(r" (?:[a-z]+ed|was|is|has|had|will|would|could|did|made|took|became|won|went|left|met|got|gave|wrote|says|said|told)\b")
APPOSITION = re.compile(r"(?:,| is| was|, who (?:is|was)| as| became)? ?(?:an?|the|its|his|her|their|one of the)? ?[^,.;\n]{0,60}")
"""What stands between a name and the noun that describes its bearer: `Lund, a retired judge`, `Lund was a judge`."""


class Setting(NamedTuple):
    """How a mention stands in its sentence; the fields are those of `Evidence`."""

    sentence: int
    possessor: bool
    governed: bool
    begins: bool
    first: bool
    quoted: bool
    speaks: bool
    acts: bool
    addressed: bool

    @property
    def subject(self) -> bool:
        """Whether it begins a clause, and not as a possessor."""
        return self.begins and not self.possessor


@dataclass
class People:
    """The people whom a story names, those of headline and furniture among them."""

    page: Page
    cast: Cast
    _settings: dict[int, Setting] = field(default_factory=dict)

    @cached_property
    def mentions(self) -> list[Entity]:
        """Their mentions, in order."""
        return [m for m in self.cast.mentions if m.label == "PERSON"]

    @cached_property
    def _starts(self) -> list[int]:
        return [m.start for m in self.mentions]

    def within(self, start: int, end: int) -> Sequence[Entity]:
        """The mentions that begin in `[start, end)`."""
        return self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def last(self, count: int, end: int) -> Sequence[Entity]:
        """The last mentions, so many at the most, that begin before `end`."""
        index = bisect_left(self._starts, end)
        return self.mentions[max(0, index - count) : index]

    @cached_property
    def first_names(self) -> dict[int, float]:
        """For each chain the log odds that its first name is a woman's; those of a name that is not listed are 0."""
        chances = {c.id: chance_female(c.name.split()[0]) if " " in c.name else None for c in self.cast.labelled("PERSON")}
        return {chain: log(chance / (1 - chance)) / 4 if chance else 0.0 for chain, chance in chances.items()}

    @cached_property
    def _nouns(self) -> list[int]:
        """Where nouns stand that speak of a person without naming one: `a broker said`, not `Lund, a broker` or `broker Ada Lund`."""
        found: list[int] = []
        named, nouns = [m.start for m in self.cast.mentions], lexicon.people()
        for word in WORD.finditer(self.page.text):
            if word[0] not in nouns:
                continue
            after, before = bisect_left(named, word.end()), bisect_left(self._starts, word.start()) - 1
            titles = after < len(named) and named[after] - word.end() <= 2
            if not titles and not (before >= 0 and APPOSITION.fullmatch(self.page.text, self.mentions[before].end, word.start())):
                found.append(word.start())
        return found

    def unnamed_before(self, offset: int) -> int | None:
        """Where the last such noun before the offset stands, if it is near."""
        index = bisect_left(self._nouns, offset)
        return self._nouns[index - 1] if index and self._nouns[index - 1] > offset - NOUN_REACH else None

    def setting(self, mention: Entity) -> Setting:
        """How a mention stands in its sentence."""
        known = self._settings.get(mention.start)
        if known is None:
            known = self._settings[mention.start] = self._look(mention)
        return known

    def _look(self, mention: Entity) -> Setting:
        text, start, end = self.page.text, mention.start, mention.end
        index = self.page.sentence_at(start)
        opening = self.page.sentences[index].start if index >= 0 else start
        words = WORD.findall(text[opening:start])
        before = bisect_left(self._starts, start) - 1
        return Setting(
            index,
            possessor=text.startswith(POSSESSIVES, end),
            governed=bool(words) and words[-1].lower() in lexicon.listed("nouns", "prepositions"),
            begins=len(words) <= 3,
            first=before < 0 or self._starts[before] < opening,
            quoted=self.page.quoted(start),
            speaks=bool(SPEAKS.match(text, end) or SAID.search(text, max(opening, start - 60), start)),
            acts=ACTS.match(text, end) is not None,
            addressed=is_addressed(text, start, opening),
        )
