"""The plainest forms of reported speech, `The pier is shut, police said.`, and what stands before somebody who is only told."""

import re

from tasks.language import lexicon
from tasks.language.marks import APOSTROPHE, DOUBLE

NAME = rf"(?P<source>(?:[\w.{APOSTROPHE}-]+ ){{0,5}}?[\w.{APOSTROPHE}-]*\w)"
WORDS = rf"(?P<content>[^{DOUBLE}]{{12,}})"
OF = r"(?:in the (?:words|view|opinion|eyes|telling|account) of|by the account of|to quote|according to)"
"""A cue before its source, without a verb of speech."""
VIEW = r"(?:words|view|opinion|eyes|mind|telling|account|estimation|reckoning)"
BEHIND = re.compile(rf"(?:[-–—] )?{WORDS}, {NAME} (?P<cue>said){lexicon.WHEN}\.\s*", re.IGNORECASE)
BEFORE = re.compile(rf"{NAME}(?: \([^()]*\))? (?P<cue>said) {WORDS}", re.IGNORECASE)
OPENER = re.compile(rf"(?:And |But )?(?P<cue>{OF}) {NAME}[,:] (?P<content>.{{8,}})", re.IGNORECASE)
POSSESSOR = re.compile(rf"(?:And |But )?(?:in|by) {NAME}[{APOSTROPHE}]s (?P<cue>{VIEW}), (?P<content>.{{8,}})", re.IGNORECASE)
QUOTED = re.compile(rf"(?:And |But )?(?P<cue>for|from) {NAME}[,:] (?P<content>[^{DOUBLE}]*[{DOUBLE}].{{8,}})", re.IGNORECASE)
BETWEEN = re.compile(
    rf"(?P<content>[^{DOUBLE},][^{DOUBLE}]*?),? (?P<cue>{OF}) {NAME}(?:, (?P<rest>[^{DOUBLE}]{{3,}})|\.?\s*)", re.IGNORECASE
)
"""Sentences with their cue and source behind, before or between the content; `for` and `from` only before a quotation."""


def attribution(text: str, start: int, end: int) -> re.Match[str] | None:
    """The first form of the sentence at `[start, end)`, with the groups `content`, `cue`, `source` and perhaps `rest`."""
    on = text, start, end
    before = OPENER.fullmatch(*on) or POSSESSOR.fullmatch(*on) or QUOTED.fullmatch(*on)
    return BEHIND.fullmatch(*on) or BEFORE.fullmatch(*on) or before or BETWEEN.fullmatch(*on)


ADDRESSED = re.compile(
    r"\b(?:told|tells?|telling|inform(?:ed|s|ing)|assur(?:ed|es|ing)|interview(?:ed)? (?:with|by)|"
    r"(?:spoke|speaks?|speaking|talk(?:ed|s|ing)?|said|interview|statement|letter|e-?mail|comments?|remarks?) to)\s+"
    r"(?:(?:\w+ ){0,2}(?:reporters?|journalists?|correspondents?) (?:from|of|with|for|at) )?"
    r"(?:(?:\w+ ){0,2}(?:agency|agencies|newspapers?|dailies|daily|broadcasters?|station|channel|magazine|outlets?),? )?"
    r"(?:the |a |an )?(?:[A-Z][\w.-]*(?: [A-Z][\w.-]*){0,3}(?:,? and|,) (?:the )?){0,4}$"
)
"""What stands before somebody who is only told: `told`, `in an interview with`, `told Reuters, the BBC and`."""

ADDRESSED_REACH = 160
"""Characters before a mention in which that may begin: names of four others at the most."""


def is_addressed(text: str, start: int, since: int = 0) -> bool:
    """Whether the name at `start` is somebody who is spoken to; `since` is where the words that say so begin at the earliest."""
    return ADDRESSED.search(text, max(since, start - ADDRESSED_REACH), start) is not None
