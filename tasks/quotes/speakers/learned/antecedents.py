"""Whom a he or she stands for: what speaks for and against each person of the story, weighed by the ranker.

    a pronoun ──► its candidates, each with its evidence ──► ranker ──► the chance of each, and that it is nobody named

Every he and she of the body is resolved, in order, since what one stood for is the best evidence of what the next one does.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log, log1p
from typing import NamedTuple

from schemas.extracted import Entity
from tasks.language import lexicon
from tasks.language.marks import POSSESSIVES
from tasks.language.page import WORD, Page, Stretch
from tasks.language.reported import is_addressed
from tasks.language.titles import Gender, chance_female
from tasks.quotes.speakers.cast import GENDERS, Cast, Chain
from tasks.quotes.speakers.learned.ranker import Ranker, shipped_ranker
from tasks.quotes.speakers.question import Antecedent, Told

CANDIDATES = 12
"""People named last before the pronoun who come into question."""

NEAR = 1_000
"""Characters before the pronoun in which a candidate's mentions are counted."""

MENTIONS, PRONOUNS = 400, 40
"""Mentions of people, and pronouns, before the pronoun that count: a story of any length costs no more for each."""

NOUN_REACH = 500
"""Characters before the pronoun in which a person without a name is looked for."""

SPOKE = 6
"""Statements before the pronoun whose speakers count."""

POSSESSIVE = frozenset({"his", "her", "hers"})
SPEAKS = re.compile(r"(?:,[^,.;]{0,60},)? (?:\w+ly )?(?:said|says|told|added|asked|wrote|announced|argued|warned|denied|admitted|noted)\b")
SAID = re.compile(r"\b(?:said|says|added|asked|wrote|told)\s+(?:[\w.-]+\s+){0,3}$")
ACTS = re.compile(r" (?:[a-z]+ed|was|is|has|had|will|would|could|did|made|took|became|won|went|left|met|got|gave|wrote|says|said|told)\b")
APPOSITION = re.compile(r"(?:,| is| was|, who (?:is|was)| as| became)? ?(?:an?|the|its|his|her|their|one of the)? ?[^,.;\n]{0,60}")
"""What stands between a name and the noun that describes its bearer: `Lund, a retired judge`, `Lund was a judge`."""


class Evidence(NamedTuple):
    """What speaks for or against one candidate; a truth value, or a share between 0 and 1, unless said otherwise."""

    nobody: float = 0
    """Whether this is the candidate that no name of the story stands for."""
    agrees: float = 0
    """The person's titles tell the pronoun's gender; whose titles tell the other one is no candidate."""
    first_name: float = 0
    """Log odds, a quarter of them, that the bearer of the first name has the pronoun's gender; 0 where the name is not listed."""
    settled: float = 0
    """The pronoun stood for this person before (three times or more: 1)."""
    same_sentence: float = 0
    one_back: float = 0
    two_back: float = 0
    three_back: float = 0
    far: float = 0
    """The sentence of the last mention; `later`: the story names the person only behind the pronoun."""
    later: float = 0
    last_named: float = 0
    """Named last, or second to last, of all candidates; `last_fitting`, `second_fitting`: of those of no other gender."""
    second_named: float = 0
    last_fitting: float = 0
    second_fitting: float = 0
    fits: float = 0
    possessor: float = 0
    """Of the last mention: `Lund’s`; behind a preposition; it begins its clause; no person is named before it in its sentence; in
    quotation marks; its bearer speaks or does something; its bearer is spoken to."""
    governed: float = 0
    begins: float = 0
    first: float = 0
    quoted: float = 0
    speaks: float = 0
    acts: float = 0
    addressed: float = 0
    marks_differ: float = 0
    """Of mention and pronoun, one stands in quotation marks."""
    bound: float = 0
    """`Lund sold her boat`: the mention begins the sentence of a possessive pronoun."""
    subject_here: float = 0
    """A subject of the same sentence, or of the one before, whose pronoun begins its own sentence, for `parallel`."""
    subject_back: float = 0
    parallel: float = 0
    mentions_near: float = 0
    spoke_last: float = 0
    spoke_before: float = 0
    says_it: float = 0
    """The pronoun stands in what this person says; `quotes_self`: and in quotation marks, where she would be I."""
    quotes_self: float = 0
    share: float = 0
    """Of the mentions of the candidate named most."""
    first_of_story: float = 0
    named_once: float = 0
    continued: float = 0
    """What the last pronoun of this gender stood for; `continued_near`: in this sentence or the one before."""
    continued_near: float = 0
    since: float = 0
    """Named since the last pronoun of this gender, which stood for somebody else."""
    is_subject: float = 0
    """Of the pronoun: he or she; his, her or hers; in quotation marks; it begins its sentence."""
    is_possessive: float = 0
    is_quoted: float = 0
    begins_sentence: float = 0
    noun_here: float = 0
    """For nobody: a person without a name (`a broker`) in the sentence or the one before; named by a noun after the last fitting name;
    spoke last; how many names fit nearby; none does."""
    noun_back: float = 0
    noun_last: float = 0
    noun_spoke: float = 0
    noun_speaks: float = 0
    """Somebody without a name spoke last, and nobody who fits has been named since."""
    fitting_near: float = 0
    none_fits: float = 0


class Resolved(NamedTuple):
    """A pronoun and the chain that it stands for; None for nobody named."""

    at: int
    gender: Gender
    chain: int | None


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
class Antecedents:
    """The pronouns of one story, resolved from its beginning as far as anybody asked."""

    page: Page
    cast: Cast
    ranker: Ranker = field(default_factory=lambda: shipped_ranker(Evidence._fields))
    resolved: list[Resolved] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)
    _settings: dict[int, Setting] = field(default_factory=dict)

    def of(self, at: int, gender: Gender, told: Sequence[Told], content: Sequence[Stretch] = ()) -> Antecedent:
        """The antecedent of the he or she at the offset `at`; `told` are the statements before it, with their speakers.

        `content` is what the pronoun is the source of: behind `A broker said`, with nobody named since, `he added` is the broker. So
        it is 16 times of 16 in the news among the training corpora.
        """
        while self.ahead and self.ahead[-1][0] < at:
            other, its_gender = self.ahead.pop()
            if other not in self._places:
                self.keep(Resolved(other, its_gender, self._antecedent(other, its_gender, told, ()).chain))
        found = self._antecedent(at, gender, told, content)
        self.keep(Resolved(at, gender, found.chain))
        return found

    def keep(self, resolved: Resolved) -> None:
        """Takes a decision for what comes behind it; of two on one pronoun the later one."""
        index = bisect_left(self._places, resolved.at)
        known = self._places[index : index + 1] == [resolved.at]
        self._places[index : index + known] = [resolved.at]
        self.resolved[index : index + known] = [resolved]

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
    def _people(self) -> list[Chain]:
        return self.cast.labelled("PERSON")

    @cached_property
    def _mentions(self) -> list[Entity]:
        return [m for m in self.cast.mentions if m.label == "PERSON"]

    @cached_property
    def _starts(self) -> list[int]:
        return [m.start for m in self._mentions]

    @cached_property
    def _first_names(self) -> dict[int, float]:
        """For each chain the log odds that its first name is a woman's; those of a name that is not listed are 0."""
        chances = {c.id: chance_female(c.name.split()[0]) if " " in c.name else None for c in self._people}
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
            if not titles and not (before >= 0 and APPOSITION.fullmatch(self.page.text, self._mentions[before].end, word.start())):
                found.append(word.start())
        return found

    def _setting(self, mention: Entity) -> Setting:
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

    def evidence(
        self, at: int, gender: Gender, told: Sequence[Told], content: Sequence[Stretch] = ()
    ) -> tuple[list[int | None], list[Evidence]]:
        """The candidates for the pronoun at `at`, nobody (None) last, and what speaks for each."""
        pronoun = _Pronoun(self, at, gender, told, content)
        people = [*pronoun.before, *pronoun.later]
        return [*people, None], [*map(pronoun.evidence, people), pronoun.nobody()]


class _Pronoun:
    """One he or she among the story's people: what its candidates share is worked out once."""

    def __init__(self, story: Antecedents, at: int, gender: Gender, told: Sequence[Told], content: Sequence[Stretch]) -> None:
        self.story, self.page, self.at, self.gender, self.content = story, story.page, at, gender, content
        self.sentence = self.page.sentence_at(at)
        self.quoted = self.page.quoted(at)
        word = WORD.match(self.page.text, at)
        self.word = word[0].lower() if word else ""
        self.begins = self.page.words_in(self.page.sentences[self.sentence].start, at) <= 2
        past = story.before(at)
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
        end = bisect_left(self.story._starts, self.at)
        mentions: dict[int, list[Entity]] = {}
        for mention in self.story._mentions[max(0, end - MENTIONS) : end]:
            if self._may_be(mention.chain_id) and not any(s.start <= mention.start < s.end for s in self.content):
                mentions.setdefault(mention.chain_id, []).append(mention)
        order = sorted(mentions, key=lambda chain: -mentions[chain][-1].start)[:CANDIDATES]
        return order, mentions

    def _named_next(self) -> list[int]:
        """Two people at the most whom the story names for the first time right behind the pronoun."""
        start, end = (bisect_left(self.story._starts, at) for at in (self.at, self.at + 200))
        chains = [m.chain_id for m in self.story._mentions[start:end] if self.story.cast.chains[m.chain_id].mentions[0].start == m.start]
        return [chain for chain in chains if self._may_be(chain)][:2]

    def _may_be(self, chain: int) -> bool:
        """Whether neither the person's titles nor, more often than not, the pronouns before tell the other gender.

        Of 569 he and she of news in the training corpora none stands for a person of whom they do.
        """
        settled, otherwise = self.settled.get(chain, (0, 0))
        return settled >= otherwise and self.story.cast.chains[chain].gender in (None, self.gender)

    def _first_name(self, chain: int) -> float:
        odds = self.story._first_names[chain]
        return odds if self.gender == "female" else -odds

    def _fits(self, chain: int) -> bool:
        return self.story.cast.chains[chain].gender is not None or self._first_name(chain) > -0.3

    def evidence(self, chain: int) -> Evidence:
        """What speaks for or against a person of the story."""
        person = self.story.cast.chains[chain]
        before = self.mentions.get(chain, [])
        mention = before[-1] if before else person.mentions[0]
        setting = self.story._setting(mention)
        back = self.sentence - setting.sentence if before else -1
        near = [self.story._setting(m) for m in before if m.start > self.at - NEAR]
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
            first_of_story=chain == self.story._mentions[0].chain_id,
            named_once=len(before) == 1,
            continued=same is not None and same.chain == chain,
            continued_near=same is not None and same.chain == chain and self.page.sentence_at(same.at) >= self.sentence - 1,
            since=same is not None and same.chain != chain and mention.start > same.at,
            **self._own(),
        )

    def nobody(self) -> Evidence:
        """What speaks for a person whom the story does not name."""
        nouns = self.story._nouns
        noun = nouns[at - 1] if (at := bisect_left(nouns, self.at)) and nouns[at - 1] > self.at - NOUN_REACH else None
        back = self.sentence - self.page.sentence_at(noun) if noun is not None else -1
        named = max((self.mentions[c][-1].start for c in self.fitting), default=-1)
        near = sum(self.sentence - self.story._setting(self.mentions[c][-1]).sentence <= 3 for c in self.fitting)
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
