"""What a story tells of a chain's gender and number, for those who resolve pronouns.

    facts = evidence(tagged, entities(tagged))
    [chain for chain, fact in facts.items() if fact.fits("she")]

Only the story's own words count: honorifics and titles ("Mrs.", "king", "spokeswoman"), kinship ("his wife, Ada Lund"), and the
pronoun that follows the only person of a sentence or opens the next. Nothing is guessed from given names. A gender is None where the
story does not tell or contradicts itself, and `told_by` says which kind of words told it.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.base import Span
from schemas.extracted import Entity
from schemas.tagged import EntityLabel, TaggedStory
from tasks.entities.roles import titles_around
from tasks.entities.vocabulary import Gender

Number = Literal["one", "many"]

_PRONOUNS: dict[str, tuple[Gender | None, Number]] = {
    **dict.fromkeys(("he", "him", "his", "himself"), ("male", "one")),
    **dict.fromkeys(("she", "her", "hers", "herself"), ("female", "one")),
    **dict.fromkeys(("it", "its", "itself"), (None, "one")),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves"), (None, "many")),
}
_GENDERED = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?][\"”’']*\s+(?=[A-Z“\"‘])")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one chain."""

    label: EntityLabel
    gender: Gender | None
    number: Number
    told_by: Literal["title", "pronoun"] | None

    def fits(self, pronoun: str) -> bool:
        """Whether a third-person pronoun may stand for the chain; an unknown gender fits both, a body may be it or they.

        >>> Evidence("PERSON", "female", "one", "title").fits("he"), Evidence("ORGANIZATION", None, "one", None).fits("They")
        (False, True)
        """
        gender, number = _PRONOUNS[pronoun.casefold()]
        if self.label == "PERSON":
            return number == "one" and gender is not None and self.gender in {None, gender}
        if self.label == "NATIONALITY":
            return number == "many" == self.number
        return gender is None


def evidence(tagged: TaggedStory, entities: Sequence[Entity]) -> dict[int, Evidence]:
    """The facts of every chain of `entities`, by chain id."""
    titles = {e.chain_id: Counter[Gender]() for e in entities}
    pronouns = {e.chain_id: Counter[Gender]() for e in entities}
    people = sorted((e for e in entities if e.label == "PERSON"), key=lambda e: e.start)

    def between(start: int, end: int) -> list[Entity]:
        return people[bisect_left(people, start, key=lambda e: e.start) : bisect_left(people, end, key=lambda e: e.start)]

    names = sorted((e.start, e.end) for e in entities)
    paragraphs = [p for section in tagged.split.sections for p in section.paragraphs]
    for paragraph in paragraphs:
        for entity in between(paragraph.start, paragraph.end):
            for title in titles_around(tagged.text, paragraph, Span(start=entity.start, end=entity.end), names):
                if title.gender:
                    titles[entity.chain_id][title.gender] += 1
    last: int | None = None
    for start, end in (s for paragraph in paragraphs for s in _sentences(tagged.text, paragraph)):
        named = between(start, end)
        chains = {e.chain_id for e in named}
        opening = _GENDERED.match(tagged.text, start, end)
        if opening and last is not None:
            pronouns[last][_gender(opening[0])] += 1
        elif len(chains) == 1 and (later := _GENDERED.search(tagged.text, named[0].end, end)):
            pronouns[named[0].chain_id][_gender(later[0])] += 1
        last = chains.pop() if len(chains) == 1 else None if chains or not opening else last
    return {e.chain_id: _fact(e, titles[e.chain_id], pronouns[e.chain_id]) for e in reversed(entities)}


def _gender(pronoun: str) -> Gender:
    return "female" if pronoun.casefold() in {"she", "her", "hers", "herself"} else "male"


def _fact(entity: Entity, titles: "Counter[Gender]", pronouns: "Counter[Gender]") -> Evidence:
    number: Number = "many" if entity.label == "NATIONALITY" and entity.text.endswith("s") else "one"
    if by_title := _clear_majority(titles):
        return Evidence(entity.label, by_title, number, "title")
    by_pronoun = _clear_majority(pronouns)
    return Evidence(entity.label, by_pronoun, number, "pronoun" if by_pronoun else None)


def _clear_majority(votes: "Counter[Gender]") -> Gender | None:
    """The gender that has more than twice the votes of the other."""
    if votes["female"] > 2 * votes["male"]:
        return "female"
    return "male" if votes["male"] > 2 * votes["female"] else None


def _sentences(text: str, paragraph: Span) -> list[tuple[int, int]]:
    ends = [m.end() for m in _SENTENCE_END.finditer(text, paragraph.start, paragraph.end)]
    return list(zip([paragraph.start, *ends], [*ends, paragraph.end], strict=True))
