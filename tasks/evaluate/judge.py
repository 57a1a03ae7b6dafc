"""Each quote, gold or predicted, beside its match on the other side: what every figure is counted from.

Contents are compared as sets of word tokens. Matching is one to one and greedy: of all pairs that share a token, the one
with the greatest IoU (shared tokens over the tokens of either) is taken first, whatever the quotes' kinds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from schemas.extracted import Marking
from tasks.evaluate.annotated import AnnotatedQuote, AnnotatedStory
from tasks.evaluate.kinds import kind_of, quoted_tokens
from tasks.evaluate.tokens import Tokens, printed_extent

FOUND_AT = 0.5
"""The IoU from which a matched content counts as found."""


@dataclass(frozen=True, eq=False)
class Marked:
    """A quote as one side marked it, its spans as token sets."""

    quote: AnnotatedQuote
    kind: Marking | None
    content: frozenset[int]
    cue: frozenset[int]
    source: frozenset[int]
    extent: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Judgement:
    """One side's quote (`own`) and its match on the other side, if it has one."""

    own: Marked
    other: Marked | None

    @property
    def kind(self) -> Marking | None:
        """The kind of the quote judged."""
        return self.own.kind

    @property
    def score(self) -> float | None:
        """The system's own probability of a predicted quote."""
        return self.own.quote.score

    @cached_property
    def shared(self) -> int:
        """Content tokens that both sides have."""
        return len(self.own.content & self.other.content) if self.other else 0

    @cached_property
    def iou(self) -> float:
        """Shared content tokens over the content tokens of either side, 0 to 1."""
        return self.shared / len(self.own.content | self.other.content) if self.other else 0.0

    @property
    def found(self) -> bool:
        """Whether the contents are much the same."""
        return self.iou >= FOUND_AT

    @property
    def exact(self) -> bool:
        """Whether the contents have the same words."""
        return self.other is not None and self.own.content == self.other.content

    @property
    def exact_chars(self) -> bool:
        """Whether the contents have the same characters, white space at the edges apart."""
        return self.other is not None and self.own.extent == self.other.extent

    @property
    def covered(self) -> float:
        """The share of this content's tokens that the other side has."""
        return self.shared / len(self.own.content) if self.other else 0.0

    def same(self, role: str) -> bool:
        """Whether the content is found and both sides name the same words as `role` (source, cue), or both name none."""
        return self.other is not None and self.found and getattr(self.own, role) == getattr(self.other, role)

    @property
    def right(self) -> bool:
        """Whether the row as a whole is right: the content found, its source the same words."""
        return self.same("source")


@dataclass(frozen=True, eq=False)
class JudgedStory:
    """The judgements of one story's quotes."""

    story: AnnotatedStory
    gold: list[Judgement]
    predicted: list[Judgement]


def judge(gold: AnnotatedStory, predicted: AnnotatedStory) -> JudgedStory:
    """Matches the quotes of one story; predictions without a word of content are left out.

    Gold kinds stand as annotated; the kinds of predictions, and of gold that has none, come from the quotation marks of
    the gold text.
    """
    tokens = Tokens(gold.text)
    quoted = quoted_tokens(gold.text, tokens, wrapped=bool(gold.meta.get("wrapped")))

    def marked(quote: AnnotatedQuote, kind: Marking | None) -> Marked:
        content = tokens.under(quote.content)
        return Marked(
            quote=quote,
            kind=kind or kind_of(content, quoted),
            content=content,
            cue=tokens.under(quote.cue),
            source=tokens.under(quote.source),
            extent=printed_extent(gold.text, quote.content),
        )

    theirs = [marked(q, q.kind) for q in gold.quotes or []]
    ours = [m for m in (marked(q, None) for q in predicted.quotes or []) if m.content]
    pairs = match([m.content for m in theirs], [m.content for m in ours])
    backwards = {p: g for g, p in pairs.items()}
    return JudgedStory(
        story=gold,
        gold=[Judgement(m, ours[pairs[g]] if g in pairs else None) for g, m in enumerate(theirs)],
        predicted=[Judgement(m, theirs[backwards[p]] if p in backwards else None) for p, m in enumerate(ours)],
    )


def match(gold: Sequence[frozenset[int]], predicted: Sequence[frozenset[int]]) -> dict[int, int]:
    """Gold index to predicted index, best IoU first, then most shared tokens, then first in the text.

    >>> match([frozenset({1, 2, 3})], [frozenset({3}), frozenset({1, 2})])
    {0: 1}
    """
    holders: dict[int, list[int]] = {}
    for p, tokens in enumerate(predicted):
        for token in tokens:
            holders.setdefault(token, []).append(p)
    candidates = []
    for g, tokens in enumerate(gold):
        for p in {p for token in tokens for p in holders.get(token, ())}:
            shared = len(tokens & predicted[p])
            candidates.append((-shared / len(tokens | predicted[p]), -shared, g, p))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, g, p in sorted(candidates):
        if g not in pairs and p not in taken:
            pairs[g] = p
            taken.add(p)
    return pairs


def same_name(one: str, other: str, *, surname_only: bool = False) -> bool:
    """Whether two speakers' names are equal, letter case, punctuation and bracketed words apart.

    >>> same_name("Dr. Ada Moss", "Moss", surname_only=True)
    True
    """
    words, others = (re.sub(r"\([^()]*\)|[^\w\s]", " ", name.casefold()).split() for name in (one, other))
    if surname_only:
        return bool(words and others) and words[-1] == others[-1]
    return words == others
