"""Which mentions of people are one person's: full names first, then surnames, given names and titled names."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tasks.entities.names import GIVEN, PersonName, alike, relation, surname_first
from tasks.entities.roles import Title
from tasks.language import lexicon
from tasks.language.titles import Gender, gender_of_titles, honorifics, table

_NEARLY = 0.85
"""The least share of letters, in order, that a name and its misspelling have in common."""
_SHORTEST_MISSPELT = 6
"""Letters: shorter names are near too many others."""
_MOST_BEARERS = 50
"""People to whom one word can point: no story names as many of a name."""
_MOST_PEOPLE = 1000
"""People among whom a misspelt name is looked for."""


@dataclass(frozen=True, slots=True)
class PersonMention:
    """One mention of a person, with the title that stands before it and with what its neighbours say."""

    start: int
    name: PersonName
    title: Title
    kin: str | None = None
    """Whose relative it is introduced as: brother, of "his brother Bob", "Bob, his brother"."""


@dataclass(slots=True)
class _Person:
    """What the mentions joined so far say of a person."""

    names: list[PersonName] = field(default_factory=list)
    genders: set[Gender] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    """Heads of titles and appositions: president, nominee, wife."""
    honorifics: set[str] = field(default_factory=set)
    kin: set[str] = field(default_factory=set)
    """Relations to others: wife, son."""
    starts: list[int] = field(default_factory=list)
    """Where the mentions start, in order."""
    in_full: list[int] = field(default_factory=list)
    """Where those of several words start."""
    in_short: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """How often each name of one word was used."""

    def learns(self, mention: PersonMention) -> None:
        title, parts = mention.title, mention.name.parts
        insort(self.starts, mention.start)
        if len(parts) > 1:
            self.in_full.append(mention.start)
        else:
            self.in_short[parts] += 1
        if not self.names or (len(parts) > 1 and mention.name not in self.names):
            self.names.append(mention.name)
        self.kin.update(filter(None, [mention.kin]))
        self.honorifics.update(filter(None, [title.honorific]))
        self.genders.update(filter(None, [title.gender, gender_of_titles(filter(None, [mention.kin]))]))
        self.titles.update(_spelt_out(head) for head in [title.present] if head)

    def strength(self, mention: PersonMention) -> int:
        """How the mention names the person, by the best of the names known."""
        pairs = [sorted((mention.name, known), key=lambda name: len(name.parts)) for known in self.names]
        return max(relation(short, full) for short, full in pairs)

    def bears(self, title: Title) -> bool:
        """Whether the story has given the person that title or honorific before."""
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
        if office == "president" and not any(surname_first(name) and name.parts[:1] == mention.name.parts for name in self.names):
            return not self.titles and not any(start < mention.start for start in self.in_full)
        return not self.titles & table("heads", "offices")

    def claim_to(self, mention: PersonMention) -> tuple[bool, bool, int, int, bool, int]:
        """How strong the person's claim to a mention is that may be several people's; the greater the stronger.

        A title given before decides, then gender, which tells spouses apart, but not a father without title from his son. Writers
        keep the bare surname for one bearer and name the others in full: next counts how often the person went by that word, then
        how often they were named at all, then who is not introduced as a relative, then who was named last, or comes next.
        """
        spouse = not self.kin or bool({"wife", "husband"} & self.kin)
        before = bisect_left(self.starts, mention.start)
        return (
            self.bears(mention.title),
            spouse and mention.title.gender in self.genders,
            self.in_short[mention.name.parts],
            before,
            not before or not self.titles & table("heads", "kin"),
            self.starts[before - 1] if before else -self.starts[0],
        )

    @property
    def surnames(self) -> set[str]:
        """The last words of the person's names of several."""
        return {name.parts[-1] for name in self.names if len(name.parts) > 1}


def join_people(mentions: Sequence[PersonMention]) -> list[int]:
    """For each mention, in text order, the number of its person.

    The longest names come first and found persons; shorter ones join the person whose name they are part of: by surname before
    given name, of two bearers the one whom title and honorific allow and who goes by the surname.
    """
    people: list[_Person] = []
    bearers: dict[str, set[int]] = {}
    number: dict[int, int] = {}
    for i in sorted(range(len(mentions)), key=lambda i: (-len(mentions[i].name.parts), mentions[i].start)):
        parts = mentions[i].name.parts
        known = sorted({n for part in parts for word in alike(part) for n in bearers.get(word, ())})
        joined = _settle(mentions[i], known, people) if known else _misspelt(mentions[i], people)
        if joined is None:
            people.append(_Person())
            joined = len(people) - 1
        people[joined].learns(mentions[i])
        for part in parts:
            if len(same := bearers.setdefault(part, set())) < _MOST_BEARERS:
                same.add(joined)
        number[i] = joined
    return [number[i] for i in range(len(mentions))]


def _settle(mention: PersonMention, known: Sequence[int], people: Sequence[_Person]) -> int | None:
    """Whom of the `known` the mention names; None if it is someone new."""
    strengths = {n: people[n].strength(mention) for n in known if people[n].may_be(mention)}
    surest = max(strengths.values(), default=0)
    if not surest:
        return None
    if surest <= GIVEN and (mention.title.titled or mention.kin):
        return _by_first_word(mention, strengths, people)
    return max((n for n in known if strengths.get(n) == surest), key=lambda n: people[n].claim_to(mention))


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
    surnames = [
        (n, name.parts[-1])
        for n, person in enumerate(people[:_MOST_PEOPLE])
        if person.may_be(mention)
        for name in person.names
        if name.parts
    ]
    near = {n for n, surname in surnames if surname[0] == word[0] and SequenceMatcher(None, word, surname).ratio() >= _NEARLY}
    return near.pop() if len(near) == 1 else None


def _office(mention: PersonMention) -> str | None:
    """The present office of a mention that is title and surname: President Hale."""
    head = mention.title.present
    titled = len(mention.name.parts) <= 1 and mention.title.titled
    return _spelt_out(head) if head and titled and head in table("heads", "offices") else None


def _spelt_out(head: str) -> str:
    return str(lexicon.table("nouns")["short"].get(head, head))
