"""Statements that name no source: free-standing quotations and `..., adding that`."""

import re

from tasks.language import lexicon
from tasks.language.marks import MAY_CLOSE, OPENING, STRAIGHT
from tasks.language.page import Stretch
from tasks.quotes.speakers.phrase import read_phrase
from tasks.quotes.speakers.question import Ask, Speaker, Told

FINITE_AFTER_AND = re.compile(r"\b(?:and|but|then)\s+(?:\w+ly\s+|also\s+|then\s+|later\s+)?$")


def continued(ask: Ask) -> Speaker | None:
    """The speaker who goes on: of the same sentence for `adding`, of the sentence or paragraph before for a quotation alone."""
    if ask.phrase is not None:
        return None
    return _same_sentence(ask) if ask.statement.cue else _goes_on(ask)


def _same_sentence(ask: Ask) -> Speaker | None:
    """For a participle after a comma, or a verb after `and`, but no passive: who spoke in that sentence before, else its subject."""
    cue = ask.statement.cue
    assert cue is not None
    text = ask.page.text
    if re.match(r"(?:is|are|was|were|be|been|being)\b", cue.of(text)):
        return None
    participle = re.match(r"(?:while\s+|also\s+|but\s+|and\s+)?\w+ing\b", cue.of(text)) is not None
    before = text[ask.page.sentences[ask.page.sentence_at(cue.start)].start : cue.start]
    if not (participle and before.rstrip().endswith((",", *MAY_CLOSE, "—", "–", "and", "but", "while"))) and not FINITE_AFTER_AND.search(
        before
    ):
        return None
    sentence = Stretch(start=cue.start - len(before), end=cue.start) if before else None
    if sentence is None:
        return None
    told = [t for t in ask.told_in(sentence) if not t.statement.covers(cue.start, cue.end)]
    if told:
        return told[0].speaker
    return _subject(ask, sentence)


def _subject(ask: Ask, sentence: Stretch) -> Speaker | None:
    """Who the sentence is about: its first name outside prepositions, else its first noun that is somebody."""
    for start in [sentence.start, *(m.end() for m in re.compile(r",\s+").finditer(ask.page.text, sentence.start, sentence.end))]:
        first = re.compile(r"\S+").search(ask.page.text, start, sentence.end)
        if first is None or first.group().lower() in lexicon.listed("nouns", "prepositions") | {"shortly", "while", "when", "as", "since"}:
            continue
        end = re.compile(
            rf"[,;:{OPENING}{STRAIGHT}]|\b(?:\w+ed|met|held|wrote|told|sent|left|made|took|gave|has|have|had|was|were|is|are|will)\b|$"
        )
        stop = end.search(ask.page.text, first.end(), sentence.end)
        phrase = read_phrase(Stretch(start=first.start(), end=stop.start() if stop else sentence.end), ask.page, ask.cast)
        if phrase and (speaker := ask.who(phrase)):
            return speaker
    return None


def _goes_on(ask: Ask) -> Speaker | None:
    """The speaker of the quotation right before: in the same paragraph or at the end of the one above."""
    here = ask.page.paragraph_at(ask.statement.start)
    if here is None:
        return None
    before = [t for t in ask.told if ask.page.paragraph_at(t.statement.reach - 1) in {here, here - 1}]
    if before:
        last: Told = max(before, key=lambda t: t.statement.reach)
        if _is_question(last, ask):
            return None
        return last.speaker
    lead = ask.page.sentence_at(ask.statement.start) - 1
    if lead >= 0 and ask.page.sentences[lead].of(ask.page.text).rstrip().endswith(":"):
        return _subject(ask, ask.page.sentences[lead])
    return None


def _is_question(told: Told, ask: Ask) -> bool:
    return ask.page.text[told.statement.start : told.statement.end].rstrip(MAY_CLOSE).endswith("?")
