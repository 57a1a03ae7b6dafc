"""Sources that are several: `Bayramov and Mirzoyan`, `both ministers`, `the two`, `the foreign ministries of A and B`."""

from collections.abc import Iterable

from schemas.extracted import Entity
from schemas.tagged import EntityLabel
from tasks.language import lexicon
from tasks.language.page import Stretch
from tasks.quotes.speakers.heads import Head, Phrase, fits
from tasks.quotes.speakers.phrase import words_of
from tasks.quotes.speakers.question import Ask, Speaker, joined


def group(ask: Ask) -> Speaker | None:
    """Members that the source lists, or that it counts or calls by an office that they share."""
    if ask.phrase is None:
        return None
    head = ask.phrase.head
    if len(ask.phrase.heads) > 1:
        return _listed(ask, ask.phrase.heads)
    if head.category == "organizations" and head.is_specific:
        return Speaker(words_of(head, ask.page), "ORGANIZATION")
    return (_holders(ask, head) or _last_pair(ask, head)) if _means_several(head) else None


def _listed(ask: Ask, heads: Iterable[Head]) -> Speaker | None:
    """The members of a list, each resolved by itself; None where the story knows none of them."""
    members = [ask.who(Phrase(Stretch(start=h.start, end=h.end), (h,))) or Speaker(words_of(h, ask.page)) for h in heads]
    return joined(members) if any(m.label for m in members) else None


def _means_several(head: Head) -> bool:
    """Whether the head means several who were named before: they, the two, both leaders, three companies, the ministers."""
    if head.kind == "pronoun":
        return head.word in lexicon.listed("pronouns", "several")
    counted = _count(head) is not None and (head.is_plural or head.word in lexicon.table("nouns")["numbers"])
    return head.kind == "noun" and (counted or (head.category == "people" and head.determiner == "the"))


def _count(head: Head) -> int | None:
    """How many speakers the words count, where they do."""
    numbers = lexicon.table("nouns")["numbers"]
    return next((numbers[t.low] for t in reversed(head.core) if t.low in numbers), None)


def _holders(ask: Ask, head: Head) -> Speaker | None:
    """The people whose role is what the plural says, if they are as many as it counts; two where it does not count."""
    chains = [c for c in ask.cast.labelled("PERSON") if c.role and fits(head, c.role) and c.mentions[0].start < ask.at]
    if head.category != "people" or len(chains) != (_count(head) or 2):
        return None
    return joined([Speaker.of(c) for c in sorted(chains, key=lambda c: c.mentions[0].start)])


def _last_pair(ask: Ask, head: Head) -> Speaker | None:
    """The people, or bodies, named side by side last: `Ames and Boothe`; for a count, also as many as it says in one sentence."""
    count = _count(head)
    label: EntityLabel = "ORGANIZATION" if head.category == "organizations" else "PERSON"
    for sentence in ask.sentences_back(2 if head.kind == "pronoun" else 6):
        everyone = sorted(ask.mentions_in(sentence, label), key=lambda m: m.start)
        beside = _side_by_side(ask, everyone)
        for mentions in (beside, everyone) if count else (beside,):
            chains = list(dict.fromkeys(m.chain_id for m in mentions))
            if len(chains) > 1 and count in {None, len(chains)}:
                return joined([Speaker.of(ask.cast.chains[c]) for c in chains])
    return None


def _side_by_side(ask: Ask, mentions: Iterable[Entity]) -> list[Entity]:
    """The last run of mentions with nothing but commas and `and` between them."""
    run: list[Entity] = []
    last: list[Entity] = []
    for mention in mentions:
        between = ask.page.text[run[-1].end : mention.start].replace(",", " ").split() if run else []
        run = [*run, mention] if between in ([], ["and"], ["&"]) else [mention]
        last = run if len(run) > 1 else last
    return last
