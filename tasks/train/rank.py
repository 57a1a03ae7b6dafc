"""The ranker's training: pronouns of corpora whose mentions stand in clusters, each with the people it could stand for.

    documents with `mentions` ──► tagger, entities, quotes ──► he and she with their evidence ──► a small network

What the last pronoun stood for is evidence for the next. So the evidence is gathered anew with the ranker's own decisions, and the
ranker trained on it: one that has seen only faultless decisions trusts its own too much (Ross, Gordon and Bagnell 2011, "A
reduction of imitation learning and structured prediction to no-regret online learning"). On 401 he and she of four news corpora
that it has not seen (`python -m tests.programs.pronouns`) it was right on .80 without that, on .86 with it.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from schemas.tagged import TaggedStory
from tasks.entities import entities
from tasks.language.page import Page, Stretch
from tasks.quotes import passes
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.learned.antecedents import Antecedents
from tasks.quotes.speakers.learned.candidates import Resolved
from tasks.quotes.speakers.learned.evidence import Evidence
from tasks.quotes.speakers.learned.ranker import Ranker
from tasks.quotes.speakers.question import Told
from tasks.quotes.speakers.sieves import Sieves
from tasks.tag import Tagger
from tasks.train.augment import Document
from tasks.train.texts import AT_ONCE, all_body

ROUNDS = 2
"""Times that evidence is gathered with the ranker's own decisions."""

NEWS = 6.0
"""What a pronoun of news counts, where one of other prose counts 1: there are sixteen of those for each, and they are unlike it."""

ALIKE = 0.4
"""Least share of characters, of both together, that a gold mention and one of ours have in common."""


class Question(NamedTuple):
    """One pronoun: the evidence `[candidates, fields]`, and which candidates are right."""

    evidence: NDArray[np.float32]
    right: list[bool]
    weight: float


@dataclass(frozen=True)
class Recipe:
    """How a ranker is trained: as the mean of `networks`, each with so many hidden units."""

    networks: int = 5
    units: int = 8
    epochs: int = 8
    rate: float = 3e-3
    decay: float = 0.1
    dropout: float = 0.2
    batch: int = 128
    seed: int = 0


@dataclass(frozen=True)
class Marked:
    """A document as the quotes step sees it, with the cluster of each chain."""

    document: Document
    page: Page
    cast: Cast
    told: list[Told]

    @classmethod
    def of(cls, document: Document, tagged: TaggedStory) -> "Marked":
        """A tagged document, its speakers resolved by the ranker that ships."""
        page = Page.of(tagged.split)
        cast = Cast.of(entities(tagged), page)
        return cls(document, page, cast, Sieves(page, cast).attribute(passes.statements(tagged.attributions, page, cast)))

    @property
    def partial(self) -> bool:
        """Whether only some of its mentions are marked: a pronoun and two names, or those of a few sentences."""
        return bool(self.document.get("meta", {}).get("partial") or self.document.get("annotated"))

    def clusters(self) -> dict[int, str]:
        """For each person's chain the cluster to which most of its mentions belong."""
        gold = [m for m in self.document["mentions"] if m["kind"] != "pronoun"]
        found: dict[int, str] = {}
        for chain in self.cast.labelled("PERSON"):
            votes = Counter(c for m in chain.mentions if (c := _cluster(Stretch(m.start, m.end), gold)) is not None)
            if votes:
                found[chain.id] = votes.most_common(1)[0][0]
        return found


def _cluster(mention: Stretch, gold: Sequence[dict[str, Any]]) -> str | None:
    """The cluster of the gold mention that is most like a mention of ours; of one whose head it holds, where none is alike."""
    likeness = {_alike(mention, Stretch(m["start"], m["end"])): m["cluster"] for m in gold}
    best = max(likeness, default=0.0)
    if best >= ALIKE:
        return str(likeness[best])
    heads = (m for m in gold if m.get("head") and mention.start < m["head"][1] and m["head"][0] < mention.end)
    return next((str(m["cluster"]) for m in heads), None)


def _alike(one: Stretch, other: Stretch) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / (max(one.end, other.end) - min(one.start, other.start))


def questions(marked: Marked, ranker: Ranker | None) -> Iterator[Question]:
    """Every he and she that is known to stand for one of its candidates, or for nobody named.

    The decisions before each are the ranker's, or the right ones without a ranker. Nothing is learned of a pronoun whose name the
    tagger missed, nor, where not all is marked, of one whose name may stand elsewhere.
    """
    antecedents = Antecedents(marked.page, marked.cast, ranker) if ranker else Antecedents(marked.page, marked.cast)
    genders, clusters = dict(antecedents.ahead), marked.clusters()
    contents = {t.statement.source.start: t.statement.spans for t in marked.told if t.statement.source}
    weight = NEWS if marked.document.get("meta", {}).get("genre") == "news" else 1.0
    named = {str(m["cluster"]) for m in marked.document["mentions"] if m["kind"] == "name"}
    for mention in sorted(marked.document["mentions"], key=lambda m: m["start"]):
        at, cluster = mention["start"], str(mention["cluster"])
        if mention["kind"] != "pronoun" or at not in genders:
            continue
        right = {chain for chain, its in clusters.items() if its == cluster}
        if not right and (marked.partial or cluster in named):
            continue
        told, content = [t for t in marked.told if t.at < at], contents.get(at, ())
        if ranker:
            antecedents.of(at, genders[at], told, content)
        candidates, evidence = antecedents.evidence(at, genders[at], told, content)
        rights = [c in right if c is not None else not right for c in candidates]
        if any(rights):
            yield Question(np.array(evidence, np.float32), rights, weight)
        if not ranker and not marked.partial:
            antecedents.keep(Resolved(at, genders[at], min(right, default=None)))


class Network(nn.Module):
    """A straight layer and a hidden one, side by side: evidence in, one sum a candidate out."""

    def __init__(self, fields: int, units: int, dropout: float) -> None:
        super().__init__()
        self.straight = nn.Linear(fields, 1, bias=False)
        self.hidden, self.out = nn.Linear(fields, units), nn.Linear(units, 1, bias=False)
        self.drop = nn.Dropout(dropout)

    def forward(self, evidence: Tensor) -> Tensor:
        """`[..., candidates, fields]` in, `[..., candidates]` out."""
        return (self.straight(evidence) + self.out(self.drop(torch.relu(self.hidden(evidence))))).squeeze(-1)  # type: ignore[no-any-return]


def fit(asked: Sequence[Question], recipe: Recipe, name: str) -> Ranker:
    """The ranker that gives the right candidates of all questions, by their weights, the highest chance together.

    Networks that differ in their seed, side by side: the mean of their sums is steadier than any of them.
    """
    networks = [_network(asked, recipe, recipe.seed + n) for n in range(recipe.networks)]
    return Ranker(
        name=name,
        evidence=list(Evidence._fields),
        straight=_rounded(torch.stack([n.straight.weight[0] for n in networks]).mean(0)),
        hidden=[_rounded(unit) for n in networks for unit in n.hidden.weight],
        bias=[bias for n in networks for bias in _rounded(n.hidden.bias)],
        out=[weight for n in networks for weight in _rounded(n.out.weight[0] / recipe.networks)],
    )


def _network(asked: Sequence[Question], recipe: Recipe, seed: int) -> Network:
    torch.manual_seed(seed)
    rng = random.Random(seed)
    network = Network(len(Evidence._fields), recipe.units, recipe.dropout)
    optimizer = torch.optim.AdamW(network.parameters(), recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * -(-len(asked) // recipe.batch)
    falling = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for _ in range(recipe.epochs):
        shuffled = rng.sample(asked, len(asked))
        for at in range(0, len(shuffled), recipe.batch):
            optimizer.zero_grad()
            torch.autograd.backward(_loss(network, shuffled[at : at + recipe.batch]))
            optimizer.step()
            falling.step()
    return network.eval()


def _loss(network: Network, asked: Sequence[Question]) -> Tensor:
    widest = max(len(q.right) for q in asked)
    evidence = torch.zeros(len(asked), widest, len(Evidence._fields))
    there, right = torch.zeros(2, len(asked), widest, dtype=torch.bool)
    for n, q in enumerate(asked):
        evidence[n, : len(q.right)] = torch.from_numpy(q.evidence)
        there[n, : len(q.right)] = True
        right[n, : len(q.right)] = torch.tensor(q.right)
    sums = network(evidence).masked_fill(~there, -1e9)
    weights = torch.tensor([q.weight for q in asked])
    missed = torch.logsumexp(sums, 1) - torch.logsumexp(sums.masked_fill(~right, -1e9), 1)
    return (missed * weights).sum() / weights.sum()


def _rounded(weights: Tensor) -> list[float]:
    return [round(w, 3) for w in weights.tolist()]


def train_ranker(documents: Sequence[Document], tagger: Tagger, name: str, recipe: Recipe | None = None) -> Ranker | None:
    """A ranker of the documents that have `mentions`; None when none of them marks what a he or she stands for."""
    recipe, marked = recipe or Recipe(), list[Marked]()
    coreferent = [d for d in documents if d.get("mentions") and d.get("text")]
    for at in range(0, len(coreferent), AT_ONCE):
        part = coreferent[at : at + AT_ONCE]
        marked += map(Marked.of, part, tagger.tag([all_body(d["text"]) for d in part]))
    ranker = None
    for _ in range(1 + ROUNDS):
        asked = [q for m in marked for q in questions(m, ranker)]
        ranker = fit(asked, recipe, name) if asked else None
    return ranker
