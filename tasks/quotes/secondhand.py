"""Second-hand speech: what somebody inside a quotation is quoted as saying. “He said, ‘Make it go away,’” Lund told jurors.

The words in the inner marks are a statement of their own beside the outer one that holds them. The tagger does not see it,
since PolNeAR, which it learned from, marks none; its train stories hold 14 of this form, each one speech told by another.
"""

import re
from collections.abc import Iterable, Iterator

from tasks.quotes.page import Page, Stretch
from tasks.quotes.statement import Statement

OPENERS = r"(?:And|But|So|Then|When|Once|Because|Well|Now|Yet)"
TELLER = rf"(?P<source>\b(?:[Hh]e|[Ss]he|[Tt]hey|I|[Ww]e|(?!{OPENERS} )[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){{0,4}}))"
VERB = r"(?P<cue>(?:said|says|told|asked|replied|answered|wrote|shouted|was like)(?: to)?(?: (?:me|us|him|her|them))?)"
WORDS = r"(?P<words>['‘“\"](?=[A-Z])(?:[^'‘’“”\"\n]|(?<=\w)['’](?=\w))+['’”\"])(?!\w)"
TOLD = re.compile(rf"{TELLER} {VERB}[,:]? {WORDS}")


def second_hand(found: Iterable[Statement], page: Page) -> Iterator[Statement]:
    """The statements inside those of `found`, each with the score of the one that holds it."""
    found = list(found)
    for outer in found:
        for span in outer.spans:
            for told in TOLD.finditer(page.text, span.start, span.end):
                words, cue, source = (Stretch(told.start(part), told.end(part)) for part in ("words", "cue", "source"))
                known = any(s is not outer and s.covers(*words) for s in found)
                if page.quoted(source.start) and page.quoted(words.end - 1) and not known:
                    yield Statement((words,), cue, source, outer.score)
