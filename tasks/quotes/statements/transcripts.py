"""Turns of a transcript (SMITH: ..., Q: ..., THE PRESIDENT: ...) and signed quotations, read from the layout that marks them.

A line of its own for every speaker is no prose: the words after the label are what was said, quotation marks or not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from schemas.base import Span
from tasks.language.marks import ANY, APOSTROPHE, MAY_CLOSE
from tasks.language.page import Page, Stretch
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.statements.signatures import signature
from tasks.quotes.statements.statement import Statement

SURE = 0.89
"""The score of what the layout alone tells: of 28 turns drawn from PolNeAR train, 25 are right to a reader; its annotators left some
interviews out.
"""

LABEL = re.compile(
    rf"[{ANY}]{{0,2}}(?P<name>[QA]|[A-Z][A-Z.{APOSTROPHE} -]*[A-Z]"
    rf"|[A-Z][^\W\d]+(?: [A-Z][\w.{APOSTROPHE}-]*){{0,3}})\s*(?P<mark>[:.])\s+(?=\S)"
)
SPEECH = re.compile(r"\b[a-zß-ÿ]{2}|\w [a-zß-ÿ]\b")
"""What is said has a word in small letters: `Lund: 1,769` is a count."""
STAGE = re.compile(rf"[{ANY}]{{0,2}}[(\[][^)\]]*[)\]][{MAY_CLOSE}.]*")
"""A paragraph that tells what happens in the room: `(CROSSTALK.)`."""
QUESTIONS, ANSWERS = {"Q", "QUESTION"}, {"A", "ANSWER"}
FEWEST_TURNS = 3
"""Labelled paragraphs that make a transcript; fewer may be notes, scores or lists."""


def with_turns(found: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, those of a labelled paragraph as its layout says; what is told inside of a turn stays."""
    return _laid_out(found, list(_turns(page, cast)))


def with_signed(found: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, those of a paragraph that is a quotation and the name that signs it as its layout says."""
    return _laid_out(found, list(_signed(found, page)))


def _laid_out(found: Sequence[Statement], paragraphs: Sequence[Statement]) -> list[Statement]:
    return [*(s for s in found if not any(_is_of(s, paragraph) for paragraph in paragraphs)), *paragraphs]


def _is_of(statement: Statement, turn: Statement) -> bool:
    """Whether a statement is a turn, or a piece of it that nobody in it tells."""
    inside = any(turn.covers(span.start, span.end) for span in statement.spans)
    return inside and (statement.source is None or not turn.covers(*statement.source))


def _turns(page: Page, cast: Cast) -> Iterator[Statement]:
    labelled = [(n, match) for n, p in enumerate(page.paragraphs) if (match := LABEL.match(page.text, p.start, p.end))]
    transcript = _of_transcript(
        [(n, m) for n, m in labelled if m["name"] in QUESTIONS | ANSWERS or SPEECH.search(page.text, m.end(), page.paragraphs[n].end)], cast
    )
    for (index, match), until in zip_longest(transcript, [n for n, _ in transcript[1:]]):
        more = _going_on(page.paragraphs[index + 1 : until], page) if until else ()
        name, mark = (Stretch(match.start(part), match.end(part)) for part in ("name", "mark"))
        yield Statement((Stretch(match.end(), page.paragraphs[index].end), *more), mark, name, SURE)


def _going_on(paragraphs: Sequence[Span], page: Page) -> Iterator[Stretch]:
    """The paragraphs between two turns that go on with the first: each opens with a quotation mark again."""
    for paragraph in paragraphs:
        if not page.quoted(paragraph.start):
            return
        if not STAGE.fullmatch(page.text, paragraph.start, paragraph.end):
            yield Stretch(paragraph.start, paragraph.end)


def _of_transcript(labelled: Sequence[tuple[int, re.Match[str]]], cast: Cast) -> list[tuple[int, re.Match[str]]]:
    """The labelled paragraphs that are turns: questions with answers, or people of the story and whoever speaks twice."""
    labels = Counter(match["name"] for _, match in labelled)
    asked = bool(QUESTIONS & labels.keys() and ANSWERS & labels.keys())
    named = {mention.text for mention in cast.mentions}
    surnames = {chain.name.rpartition(" ")[2].casefold() for chain in cast.labelled("PERSON")}

    def speaks(match: re.Match[str]) -> bool:
        name = match["name"]
        if name in QUESTIONS | ANSWERS:
            return asked
        known = name.split()[-1].casefold() in surnames
        return match["mark"] == ":" and (known or (labels[name] > 1 and (name.isupper() or name in named)))

    turns = [(paragraph, match) for paragraph, match in labelled if speaks(match)]
    talk = len(turns) >= FEWEST_TURNS and len({match["name"] for _, match in turns}) > 1
    return turns if talk or asked else []


def _signed(found: Sequence[Statement], page: Page) -> Iterator[Statement]:
    """Paragraphs that are a quotation and the name that signs it, where the tagger saw nothing: “...” — Ada Lund, Oslo."""
    for paragraph in page.paragraphs:
        region = page.region_at(paragraph.start)
        if region is None or not region.closed or not page.is_full_sentence([Stretch(paragraph.start, region.outer_end)]):
            continue
        signed = signature(region.outer_end, page)
        if signed and not any(s.covers(region.outer_start, region.outer_end) for s in found):
            yield Statement((Stretch(paragraph.start, region.outer_end),), signed.mark, signed.name, SURE)
