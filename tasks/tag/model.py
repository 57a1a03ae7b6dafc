"""The shipped model's files: the encoder as int8 ONNX, its tokenizer, and what decoding needs, each with a checksum."""

import hashlib
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from pydantic import Field
from tokenizers import Tokenizer

from schemas.base import Schema
from tasks.tag.chain import Scores
from tasks.tag.processor import cpuinfo, sums_exactly

WEIGHTS, TOKENIZER, SETTINGS = "tagger.onnx", "tokenizer.json", "tagger.json"

UNSIGNED = "session.x64quantprecision"
"""ONNX Runtime's setting that adds 128 to signed weights and their zero points, so that no sum of products overflows."""

Encode = Callable[[dict[str, NDArray[np.int64]]], Scores]
"""Features `[windows, pieces]` by name in; outputs `[windows, pieces, sum of tasks.tag.labels.outputs]` out."""


class DamagedModel(Exception):
    """A model file is missing or is not the one that its settings name."""


class Calibration(Schema):
    """Turns the logit of a raw probability into a calibrated one: 1 / (1 + exp(-(slope * logit + length * log(1 + words) + intercept))).

    A long content has many ways to be nearly right, and each takes its share of the probability; a content of two words that the
    chain is as sure of is right less often.
    """

    slope: float = 1.0
    length: float = 0.0
    intercept: float = 0.0

    def __call__(self, raw: float, words: int = 0) -> float:
        """The calibrated probability of a finding of so many words; `raw` is clipped to [1e-6, 1 - 1e-6]."""
        raw = min(max(raw, 1e-6), 1 - 1e-6)
        return float(1 / (1 + np.exp(-(self.slope * np.log(raw / (1 - raw)) + self.length * np.log1p(words) + self.intercept))))


class Settings(Schema):
    """What decoding needs beside the weights; written by training, as `tagger.json`."""

    name: str = Field(description="The model's name and date of training")
    sha256: dict[str, str] = Field(description="Checksums of the files by name, its own taken without itself")
    transitions: dict[str, list[list[float]]] = Field(description="Scores [from][to] of each chain's tags")
    near: list[list[float]] = Field(
        description="Scores of `tasks.tag.nearness` cells: contents to cues, cues to sources, pronouns and nominals to names"
    )
    lean: dict[str, float] = Field(
        default_factory=dict,
        description="By layer: bonus on B-tags, tuned on the development set: Viterbi alone favours recall too little",
    )
    calibration: dict[str, Calibration] = Field(default_factory=dict, description="By layer: quote, entity")
    least_quote_score: float = Field(0.0, description="Attributions that score below are dropped")
    figures: dict[str, float] = Field(default_factory=dict, description="Figures on the development sets when it was exported")


class Model(NamedTuple):
    """A loaded model."""

    encode: Encode
    tokenizer: Tokenizer
    settings: Settings
    version: str


def shipped_folder() -> Path:
    """Where the package keeps its model."""
    return Path(str(files("tasks.tag") / "weights"))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_model(folder: Path | None = None) -> Model:
    """Loads the model of `folder` (the shipped one when None) after checking its checksums.

    Raises DamagedModel when a file is missing or differs.
    """
    folder = folder or shipped_folder()
    try:
        stored = json.loads((folder / SETTINGS).read_text("utf-8"))
        settings = Settings.model_validate(stored)
        for name, expected in {SETTINGS: None, **settings.sha256}.items():
            if expected != (_digest(stored) if name == SETTINGS else sha256_of(folder / name)):
                raise DamagedModel(f"{folder / name} is not the file that {SETTINGS} names; install wiredesk again or train a model")
    except FileNotFoundError as e:
        raise DamagedModel(f"{e.filename} is missing; install wiredesk again or train a model with `wiredesk train`") from e
    except ValueError as e:
        raise DamagedModel(f"{folder / SETTINGS} cannot be read; install wiredesk again or train a model with `wiredesk train`") from e
    encode = encoder(folder / WEIGHTS, signed=sums_exactly(cpuinfo()))
    return Model(encode, load_tokenizer(folder / TOKENIZER), settings, f"{settings.name}+{settings.sha256[WEIGHTS][:12]}")


def encoder(weights: Path, *, signed: bool) -> Encode:
    """The encoder of an ONNX file: with its signed bytes as they are, or, unless `signed`, made unsigned by ONNX Runtime.

    The findings are the same, bit by bit. Signed bytes take half the time on a processor with VNNI, and on an older x86 one they
    overflow (`tasks.tag.processor`). Elsewhere, as on ARM, ONNX Runtime sums exactly and takes no notice of the choice.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it keeps the largest of every shape it has seen, and windows have many
    options.add_session_config_entry(UNSIGNED, "0" if signed else "1")
    session = ort.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])

    def encode(features: dict[str, NDArray[np.int64]]) -> Scores:
        try:
            return np.asarray(session.run(None, features)[0], np.float32)
        except Exception as error:
            if "bad_alloc" in str(error):
                raise MemoryError(str(error)) from error
            raise

    return encode


def load_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer without truncation and padding."""
    tokenizer: Any = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer  # type: ignore[no-any-return]


def save_settings(settings: Settings, folder: Path) -> None:
    """Writes `tagger.json`, its own checksum in it."""
    stored = settings.model_dump()
    stored["sha256"][SETTINGS] = _digest(stored)
    (folder / SETTINGS).write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def _digest(stored: dict[str, Any]) -> str:
    others = {name: digest for name, digest in stored["sha256"].items() if name != SETTINGS}
    return hashlib.sha256(json.dumps(stored | {"sha256": others}, sort_keys=True).encode()).hexdigest()
