"""An ingest of hostile files that lie beside good stories, and what must come of it."""

import json
import os
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from urllib.parse import unquote_to_bytes

import duckdb

from schemas.rows import TABLES
from tests.programs.attacking import SECRET, Desk, Findings
from tests.programs.bombs import STORY, Maker

SECONDS = 5.0
"""CPU seconds that one input may cost."""

GOOD = {"0-good.txt": STORY.replace("Ferries", "Trams"), "~good.txt": STORY.replace("Ferries", "Trains")}
"""Stories that lie before and behind all others, and must be in the dataset in the end."""

Put = Callable[[Path, str, Iterable[int]], None]
"""Puts the inputs of these numbers into an inbox; the same seed and number make the same input."""

Beside = Callable[[Path], AbstractContextManager[None]]
"""What goes on beside an ingest of an inbox."""

Then = Callable[[Desk, Path], Findings]
"""What is tried with the dataset of an ingest."""


def files(suffix: str, *makers: Maker) -> Put:
    """Puts files with this suffix, each maker's in turn."""

    def put(inbox: Path, seed: str, numbers: Iterable[int]) -> None:
        for number in numbers:
            maker = makers[number % len(makers)]
            data = maker(random.Random(f"{seed}:{number}"))
            canary = os.fsencode(inbox.parent / "secret.txt")
            (inbox / f"{number:03}-{maker.__name__}{suffix}").write_bytes(data.replace(b"@CANARY@", canary))

    return put


def ingested(
    put: Put, *, beside: Beside | None = None, then: Then | None = None, dataset: str = "desk", stories: bool = False, typed: bool = False
) -> Callable[[Desk, str, int], Findings]:
    """Tries all inputs in one inbox, then each in its own where something was wrong or slow: that shows which one it was.

    What goes on beside an ingest hits this input or that by chance, and is tried together alone.
    `stories`: the inputs hold different good stories, all of which must be in the dataset; `typed`: each is named as a source.
    """

    def tries(desk: Desk, seed: str, count: int) -> Findings:
        def attempt(name: str, numbers: Sequence[int]) -> Findings:
            room = desk.room(name)
            inbox = room.place / "inbox"
            inbox.mkdir()
            put(inbox, seed, numbers)
            with beside(inbox) if beside else nullcontext():
                found = ingest(room, inbox, dataset, stories=stories, typed=typed)
            if then and not found.violations:
                found += then(room, room.place / dataset)
            found.inputs = len(numbers)
            return found

        together = attempt("together", range(count))
        if beside or count == 1 or (not together.violations and together.seconds <= SECONDS):
            return together
        apart = sum((attempt(f"apart-{number}", [number]) for number in range(count)), Findings())
        return apart if apart.violations or not together.violations else together

    return tries


def ingest(desk: Desk, inbox: Path, dataset: str = "desk", *, stories: bool = False, typed: bool = False) -> Findings:
    """Ingests an inbox with the good stories beside what is there, and judges the end."""
    for name, text in GOOD.items():
        (inbox / name).write_text(text)
    paths = [path for path in sorted(inbox.iterdir()) if path.is_file() and not path.is_symlink()]
    names = [path.name for path in paths]
    others = [name for name in names if name not in GOOD]
    expected = sum(path.read_bytes().startswith(STORY[:7].encode()) for path in paths) if stories else len(GOOD)
    what = ascii(others[0]) if len(others) == 1 else f"{len(others)} files"
    sources = map(str, paths) if typed else [str(inbox)]
    ended = desk.run("ingest", *sources, "--dataset", str(desk.place / dataset), "--workers", "1")
    found = Findings(inputs=1, seconds=max(0.0, ended.seconds - desk.calm))
    found.take(ended, what)
    if desk.calm and len(others) == 1 and found.seconds > SECONDS and not ended.wrong:
        found.violations.append(f"{what}: took {found.seconds:.1f} CPU seconds")
    lost, wrong = judged(desk.place / dataset, names, expected)
    found.lost += lost
    found.violations += [f"{what}: {one}" for one in wrong]
    return found


def judged(dataset: Path, names: Iterable[str], expected: int) -> tuple[int, list[str]]:
    """How many good stories are not in the dataset, and what else is wrong: counts that do not add up, files that nothing names."""
    manifests = [json.loads(path.read_text("utf-8")) for path in sorted((dataset / "_runs").glob("*.json"))]
    if not manifests:
        return len(GOOD), ["the run left no account, nor the good stories"]
    account = manifests[-1]
    wrong = [] if account["state"] == "completed" else [f"the run's state is {account['state']}"]
    if account["stories_in"] != account["written"] + account["unchanged"] + account["rejected"]:
        wrong.append("the run's counts do not add up")
    sources = {table.TABLE: _column(dataset, table.TABLE, "source_uri") for table in TABLES if table.TABLE in {"documents", "rejects"}}
    if len(sources["documents"]) != account["written"]:
        wrong.append(f"{len(sources['documents'])} documents, and {account['written']} written")
    if len(sources["rejects"]) > account["rejected"]:
        wrong.append(f"{len(sources['rejects'])} rejects, and {account['rejected']} counted")
    lost = sum(not any(uri.endswith(f"/{name}") for uri in sources["documents"]) for name in GOOD)
    lost += max(0, expected - len(sources["documents"]) - lost)
    if lost:
        wrong.append(f"{lost} good stories are not in the dataset")
    said = unquote_to_bytes(json.dumps([account, sources]))
    wrong += [f"nothing says what became of {name!a}" for name in names if os.fsencode(name) not in said]
    if any(_holds(dataset, table.TABLE, SECRET) for table in TABLES) or SECRET in json.dumps(account):
        wrong.append("the dataset holds the secret of a file outside of the inbox")
    return lost, wrong


def _column(dataset: Path, table: str, column: str) -> list[str]:
    with duckdb.connect() as connection:
        return [str(value) for (value,) in connection.execute(f"SELECT {column} FROM read_parquet(?)", [_files(dataset, table)]).fetchall()]


def _holds(dataset: Path, table: str, word: str) -> bool:
    """Whether a word stands anywhere in a table."""
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT count(*) FROM read_parquet(?) AS t WHERE contains(t::VARCHAR, ?)", [_files(dataset, table), word]
        ).fetchone()
    return bool(found and found[0])


def _files(dataset: Path, table: str) -> list[str]:
    """The table's files; their names have no sign that DuckDB takes for a pattern, the dataset's folder may."""
    return [f"{str(dataset).replace('[', '[[]')}/{table}/{path.name}" for path in (dataset / table).glob("*.parquet")]
