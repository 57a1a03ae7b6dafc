"""Statements that name no source: free-standing quotations and `..., adding that`."""

import re

from tasks.language.marks import MAY_CLOSE
from tasks.language.page import Stretch
from tasks.quotes.speakers.question import Ask, Speaker

PARTICIPLE = re.compile(r"\w+ing\b")
BEFORE_PARTICIPLE = (",", *MAY_CLOSE, "—", "–", "and", "but", "while")
BEFORE_VERB = re.compile(r"\b(?:and|but|then)\s+(?:\w+ly\s+|also\s+|then\s+|later\s+)?$")
"""What stands before a finite verb that shares its subject with another."""


def continued(ask: Ask) -> Speaker | None:
    """The speaker of what came before: in the sentence for a cue such as `adding`, in this or the last paragraph for a quotation alone."""
    if ask.phrase or ask.statement.source:
        return None
    return _of_sentence(ask, ask.statement.cue) if ask.statement.cue else _of_last_quotation(ask)


def _of_sentence(ask: Ask, cue: Stretch) -> Speaker | None:
    """For a participle after a comma or a verb after `and`: who spoke earlier in the sentence."""
    text = ask.page.text
    sentence = Stretch(ask.page.sentences[ask.page.sentence_at(cue.start)].start, cue.start)
    before = sentence.of(text)
    participle = PARTICIPLE.match(cue.of(text)) and before.rstrip().endswith(BEFORE_PARTICIPLE)
    if not participle and not BEFORE_VERB.search(before):
        return None
    spoke = [t for t in ask.told_in(sentence) if not t.statement.covers(cue.start, cue.end)]
    return spoke[0].speaker if spoke else None


def _of_last_quotation(ask: Ask) -> Speaker | None:
    """The speaker of the statement that ends last before it in the same paragraph, or in the one above."""
    here = ask.page.paragraph_at(ask.statement.start)
    near = [t for t in ask.told if here is not None and ask.page.paragraph_at(t.statement.reach - 1) in {here, here - 1}]
    return max(near, key=lambda t: t.statement.reach).speaker if near else None
