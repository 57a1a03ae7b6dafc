"""The weights that a run begins with: those of a checkpoint, or of the files that ship, which hold them rounded."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx.numpy_helper import to_array
from torch import Tensor

from tasks.tag.model import WEIGHTS, load_model
from tasks.train.network import CHAINS, Chain

QUANTIZED = "_quantized"
PRODUCT = "/MatMul_quant"
"""How ONNX Runtime's quantization names a rounded tensor, and the product with a layer's weights, before which the layer's path stands."""


def weights_of(source: Path) -> dict[str, Tensor]:
    """The weights by name of a checkpoint file, or of a model folder such as the shipped one, exact but for their rounding."""
    weights: dict[str, Tensor] = restored(source) if source.is_dir() else torch.load(source, weights_only=True)["model"]
    return weights


def completed(weights: Mapping[str, Tensor], begun: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights with the last rows that they lack, those of outputs that were added later, taken from `begun`."""
    return {name: torch.cat([weight, begun[name][len(weight) :]]) for name, weight in weights.items()}


def restored(folder: Path) -> dict[str, Tensor]:
    """The state of `tasks.train.network.Tagger` from the exported files in `folder`; raises `tasks.tag.model.DamagedModel`."""
    settings = load_model(folder).settings
    graph = onnx.load(folder / WEIGHTS).graph
    stored = {i.name: to_array(i) for i in graph.initializer}
    found = {n.name.removesuffix(PRODUCT): _whole(n.input[1], stored).T for n in graph.node if n.name.endswith(PRODUCT)}
    layers = {f"network{path.replace('/', '.')}.weight": weight for path, weight in found.items()}
    named = [name for name in stored if "::" not in name and name.endswith((QUANTIZED, ".weight", ".bias"))]
    tables = {f"network.{name.removesuffix(QUANTIZED)}": _whole(name, stored) for name in named}
    chains = {f"chains.{layer}.{name}": value for layer, tags in CHAINS.items() for name, value in Chain(tags).state_dict().items()}
    moves = {f"chains.{layer}.moves": torch.tensor(learned) for layer, learned in settings.transitions.items()}
    encoder = {name: torch.tensor(value) for name, value in (tables | layers).items()}
    return encoder | chains | moves | {"near": torch.tensor(settings.near)}


def _whole(name: str, stored: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """A tensor as it was before it was rounded, as nearly as can be told."""
    if not name.endswith(QUANTIZED):
        return stored[name]
    base = name.removesuffix(QUANTIZED)
    zero, scale = stored[f"{base}_zero_point"].astype(np.float32), stored[f"{base}_scale"]
    return (stored[name].astype(np.float32) - zero) * scale
