"""Labels: who speaks by the layout of the page, in front of the words (SMITH: ..., Q: ...), behind them, on a line over or under them.

A line of its own for every speaker is no prose: the words after the label are what was said, quotation marks or not.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from schemas.base import Span
from tasks.language import lexicon
from tasks.language.marks import ANY, APOSTROPHE, DOUBLE
from tasks.language.page import Page, Stretch
from tasks.language.titles import bare, titles
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.heads import ANSWERS, QUESTIONS, TURNS
from tasks.quotes.statements.statement import Statement

SURE = 0.89
"""The score of what the layout alone tells: of 28 turns drawn from PolNeAR train, 25 are right to a reader; its annotators left some
interviews out.
"""

TIME = r"[\[(]?\d{1,2}[:.]\d\d(?:[:.]\d\d)?[\])]?"
LEAD = rf"(?:(?:[-–—*•·]{{1,2}}|\d{{1,2}}[.)]|{TIME}) +)?"
"""What may stand before a label: a bullet, a number, the time."""
DESCRIBED = rf"(?: \([^()\n]{{1,60}}\)|, [^,:;(){DOUBLE}\n]{{2,80}}?| {TIME})"
"""What may stand behind its name: an office, a town, the time."""
LABEL = re.compile(
    rf"{LEAD}[{ANY}<]{{0,2}}(?P<name>[QA]|[A-Z][A-Z.{APOSTROPHE} -]*[A-Z]"
    rf"|[A-Z][^\W\d]+\.?(?: [A-Z][\w.{APOSTROPHE}-]*){{0,3}}){DESCRIBED}{{0,2}}>?\s*(?P<mark>[:.|]|(?<= )[–—-]{{1,2}})\s+(?=\S)"
)
LINE = re.compile(
    rf"\s*(?P<mark>[–—―-]{{1,2}}|)[(/|]?\s?(?P<name>(?P<bearer>[^\W\d_a-zß-ÿ][^\n,:;(){DOUBLE}]{{1,60}}?)"
    rf"(?:, (?:the|an?|his|her|their) [^\n,;(){DOUBLE}]{{2,60}}?)?){DESCRIBED}{{0,2}}?:?[.)]{{0,2}}\s*"
)
"""A label behind a quotation, or on a line over or under it; an apposition belongs to the name."""
SPEECH = re.compile(r"\b[a-zß-ÿ]{2}|\w [a-zß-ÿ]\b|[a-zß-ÿ][.?!]$")
"""What is said has a word in small letters: `Lund: 1,769` is a count."""
FEWEST_TURNS = 3
"""Labelled paragraphs that make a transcript; fewer may be notes, scores or lists."""


def with_turns(statements: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, with one for each turn of a transcript."""
    return _laid_out(statements, list(_turns(page, cast)))


def with_signed(statements: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, with one for each paragraph that is a quotation and a label for whose it is: “...” — Ada Lund, Oslo."""
    return _laid_out(statements, list(_signed(statements, page, cast)))


def _laid_out(statements: Sequence[Statement], laid_out: Sequence[Statement]) -> list[Statement]:
    """The statements that layout gives, and what the others have beside them."""
    starts = [of.start for of in laid_out]  # which share no character, and stand in order

    def near(span: Stretch) -> Sequence[Statement]:
        return laid_out[max(0, bisect_right(starts, span.start) - 1) : bisect_left(starts, span.end)]

    rests = [(s, tuple(span for span in s.spans if not any(of.covers(*span) for of in near(span)))) for s in statements]
    return [*(replace(statement, spans=rest) for statement, rest in rests if rest), *laid_out]


def _turns(page: Page, cast: Cast) -> Iterator[Statement]:
    labelled = [(words, match) for words, match in _labelled(page, cast) if match["name"] in TURNS or SPEECH.search(page.text, *words)]
    for words, match in _of_transcript(labelled, cast):
        name, mark = (Stretch(*match.span(part)) for part in ("name", "mark"))
        yield Statement((words,), mark if match["mark"] else None, name, SURE)


def _labelled(page: Page, cast: Cast) -> Iterator[tuple[Stretch, re.Match[str]]]:
    """What stands behind or under each label, and the label."""
    for paragraph, following in zip_longest(page.paragraphs, page.paragraphs[1:]):
        if match := LABEL.match(page.text, paragraph.start, paragraph.end):
            yield Stretch(match.end(), paragraph.end), match
        elif following and (match := _line(paragraph, page, cast)):
            yield Stretch(following.start, following.end), match


def _of_transcript(labelled: Sequence[tuple[Stretch, re.Match[str]]], cast: Cast) -> list[tuple[Stretch, re.Match[str]]]:
    """Those that are turns: questions with answers, or people of the story and whoever speaks twice."""
    labels = Counter(match["name"] for _, match in labelled)
    asked = bool(QUESTIONS & labels.keys() and ANSWERS & labels.keys())
    named = {mention.text for mention in cast.mentions}
    surnames = {chain.name.rpartition(" ")[2].casefold() for chain in cast.labelled("PERSON")}

    def speaks(match: re.Match[str]) -> bool:
        name = match["name"]
        if name in TURNS:
            return asked
        last = name.split()[-1].casefold()
        somebody = name.isupper() or name in named or lexicon.category(last) == "person"
        once = last in surnames and match["mark"] == ":"
        return match["mark"] in ("", ":") and (once or (labels[name] > 1 and somebody))

    turns = [(words, match) for words, match in labelled if speaks(match)]
    talk = len(turns) >= FEWEST_TURNS and len({match["name"] for _, match in turns}) > 1
    if talk and all(match["name"].isupper() for _, match in turns):
        return [(words, match) for words, match in labelled if match["name"].isupper()]
    return turns if talk or asked else []


def _signed(statements: Sequence[Statement], page: Page, cast: Cast) -> Iterator[Statement]:
    """Paragraphs that are a quotation with a label, unless a verb of the paragraph claims the quotation."""
    beside = defaultdict[int | None, list[Statement]](list)
    for statement in statements:
        for n in dict.fromkeys(page.paragraph_at(span.start) for span in statement.spans):
            beside[n].append(statement)
    lines = {n: match for n, p in enumerate(page.paragraphs) if (match := _line(p, page, cast))}
    for n, paragraph in enumerate(page.paragraphs):
        front = _named(LABEL.match(page.text, paragraph.start, paragraph.end), cast)
        region = page.region_at(front.end() if front else paragraph.start)
        if region is None or not page.is_full_sentence([quotation := Stretch(region.outer_start, region.outer_end)]):
            continue
        if page.text[quotation.end : paragraph.end].strip():
            label = LINE.fullmatch(page.text, quotation.end, paragraph.end)
            label = label if label and label["mark"] else _named(label, cast)
        else:
            label = front or lines.pop(n - 1, None) or lines.pop(n + 1, None)
        pieces = [s for s in beside[n] if s.covers(*quotation)]
        if label and not any(s.cue and paragraph.start <= s.cue.start < paragraph.end and page.words_in(*s.cue) for s in pieces):
            mark, name = (Stretch(*label.span(part)) for part in ("mark", "name"))
            yield Statement((quotation,), mark if label["mark"] else None, name, max((s.score for s in pieces), default=SURE))


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
