"""Whom a he or she stands for: what speaks for and against each person of the story, weighed by the ranker.

    a pronoun ──► its candidates, each with its evidence ──► ranker ──► the chance of each, and that it is nobody named

Every he and she of the body is resolved, in order, since what one stood for is the best evidence of what the next one does.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tasks.language import lexicon
from tasks.language.page import WORD, Page, Stretch
from tasks.language.titles import Gender
from tasks.quotes.speakers.cast import GENDERS, Cast
from tasks.quotes.speakers.learned.candidates import Pronoun, Resolved
from tasks.quotes.speakers.learned.evidence import Evidence
from tasks.quotes.speakers.learned.people import People
from tasks.quotes.speakers.learned.ranker import Ranker, shipped_ranker
from tasks.quotes.speakers.question import Antecedent, Told

PRONOUNS = 40
"""Pronouns before one that count for it."""


@dataclass
class Antecedents:
    """The pronouns of one story, resolved from its beginning as far as anybody asked."""

    page: Page
    cast: Cast
    ranker: Ranker = field(default_factory=lambda: shipped_ranker(Evidence._fields))
    resolved: list[Resolved] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)

    def of(self, at: int, gender: Gender, told: Sequence[Told], content: Sequence[Stretch] = ()) -> Antecedent:
        """The antecedent of the he or she at the offset `at`; `told` are the statements before it, with their speakers.

        `content` is what the pronoun is the source of: behind `A broker said`, with nobody named since, `he added` is the broker. So
        it is 16 times of 16 in the news among the training corpora.
        """
        while self.ahead and self.ahead[-1][0] < at:
            other, its_gender = self.ahead.pop()
            if not self._is_decided(other):
                self.keep(Resolved(other, its_gender, self._antecedent(other, its_gender, told, ()).chain))
        found = self._antecedent(at, gender, told, content)
        self.keep(Resolved(at, gender, found.chain))
        return found

    def keep(self, resolved: Resolved) -> None:
        """Takes a decision for what comes behind it; of two on one pronoun the later one."""
        index, known = bisect_left(self._places, resolved.at), self._is_decided(resolved.at)
        self._places[index : index + known] = [resolved.at]
        self.resolved[index : index + known] = [resolved]

    def _is_decided(self, at: int) -> bool:
        index = bisect_left(self._places, at)
        return self._places[index : index + 1] == [at]

    def before(self, at: int) -> list[Resolved]:
        """The last pronouns before the offset `at`, in order."""
        index = bisect_left(self._places, at)
        return self.resolved[max(0, index - PRONOUNS) : index]

    def _antecedent(self, at: int, gender: Gender, told: Sequence[Told], content: Sequence[Stretch]) -> Antecedent:
        candidates, evidence = self.evidence(at, gender, told, content)
        if content and evidence[-1].noun_speaks:
            return Antecedent(None, 1.0)
        chances = self.ranker(evidence)
        best = max(range(len(candidates)), key=chances.__getitem__)
        return Antecedent(candidates[best], chances[best])

    @cached_property
    def ahead(self) -> list[tuple[int, Gender]]:
        """Every he and she of the body that nobody has asked for yet, with its gender; the first one last."""
        genders = {word: gender for gender in GENDERS for word in lexicon.listed("pronouns", gender)}
        words = (m for p in self.page.paragraphs for m in WORD.finditer(self.page.text, p.start, p.end))
        return [(m.start(), genders[low]) for m in words if (low := m[0].lower()) in genders][::-1]

    @cached_property
    def _people(self) -> People:
        return People(self.page, self.cast)

    def evidence(
        self, at: int, gender: Gender, told: Sequence[Told], content: Sequence[Stretch] = ()
    ) -> tuple[list[int | None], list[Evidence]]:
        """The candidates for the pronoun at `at`, nobody (None) last, and what speaks for each."""
        pronoun = Pronoun(self._people, at, gender, self.before(at), told, content)
        return [*pronoun.candidates, None], [*map(pronoun.evidence, pronoun.candidates), pronoun.nobody()]
