"""Labels: who speaks by the layout of the page, in front of the words (SMITH: ..., Q: ...), behind them, on a line over or under them.

A line of its own for every speaker is no prose: the words after the label are what was said, quotation marks or not.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from schemas.base import Span
from tasks.language import lexicon
from tasks.language.labels import LABEL, LEAD, LINE, SPEECH, UNDER
from tasks.language.page import Page, Stretch
from tasks.language.titles import bare, titles
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.heads import ANSWERS, QUESTIONS, TURNS
from tasks.quotes.statements.statement import Covered, Statement

Labelled = tuple[Stretch, re.Match[str]]
"""What somebody said, and the label that says who."""

SURE = 0.89
"""The score of what the layout alone tells: of 28 turns drawn from PolNeAR train, 25 are right to a reader; its annotators left some
interviews out.
"""
FEWEST_TURNS = 3
"""Labelled paragraphs that make a transcript; fewer may be notes, scores or lists."""


def with_turns(statements: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, with one for each turn of a transcript."""
    said = [(words, label) for words, label in _labelled(page, cast) if label["name"] in TURNS or SPEECH.search(page.text, *words)]
    return _laid_out(statements, _of_transcript(said, cast), page)


def with_signed(statements: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, with one for each paragraph that is a quotation and a label for whose it is: “...” — Ada Lund, Oslo."""
    return _laid_out(statements, _signed(statements, page, cast), page)


def _laid_out(statements: Sequence[Statement], labelled: Iterable[Labelled], page: Page) -> list[Statement]:
    """The statements that labels make of the words beside them, and what the others have beside those."""
    made = [Statement((said,), Stretch(*of.span("mark")) if of["mark"] else None, Stretch(*of.span("name")), SURE) for said, of in labelled]
    taken = Covered(page, (statement.spans[0] for statement in made))
    rests = [(s, tuple(span for span in s.spans if not taken.touches(*span))) for s in statements]
    return [*(replace(statement, spans=rest) for statement, rest in rests if rest), *made]


def _labelled(page: Page, cast: Cast) -> Iterator[Labelled]:
    """What stands behind or under each label that may be a transcript's."""
    for paragraph, following in zip_longest(page.paragraphs, page.paragraphs[1:]):
        if label := LABEL.match(page.text, paragraph.start, paragraph.end):
            yield Stretch(label.end(), paragraph.end), label
        elif following and UNDER.fullmatch(following.of(page.text)) and (label := _line(paragraph, page, cast)):
            yield Stretch(following.start, following.end), label


def _of_transcript(labelled: Sequence[Labelled], cast: Cast) -> list[Labelled]:
    """Those that are turns: questions with answers, or people of the story and whoever speaks twice."""
    labels = Counter(label["name"] for _, label in labelled)
    asked = bool(QUESTIONS & labels.keys() and ANSWERS & labels.keys())
    named = {mention.text for mention in cast.mentions}
    surnames = {chain.name.rpartition(" ")[2].casefold() for chain in cast.labelled("PERSON")}

    def speaks(label: re.Match[str]) -> bool:
        name, last = label["name"], label["name"].split()[-1].casefold()
        somebody = label["mark"] in ("", ":") and (name.isupper() or name in named or lexicon.category(last) == "person")
        return (labels[name] > 1 and (somebody or last in surnames)) or (label["mark"] == ":" and last in surnames)

    turns = [(words, label) for words, label in labelled if (asked if label["name"] in TURNS else speaks(label))]
    talk = len(turns) >= FEWEST_TURNS and len({label["name"] for _, label in turns}) > 1
    if talk and all(label["name"].isupper() for _, label in turns):
        marks = {label["mark"] for _, label in turns}
        return [(words, label) for words, label in labelled if label["name"].isupper() and label["mark"] in marks]
    return turns if talk or asked else []


def _signed(statements: Sequence[Statement], page: Page, cast: Cast) -> Iterator[Labelled]:
    """Paragraphs that are a quotation with a label, unless a verb of the paragraph claims the quotation."""
    cued = ((s, page.paragraph_at(s.cue.start)) for s in statements if s.cue and page.words_in(*s.cue))
    claimed = Covered(page, (span for s, n in cued for span in s.spans if page.paragraph_at(span.start) == n))
    lines = {n: label for n, p in enumerate(page.paragraphs) if (label := _line(p, page, cast))}
    for n, paragraph in enumerate(page.paragraphs):
        front = _named(LABEL.match(page.text, paragraph.start, paragraph.end), cast)
        opening = front or LEAD.match(page.text, paragraph.start, paragraph.end)
        region = page.region_at(opening.end()) if opening else None
        if region is None or not page.is_full_sentence([quotation := Stretch(region.outer_start, region.outer_end)]):
            continue
        if page.text[quotation.end : paragraph.end].strip():
            behind = LINE.fullmatch(page.text, quotation.end, paragraph.end)
            label = behind if behind and behind["mark"] else _named(behind, cast)
        else:
            label = front or lines.pop(n - 1, None) or lines.pop(n + 1, None)
        if label and not claimed.touches(*quotation):
            yield quotation, label


def _line(paragraph: Span, page: Page, cast: Cast) -> re.Match[str] | None:
    """The label that a paragraph is: no sentence."""
    label = _named(LINE.fullmatch(page.text, paragraph.start, paragraph.end), cast)
    return label if label and (label["mark"] or page.text[paragraph.end - 1] != ".") else None


def _named(label: re.Match[str] | None, cast: Cast) -> re.Match[str] | None:
    """The label if it names a person of the story, with a title or without: `Captain Ada Lund`."""
    if label is None:
        return None
    group = "bearer" if label.re is LINE else "name"
    people = [m for m in cast.within(*label.span(group)) if m.label == "PERSON" and m.end == label.end(group)]
    before = label.string[label.start("name") : people[0].start].split()[-1:] if people else []
    return label if people and all(bare(word) in titles() for word in before) else None
