"""Kills real ingests at random moments and compares what is left with an uninterrupted run.

    python -m tests.flows.killing --kills 200 --seed 1

Every ingest is the whole program: command line, Prefect, worker processes. It is killed with its process group (SIGKILL),
and the dataset is looked at before the next one goes on where it stopped. When a run gets to its end the dataset must be
the uninterrupted run's, row by row, and the next round begins with an empty one.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import duckdb

from schemas.rows import CHILDREN, TABLES
from tests.flows.conftest import password, write_stories

OF_THE_RUN = {"run_id", "batch_id", "ingested_at", "rejected_at"}
"""Columns that differ between two runs by right."""

Rows = dict[str, list[str]]


@dataclass
class Figures:
    """What happened, and what was wrong; all but the first four must stay zero."""

    kills: int = 0
    rounds: int = 0
    kills_by_documents: Counter[int] = field(default_factory=Counter)
    """Kills by the number of documents that were in the dataset then."""
    seconds: float = 0.0
    lost: int = 0
    doubled: int = 0
    changed: int = 0
    without_document: int = 0
    half_visible: int = 0
    staged: int = 0

    @property
    def wrong(self) -> int:
        """How much was wrong."""
        return self.lost + self.doubled + self.changed + self.without_document + self.half_visible + self.staged

    def __str__(self) -> str:
        moments = len(self.kills_by_documents)
        return (
            f"{self.kills} kills at {moments} different states of the dataset in {self.rounds} rounds, {self.seconds:.0f} s: "
            f"{self.lost} rows lost, {self.doubled} doubled, {self.changed} changed, {self.without_document} without their document, "
            f"{self.half_visible} documents seen without all their rows, {self.staged} files left in _staging"
        )


def kill_ingests(folder: Path, kills: int, seed: int, stories: int) -> Figures:
    """Kills `kills` ingests of `stories` stories; Prefect's API must be there already."""
    choose = random.Random(seed)
    inbox = write_stories(folder / "inbox", stories)
    (inbox / "0001.bin").write_bytes(b"\x00\x01\xff" * 99)
    began = time.monotonic()
    start(inbox, folder / "whole").wait()
    whole, length = read(folder / "whole"), working_seconds(folder / "whole")
    figures = Figures()
    dataset = folder / "round-0"
    while figures.kills < kills:
        process = start(inbox, dataset)
        if killed(process, dataset, choose.uniform(0, length * 1.2)):
            figures.kills += 1
            if dataset.exists():
                seen = read(dataset)
                figures.kills_by_documents[len(seen["documents"])] += 1
                figures.half_visible += half_visible(seen, whole)
        else:
            judge(dataset, whole, figures)
            dataset = folder / f"round-{figures.rounds}"
    while start(inbox, dataset).wait() not in (0, 1):
        pass
    judge(dataset, whole, figures)
    figures.seconds = time.monotonic() - began
    return figures


def start(
    inbox: Path, dataset: Path, *more: str, command: str = "ingest", stderr: int | IO[bytes] = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """An ingest, or a schedule of ingests, in a process group of its own."""
    options = ["--dataset", str(dataset), "--workers", "2", "--batch-size", "8", *more]
    program = [sys.executable, "-c", "from flows.cli import app; app()", command, str(inbox), *options]
    return subprocess.Popen(program, start_new_session=True, stdout=subprocess.DEVNULL, stderr=stderr)


def killed(process: subprocess.Popen[bytes], dataset: Path, after: float) -> bool:
    """Kills an ingest `after` seconds of work; false when it came to its end before."""
    began = len(accounts(dataset))
    while process.poll() is None and len(accounts(dataset)) == began:
        time.sleep(0.01)
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    ended = process.poll() is not None
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return not ended


def accounts(dataset: Path) -> list[Path]:
    """The accounts of the dataset's runs, those of runs under way included."""
    return list((dataset / "_runs").glob("*")) if dataset.exists() else []


def working_seconds(dataset: Path) -> float:
    """How long the dataset's only run worked."""
    ((seconds,),) = duckdb.sql(
        f"SELECT date_diff('millisecond', started_at::timestamp, ended_at::timestamp) / 1000 FROM read_json('{dataset}/_runs/*.json')"
    ).fetchall()
    return float(seconds)


def read(dataset: Path) -> Rows:
    """Every row of every table as one string, without what belongs to the run."""
    rows = {}
    for table in TABLES:
        columns = ", ".join(f'"{name}"' for name in table.model_fields if name not in OF_THE_RUN)
        files = f"{dataset}/{table.TABLE}/*.parquet"
        found = (
            duckdb.sql(f"SELECT {columns} FROM read_parquet('{files}')").fetchall()
            if list(dataset.glob(f"{table.TABLE}/*.parquet"))
            else []
        )
        rows[table.TABLE] = sorted(map(repr, found))
    return rows


def judge(dataset: Path, whole: Rows, figures: Figures) -> None:
    """Compares a finished dataset with the uninterrupted one."""
    figures.rounds += 1
    rows = read(dataset)
    for name, expected in whole.items():
        got, wanted = Counter(rows[name]), Counter(expected)
        figures.lost += sum((wanted - got).values())
        figures.doubled += sum(count - 1 for count in got.values())
        figures.changed += len(set(got) - set(wanted))
    for table in CHILDREN:
        query = f"FROM '{dataset}/{table.TABLE}/*.parquet' WHERE doc_id NOT IN (SELECT doc_id FROM '{dataset}/documents/*.parquet')"
        figures.without_document += len(duckdb.sql(f"SELECT 1 {query}").fetchall())
    figures.staged += len(list((dataset / "_staging").iterdir()))


def half_visible(seen: Rows, whole: Rows) -> int:
    """Documents of a killed run that lack some of their rows; doc_id is the first or second column of every table."""
    docs = {row.split("'")[1] for row in seen["documents"]}
    lacking = set()
    for table in CHILDREN:
        there = set(seen[table.TABLE])
        lacking |= {doc for doc in docs for row in whole[table.TABLE] if f"'{doc}'" in row[:90] and row not in there}
    return len(lacking)


def main() -> None:
    """The command line of this program."""
    from flows.server import prefect_api

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stories", type=int, default=120)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, prefect_api() as url:
        os.environ |= {"PREFECT_API_URL": url, "PREFECT_API_AUTH_STRING": password()}
        figures = kill_ingests(Path(folder), wanted.kills, wanted.seed, wanted.stories)
    print(figures)
    sys.exit(1 if figures.wrong else 0)


if __name__ == "__main__":
    main()
