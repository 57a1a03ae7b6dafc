"""Which mentions of people are one person's: full names first, then surnames, given names and titled names."""

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tasks.entities.names import GIVEN, PersonName, alike, east_asian, relation, renamed, surname_first
from tasks.entities.roles import Title
from tasks.language.titles import Gender, gender_of_title, honorifics, table

_NEARLY = 0.85
"""The share of letters, in order, that a name and its misspelling have in common at least."""
_SHORTEST_MISSPELT = 6
"""Letters: shorter names are near too many others."""
_FORMER = re.compile(r"(?:then|former|ex)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PersonMention:
    """One mention of a person, with the title that stands before it and with what its neighbours say."""

    start: int
    name: PersonName
    title: Title
    kin: str | None = None
    """Whose relative it is introduced as: brother, of "his brother Bob", "Bob, his brother", "two brothers, Bob and Jan"."""
    listed: int | None = None
    """The number of the list that it stands in, whose people are all different: Bob and Jan Hale."""
    behind: Title = Title()  # noqa: RUF009  (never changed)
    """What is said behind it: president, of "Ida Hale, the country's president,"."""


@dataclass(slots=True)
class _Person:
    """A person as the story has told so far."""

    names: list[PersonName] = field(default_factory=list)
    genders: set[Gender] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    """The heads of what was said of the person: president, nominee, wife."""
    in_full: list[int] = field(default_factory=list)
    """Where the story names the person by several words, in text order."""
    in_short: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The same by one word, for each such word."""
    kin: set[str] = field(default_factory=set)
    """Whose relative the story calls the person: wife, son."""
    honorifics: set[str] = field(default_factory=set)
    lists: set[int] = field(default_factory=set)

    def learns(self, mention: PersonMention) -> None:
        short = len(mention.name.parts) <= 1
        insort(self.in_short["".join(mention.name.parts)] if short else self.in_full, mention.start)
        if mention.name not in self.names and not (short and self.names):
            self.names.append(mention.name)
        if mention.kin:
            self.kin.add(mention.kin)
        self.genders |= {g for g in (mention.title.gender, gender_of_title(mention.kin or "")) if g}
        if mention.listed is not None:
            self.lists.add(mention.listed)
        if mention.title.head and not _FORMER.match(mention.title.role or ""):
            self.titles.add(_spelt_out(mention.title.head))
        if mention.behind.head in table("heads", "offices") and not _FORMER.match(mention.behind.role or ""):
            self.titles.add(_spelt_out(mention.behind.head))
        if mention.title.honorific:
            self.honorifics.add(mention.title.honorific)

    def strength(self, mention: PersonMention) -> int:
        """How the mention names the person; no pet name joins somebody's relative to another, nor people of one list."""
        apart = mention.kin or self.kin or mention.listed in self.lists
        pairs = [sorted((mention.name, known), key=_length) for known in self.names]
        return max(0 if apart and renamed(short, full) else relation(short, full) for short, full in pairs)

    def bears(self, title: Title) -> bool:
        """Whether the story has given the person that title before."""
        return _spelt_out(title.head or "") in self.titles or title.honorific in self.honorifics

    def may_be(self, mention: PersonMention) -> bool:
        """Whether title and honorific allow it: Mrs. Hale is not Mr. Hale, Governor Hale is not Sen. Ida Hale.

        A president may go by title and surname from the start; one who was named in full before, or with other titles, is someone
        else of that surname, but where it stands first: President Xi is Xi Jinping.
        """
        gender, office = mention.title.gender, _office(mention)
        if gender and self.genders and gender not in self.genders:
            return False
        if office is None or office in self.titles:
            return True
        if office == "president" and not any(east_asian(name) and name.parts[:1] == mention.name.parts for name in self.names):
            return not self.titles and not self.in_full[: bisect_left(self.in_full, mention.start)]
        return not self.titles & table("heads", "offices")

    def claim_at(self, start: int, word: str) -> tuple[int, int, bool, int]:
        """How strong a claim the person has to a shared name of one word that stands at `start`.

        Writers keep the bare surname for one bearer and name the others in full: so first counts how often the person went by it
        before, then how often they were named at all, then who is not called after another ("his wife, Ida Hale"), then how lately, or
        how soon after.
        """
        before = [at for ats in (self.in_full, *self.in_short.values()) for at in ats if at < start]
        short = bisect_left(self.in_short.get(word, []), start)
        named_after_another = bool(before) and bool(self.titles & table("heads", "kin"))
        return short, len(before), not named_after_another, max(before, default=-self.first)

    @property
    def surnames(self) -> set[str]:
        """The last words of the person's names of several."""
        return {name.parts[-1] for name in self.names if len(name.parts) > 1}

    @property
    def first(self) -> int:
        """Where the story first names the person."""
        return min(ats[0] for ats in (self.in_full, *self.in_short.values()) if ats)


def join_people(mentions: Sequence[PersonMention]) -> list[int]:
    """For each mention, in text order, the number of its person.

    Longer names found persons, shorter ones join the person whose name they are part of: by surname before given name, of two
    bearers the one whom title and honorific allow and who goes by the surname. A surname that nobody bears may be misspelt.
    """
    people: list[_Person] = []
    bearers: dict[str, set[int]] = {}
    number: dict[int, int] = {}
    for i in sorted(range(len(mentions)), key=lambda i: _turn(mentions[i])):
        parts = mentions[i].name.parts
        known = sorted({n for part in parts for word in alike(part) for n in bearers.get(word, ())})
        joined = _settle(mentions[i], known, people) if known else _misspelt(mentions[i], people)
        if joined is None:
            people.append(_Person())
            joined = len(people) - 1
        people[joined].learns(mentions[i])
        for part in parts:
            bearers.setdefault(part, set()).add(joined)
        number[i] = joined
    return [number[i] for i in range(len(mentions))]


def _turn(mention: PersonMention) -> tuple[int, int]:
    """Full names come before single words, the longest first; single words come as the story has them."""
    length = len(mention.name.parts)
    return (-length if length > 1 else 0, mention.start)


def _settle(mention: PersonMention, known: Sequence[int], people: Sequence[_Person]) -> int | None:
    """Whom of the `known` the mention names; None if it is someone new."""
    strengths = {n: people[n].strength(mention) for n in known if people[n].may_be(mention)}
    surest = max(strengths.values(), default=0)
    if not surest:
        return None
    if surest <= GIVEN and (mention.title.titled or mention.kin):
        return _by_first_word(mention, strengths, people)
    return max((n for n in known if strengths.get(n) == surest), key=lambda n: _claim(mention, people[n]))


def _claim(mention: PersonMention, person: _Person) -> tuple[bool, bool, tuple[int, int, bool, int]]:
    """How strong a claim a person has to a mention that may be several people's: by title, by gender, by use.

    The gender tells spouses apart, but not a father, of whom no title has told it, from "his son".
    """
    telling = not person.kin or bool({"wife", "husband"} & person.kin)
    alike_in_gender = telling and mention.title.gender in person.genders
    return person.bears(mention.title), alike_in_gender, person.claim_at(mention.start, "".join(mention.name.parts))


def _by_first_word(mention: PersonMention, known: Iterable[int], people: Sequence[_Person]) -> int | None:
    """The one person whom a title before the first word of the name means, or that a relative's given name is.

    Sir, Queen and their like stand before given names, other titles before a surname that stands first: Mr. Xi, of Xi Jinping. A
    relative is called by given name where others of the family have been named: his wife Ida, of Ida Hale, beside Tom Hale. Of the
    relatives of PolNeAR train whom this joins, 10 of 10 are the person.
    """
    word = mention.name.parts[0]
    if any(word in person.surnames for person in people):
        return None
    bearers = [n for n in known if any(name.parts[:1] == (word,) for name in people[n].names)]
    if len(bearers) > 1:
        bearers = [n for n in bearers if people[n].bears(mention.title)]
    if len(bearers) != 1:
        return None
    person, title = people[bearers[0]], mention.title
    if mention.kin:
        meant = any(person.surnames & other.surnames for other in people if other is not person)
    elif {title.head, title.honorific} & table("heads", "before_given_names"):
        meant = title.honorific in honorifics() or person.bears(title)
    else:
        meant = any(surname_first(name) for name in person.names)
    return bearers[0] if meant else None


def _misspelt(mention: PersonMention, people: Sequence[_Person]) -> int | None:
    """The one person whose surname a bare surname that the story never introduced is nearly: Hartman, of Ida Hartmann."""
    if len(mention.name.parts) != 1 or len(word := mention.name.parts[0]) < _SHORTEST_MISSPELT:
        return None
    surnames = [(n, name.parts[-1]) for n, person in enumerate(people) if person.may_be(mention) for name in person.names if name.parts]
    near = {n for n, surname in surnames if surname[0] == word[0] and SequenceMatcher(None, word, surname).ratio() >= _NEARLY}
    return near.pop() if len(near) == 1 else None


def _office(mention: PersonMention) -> str | None:
    """The present office of a mention that is title and surname: President Hale."""
    title = mention.title
    if len(mention.name.parts) > 1 or not title.titled or title.head not in table("heads", "offices") or _FORMER.match(title.role or ""):
        return None
    return _spelt_out(title.head)


def _length(name: PersonName) -> int:
    return len(name.parts)


def _spelt_out(head: str) -> str:
    return {"sen": "senator", "gov": "governor", "rep": "representative"}.get(head, head)
