"""Sources that are pronouns: the antecedent is looked for backwards, sentence by sentence; in each, who spoke goes before who is named."""

import re
from typing import Literal, get_args

from tasks.language import lexicon
from tasks.quotes.speakers.question import Ask, Speaker

BEFORE_WHO = re.compile(r",?\s*|,\s+(?:an?|the|his|her|their|its)\s.*,\s*", re.DOTALL)
"""What may stand between a name and its relative pronoun: nothing, a comma, an apposition."""

Agreement = Literal["male", "female", "thing", "several", "speaker", "speakers", "relative", "nobody"]


def agreement(word: str) -> Agreement | None:
    """What a pronoun agrees with; None for any other word."""
    return next((a for a in get_args(Agreement) if word in lexicon.listed("pronouns", a)), None)


def pronoun(ask: Ask) -> Speaker | None:
    """He and she, it, they, I, who: each has its kind of antecedent."""
    if ask.head is None or ask.head.kind != "pronoun":
        return None
    match agreement(ask.head.word):
        case "male" | "female" as gender:
            chain, chance = ask.antecedent(ask.head.core[-1].start, gender)
            return None if chain is None else Speaker.of(ask.cast.chains[chain], chance)
        case "thing":
            return _thing(ask)
        case "several":
            return _several(ask)
        case "speaker":
            return _enclosing(ask)
        case "relative":
            return _antecedent(ask)
    return None


def _thing(ask: Ask) -> Speaker | None:
    """It: the body or place that spoke last, or the body named last."""
    for sentence in ask.sentences_back():
        for told in ask.told_in(sentence):
            if told.speaker and told.speaker.label in {"ORGANIZATION", "PLACE"}:
                return told.speaker
        for mention in ask.organizations_in(sentence):
            return Speaker.of(ask.cast.chain_of(mention))
    return None


def _several(ask: Ask) -> Speaker | None:
    """They: the group or body that spoke last; None if unnamed people spoke since."""
    for sentence in ask.sentences_back(4):
        for told in ask.told_in(sentence):
            if told.anonymous and told.anonymous.category not in {"person", "document"}:
                return None
            if told.speaker and (told.by == "group" or told.speaker.label == "ORGANIZATION"):
                return told.speaker
    return None


def _enclosing(ask: Ask) -> Speaker | None:
    """I: who says the words around the source."""
    return next((t.speaker for t in reversed(ask.told) if t.statement.covers(ask.at, ask.at + 1)), None)


def _antecedent(ask: Ask) -> Speaker | None:
    """Who: the last person or body in the sentence with nothing but an apposition between: `Smith, a lawyer, who said`."""
    for sentence in ask.sentences_back(1):
        for mention in reversed(ask.cast.within(*sentence)):
            if mention.label in {"PERSON", "ORGANIZATION"} and BEFORE_WHO.fullmatch(ask.page.text, mention.end, ask.at):
                return Speaker.of(ask.cast.chain_of(mention))
    return None
