"""Spoils wire copy in thousands of ways and takes it through the real steps: `python -m tests.programs.fuzz`.

Every input must end in documents, skips or rejects of the reader that say why; no step after read may refuse, raise,
hang or lose a story. Inputs are numbered: `--first N --count 1` tries one of them again, `--keep FOLDER` keeps those that
violate something. The real tagger sees one input in twenty; the quote logic of the others gets findings that are invented.
"""

import argparse
import sys
import time
from pathlib import Path

from tasks.workers.limits import memory_limit
from tasks.workers.pool import Pool, WorkerDiedError
from tests.programs.figures import report, scratch
from tests.programs.trial import Figures, Plan, stretch

AT_ONCE = 100
"""Inputs of one job."""

MEGABYTES = 2048
"""What a worker may hold, as in a run."""


def fuzz(seed: int, first: int, count: int, folders: tuple[Path, ...] = (), keep: Path | None = None) -> Figures:
    """Tries inputs `first` to `first + count - 1`, in a worker that may die of them."""
    with scratch() as work, Pool(1, memory_limit, MEGABYTES) as pool:
        plan = Plan(seed, folders, work, keep)
        total, at, end = Figures(), first, first + count
        while at < end:
            done = list[int]()
            try:
                total += pool.run(stretch, plan, at, min(AT_ONCE, end - at), on_tick=done.append)
                at += AT_ONCE
            except WorkerDiedError as death:
                survived = pool.run(stretch, plan, at, len(done))
                at += len(done) + 1
                total += survived + Figures(violations=[f"input {at - 1}: {death}"])
        return total


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 when anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=Path, action="append", default=[], help="a folder of more files to spoil")
    parser.add_argument("--keep", type=Path, help="where to keep inputs that violate something")
    options = parser.parse_args(arguments)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    found = fuzz(options.seed, options.first, options.count, tuple(folder.resolve() for folder in options.seeds), options.keep)
    figures = {**found.counts, "wall seconds": round(time.monotonic() - began)}
    figures |= {f"slowest {place}": f"{seconds:.1f} CPU s, {label}" for place, (seconds, label) in enumerate(found.slowest, 1)}
    return report(f"fuzz, seed {options.seed}", figures, found.violations)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
