"""Titles that a list of people shares: "Sens. A and B", "her Norlandic and Sudrian counterparts, A and B"."""

import re
from collections.abc import Sequence

from schemas.base import Span
from tasks.entities.phrases import Token, first_before, phrase_before, singular_head
from tasks.language.countries import is_demonym
from tasks.language.titles import bare, table

_BETWEEN = re.compile(r",? and |, ")
"""All that stands between the names of a list."""


def shared_titles(text: str, paragraph: Span, people: Sequence[Span], names: Sequence[tuple[int, int]] = ()) -> dict[Span, str]:
    """The title of each of the people of a paragraph, in text order, whose list has one in the plural; in the singular.

    `names` are the spans of all the story's names.

    >>> text = "She met her Norwegian and Danish counterparts, Ada Lund and Bo Dahl."
    >>> list(shared_titles(text, Span(start=0, end=68), [Span(start=47, end=55), Span(start=60, end=67)]).values())
    ['Norwegian counterpart', 'Danish counterpart']
    """
    lists: list[list[Span]] = []
    for person in people:
        if lists and _BETWEEN.fullmatch(text, lists[-1][-1].end, person.start):
            lists[-1].append(person)
        else:
            lists.append([person])
    titles = dict[Span, str]()
    for members in lists:
        phrase, apposed = phrase_before(text, paragraph.start, members[0].start)
        head = singular_head(phrase[-1].word) if phrase else None
        if len(members) > 1 and head and bare(head) not in table("heads", "kin"):
            titles |= zip(members, _roles(text, phrase, head, len(members), names, apposed=apposed), strict=False)
    return titles


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
