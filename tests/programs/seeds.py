"""The files that the fuzzer spoils: the project's own fixtures, and those of any folder it is given."""

import gzip
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent
OWN = (TESTS / "tasks" / "cases" / "read", TESTS / "tasks" / "cases" / "agencies", TESTS / "feed")
NO_COPY = {path.with_suffix(".json") for path in OWN[1].glob("*.txt")} | {OWN[0] / "expected.json"}
"""What is expected of the fixtures, beside them."""

MOST_BYTES = 40_000
"""What an input takes of a seed: of a larger file its beginning, or any stretch."""


@dataclass(frozen=True)
class Seed:
    """A file: its name, which readers look at, and its bytes, uncompressed."""

    name: str
    whole: bytes

    def data(self, chance: random.Random) -> bytes:
        """The file, or as much of it as an input takes."""
        if len(self.whole) <= MOST_BYTES:
            return self.whole
        start = 0 if chance.random() < 0.7 else chance.randrange(len(self.whole) - MOST_BYTES)
        return self.whole[start : start + MOST_BYTES]


def seeds_of(folders: Iterable[Path]) -> list[Seed]:
    """The seeds in the project and in `folders`, in order of their paths; empty files left out."""
    paths = [path for folder in (*OWN, *folders) for path in sorted(folder.rglob("*")) if path.is_file() and path not in NO_COPY]
    return [seed for path in paths if (seed := _seed(path)).whole]


def _seed(path: Path) -> Seed:
    data = path.read_bytes()
    return Seed(path.name.removesuffix(".gz"), gzip.decompress(data)) if path.suffix == ".gz" else Seed(path.name, data)
