"""Lists of people who share a title or a relation: "Sens. A and B", "his Norlandic and Sudrian counterparts, A and B"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from schemas.base import Span
from tasks.entities.phrases import Token, first_before, phrase_before, singular_head
from tasks.language.countries import is_demonym
from tasks.language.titles import bare, table

_BETWEEN = re.compile(r",? and |, ")


class PeopleList(NamedTuple):
    """Two or more people between whose names stand only commas and "and", with what the words before the first say of each."""

    people: list[Span]
    roles: list[str]
    """The title of each, in the singular; empty where there is none."""
    kin: str | None
    """Whose relatives they are, in the singular: son, of "two sons, Jan and Ole"."""
    closed: bool
    """Whether "and" joins the last, so that all are different people."""


def people_lists(text: str, paragraph: Span, people: Sequence[Span], names: Sequence[tuple[int, int]] = ()) -> list[PeopleList]:
    """The lists among the people of a paragraph, who are in text order; `names` are the spans of all the story's names.

    >>> text = "She met her Norwegian and Danish counterparts, Ada Lund and Bo Dahl."
    >>> people_lists(text, Span(start=0, end=68), [Span(start=47, end=55), Span(start=60, end=67)])[0].roles
    ['Norwegian counterpart', 'Danish counterpart']
    """
    runs: list[list[Span]] = []
    for person in people:
        if runs and _BETWEEN.fullmatch(text, runs[-1][-1].end, person.start):
            runs[-1].append(person)
        else:
            runs.append([person])
    return [_described(text, paragraph, run, names) for run in runs if len(run) > 1]


def _described(text: str, paragraph: Span, people: list[Span], names: Sequence[tuple[int, int]]) -> PeopleList:
    phrase, apposed = phrase_before(text, paragraph.start, people[0].start)
    head = singular_head(phrase[-1].word) if phrase else None
    kin = head if head and bare(head) in table("heads", "kin") else None
    if phrase and phrase[-1].within("heads", "kin_of_many"):
        kin = phrase[-1].word
    roles = _roles(text, phrase, head, len(people), names, apposed=apposed) if head and not kin else []
    return PeopleList(people, roles, kin, " and " in text[people[0].start : people[-1].end])


def _roles(text: str, phrase: list[Token], head: str, count: int, names: Sequence[tuple[int, int]], *, apposed: bool) -> list[str]:
    """The title that `phrase` ends with, once for each of `count` people; each has a people of their own if it names as many."""
    last = len(phrase) - 1
    first = first_before(phrase, last, names, apposed=apposed)
    if first is None:
        return []
    peoples = [at for at in range(first, last) if is_demonym(phrase[at].word)]
    own = [phrase[at].word for at in peoples] if len(peoples) == count else [""] * count
    shared = phrase[peoples[-1] + 1 if len(peoples) == count else first : last]
    words = text[shared[0].start : shared[-1].end] if shared else ""
    return [" ".join(filter(None, (people, words, head))) for people in own]
