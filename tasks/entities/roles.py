"""The title or office that stands beside a person's name: "US National Security Advisor Jake Sullivan", "X, a spokesman for Y,"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from schemas.base import Span
from tasks.entities.names import parse
from tasks.entities.phrases import REACH, Token, first_before, head_after, head_before, head_word, last_of_apposition, phrase_before, tokens
from tasks.language.titles import Gender, bare, gender_of_titles, honorifics, table

_AGE = re.compile(r"\s*,\s*(?:aged?\s+)?\d{1,3}(?=\s*,)")
_CLOSED = re.compile(r"\s*(?:[,.;:!?)]|and\b|$)")
"""What follows a name that is itself an apposition: "the mayor, Ada Lund, left", not "after meeting the mayor, Lund left"."""
_FORMER = re.compile(r"(?:then|former|ex)\b", re.IGNORECASE)
_INITIALS = re.compile(r"(?:\b[A-Z]\.){2}$")


@dataclass(frozen=True, slots=True)
class Title:
    """What is said of a person before or after the name: the role as worded, the noun that heads it, the gender that it tells."""

    role: str | None = None
    head: str | None = None
    gender: Gender | None = None
    titled: bool = False
    """Whether it stands directly before the name: a title or an honorific."""
    honorific: str | None = None
    """What stands right before the name and tells no role, in small letters: mr, sir."""
    start: int | None = None
    """Where the role starts in the text."""

    @property
    def present(self) -> str | None:
        """The head of a role that the person has now: of no former mayor."""
        return None if _FORMER.match(self.role or "") else self.head


def titles_around(text: str, paragraph: Span, mention: Span, names: Sequence[tuple[int, int]] = ()) -> tuple[Title, Title]:
    """The title before and the apposition after a person's mention in its paragraph; `names` are all mentions of the story, in order."""
    name = mention.start + parse(mention.of(text)).offset
    after = title_after(text, mention.end, paragraph.end)
    if text[:name].endswith(", ") and not _CLOSED.match(text, mention.end, paragraph.end):
        return Title(), after
    return title_before(text, paragraph.start, name, names), after


def title_before(text: str, start: int, name: int, names: Sequence[tuple[int, int]] = ()) -> Title:
    """The title that ends just before `name`, in `text` from `start` (the paragraph's) on.

    `names` are the spans of the story's mentions, in order: they may be part of a title ("UN Security Council", "Turkish").

    >>> text = "On Monday former Norlandic Prime Minister Ada Lund resigned."
    >>> title_before(text, 0, text.index("Ada"), [(17, 26)]).role
    'former Norlandic Prime Minister'
    """
    phrase, apposed = phrase_before(text, start, name)
    honorific = None
    while phrase and bare(phrase[-1].word) in honorifics() and phrase[-1].word[0].isupper():
        honorific = bare(phrase.pop().word)
    gender = gender_of_titles([honorific]) if honorific else None
    at = head_before(phrase, apposed=apposed)
    first = None if at is None else first_before(phrase, at, names, apposed=apposed)
    if at is None or first is None:
        return Title(gender=gender, titled=honorific is not None, honorific=honorific)
    title = _title(text, phrase, first, at, len(phrase) - 1, gender, titled=honorific is not None or not apposed)
    return replace(title, honorific=honorific)


def title_after(text: str, name: int, end: int) -> Title:
    """The apposition that begins just after a name that ends at `name`, in `text` up to `end` (the paragraph's); not another person's.

    >>> title_after("Ada Lund, 43, the secretary of state, left.", 8, 43).role
    'secretary of state'
    """
    if age := _AGE.match(text, name, end):
        name = age.end()
    if not text.startswith(",", name, end):
        return Title()
    phrase = tokens(text, name, min(end, name + REACH))
    if len(phrase) < 2 or phrase[1].word == "and":
        return Title()
    first = 2 if phrase[1].is_determiner else 1
    head = head_after(phrase, first)
    last = None if head is None else last_of_apposition(phrase, head)
    if head is None or last is None:
        return Title()
    return _title(text, phrase, first, head, last, None, titled=False)


def _title(text: str, phrase: Sequence[Token], first: int, head: int, last: int, gender: Gender | None, *, titled: bool) -> Title:
    """The title of the tokens from `first` to `last`; relatives and headlines in capitals give no role."""
    word = head_word(phrase, head) or ""
    gender = gender or gender_of_titles([word])
    role = " ".join(text[phrase[first].start : phrase[last].end].split())
    if not titled and not _INITIALS.search(role):
        role = role.removesuffix(".")
    if word in table("heads", "kin") or (role.isupper() and len(role) > 3):
        return Title(None, word, gender, titled)
    return Title(role, word, gender, titled, start=phrase[first].start)
