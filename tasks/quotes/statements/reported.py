"""Which indirect statements report what somebody said: not every act, plan or refusal."""

import re
from collections.abc import Mapping

from schemas.extracted import Act
from tasks.language.acts import act
from tasks.language.page import Page
from tasks.quotes.speakers.question import Told
from tasks.quotes.statements.statement import kind_of

LEAST: Mapping[Act | None, float] = {None: 0.47, "says": 0.25, "denies": 0.13, "urges": 0.47}
"""The least score by what the cue does; of any other act it is `LEAST_OTHER`.

On 840 stories of PolNeAR train, each tagged by a model of the other half, four in ten rows of that score are right in content and source
(three in ten where the cue says). `urges` is higher: of 20 such rows in wire.dev and gum-news.dev, whose annotators look for speech only,
16 are none.
"""
LEAST_OTHER = 0.4
LEAST_AHEAD = 0.8
"""The least score behind a cue `AHEAD`."""
AHEAD = re.compile(r"(?:to|shall|should|must|may|might)\b", re.IGNORECASE)
"""The start of a cue for what somebody may say, or has to, but has not said."""
HEARER = re.compile(r"\b(?:told|informed|warned|reminded|urged|ordered|advised)\b", re.IGNORECASE)
"""Verbs whose passive names the hearer: `Moe was told that the pier is lost` reports speech, `Moe is expected to sail` does not."""
SILENCE = re.compile(r"to (?:comment|answer|speak|talk|say|discuss|respond)\b")
"""What somebody declined to do who said nothing."""


SPOKEN: frozenset[Act] = frozenset({"says", "writes", "asks", "denies", "urges", "pledges", "warns"})
"""What the speaker of the words before may do next, no source beside it: `Moe said it sank, adding that it was old`."""


def is_reported(told: Told, page: Page) -> bool:
    """Whether a statement is quoted, or a cue and whose it is make it somebody's words.

    On those halves this costs .0009 of the F1 of content and source together, and takes out 8 of 18 wrong rows of wire.dev and no right one.
    """
    statement = told.statement
    if kind_of(statement, page) != "indirect":
        return True
    cue = statement.cue.of(page.text) if statement.cue else ""
    does = act(cue) if cue else None
    somebodys = statement.source or does == "asks" or HEARER.search(cue) or (told.speaker and does in SPOKEN)
    silent = does == "denies" and SILENCE.match(page.text, statement.start)
    least = max(LEAST.get(does, LEAST_OTHER), LEAST_AHEAD if AHEAD.match(cue) else 0)
    return bool(somebodys) and not silent and statement.score >= least
