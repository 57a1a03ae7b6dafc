"""Dates, times, sums of money, percentages and quantities, found by rule.

Neural taggers trained on names do not know these, and they follow a grammar: one regular expression, built from the word lists
in `language/en/values.toml`, finds them in one pass. Conventions are those of MUC-7 (TIMEX, NUMEX) and IEER-99: articles and prepositions
stay outside the mention, the two ends of a range are two mentions, a currency, a unit and a scale stay inside. As in IEER-99,
what is only reckoned from the day of the story ("last month", "yesterday") is no mention.
"""

from collections.abc import Sequence

from schemas.base import Span
from schemas.tagged import Mention
from tasks.values.patterns import grammar, words

__all__ = ["values"]


def values(text: str, paragraphs: Sequence[Span]) -> list[Mention]:
    """Finds the DATE, TIME, MONEY, PERCENT and QUANTITY mentions in the paragraphs of `text`.

    Mentions come in order, do not overlap and never cross a paragraph. They know nothing of names: where one overlaps a name
    ("Fox 2000"), the caller keeps the name.

    >>> text = "Shares fell 4.5 percent to $12 on Thursday."
    >>> [(m.span.of(text), m.label) for m in values(text, [Span(start=0, end=len(text))])]
    [('4.5 percent', 'PERCENT'), ('$12', 'MONEY'), ('Thursday', 'DATE')]
    """
    scores = words()["scores"]
    mentions = []
    for paragraph in paragraphs:
        for match in grammar().finditer(text, paragraph.start, paragraph.end):
            label, _, _ = (match.lastgroup or "").partition("_")
            mentions.append(Mention(span=Span(start=match.start(), end=match.end()), label=label, score=scores[label]))
    return mentions
