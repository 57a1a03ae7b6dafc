"""Thousands of small runs, one after the other, with `compact` now and then: `python -m tests.programs.small_runs`.

Each run opens the dataset, sweeps it, loads the index and commits two stories made by hand, and nothing else: no reading,
no model. What a run, a query and a compaction take in CPU seconds is told as the dataset grows. The last line is the
same number of batches in a single run.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import pyarrow as pa

from tasks.dataset import open_dataset, query
from tests.programs.figures import report, scratch
from tests.tasks.killing import whole_compact
from tests.tasks.writing import ingest, stories

STORIES = 2
"""In a run."""

SPEAKERS = "SELECT speaker, count(*) FROM quotes GROUP BY 1"


def small_runs(place: Path, runs: int, compact_every: int, rows: int = 5) -> tuple[dict[str, object], list[str]]:
    """Figures by the number of runs so far, and what was wrong: documents that are missing or too many."""
    figures, taken = dict[str, object](), list[float]()
    query_took = compact_took = float("nan")
    for number in range(runs):
        taken.append(_cpu(partial(ingest, place, [stories(STORIES, STORIES * number)], run=f"run-{number}", minutes=number)))
        if (number + 1) % compact_every == 0:
            query_took = _cpu(partial(_query, place, SPEAKERS))
            compact_took = _cpu(partial(whole_compact, place))
        if (number + 1) % max(1, runs // rows) == 0:
            figures[f"after {number + 1:,} runs"] = (
                f"a run {median(taken):.3f}, the longest {max(taken):.3f}; before compact a query {query_took:.3f}; "
                f"compact {compact_took:.2f}; then a query {_cpu(partial(_query, place, SPEAKERS)):.3f}"
            )
            taken.clear()
    found = _query(place, "SELECT count(*) FROM documents")[0][0].as_py()
    return figures, [] if found == STORIES * runs else [f"{found} documents, not {STORIES * runs}"]


def _query(place: Path, sql: str) -> pa.Table:
    return query(open_dataset(place), sql)


def _cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 when a document was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--compact-every", type=int, default=96, help="96 is daily, for a run every quarter of an hour")
    wanted = parser.parse_args(arguments)
    with scratch() as folder:
        figures, wrong = small_runs(folder / "runs", wanted.runs, wanted.compact_every)
        batches = [stories(STORIES, STORIES * number) for number in range(wanted.runs)]
        one = _cpu(partial(ingest, folder / "one", batches))
    figures[f"{wanted.runs:,} batches in one run"] = f"{one / wanted.runs:.3f} a batch"
    return report("small runs, CPU seconds", figures, wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
