"""Which indirect statements report what somebody said: not every act, plan or refusal."""

import re
from collections.abc import Mapping

from schemas.extracted import Act, Marking
from tasks.language.acts import act
from tasks.language.page import Page
from tasks.quotes.speakers.question import Told

LEAST: Mapping[Act | None, float] = {None: 0.47, "urges": 0.47, "says": 0.25, "denies": 0.13}
"""The least score by what the cue does, LEAST_OTHER for other acts: where four in ten rows of 840 stories of PolNeAR train, each tagged
by a model of the other half, are right in content and source; three in ten if the cue says. For urging it is higher: 16 of 20 such rows
of wire.dev and gum-news.dev are no speech.
"""
LEAST_OTHER = 0.4
LEAST_AHEAD = 0.8
AHEAD = re.compile(r"(?:to|shall|should|must|may|might)\b", re.IGNORECASE)
"""The start of a cue for what nobody has said yet, with a least score of its own."""
HEARER = re.compile(r"\b(?:told|informed|warned|reminded|urged|ordered|advised)\b", re.IGNORECASE)
"""Verbs whose passive names the hearer: `Moe was told that it sank` is speech, `Moe is expected to sail` is not."""
SILENCE = re.compile(r"to (?:comment|answer|speak|talk|say|discuss|respond)\b")
"""What is declined by those who say nothing."""
SPOKEN: frozenset[Act] = frozenset({"says", "writes", "asks", "denies", "urges", "pledges", "warns"})
"""What the speaker of the words before may do next without a source: `Moe said it sank, adding that it was old`."""


def is_reported(told: Told, marking: Marking, page: Page) -> bool:
    """Whether a statement is quoted, or a cue and whose it is make it somebody's words."""
    statement = told.statement
    cue = statement.cue.of(page.text) if statement.cue else ""
    does = act(cue) if cue else None
    somebodys = statement.source or does == "asks" or HEARER.search(cue) or (told.speaker and does in SPOKEN)
    silent = does == "denies" and SILENCE.match(page.text, statement.start)
    least = max(LEAST.get(does, LEAST_OTHER), LEAST_AHEAD if AHEAD.match(cue) else 0)
    return marking != "indirect" or (bool(somebodys) and not silent and statement.score >= least)
