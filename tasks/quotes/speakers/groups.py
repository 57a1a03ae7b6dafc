"""Sources that are several: `Bayramov and Mirzoyan`, `both ministers`, `the two`, `the foreign ministries of A and B`."""

from itertools import pairwise

from schemas.extracted import Entity
from schemas.tagged import EntityLabel
from tasks.language import lexicon
from tasks.language.page import Stretch
from tasks.quotes.speakers.heads import Head, Phrase
from tasks.quotes.speakers.nouns import fits, is_specific
from tasks.quotes.speakers.phrase import words_of
from tasks.quotes.speakers.pronouns import agreement
from tasks.quotes.speakers.question import Ask, Speaker


def group(ask: Ask) -> Speaker | None:
    """Members that the source lists, or whom it counts or calls by an office that they share."""
    if ask.phrase is None:
        return None
    if len(ask.phrase.heads) > 1:
        return _listed(ask, ask.phrase.heads)
    head = ask.phrase.head
    if head.kind == "noun" and head.category == "organizations" and is_specific(head):
        return Speaker(words_of(head, ask.page), "ORGANIZATION")
    if _plural(head):
        return _holders(ask, head) or _last_pair(ask, _count(head))
    return None


def _listed(ask: Ask, heads: tuple[Head, ...]) -> Speaker | None:
    members = [ask.who(Phrase(Stretch(start=h.start, end=h.end), (h,))) or Speaker(words_of(h, ask.page)) for h in heads]
    return joined(members) if any(m.label for m in members) else None


def joined(members: list[Speaker]) -> Speaker:
    """The speaker that several are together: their names in order, the label if they share one."""
    names = [m.name for m in members]
    labels = {m.label for m in members}
    text = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    return Speaker(text, labels.pop() if len(labels) == 1 else None)


def _plural(head: Head) -> bool:
    """Whether the head counts or calls together people who were named: the two, both leaders, the ministers, they."""
    if head.kind == "pronoun":
        return agreement(head.word) == "several"
    counted = head.word in lexicon.table("nouns")["numbers"] or head.word in {"pair", "couple", "duo", "trio"}
    return head.kind == "noun" and (
        counted
        or (head.category == "people" and (head.determiner in {"the", "both"} or _count(head) is not None))
        or (head.category == "organizations" and _count(head) is not None and head.determiner != "")
    )


def _count(head: Head) -> int | None:
    """How many the words say they are."""
    numbers = lexicon.table("nouns")["numbers"]
    said = [numbers[t.low] for t in head.core if t.low in numbers]
    return said[-1] if said else 2 if head.word in {"pair", "couple", "duo"} else 3 if head.word == "trio" else None


def _holders(ask: Ask, head: Head) -> Speaker | None:
    """Those whose role is what the plural says, when they are as many as it says."""
    if head.category != "people":
        return None
    chains = [c for c in ask.cast.labelled("PERSON") if fits(head, c) and c.mentions[0].start < ask.at]
    count = _count(head)
    if len(chains) < 2 or (count is not None and len(chains) != count) or len(chains) > 4:
        return None
    return joined([Speaker.of(c) for c in sorted(chains, key=lambda c: c.mentions[0].start)])


def _last_pair(ask: Ask, count: int | None) -> Speaker | None:
    """The people, or bodies, named side by side last: `Ames and Boothe`, or just as many in one sentence; None if others spoke since."""
    pronoun = ask.phrase is not None and ask.phrase.head.kind == "pronoun"
    label: EntityLabel = "ORGANIZATION" if ask.phrase is not None and ask.phrase.head.category == "organizations" else "PERSON"
    for sentence in ask.sentences_back(2 if pronoun else 6):
        if any(t.anonymous and t.anonymous.category in {"people", "organization", "organizations"} for t in ask.told_in(sentence)):
            return None
        people = sorted(ask.mentions_in(sentence, label), key=lambda m: m.start)
        chained = _side_by_side(people, ask)
        if pronoun and chained and not _leads(chained[0], sentence, ask):
            return None
        chains = list(dict.fromkeys(m.chain_id for m in chained))
        if len(chains) > 1 and count in (None, len(chains)):
            return joined([Speaker.of(ask.cast.chains[c]) for c in chains])
        everyone = list(dict.fromkeys(m.chain_id for m in people))
        if count is not None and len(everyone) == count:
            return joined([Speaker.of(ask.cast.chains[c]) for c in everyone])
    return None


def _leads(mention: Entity, sentence: Stretch, ask: Ask) -> bool:
    """Whether a mention is what its sentence, or a clause of it after a comma, begins with."""
    before = ask.page.text[sentence.start : mention.start].rstrip()
    return not before or before.endswith(",")


def _side_by_side(people: list[Entity], ask: Ask) -> list[Entity]:
    """The longest last run of mentions with nothing but commas and `and` between them."""
    run: list[Entity] = []
    for one, other in pairwise(people):
        between = ask.page.text[one.end : other.start].replace(",", " ").split()
        if between in (["and"], ["&"]):
            run = [*(run or [one]), other] if not run or run[-1] is one else [one, other]
        elif not between:
            run = [*run, other] if run and run[-1] is one else [one, other]
    return run
