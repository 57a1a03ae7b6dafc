"""Second-hand speech: what somebody inside a statement is quoted as saying.

    “He said, ‘Make it go away,’” Lund told jurors. Lund testified that her boss, Per Moe, told her to shred the files.

The inner words are a statement of their own beside the outer one that holds them. The tagger does not see it, since PolNeAR,
which it learned from, marks none; its train stories hold 14 in marks, each one speech told by another.
"""

import re
from collections.abc import Iterable, Iterator

from tasks.language.page import Page, Stretch
from tasks.quotes.statements.statement import Statement

OPENERS = r"(?:And|But|So|Then|When|Once|Because|Well|Now|Yet)"
TELLER = rf"(?P<source>\b(?:[Hh]e|[Ss]he|[Tt]hey|I|[Ww]e|(?!{OPENERS} )[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){{0,4}}))"
VERB = r"(?P<cue>(?:said|says|told|asked|replied|answered|wrote|shouted|was like)(?: to)?(?: (?:me|us|him|her|them))?)"
WORDS = r"(?P<words>['‘“\"](?=[A-Z])(?:[^'‘’“”\"\n]|(?<=\w)['’](?=\w))+['’”\"])(?!\w)"
TOLD = re.compile(rf"{TELLER} {VERB}[,:]? {WORDS}")

NAME = r"[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){0,3}"
REPORTED = re.compile(
    rf"(?:that )?(?P<source>he|she|they|(?:(?:his|her|their|the|an?) (?:[a-z]+ )?[a-z]+)(?:, {NAME},)?|{NAME})(?: had| has)? "
    rf"(?P<cue>said|told (?:him|her|them|{NAME})) (?P<words>(?:that|to) [^“”\"\n]*(?:[“”\"][^“”\"\n]*[“”\"][^“”\"\n]*)*)"
)
"""What a statement in plain words begins with where all of it is another's: that her boss told her to shred the files."""


def second_hand(found: Iterable[Statement], page: Page) -> Iterator[Statement]:
    """The statements inside those of `found`, each with the score of the one that holds it."""
    found = list(found)
    for outer in found:
        for span in outer.spans:
            for told in _told_in(span, page):
                words, cue, source = (Stretch(told.start(part), told.end(part)) for part in ("words", "cue", "source"))
                if not any(s is not outer and s.covers(*words) for s in found):
                    yield Statement((words,), cue, source, outer.score)


def _told_in(span: Stretch, page: Page) -> Iterator[re.Match[str]]:
    for told in TOLD.finditer(page.text, *span):
        if page.quoted(told.start("source")) and page.quoted(told.end("words") - 1):
            yield told
    reported = REPORTED.fullmatch(page.text, *span)
    if reported and not page.quoted(reported.start("source")):
        yield reported
