"""Kills ingests at chosen points and compares what is left with an uninterrupted run: `python -m tests.programs.kill`.

The points: before any rename, sync, link or delete in the dataset, during a Parquet write, and any moment; who is killed:
the whole process group, the parent alone (its workers must end by themselves) or one worker (the run must go on). After
every kill the dataset is looked at as any reader would; the next ingest goes on where the killed one stopped. When a run
gets to its end, the dataset must be the uninterrupted run's, row by row, and the next round begins with an empty one.
"""

import argparse
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from flows.options import Options
from tasks.workers.pool import Pool
from tests.flows.conftest import write_stories
from tests.flows.killing import Figures, half_visible, judge, read
from tests.programs.figures import report, scratch
from tests.programs.killing import Ended, Fault, run

OPTIONS = Options(workers=1, batch_size=6)

POINTS = {
    "between the renames": r"before replace (entities|quotes|rejects|documents)$",
    "during a Parquet write": r"before Parquet",
    "during the manifest": r"_runs$|/manifest$",
    "in a worker": r"^worker",
    "in the parent": r"^parent",
    "in all at once": r"^all",
}
"""Where a kill must not hurt, and the places that it goes by; one may count for two."""

MANY = 100
"""Kills from which on none of the points may have been missed."""

WRONG = ("lost", "doubled", "changed", "without_document", "half_visible", "staged")


def kill(folder: Path, kills: int, seed: int, stories: int = 18) -> tuple[Counter[str], Figures, list[str]]:
    """Kills `kills` ingests of `stories` stories; how often at which place, what was found, and what was wrong."""
    chance = random.Random(seed)
    inbox = write_stories(folder / "inbox", stories)
    (inbox / "0001.bin").write_bytes(b"\x00\x01\xff" * 99)
    places, violations = Counter[str](), list[str]()
    with Pool(1, os.getpid) as pool:
        began = time.monotonic()
        steps = int(pool.run(run, inbox, folder / "whole", OPTIONS).heard)
        seconds = time.monotonic() - began
        whole, figures = read(folder / "whole"), Figures()
        dataset = folder / "round-0"
        while places.total() < kills or dataset.exists():
            fault = _fault(chance, steps, seconds) if places.total() < kills else None
            ended = pool.run(run, inbox, dataset, OPTIONS, fault)
            if fault and ended.heard:
                places[f"{fault.who} killed {ended.heard}"] += 1
            if not ended.clean:
                violations.append(f"{fault}: processes outlived the run")
            if ended.status == 0:
                judge(dataset, whole, figures)
                dataset = folder / f"round-{figures.rounds}"
            elif not _meant(fault, ended):
                violations.append(f"{fault}: the run ended with {ended.status}")
                break
            elif any(dataset.glob("documents/*.parquet")):
                figures.half_visible += half_visible(read(dataset), whole)
    violations += [f"{count} {name.replace('_', ' ')}" for name in WRONG if (count := getattr(figures, name))]
    return places, figures, violations


def points(places: Counter[str]) -> dict[str, int]:
    """How many kills fell on each of the points."""
    return {point: sum(count for place, count in places.items() if re.search(pattern, place)) for point, pattern in POINTS.items()}


def _meant(fault: Fault | None, ended: Ended) -> bool:
    return fault is not None and fault.who != "worker" and ended.status == -signal.SIGKILL and bool(ended.heard)


def _fault(chance: random.Random, steps: int, seconds: float) -> Fault:
    who = chance.choices(("all", "parent", "worker"), (6, 2, 2))[0]
    if chance.random() < (0.2 if who == "all" else 0.5):
        return Fault(who, seconds=chance.uniform(0, seconds))
    return Fault(who, step=chance.randrange(steps))


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 when anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(arguments)
    began = time.monotonic()
    with scratch() as folder:
        places, found, violations = kill(folder, wanted.kills, wanted.seed)
    fell = points(places)
    if wanted.kills >= MANY:
        violations += [f"no kill fell {point}" for point, count in fell.items() if not count]
    figures = {"kills": places.total(), "rounds": found.rounds} | {name.replace("_", " "): getattr(found, name) for name in WRONG}
    figures |= {**fell, **dict(places.most_common())}
    figures["wall seconds"] = round(time.monotonic() - began)
    return report(f"kill, seed {wanted.seed}", figures, violations)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
