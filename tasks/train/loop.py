"""The training loop: seeded, resumable, one checkpoint file that holds everything."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import nn

from tasks.train.augment import Document, augment, hide, quote_parts
from tasks.train.data import batches, collate, examples, story
from tasks.train.network import Tagger, encoder_folder
from tasks.train.restore import completed, weights_of

NEAR_RATE = 5
"""How much faster the scores of distances are learned than the heads: each is one number on its way from 0 to a few units."""


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; the defaults are those of the shipped one.

    Learning rates rise over `warmup` of the run, stay, and fall linearly to zero over its last `cooldown` (Hu et al.
    2024, "MiniCPM", warm-up, stable, decay): a run can be continued from its stable part. `link_weight` and `reference_weight` are
    the weights of those losses beside that of the tags, `soft_weight` a teacher's share in the loss of tags that have gold, too.
    """

    epochs: float = 4
    encoder_rate: float = 1.5e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    dropout: float = 0.1
    link_weight: float = 0.3
    reference_weight: float = 0.3
    soft_weight: float = 0.5
    hidden: float = 0.06
    quoted: float = 0.12
    batch_pieces: int = 2048
    window: tuple[int, int] = (160, 320)
    warmup: float = 0.04
    cooldown: float = 0.5
    seed: int = 0


@dataclass(frozen=True)
class Progress:
    """Where a run stands; `loss` is the mean since the last report."""

    step: int
    steps: int
    epoch: float
    loss: float
    pieces_per_second: float


def rate(step: int, steps: int, recipe: Recipe) -> float:
    """The learning rate at a step, as a share of its peak."""
    done = step / max(1, steps)
    return min(1.0, (done + 1 / max(1, steps)) / recipe.warmup, max(0.0, (1 - done) / recipe.cooldown))


def epoch_batches(documents: Sequence[Document], tokenizer: Tokenizer, recipe: Recipe, epoch: int) -> list[Any]:
    """The batches of one epoch, drawn from the seed and the epoch's number alone."""
    rng = random.Random(f"{recipe.seed}/{epoch}")
    told = (story(augment(quote_parts(d, recipe.quoted, rng), rng), tokenizer) for d in documents)
    stories = [s._replace(words=hide(s.words, recipe.hidden, rng)) for s in told]
    return batches(examples(stories, rng, recipe.window), rng, recipe.batch_pieces)


def encoder_tokenizer() -> Tokenizer:
    """The encoder's own tokenizer, without truncation and padding."""
    tokenizer = Tokenizer.from_file(str(encoder_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def train(
    documents: Sequence[Document],
    recipe: Recipe,
    checkpoint: Path,
    start_from: Path | None = None,
    *,
    save_every: int = 100,
    report_every: int = 25,
) -> Iterator[Progress]:
    """Trains on gold documents, resuming from `checkpoint` when it is there; yields progress, leaves the model in it.

    A run that starts afresh begins with the weights of `start_from`, a checkpoint or model folder, or else of the bare encoder.
    The checkpoint of the end of the stable part is kept beside it as `*.stable.pt`.
    """
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    tokenizer = encoder_tokenizer()
    model = Tagger(encoder_folder(), recipe.dropout)
    body = [p for p in model.network.encoder.parameters() if p.requires_grad]
    known = {id(p) for p in (*body, model.near)}
    heads = [p for p in model.parameters() if p.requires_grad and id(p) not in known]
    optimizer = torch.optim.AdamW(
        [
            {"params": body, "lr": recipe.encoder_rate},
            {"params": heads, "lr": recipe.head_rate},
            {"params": [model.near], "lr": NEAR_RATE * recipe.head_rate},
        ],
        weight_decay=recipe.weight_decay,
    )
    peaks = [group["lr"] for group in optimizer.param_groups]
    plan = epoch_batches(documents, tokenizer, recipe, 0)
    per_epoch = len(plan)
    steps, start = round(recipe.epochs * per_epoch), 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        start = saved["step"]
    elif start_from:
        model.load_state_dict(completed(weights_of(start_from), model.state_dict()))
    model.train()
    losses, pieces, since, epoch = [], 0, time.perf_counter(), 0
    for step in range(start, steps):
        if step // per_epoch != epoch:
            epoch = step // per_epoch
            plan = epoch_batches(documents, tokenizer, recipe, epoch)
        batch = collate(plan[step % per_epoch % len(plan)])
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * rate(step, steps, recipe)
        loss = model.loss(batch, recipe.link_weight, recipe.reference_weight, recipe.soft_weight)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_([*body, *heads, model.near], 1.0)
        optimizer.step()
        losses.append(loss.item())
        pieces += int(batch["mask"].sum())
        done = step + 1
        stable_ends = done == round(steps * (1 - recipe.cooldown))
        if done % save_every == 0 or done == steps or stable_ends:
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": done, "recipe": asdict(recipe)}
            save(state, checkpoint)
            if stable_ends:
                save(state, checkpoint.with_suffix(".stable.pt"))
        if done % report_every == 0 or done == steps:
            yield Progress(done, steps, done / per_epoch, sum(losses) / len(losses), pieces / (time.perf_counter() - since))
            losses, pieces, since = [], 0, time.perf_counter()


def save(state: dict[str, Any], path: Path) -> None:
    """Writes a checkpoint so that a crash leaves the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)
