"""Sources that are documents: `the statement`, `a report by the bank`, `the indictment`.

A document speaks for its issuer, where the story says whose it is; one of several issuers is named as theirs ("joint
statement of the foreign ministries of A and B"), since no one of them said it alone.
"""

import re
from collections.abc import Iterator

from tasks.language import calendar, lexicon
from tasks.language.marks import DOUBLE, MAY_CLOSE
from tasks.language.page import Stretch
from tasks.quotes.speakers.groups import joined
from tasks.quotes.speakers.heads import Head, Phrase
from tasks.quotes.speakers.phrase import read_phrase, words_of
from tasks.quotes.speakers.question import Ask, Speaker

ADJECTIVES = r"(?:[\w-]+\s+){0,3}?"
SO_CALLED = r"what\s+\w+\s+(?:called|described\s+as)\s+"
REFERRED = r"(?:referred|pointed|directed)\s+(?:\w+\s+){0,3}to\s+"
"""Ways to bring in a document between its issuer and its noun."""
CLAUSE = re.compile(rf",[{MAY_CLOSE}]*\s+|\b(?:after|before|when|while|as|because|since)\s+")
"""What a clause may begin behind."""
DOCUMENTS_BACK = 12
"""Sentences."""
FAR_ISSUER = 4
"""Words of a document in which `by` must come: a lawsuit filed late on Monday by."""


def document(ask: Ask) -> Speaker | None:
    """A document for who issued it."""
    head = ask.head
    if head is None or head.kind != "noun" or head.category not in {"document", "documents"}:
        return None
    known = _bearing(ask, head) or _own_issuer(ask, head)
    return known or next(_earlier_issuers(ask, head), None)


def _bearing(ask: Ask, head: Head) -> Speaker | None:
    """The named document that the noun is short for: `the study` for the Hill Farm Study."""
    if head.determiner not in {"the", "this"} or head.modifiers:
        return None
    alike = lexicon.alike(head.word)
    named = [c for c in ask.cast.labelled("ORGANIZATION", "OTHER", "EVENT") if c.name.lower().rpartition(" ")[2] in alike]
    before = [(max(starts), c) for c in named if (starts := [m.start for m in c.mentions if m.start < ask.at])]
    return Speaker.of(max(before, key=lambda b: b[0])[1]) if before else None


def _own_issuer(ask: Ask, head: Head) -> Speaker | None:
    """The issuer that the phrase itself names: before the noun, or after `by`, `from`, `of`, `released by`."""
    if any(t.possessive for t in head.core):
        owner = next(i for i, t in enumerate(head.core) if t.possessive)
        return _issuer(ask, head.core[0].start, head.core[owner - 1].end, head) if owner else None
    return _issuer_before(ask, head) or _issuer_after(ask, head) or _issuer_between_commas(ask, head)


def _issuer_before(ask: Ask, head: Head) -> Speaker | None:
    """The name of `a Harbour Trust report`, `a Norpress/Sea Bank poll`; a place only says where."""
    names = [t for t in head.modifiers if t.text[0].isupper() and (t.entity is None or t.entity.label in {"PERSON", "ORGANIZATION"})]
    names = [t for t in names if t is not head.core[0] or t.entity]
    if len(names) == 1 and names[0].entity:
        return Speaker.of(ask.cast.chain_of(names[0].entity))
    name = ask.page.text[names[0].start : names[-1].end] if names else ""
    return Speaker(name, "ORGANIZATION") if len(names) > 1 or re.search(r"[A-Z].*[A-Z]", name) else None


def _issuer_after(ask: Ask, head: Head) -> Speaker | None:
    prepositions = lexicon.listed("nouns", "issuer_prepositions") | ({"of"} if head.word in lexicon.listed("nouns", "issued_of") else set())
    issuing = lexicon.listed("nouns", "issuing")
    for at, token in enumerate(head.tail[:FAR_ISSUER]):
        if token.low in prepositions and (at == 0 or head.tail[0].low in issuing):
            after = head.tail[at + 1 :]
            ends = lexicon.listed("nouns", "after_head") - {"of", "for"}
            end = next((t.start for t in after if t.entity is None and t.low in ends), head.tail[-1].end)
            return _issuer(ask, token.end, end, head)
    return None


def _issuer_between_commas(ask: Ask, head: Head) -> Speaker | None:
    """The issuer that a clause behind the noun names: `The suit, filed in 2019 by the harbour board,`."""
    if ask.phrase is None or head is not ask.head:
        return None
    issuing = "|".join(lexicon.table("nouns")["issuing"])
    clause = re.compile(rf",\s+(?:{issuing})\s+(?:\w+\s+){{0,{FAR_ISSUER}}}?by\s+").match(ask.page.text, head.end, ask.phrase.span.end)
    return _issuer(ask, clause.end(), ask.phrase.span.end, head) if clause else None


def _earlier_issuers(ask: Ask, head: Head) -> Iterator[Speaker]:
    """Who issued the document of that name that was spoken of last: `issued a statement`, `said in a statement`, `a statement by`."""
    noun = lexicon.singular(head.word)
    nouns = "|".join(map(re.escape, sorted(lexicon.alike(noun))))
    document = re.compile(rf"\b(?:an?|the|its|his|her|their|this)\s+(?P<kind>{ADJECTIVES})(?:{nouns})s?\b", re.IGNORECASE)
    verbs = "|".join(lexicon.table("nouns")["issuing"])
    issued = re.compile(rf"\b(?:(?:{verbs})\s+(?:\w+\s+|{SO_CALLED})?|{REFERRED})$", re.IGNORECASE)
    new = head.determiner in lexicon.listed("nouns", "indefinite")
    for sentence in ask.sentences_back(1 if new else DOCUMENTS_BACK):
        spoke = (t for t in ask.told_in(sentence) if t.by == "document" and t.phrase and t.phrase.head.word in lexicon.alike(noun))
        yield from (t.speaker for t in spoke if t.speaker and not new)
        end = ask.phrase.span.end if ask.phrase and sentence.end == ask.at else sentence.end
        for match in reversed(list(document.finditer(ask.page.text, sentence.start, end))):
            if ask.page.quoted(match.start()) or (new and match.start() != ask.at):
                continue
            whole = Stretch(start=match.start(), end=_phrase_end(ask, match.end()))
            phrase = read_phrase(whole, ask.page, ask.cast)
            if phrase and phrase.head.kind == "noun" and (speaker := _own_issuer(ask, phrase.head)):
                yield speaker
            verb = issued.search(ask.page.text, sentence.start, match.start())
            if verb and (speaker := _subject(ask, sentence.start, verb.start(), match.group("kind") + noun)):
                yield speaker
            for told in ask.told_in(sentence):
                if told.speaker and re.search(r"\b(?:in|through|via)\s*$", ask.page.text[sentence.start : match.start()]):
                    yield told.speaker


def _phrase_end(ask: Ask, start: int) -> int:
    """Where the phrase that a document's noun begins ends: before the next comma, colon or quotation mark of its sentence."""
    limit = ask.page.sentences[ask.page.sentence_at(start - 1)].end
    stop = re.compile(rf"[,:;{DOUBLE}.]\s|$").search(ask.page.text, start, limit)
    return stop.start() if stop else limit


def _subject(ask: Ask, start: int, verb: int, kind: str) -> Speaker | None:
    """The issuer before a verb: the last clause that has a head, taken alone, else all that precedes."""
    text = ask.page.text
    clauses = [m.end() for m in CLAUSE.finditer(text, start, verb)]
    for low in [*reversed(clauses), start]:
        span = _stripped(text, low, verb)
        phrase = read_phrase(span, ask.page, ask.cast) if span else None
        if phrase and (speaker := _issued_by(ask, phrase, kind)):
            return speaker
    return None


def _issuer(ask: Ask, start: int, end: int, head: Head) -> Speaker | None:
    span = _stripped(ask.page.text, start, end)
    phrase = read_phrase(span, ask.page, ask.cast) if span else None
    return _issued_by(ask, phrase, " ".join(t.text for t in (*head.modifiers[-1:], head.core[-1]) if t.text.islower())) if phrase else None


def _issued_by(ask: Ask, phrase: Phrase, kind: str) -> Speaker | None:
    """The phrase's speaker; for several issuers, their document under its own name."""
    speaker = ask.who(phrase)
    if speaker is None or speaker.chain_id is not None or " and " not in speaker.name:
        return speaker
    issuers = speaker.name if len(phrase.heads) > 1 else f"the {words_of(phrase.head, ask.page)}"
    return joined([Speaker(f"{kind} of {issuers}", "OTHER")])


def _stripped(text: str, start: int, end: int) -> Stretch | None:
    """The span without conjunctions before it and auxiliaries after it."""
    auxiliary = lexicon.listed("nouns", "auxiliary") | calendar.weekdays().keys()
    found = list(re.compile(r"\S+").finditer(text, start, end))
    while found and found[0].group().lower() in {"and", "but", "while", "as", "when", "also"}:
        found.pop(0)
    while found and found[-1].group().lower().strip(",.") in auxiliary:
        found.pop()
    return Stretch(start=found[0].start(), end=found[-1].end()) if found else None
