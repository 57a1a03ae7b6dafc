"""The candidates for one he or she, and what speaks for and against each."""

from collections.abc import Sequence
from math import log1p
from typing import NamedTuple

from schemas.extracted import Entity
from tasks.language.page import WORD, Stretch
from tasks.language.titles import Gender
from tasks.quotes.speakers.cast import Chain
from tasks.quotes.speakers.learned.evidence import Evidence
from tasks.quotes.speakers.learned.people import People
from tasks.quotes.speakers.question import Told

CANDIDATES = 12
"""People named last before the pronoun who come into question."""

MENTIONS = 400
"""Mentions of people before the pronoun that count: a story of any length costs no more for each."""

NEAR, NEXT = 1_000, 200
"""Characters before the pronoun in which a candidate's mentions are counted, and behind it in which one may be named first."""

SPOKE = 6
"""Statements before the pronoun whose speakers count."""

POSSESSIVE = frozenset({"his", "her", "hers"})


class Resolved(NamedTuple):
    """A pronoun and the chain that it stands for; None for nobody named."""

    at: int
    gender: Gender
    chain: int | None


class Pronoun:
    """One he or she among the story's people: what its candidates share is worked out once."""

    def __init__(
        self, people: People, at: int, gender: Gender, past: Sequence[Resolved], told: Sequence[Told], content: Sequence[Stretch]
    ) -> None:
        self.people, self.page, self.at, self.gender, self.content = people, people.page, at, gender, content
        self.sentence = self.page.sentence_at(at)
        self.quoted = self.page.quoted(at)
        word = WORD.match(self.page.text, at)
        self.word = word[0].lower() if word else ""
        self.begins = self.page.words_in(self.page.sentences[self.sentence].start, at) <= 2
        self.same = next((r for r in reversed(past) if r.gender == gender), None)
        self.settled: dict[int | None, list[int]] = {}
        for r in past:
            self.settled.setdefault(r.chain, [0, 0])[r.gender != gender] += 1
        earlier = [t for t in told[-2 * SPOKE :] if t.at < at]
        self.inside = [t.speaker.chain_id for t in earlier if t.speaker and t.statement.covers(at, at + 1)]
        spoke = [t for t in reversed(earlier) if not t.statement.covers(at, at + 1)]
        self.anonymous = next((t.at for t in spoke[:1] if t.anonymous), -1)
        self.spoke = [t.speaker.chain_id if t.speaker else None for t in spoke if t.speaker or t.anonymous][:SPOKE]
        self.before, self.mentions = self._named_before()
        self.later = self._named_next()
        self.fitting = [c for c in self.before if self._fits(c)]
        self.most = max(map(len, self.mentions.values()), default=1)

    def _named_before(self) -> tuple[list[int], dict[int, list[Entity]]]:
        """The candidates, the one named last first, and their mentions; whom the pronoun itself is quoted on is somebody else."""
        mentions: dict[int, list[Entity]] = {}
        for mention in self.people.last(MENTIONS, self.at):
            if self._may_be(mention.chain_id) and not any(s.start <= mention.start < s.end for s in self.content):
                mentions.setdefault(mention.chain_id, []).append(mention)
        order = sorted(mentions, key=lambda chain: -mentions[chain][-1].start)[:CANDIDATES]
        return order, mentions

    def _named_next(self) -> list[int]:
        """Two people at the most whom the story names for the first time right behind the pronoun."""
        near = self.people.within(self.at, self.at + NEXT)
        chains = [m.chain_id for m in near if self._chain(m.chain_id).mentions[0].start == m.start]
        return [chain for chain in chains if self._may_be(chain)][:2]

    def _may_be(self, chain: int) -> bool:
        """Whether neither the person's titles nor, more often than not, the pronouns before tell the other gender.

        Of 569 he and she of news in the training corpora none stands for a person of whom they do.
        """
        settled, otherwise = self.settled.get(chain, (0, 0))
        return settled >= otherwise and self._chain(chain).gender in (None, self.gender)

    def _chain(self, chain: int) -> Chain:
        return self.people.cast.chains[chain]

    def _first_name(self, chain: int) -> float:
        odds = self.people.first_names[chain]
        return odds if self.gender == "female" else -odds

    def _fits(self, chain: int) -> bool:
        return self._chain(chain).gender is not None or self._first_name(chain) > -0.3

    @property
    def candidates(self) -> list[int]:
        """The chains of the people who come into question."""
        return [*self.before, *self.later]

    def evidence(self, chain: int) -> Evidence:
        """What speaks for or against a person of the story."""
        person = self._chain(chain)
        before = self.mentions.get(chain, [])
        mention = before[-1] if before else person.mentions[0]
        setting = self.people.setting(mention)
        back = self.sentence - setting.sentence if before else -1
        near = [self.people.setting(m) for m in before if m.start > self.at - NEAR]
        here = any(s.subject and s.sentence == self.sentence for s in near)
        behind = any(s.subject and s.sentence == self.sentence - 1 for s in near)
        possessive = self.word in POSSESSIVE
        settled, _ = self.settled.get(chain, (0, 0))
        same, fits = self.same, chain in self.fitting
        says_it = chain in self.inside
        return Evidence(
            agrees=person.gender == self.gender,
            first_name=self._first_name(chain),
            settled=min(settled, 3) / 3,
            same_sentence=back == 0,
            one_back=back == 1,
            two_back=back == 2,
            three_back=back == 3,
            far=min(log1p(max(0, back - 3)) / 3, 1),
            later=back == -1,
            last_named=self.before[:1] == [chain],
            second_named=self.before[1:2] == [chain],
            last_fitting=self.fitting[:1] == [chain],
            second_fitting=self.fitting[1:2] == [chain],
            fits=fits,
            possessor=setting.possessor,
            governed=setting.governed,
            begins=setting.begins,
            first=setting.first,
            quoted=setting.quoted,
            speaks=setting.speaks,
            acts=setting.acts,
            addressed=setting.addressed,
            marks_differ=setting.quoted != self.quoted,
            bound=here and possessive,
            subject_here=here,
            subject_back=behind,
            parallel=behind and self.begins and not possessive,
            mentions_near=min(len(near), 5) / 5,
            spoke_last=self.spoke[:1] == [chain],
            spoke_before=chain in self.spoke[1:],
            says_it=says_it,
            quotes_self=says_it and self.quoted,
            share=len(before) / self.most,
            first_of_story=chain == self.people.mentions[0].chain_id,
            named_once=len(before) == 1,
            continued=same is not None and same.chain == chain,
            continued_near=same is not None and same.chain == chain and self.page.sentence_at(same.at) >= self.sentence - 1,
            since=same is not None and same.chain != chain and mention.start > same.at,
            **self._own(),
        )

    def nobody(self) -> Evidence:
        """What speaks for a person whom the story does not name."""
        noun = self.people.unnamed_before(self.at)
        back = self.sentence - self.page.sentence_at(noun) if noun is not None else -1
        named = max((self.mentions[c][-1].start for c in self.fitting), default=-1)
        near = sum(self.sentence - self.people.setting(self.mentions[c][-1]).sentence <= 3 for c in self.fitting)
        return Evidence(
            nobody=1,
            noun_here=back == 0,
            noun_back=back == 1,
            noun_last=noun is not None and noun > named,
            noun_spoke=self.anonymous >= 0,
            noun_speaks=self.anonymous > named,
            fitting_near=min(near, 3) / 3,
            none_fits=named < 0 or self.sentence - self.page.sentence_at(named) > 6,
            continued=self.same is not None and self.same.chain is None,
            **self._own(),
        )

    def _own(self) -> dict[str, float]:
        return {
            "is_subject": self.word in {"he", "she"},
            "is_possessive": self.word in POSSESSIVE,
            "is_quoted": self.quoted,
            "begins_sentence": self.begins,
        }
