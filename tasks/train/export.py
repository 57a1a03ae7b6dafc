"""From a checkpoint to the files that ship: int8 ONNX, tokenizer, settings."""

import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor

from tasks.tag.model import TOKENIZER, WEIGHTS, Settings, save_settings, sha256_of
from tasks.train.network import Chain, Tagger, encoder_folder
from tasks.train.restore import completed, weights_of

INPUTS = ("ids", "shape", "quote", "layout", "mask")

ROUNDED = {"weight_type": QuantType.QInt8, "extra_options": {"WeightSymmetric": False}}
"""How weights are rounded: to signed bytes, with a zero point of each column's own. `tasks.tag.model.encoder` has them made unsigned
where a processor adds two products of signed ones in 16 bits, which overflow (ONNX Runtime, "Quantize ONNX models", U8S8 and U8U8):
with plain signed bytes the same model found .794 of PolNeAR dev on one machine and .786 on another."""


def load_checkpoint(*checkpoints: Path) -> Tagger:
    """The trained model of a checkpoint or a model folder, or the mean of several of one line of descent, ready to predict.

    Weights on the way from one to the next can be averaged, and do better than either (Wortsman et al. 2022, "Model soups").
    """
    model = Tagger(encoder_folder(), dropout=0.0, pretrained=False)
    first = completed(weights_of(checkpoints[0]), model.state_dict())
    states = [first, *(completed(weights_of(checkpoint), first) for checkpoint in checkpoints[1:])]
    model.load_state_dict({name: mean([state[name] for state in states]) for name in first})
    return model.eval()


def mean(weights: Sequence[Tensor]) -> Tensor:
    """The mean of the same tensor in several models; what is no fraction is the same in all."""
    return torch.stack(list(weights)).mean(0) if weights[0].is_floating_point() else weights[0]


def export(model: Tagger, name: str, folder: Path) -> Settings:
    """Writes `model` as int8 ONNX with its tokenizer and settings to `folder`; gives back the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    model.network.encoder.config._attn_implementation = "eager"  # exports to a graph that runs 1.5 times faster than sdpa's
    with tempfile.TemporaryDirectory() as scratch:
        exact, prepared = Path(scratch) / "exact.onnx", Path(scratch) / "prepared.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                model.network,
                tuple(torch.ones(2, 16, dtype=torch.long) for _ in INPUTS),
                str(exact),
                input_names=list(INPUTS),
                output_names=["out"],
                dynamic_axes={n: {0: "windows", 1: "pieces"} for n in (*INPUTS, "out")},
                opset_version=17,
                dynamo=False,
            )
        quant_pre_process(str(exact), str(prepared), skip_symbolic_shape=True)
        quantize_dynamic(str(prepared), str(folder / WEIGHTS), per_channel=True, **ROUNDED)
    shutil.copy(encoder_folder() / "tokenizer.json", folder / TOKENIZER)
    settings = Settings(
        name=name,
        sha256={file: sha256_of(folder / file) for file in (WEIGHTS, TOKENIZER)},
        near=model.near.tolist(),
        transitions={layer: cast(Chain, chain).moves.tolist() for layer, chain in model.chains.items()},
    )
    save_settings(settings, folder)
    return settings
