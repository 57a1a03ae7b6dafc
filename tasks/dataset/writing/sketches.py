"""MinHash sketches: 512 bytes that show how much of its wording a document shares with another.

A sketch holds the low byte of each of 256 minimum hashes over the body's word 5-grams (b-bit minwise hashing, Li and
König 2010: the estimate's standard error at similarity .5 is .03), and 64 band keys of three minima each, which two
documents of similarity s share at least one of with chance 1 - (1 - s³)⁶⁴: .99 at .4, all but certain at .5.
"""

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rensa import RMinHash

PERMUTATIONS = 256
BANDS = 64
BAND_ROWS = 3
SEED = 1
NGRAM = 5
"""Words in a shingle."""

RECIPE = f"rensa {RMinHash.ALGORITHM_VERSION}, {PERMUTATIONS} permutations, {BANDS} bands of {BAND_ROWS}, {NGRAM}-grams, seed {SEED}"
"""Sketches of different recipes cannot be compared."""

SKETCHES = pa.schema(
    [("doc_id", pa.string()), ("low_bytes", pa.binary(PERMUTATIONS)), ("bands", pa.binary(4 * BANDS))],
    metadata={"recipe": RECIPE},
)

_WORD = re.compile(r"\w+")
_MIX = np.uint64(0x9E3779B97F4A7C15)


def sketch_table(bodies: Mapping[str, str]) -> pa.Table:
    """The sketches of documents' bodies, by doc_id. Bodies of fewer than five words have none."""
    grams = {doc: shingles(text) for doc, text in bodies.items()}
    docs = sorted(doc for doc, own in grams.items() if own)
    if not docs:
        return SKETCHES.empty_table()
    minima = np.array(RMinHash.digests_from_token_sets([grams[doc] for doc in docs], PERMUTATIONS, SEED), dtype=np.uint32)
    columns = [
        pa.array(docs, pa.string()),
        _fixed(minima.astype(np.uint8), PERMUTATIONS),
        _fixed(_band_keys(minima), 4 * BANDS),
    ]
    return pa.Table.from_arrays(columns, schema=SKETCHES)


def shingles(text: str) -> list[str]:
    """The different runs of five words of `text`, without case and punctuation.

    >>> shingles("The court said: the COURT said the court said.")
    ['the court said the court', 'court said the court said', 'said the court said the']
    """
    words = _WORD.findall(text.casefold())
    return list(dict.fromkeys(" ".join(words[at : at + NGRAM]) for at in range(len(words) - NGRAM + 1)))


def similarity(sketch: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Estimated Jaccard similarity of a sketch (low bytes) and each of `others` (a matrix of them), 0 to 1."""
    equal = (others == sketch).mean(axis=1)
    by_chance = 1 / 256
    estimate: NDArray[np.float64] = np.clip((equal - by_chance) / (1 - by_chance), 0.0, 1.0)
    return estimate


def _band_keys(minima: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One number for each band's minima, salted by the band."""
    rows = minima[:, : BANDS * BAND_ROWS].astype(np.uint64).reshape(len(minima), BANDS, BAND_ROWS)
    keys = np.broadcast_to(np.arange(1, BANDS + 1, dtype=np.uint64), rows.shape[:2]).copy()
    for row in range(BAND_ROWS):
        keys = (keys ^ rows[:, :, row]) * _MIX
        keys ^= keys >> np.uint64(32)
    return keys.astype(np.uint32)


def _fixed(matrix: NDArray[np.uint8] | NDArray[np.uint32], width: int) -> pa.FixedSizeBinaryArray:
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(matrix), [None, pa.py_buffer(np.ascontiguousarray(matrix).tobytes())])
