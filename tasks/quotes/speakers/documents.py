"""Sources that are documents: `the statement`, `a report by the bank`, `the indictment`.

A document speaks for its issuer, where the story says who that is. Several issuers are named as the document's ("joint
statement of the foreign ministries of A and B"), since none of them said it alone.
"""

import re
from collections.abc import Iterator
from functools import cache

from tasks.language import lexicon
from tasks.language.marks import DOUBLE
from tasks.language.page import Stretch
from tasks.quotes.speakers.heads import Head, Phrase
from tasks.quotes.speakers.phrase import read_phrase, words_of
from tasks.quotes.speakers.question import Ask, Speaker

DOCUMENTS_BACK = 12
"""Sentences before the source in which its document is looked for."""


def document(ask: Ask) -> Speaker | None:
    """A document for who issued it."""
    phrase, head = ask.phrase, ask.head
    if phrase is None or head is None or head.category not in {"document", "documents"}:
        return None
    known = _bearing(ask, head) or _own_issuer(ask, phrase)
    return known or (None if head.is_indefinite else next(_earlier_issuers(ask, head), None))


def _bearing(ask: Ask, head: Head) -> Speaker | None:
    """The named document that the noun is short for: `the study` for the Hill Farm Study."""
    if head.determiner not in {"the", "this"} or head.modifiers:
        return None
    alike = lexicon.alike(head.word)
    named = [c for c in ask.cast.labelled("ORGANIZATION", "OTHER", "EVENT") if c.name.lower().rpartition(" ")[2] in alike]
    before = [(m.start, c.id) for c in named for m in c.mentions if m.start < ask.at]
    return Speaker.of(ask.cast.chains[max(before)[1]]) if before else None


def _own_issuer(ask: Ask, phrase: Phrase) -> Speaker | None:
    """The issuer that the phrase itself names."""
    return _issuer_before(ask, phrase.head) or _issuer_after(ask, phrase)


def _issuer_before(ask: Ask, head: Head) -> Speaker | None:
    """The name of `a Harbour Trust report`, `a Norpress/Sea Bank poll`; a place only says where, a first word begins a sentence."""
    capitals = [t for t in head.modifiers if t.entity is None and t.text[0].isupper() and t is not head.core[0]]
    names = [t for t in head.modifiers if t in capitals or (t.entity and t.entity.label in {"PERSON", "ORGANIZATION"})]
    if len(names) == 1 and names[0].entity:
        return Speaker.of(ask.cast.chain_of(names[0].entity))
    name = ask.page.text[names[0].start : names[-1].end] if names else ""
    return Speaker(name, "ORGANIZATION") if len(names) > 1 or re.search(r"[A-Z].*[A-Z]", name) else None


def _issuer_after(ask: Ask, phrase: Phrase) -> Speaker | None:
    """The name of `a report by the trust`, `figures of the bank`, `the suit, filed on Monday by the board`."""
    prepositions = "by|from|of" if phrase.head.word in lexicon.listed("nouns", "issued_of") else "by|from"
    issued = rf",?\s+{lexicon.pattern('nouns', 'issuing')}(?:\s+\w+){{0,3}}?"
    after = re.compile(rf"(?:{issued})?\s+(?:{prepositions})\s+").match(ask.page.text, phrase.head.end, phrase.span.end)
    return _issuer(ask, phrase.head, after.end(), phrase.span.end) if after else None


def _earlier_issuers(ask: Ask, head: Head) -> Iterator[Speaker]:
    """Who issued the document of that name that was mentioned last: `issued a statement`, `a statement by`."""
    alike = lexicon.alike(lexicon.singular(head.word))
    for sentence in ask.sentences_back(DOCUMENTS_BACK):
        told = ((t.speaker, t.phrase) for t in ask.told_in(sentence) if t.by == "document")
        yield from (speaker for speaker, phrase in told if speaker and phrase and phrase.head.word in alike)
        for match in reversed([*_mention_of(alike).finditer(ask.page.text, sentence.start, sentence.end)]):
            phrase = read_phrase(Stretch(match.start(), match.end("rest")), ask.page, ask.cast)
            if phrase is None or phrase.head.kind != "noun":
                continue
            if speaker := _own_issuer(ask, phrase) or _subject(ask, phrase.head, sentence.start):
                yield speaker


def _subject(ask: Ask, head: Head, start: int) -> Speaker | None:
    """The subject of the verb that issues a document: `On Monday, the board has released a statement`."""
    auxiliaries, verb = r"\b(?:(?:has|have|had|is|are|was|will|would|also|jointly)\s+){0,4}", lexicon.pattern("nouns", "issuing")
    issued = re.compile(rf"{auxiliaries}{verb}\s+(?:\w+\s+)?$").search(ask.page.text, start, head.start)
    if issued is None:
        return None
    clause = ask.page.text.rfind(", ", start, issued.start()) + 2
    return _issuer(ask, head, max(start, clause), issued.start()) or _issuer(ask, head, start, issued.start())


def _issuer(ask: Ask, head: Head, start: int, end: int) -> Speaker | None:
    """Whom the words from `start` to `end` name; for several, their document under its own name."""
    phrase = read_phrase(Stretch(start, end), ask.page, ask.cast)
    speaker = ask.who(phrase) if phrase else None
    if phrase is None or speaker is None or speaker.chain_id is not None or " and " not in speaker.name:
        return speaker
    kind = " ".join(t.text for t in (*head.modifiers[-1:], head.core[-1]) if t.text.islower())
    return Speaker(f"{kind} of {speaker.name if len(phrase.heads) > 1 else f'the {words_of(phrase.head, ask.page)}'}", "OTHER")


@cache
def _mention_of(nouns: frozenset[str]) -> re.Pattern[str]:
    """A phrase with one of the nouns for its head, and behind it the rest of its clause."""
    determiner, words = "an?|the|its|his|her|their|this", "|".join(map(re.escape, sorted(nouns)))
    rest = rf"(?=(?P<rest>(?s:.*?))(?:[,:;.{DOUBLE}]\s|$))"
    return re.compile(rf"\b(?:{determiner})\s+(?:[\w-]+\s+){{0,3}}?(?:{words})s?\b{rest}", re.IGNORECASE)
