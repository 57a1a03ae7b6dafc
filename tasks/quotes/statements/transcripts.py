"""Turns of a transcript (SMITH: ..., Q: ..., THE PRESIDENT: ...) and signed quotations, read from the layout that marks them.

A line of its own for every speaker is no prose: the words after the label are what was said, quotation marks or not.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tasks.language.marks import ANY, APOSTROPHE, DOUBLE
from tasks.language.page import Page, Stretch
from tasks.quotes.speakers.cast import Cast
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
SIGNED = re.compile(
    rf"\s*(?P<mark>[–—―-]{{1,2}})\s*(?P<name>[^\W\d_a-zß-ÿ][^\n,;({DOUBLE}]{{2,60}}?"
    rf"(?:, (?:the|an?|his|her|their) [^\n,;({DOUBLE}]{{2,60}}?)?)"
    r"(?=[,;(]|\.?\s*$)"
)
"""The dash and the name behind a quotation, with an apposition."""
QUESTIONS, ANSWERS = {"Q", "QUESTION"}, {"A", "ANSWER"}
FEWEST_TURNS = 3
"""Labelled paragraphs that make a transcript; fewer may be notes, scores or lists."""


def with_turns(statements: Sequence[Statement], page: Page, cast: Cast) -> list[Statement]:
    """The statements, with one for each turn of a transcript."""
    return _laid_out(statements, list(_turns(page, cast)))


def with_signed(statements: Sequence[Statement], page: Page) -> list[Statement]:
    """The statements, with one for each paragraph that is a quotation and the name that signs it: “...” — Ada Lund, Oslo."""
    return _laid_out(statements, list(_signed(statements, page)))


def _laid_out(statements: Sequence[Statement], laid_out: Sequence[Statement]) -> list[Statement]:
    """The statements that layout gives, and what the others have beside them."""
    starts = [of.start for of in laid_out]  # which share no character, and stand in order

    def near(span: Stretch) -> Sequence[Statement]:
        return laid_out[max(0, bisect_right(starts, span.start) - 1) : bisect_left(starts, span.end)]

    rests = [(s, tuple(span for span in s.spans if not any(of.covers(*span) for of in near(span)))) for s in statements]
    return [*(replace(statement, spans=rest) for statement, rest in rests if rest), *laid_out]


def _turns(page: Page, cast: Cast) -> Iterator[Statement]:
    labelled = [(n, match) for n, p in enumerate(page.paragraphs) if (match := LABEL.match(page.text, p.start, p.end))]
    transcript = _of_transcript(
        [(n, m) for n, m in labelled if m["name"] in QUESTIONS | ANSWERS or SPEECH.search(page.text, m.end(), page.paragraphs[n].end)], cast
    )
    for index, match in transcript:
        name, mark = (Stretch(*match.span(part)) for part in ("name", "mark"))
        yield Statement((Stretch(match.end(), page.paragraphs[index].end),), mark, name, SURE)


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


def _signed(statements: Sequence[Statement], page: Page) -> Iterator[Statement]:
    """Paragraphs that begin with a quotation and the name that signs it, unless a verb of the paragraph claims the quotation."""
    beside = defaultdict[int | None, list[Statement]](list)
    for statement in statements:
        for n in dict.fromkeys(page.paragraph_at(span.start) for span in statement.spans):
            beside[n].append(statement)
    for n, paragraph in enumerate(page.paragraphs):
        region = page.region_at(paragraph.start)
        signature = region and SIGNED.match(page.text, region.outer_end, paragraph.end)
        if region is None or not signature or not page.is_full_sentence([quotation := Stretch(region.outer_start, region.outer_end)]):
            continue
        pieces = [s for s in beside[n] if s.covers(*quotation)]
        if not any(s.cue and paragraph.start <= s.cue.start < paragraph.end and page.words_in(*s.cue) for s in pieces):
            mark, name = (Stretch(*signature.span(part)) for part in ("mark", "name"))
            yield Statement((quotation,), mark, name, max((s.score for s in pieces), default=SURE))
