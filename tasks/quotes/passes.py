"""The passes: from the tagger's attributions to statements with their cues and sources, in one order.

    attributions ──► clipped to the body ──► PASSES, one after the other ──► statements

A pass takes the story's statements in order of their start and returns them changed, joined or split, with some added or left out.
Each leaves its name on what it changed, and can be left out to see what it is worth: `wiredesk evaluate GOLD --passes`.
"""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from schemas.tagged import Attribution
from tasks.language.page import Page
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.statements.edges import put_it, snapped, unaddressed
from tasks.quotes.statements.from_tags import at_hand, clipped, distinct, in_full, one_a_cue, with_joint
from tasks.quotes.statements.joining import continued, parted, resumed
from tasks.quotes.statements.missed import plain
from tasks.quotes.statements.sources import saying, told_behind, with_sources
from tasks.quotes.statements.statement import Statement, place
from tasks.quotes.statements.transcripts import with_signed, with_turns

Run = Callable[[Sequence[Statement], Page, Cast], Iterable[Statement]]


class Pass(NamedTuple):
    """A function over all of a story's statements."""

    name: str
    why: str
    """The reason, in one sentence."""
    run: Run


def each(change: Callable[[Statement, Page], Statement]) -> Run:
    """A pass that changes every statement by itself."""
    return lambda statements, page, cast: [change(statement, page) for statement in statements]


def among(change: Callable[[Sequence[Statement], Page], Iterable[Statement]]) -> Run:
    """A pass that compares statements with one another, and does not need the story's names."""
    return lambda statements, page, cast: change(statements, page)


PASSES = (
    Pass("one-a-cue", "Attributions that share a cue are one statement.", lambda statements, page, cast: one_a_cue(statements)),
    Pass("at-hand", "Plain words stand in their cue's sentence.", each(at_hand)),
    Pass("put-it", "The `it` of `as she put it` belongs to the cue.", each(put_it)),
    Pass("unaddressed", "The addressee of a cue is no part of the content.", each(unaddressed)),
    Pass("snapped", "A content includes the quotation marks at its edges.", each(snapped)),
    Pass("in-full", "A cue whose sentence quotes a full one has no plain words for content beside it.", each(in_full)),
    Pass("with-joint", "The conjunction before what the cue broke off belongs to the content.", each(with_joint)),
    Pass("plain", "`The pier is shut, police said.` is reported speech, whatever the tagger saw.", plain),
    Pass("going-on", "A quoted sentence that nothing attributes continues the quotation before it.", among(continued)),
    Pass("distinct", "A content without an attribution is a full sentence in marks, and no content comes twice.", among(distinct)),
    Pass("resumed", "A quotation that continues the one before it has the same speaker.", among(resumed)),
    Pass("parted", "A quotation in a sentence behind a summary is a statement of its own.", among(parted)),
    Pass("turns", "A transcript's labels say who speaks.", with_turns),
    Pass("signed", "A label beside a quotation that is a paragraph says whose it is.", with_signed),
    Pass("saying", "What something is called or rated nobody says.", among(saying)),
    Pass("told-behind", "A quotation that a comma closes belongs to the verb behind it.", among(told_behind)),
    Pass("with-source", "Grammar gives a cue without a source its subject.", with_sources),
)  # fmt: skip
"""The order, from first to last."""


def statements(attributions: Iterable[Attribution], page: Page, cast: Cast, without: Set[str] = frozenset()) -> list[Statement]:
    """The story's statements in order of their start, by all passes but those named in `without`."""
    current = clipped(attributions, page)
    for step in PASSES:
        if step.name not in without:
            after = sorted(step.run(current, page, cast), key=place)
            if after != current:  # most passes change nothing, and to hash every statement for each would show in the run's time
                before = set(current)
                current = [s if s in before else replace(s, passes=(*s.passes, step.name)) for s in after]
    return current
