"""Sources that are pronouns: the antecedent is looked for backwards, sentence by sentence; in each, who spoke goes before who is named."""

import re
from collections.abc import Iterator
from typing import Literal, get_args

from tasks.language import lexicon
from tasks.language.page import WORD, Stretch
from tasks.language.titles import Gender
from tasks.quotes.speakers.cast import Chain
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
            return _person(ask, gender)
        case "thing":
            return _thing(ask)
        case "several":
            return _several(ask)
        case "speaker":
            return _enclosing(ask)
        case "relative":
            return _antecedent(ask)
    return None


def _person(ask: Ask, gender: Gender) -> Speaker | None:
    """He or she: the likeliest person of that gender or of unknown gender, but not whom the last `she` meant for a `he`."""
    other = _last_of_other_gender(ask, gender)

    def fits(chain: Chain) -> bool:
        return chain.gender in (None, gender) and chain.id != other

    for candidate in _people_back(ask, gender):
        if candidate is None or fits(candidate):
            return Speaker.of(candidate) if candidate else None
    fitting = [c for c in ask.cast.labelled("PERSON") if fits(c)]
    return Speaker.of(fitting[0]) if len(fitting) == 1 else None


def _last_of_other_gender(ask: Ask, gender: Gender) -> int | None:
    """Whom the last he or she among the sources meant, if it was the other pronoun and the person was no source by name since."""
    since: set[int | None] = set()
    for speaker, said in ((t.speaker, agreement(t.phrase.head.word)) for t in reversed(ask.told) if t.speaker and t.phrase):
        if said in get_args(Gender):
            return speaker.chain_id if said != gender and speaker.chain_id not in since else None
        since.add(speaker.chain_id)
    return None


def _people_back(ask: Ask, gender: Gender) -> Iterator[Chain | None]:
    """The people before the source, the likeliest first; None where an unnamed person spoke, who then is the antecedent."""
    for sentence in ask.sentences_back():
        for told in ask.told_in(sentence):
            if told.anonymous and told.anonymous.category in {"person", None}:
                yield None
            elif told.speaker and told.speaker.label == "PERSON" and told.speaker.chain_id is not None:
                yield ask.cast.chains[told.speaker.chain_id]
        end = _first_pronoun(ask, sentence, gender) or sentence.end
        yield from (ask.cast.chain_of(m) for m in ask.mentions_in(Stretch(sentence.start, end), "PERSON"))


def _first_pronoun(ask: Ask, sentence: Stretch, gender: Gender) -> int | None:
    """Where an earlier sentence has the same pronoun, which continues what came before: people named after it are others."""
    if ask.page.sentence_at(sentence.start) == ask.page.sentence_at(ask.at):
        return None
    same = lexicon.listed("pronouns", gender)
    words = WORD.finditer(ask.page.text, sentence.start, sentence.end)
    return next((m.start() for m in words if m.group().lower() in same and not ask.page.quoted(m.start())), None)


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
