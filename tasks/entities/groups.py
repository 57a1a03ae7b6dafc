"""Titles that several people share: "Sens. A and B", "his Norlandic and Sudrian counterparts, A and B"."""

import re
from collections.abc import Sequence
from itertools import groupby

from schemas.base import Span
from tasks.entities.phrases import Token, first_of_apposition, first_of_title, singular_head, tokens_before
from tasks.language.countries import is_demonym
from tasks.language.titles import bare, table

_BETWEEN = re.compile(r",? and |, ")


def shared_titles(text: str, paragraph: Span, people: Sequence[Span], names: Sequence[tuple[int, int]] = ()) -> dict[Span, str]:
    """The role of each person who stands in a list behind a title in the plural; `people` are the paragraph's, in order.

    Where the title names as many peoples as there are people, each has their own.

    >>> text = "She met her Norwegian and Danish counterparts, Ada Lund and Bo Dahl."
    >>> list(shared_titles(text, Span(start=0, end=68), [Span(start=47, end=55), Span(start=60, end=67)]).values())
    ['Norwegian counterpart', 'Danish counterpart']
    """
    roles: dict[Span, str] = {}
    for group in (people for people in _lists(text, people) if len(people) > 1):
        phrase, apposed, one = _plural_before(text, paragraph, group[0])
        if not one or bare(one) in table("heads", "kin"):
            continue
        at = len(phrase) - 1
        first = first_of_apposition(phrase, at) if apposed else first_of_title(phrase, at, names)
        if first is None:
            continue
        peoples = [token for token in phrase[first:at] if is_demonym(token.word)]
        rest = _words(text, phrase[first:at] if len(peoples) != len(group) else phrase[phrase.index(peoples[-1]) + 1 : at])
        for person, own in zip(group, peoples if len(peoples) == len(group) else [None] * len(group), strict=True):
            roles[person] = " ".join(filter(None, (own.word if own else "", rest, one)))
    return roles


def relatives(text: str, paragraph: Span, people: Sequence[Span]) -> dict[Span, str]:
    """Whose relative each person of a list is that says so; `people` are the paragraph's, in order.

    >>> text = "He had two sons, Jan and Ole."
    >>> list(relatives(text, Span(start=0, end=29), [Span(start=17, end=20), Span(start=25, end=28)]).values())
    ['son', 'son']
    """
    lists = [group for group in _lists(text, people) if len(group) > 1]
    return {person: kin for group in lists if (kin := _kin_before(text, paragraph, group[0])) for person in group}


def listed(text: str, people: Sequence[Span]) -> list[list[Span]]:
    """The lists of people that "and" closes, who are all different: "Jan and Ole Moe"."""
    return [group for group in _lists(text, people) if len(group) > 1 and " and " in text[group[0].start : group[-1].end]]


def _kin_before(text: str, paragraph: Span, first: Span) -> str | None:
    phrase, _, one = _plural_before(text, paragraph, first)
    if phrase and phrase[-1].within("heads", "kin_of_many"):
        return phrase[-1].word
    return one if one and bare(one) in table("heads", "kin") else None


def _plural_before(text: str, paragraph: Span, first: Span) -> tuple[list[Token], bool, str | None]:
    """The words before a list, whether a comma closes them, and the singular of the title or relation that they end with."""
    phrase = tokens_before(text, paragraph.start, first.start)
    apposed = bool(phrase) and phrase[-1].word == ","
    if apposed:
        phrase.pop()
    return phrase, apposed, singular_head(phrase[-1].word) if phrase else None


def _lists(text: str, people: Sequence[Span]) -> list[list[Span]]:
    """The people in runs between whose names stand only commas and "and"."""
    runs = 0
    numbered: list[tuple[int, Span]] = []
    for before, person in zip([None, *people], people, strict=False):
        if before is None or not _BETWEEN.fullmatch(text, before.end, person.start):
            runs += 1
        numbered.append((runs, person))
    return [[person for _, person in run] for _, run in groupby(numbered, key=lambda pair: pair[0])]


def _words(text: str, phrase: Sequence[Token]) -> str:
    return text[phrase[0].start : phrase[-1].end] if phrase else ""
