"""Several ingests of one inbox into one dataset at once: `python -m tests.programs.overlap`.

Some yield at once when the dataset is busy, some wait. Whoever is turned away must say who is writing and that nothing
was changed; whoever waits must end well; the dataset must be that of a single run, row by row. With `--server` they
share a Prefect server, as `tests.programs.sharing` has it.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flows.options import Options
from flows.server import prefect_api
from tasks.workers.pool import Pool
from tests.flows.conftest import write_stories
from tests.flows.killing import Figures, judge, read
from tests.programs.figures import report, scratch
from tests.programs.kill import WRONG
from tests.programs.killing import REFUSED, Ended, run
from tests.programs.sharing import sharing

YIELDING, WAITING = Options(workers=1, batch_size=6), Options(workers=1, batch_size=6, wait=600)


def overlap(folder: Path, rounds: int, at_once: int, seed: int, stories: int = 18) -> tuple[Counter[str], list[str]]:
    """Starts `at_once` ingests within a second or two, `rounds` times; how they ended, and what was wrong."""
    chance = random.Random(seed)
    inbox = write_stories(folder / "inbox", stories)
    ends, violations, figures = Counter[str](), list[str](), Figures()
    with Pool(at_once, os.getpid) as pool, ThreadPoolExecutor(at_once) as threads:
        pool.run(run, inbox, folder / "whole", YIELDING)
        whole = read(folder / "whole")
        for number in range(rounds):
            dataset = folder / f"round-{number}"
            plans = [(options, chance.uniform(0, 2)) for options in (WAITING, *chance.choices((YIELDING, WAITING), k=at_once - 1))]

            def go(options: Options, after: float, dataset: Path = dataset) -> Ended:
                time.sleep(after)
                return pool.run(run, inbox, dataset, options)

            ended = list(threads.map(go, *zip(*plans, strict=True)))
            for (options, _), end in zip(plans, ended, strict=True):
                ends[_told(options, end)] += 1
                violations += _wrong(options, end)
            judge(dataset, whole, figures)
    violations += [f"{count} {name.replace('_', ' ')}" for name in WRONG if (count := getattr(figures, name))]
    return ends, violations


def _told(options: Options, end: Ended) -> str:
    return f"{'waited' if options.wait else 'would not wait'}, {'ended well' if end.status == 0 else 'was turned away'}"


def _wrong(options: Options, end: Ended) -> list[str]:
    if not end.clean:
        return ["processes outlived their run"]
    if end.status == 0 or (
        end.status == REFUSED and not options.wait and "is busy: run" in end.heard and "Nothing was changed" in end.heard
    ):
        return []
    return [f"an ingest that {_told(options, end)} ended with {end.status}: {end.heard}"]


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 when anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", action="store_true", help="whole programs on one Prefect server, typed and scheduled")
    wanted = parser.parse_args(arguments)
    with scratch() as folder:
        if wanted.server:
            os.environ.setdefault("PREFECT_HOME", str(folder / "prefect"))
            with prefect_api() as api:
                ends, violations = sharing(folder, wanted.rounds, api)
            return report("overlap on a server", {"rounds": wanted.rounds, "ingests": ends.total(), **ends}, violations)
        ends, violations = overlap(folder, wanted.rounds, wanted.at_once, wanted.seed)
    return report(f"overlap, seed {wanted.seed}", {"rounds": wanted.rounds, "ingests": ends.total(), **ends}, violations)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
