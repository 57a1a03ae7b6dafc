"""One name, one label in all of a story: a tagger that sees a window at a time misses repeats and labels them differently."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from schemas.base import Span
from schemas.tagged import EntityLabel, Mention
from tasks.entities.names import parse, without_possessive
from tasks.language.countries import capital_of, country, fold
from tasks.language.marks import APOSTROPHE
from tasks.language.sentences import starts

VALUES = frozenset[EntityLabel]({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY"})
"""Labels of mentions that are no names."""

_OUTVOTED = 3
"""How many times more often than the person's a name of one word must stand for something else to be left as it is."""
_RIVALS: tuple[EntityLabel, ...] = ("PLACE", "ORGANIZATION")
"""The two that one name may well be by turns: a city and its team, a country and its government."""
_FREE: frozenset[EntityLabel] = frozenset({"NATIONALITY", *VALUES})
"""Labels that neither vote nor are outvoted: "the Swiss", "Swiss Re"."""

_ENOUGH = 0.5
"""The least share of a name's occurrences that must be mentions, each counted by its score, for the rest to count too."""


def repeated(text: str, paragraphs: Iterable[Span], mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, and the unmarked repeats of their names in `paragraphs`, in order.

    Repeats are matched as entire words, case and all, and so is the surname of a person named in full. A repeat counts where its
    score is at least `_ENOUGH`: the sum of the mentions' scores over the number of occurrences; a surname may have the full name's.
    Single-word names at the start of a sentence do not count, nor surnames in front of another name. Measured on IEER-99 dev: F1 +0.007.

    >>> text = "Ada Lund left. We miss Lund."
    >>> [m.span.of(text) for m in repeated(text, [Span(start=0, end=28)], [Mention(span=Span(start=0, end=8), label="PERSON", score=1)])]
    ['Ada Lund', 'Lund']
    """
    scores, labels, surnames = _known(text, mentions)
    names = sorted((n for n in {*scores, *surnames} if len(n) > 1 and n[0].isupper()), key=lambda n: (-len(n), n))
    if not names:
        return list(mentions)
    taken = bytearray(len(text))
    for m in mentions:
        taken[m.span.start : m.span.end] = b"\1" * (m.span.end - m.span.start)
    missed: dict[str, list[Span]] = defaultdict(list)
    name_alone = re.compile(rf"(?<![\w{APOSTROPHE}.&/-])(?:{'|'.join(map(re.escape, names))})(?![\w&/-])")
    for p in paragraphs:
        for match in name_alone.finditer(text, p.start, p.end):
            opens = " " not in match[0] and starts(text[max(p.start, match.start() - 20) : match.start()])
            if not opens and not any(taken[match.start() : match.end()]):
                missed[match[0]].append(Span(start=match.start(), end=match.end()))
    found = list(mentions)
    for name, spans in missed.items():
        score, label = sum(scores[name]) / (len(scores[name]) + len(spans)), max(labels[name], key=labels[name].__getitem__, default=None)
        if name in surnames and label in {"PERSON", None}:
            score, label = max(score, surnames[name]), "PERSON"
        if label and score >= _ENOUGH:
            found += [
                Mention(span=span, label=label, score=round(score, 4))
                for span in spans
                if label != "PERSON" or not re.match(r" [A-Z]", text[span.end : span.end + 2])
            ]
    return sorted(found, key=lambda m: m.span.start)


def _known(text: str, mentions: Sequence[Mention]) -> tuple[dict[str, list[float]], dict[str, dict[EntityLabel, float]], dict[str, float]]:
    """The names of a story: the scores of their mentions, their labels with the sum of scores, and the surnames of full names."""
    scores, surnames = defaultdict[str, list[float]](list), dict[str, float]()
    labels = defaultdict[str, dict[EntityLabel, float]](lambda: defaultdict(float))
    for m in mentions:
        if m.label in VALUES:
            continue
        name = without_possessive(m.span.of(text))
        scores[name].append(m.score)
        labels[name][m.label] += m.score
        person = parse(name)
        words = person.text.split()[: -1 if person.suffix else None]
        if m.label == "PERSON" and len(words) > 1 and len(surname := words[-1].rstrip(",")) > 2 and surname[0].isupper():
            surnames[surname] = max(surnames.get(surname, 0.0), m.score)
    return scores, labels, surnames


def agreed_labels(mentions: Sequence[str], labels: Sequence[EntityLabel], scores: Sequence[float]) -> list[EntityLabel]:
    """The labels of a story's mentions, those of one name brought into line.

    A name is what most of its mentions say, each by its score; but a place and an organization may have one name. Then a word that is
    the surname of a person named in full is that person, unless it is a country's name or mostly something else; a "person" of one word
    without a full name is the place or body that the word mostly is, or whose name begins with it, or the capital of that name.
    Measured on CoNLL-2003 dev and IEER-99 dev: F1 +0.004 and +0.011.

    >>> agreed_labels(["Ada Lund", "Lund", "Osterby", "Osterby"], ["PERSON", "ORGANIZATION", "PLACE", "PERSON"], [0.9, 0.9, 0.9, 0.5])
    ['PERSON', 'PERSON', 'PLACE', 'PLACE']
    """
    return _surnames_settled(mentions, _voted([fold(without_possessive(m)) for m in mentions], labels, scores))


def _voted(names: Sequence[str], labels: Sequence[EntityLabel], scores: Sequence[float]) -> list[EntityLabel]:
    weights: dict[str, dict[EntityLabel, float]] = defaultdict(lambda: defaultdict(float))
    for name, label, score in zip(names, labels, scores, strict=True):
        weights[name][label] += score

    def elected(name: str, label: EntityLabel) -> EntityLabel:
        best = max(weights[name], key=weights[name].__getitem__)
        free = {label, best} & _FREE or {label, best} == {*_RIVALS}
        return label if free or weights[name][best] == weights[name][label] else best

    return [elected(name, label) for name, label in zip(names, labels, strict=True)]


def _surnames_settled(mentions: Sequence[str], labels: Sequence[EntityLabel]) -> list[EntityLabel]:
    names = [parse(mention).parts for mention in mentions]
    votes = Counter(zip(names, labels, strict=True))
    longer = [(parts, label) for parts, label in zip(names, labels, strict=True) if len(parts) > 1]
    surnames = Counter(parts[-1:] for parts, label in longer if label == "PERSON")
    given_names = {parts[0] for parts, label in longer if label == "PERSON"}
    bodies = {parts[0] for parts, label in longer if label == "ORGANIZATION"} - given_names

    def settled(mention: str, parts: tuple[str, ...], label: EntityLabel) -> EntityLabel:
        if len(parts) != 1 or label not in {"PERSON", "PLACE", "ORGANIZATION", "OTHER"}:
            return label
        if surnames[parts]:
            outvoted = votes[parts, label] > _OUTVOTED * (surnames[parts] + votes[parts, "PERSON"])
            return label if label == "PERSON" or outvoted or country(mention) else "PERSON"
        if label != "PERSON":
            return label
        if parts[0] in bodies:
            return "ORGANIZATION"
        if parts[0] not in given_names and capital_of(mention):
            return "PLACE"
        return label

    return [settled(mention, parts, label) for mention, parts, label in zip(mentions, names, labels, strict=True)]
