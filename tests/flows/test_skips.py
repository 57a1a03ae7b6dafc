"""What was skipped: counted exactly, listed by source and reason within bounds, and shown by a command."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.account import Account
from flows.skips import RECORDS, SOURCES
from schemas.outcome import Skip
from schemas.run import RunManifest, SkipGroup
from tasks.dataset import Dataset, end_run, open_dataset
from tests.flows.test_cli import wiredesk
from tests.tasks.writing import BEGAN, manifest

MANY = 100_000

PRINTABLE = "\ufffd[2J [/red]\ufffd"
HOSTILE = "\x1b[2J\n[/red]\u202e"

LIST = [
    {"source_uri": "file:///inbox/a.jsonl", "reason": "no text", "detail": "story", "count": 3, "records": ["2", "7"]},
    {"source_uri": None, "reason": "no text", "count": 2},
    {"source_uri": "file:///inbox/.old%20one", "reason": "hidden file", "count": 1, "records": [""]},
]
COUNTS = {"no text": 5, "hidden file": 1}


def skipped(records: Iterator[Skip]) -> RunManifest:
    account = Account("run", "ingest", ["/inbox"])
    for skip in records:
        account.skips.add(skip)
    return account.manifest()


@pytest.mark.parametrize(
    ("records", "counts", "groups"),
    [
        (lambda n: Skip(source_uri="file:///a.jsonl", source_record=f"{n}", reason="no text"), {"no text": MANY}, 1),
        (lambda n: Skip(source_uri=f"file:///{n}.jpg", reason="picture"), {"picture": MANY}, SOURCES + 1),
        (
            lambda n: Skip(source_uri="file:///a.json", source_record=f"{n}", reason="another kind of item", detail=f"kind {n}"),
            {"another kind of item": MANY},
            SOURCES + 1,
        ),
        (
            lambda n: Skip(source_uri="file:///a.zip", source_record="x" * 6_000 + f"{n}", reason="picture", detail="y" * 6_000),
            {"picture": MANY},
            1,
        ),
    ],
    ids=["records", "sources", "details", "long names"],
)
def test_a_hundred_thousand_are_counted_exactly_and_the_manifest_stays_small(records: Any, counts: Any, groups: int) -> None:
    run = skipped(records(n) for n in range(MANY))
    assert run.skipped == counts
    assert run.skips is not None
    assert len(run.skips) == groups
    assert sum(group.count for group in run.skips) == MANY
    assert all(len(group.records) <= RECORDS for group in run.skips)
    assert len(run.model_dump_json(indent=2)) < 100_000


def test_names_from_outside_are_kept_fit_to_be_written_and_printed() -> None:
    run = skipped(iter([Skip(source_uri="file:///a.tar", source_record="x\udcff\x1b[2J\n", reason="picture", detail=HOSTILE)]))
    assert run.skips == [
        SkipGroup(source_uri="file:///a.tar", reason="picture", detail=PRINTABLE, count=1, records=["x\ufffd\ufffd[2J\ufffd"])
    ]
    assert RunManifest.model_validate_json(run.model_dump_json()) == run


@pytest.mark.parametrize(
    ("skips", "counts", "wrong"),
    [
        (LIST, COUNTS, None),
        ([], {}, None),
        (None, COUNTS, None),
        (LIST, {"no text": 6, "hidden file": 1}, "list of what was skipped"),
        (LIST, {"no text": 1, "hidden file": 5}, "list of what was skipped"),
        (LIST, {}, "list of what was skipped"),
        ([], COUNTS, "list of what was skipped"),
        ([LIST[0] | {"count": 1}], {"no text": 1}, "2 records are named"),
        ([LIST[2] | {"count": 0, "records": []}], {}, "greater than or equal to 1"),
    ],
)
def test_the_list_adds_up_to_the_counts(skips: Any, counts: dict[str, int], wrong: str | None) -> None:
    if wrong is None:
        assert manifest(skipped=counts, skips=skips).skipped == Counter(counts)
    else:
        with pytest.raises(ValueError, match=wrong):
            manifest(skipped=counts, skips=skips)


def test_the_manifest_of_an_older_wiredesk_loads() -> None:
    old = manifest(skipped=COUNTS).model_dump(mode="json")
    del old["skips"]
    assert RunManifest.model_validate_json(json.dumps(old)).skips is None


@pytest.fixture
def desk(tmp_path: Path) -> Dataset:
    """A dataset of four runs: one of an older wiredesk, one of this, one of nothing skipped, and a merging of files."""
    dataset = open_dataset(tmp_path / "desk", create=True)
    for number, fields in enumerate(
        [{"skipped": {"picture": 4}}, {"skipped": COUNTS, "skips": LIST}, {"flow": "compact"}],
    ):
        end_run(dataset, manifest(f"run-{number}", **({"sources": ["/inbox"], "started_at": BEGAN + timedelta(hours=number)} | fields)))
    return dataset


@pytest.mark.parametrize("width", [80, 200])
def test_the_last_run_is_listed_by_reason_and_place(desk: Dataset, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", f"{width}")
    status, out, err = wiredesk("skipped", str(desk.root))
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "ingest of /inbox, 2026-03-01 07:00 UTC: 6 skipped",
        "5  no text: the field for the text is empty, or there is none",
        "    /inbox/a.jsonl#2 (story)",
        "    /inbox/a.jsonl#7 (story)",
        "    /inbox/a.jsonl (story): and 1 more",
        "    and 2 more",
        "1  hidden file: its name begins with a dot, or macOS put it into an archive",
        "    /inbox/.old one",
        f"Of the runs before it, 1 in all: wiredesk skipped {desk.root} --all",
    ]


def test_all_runs_are_listed_the_newest_first(desk: Dataset) -> None:
    end_run(desk, manifest("run-8", sources=["a", "b", "c", "d", "e"], skips=[]))
    _, out, _ = wiredesk("skipped", str(desk.root), "--all")
    assert [line for line in out.splitlines() if "UTC" in line] == [
        "ingest of a, b, c and 2 more, 2026-03-01 06:00 UTC: nothing skipped",
        "ingest of /inbox, 2026-03-01 07:00 UTC: 6 skipped",
        "ingest of /inbox, 2026-03-01 06:00 UTC: 4 skipped; an older wiredesk, which did not note from where",
    ]
    assert out.splitlines()[-1] == "4  picture: an item that is no text"


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({}, "nothing skipped"),
        ({"state": "interrupted"}, "nothing skipped that was noted before it was interrupted"),
        ({"state": "failed", "skipped": COUNTS, "skips": LIST}, "6 skipped that was noted before it failed"),
    ],
)
def test_a_run_that_did_not_end_well_does_not_say_that_this_is_all(tmp_path: Path, fields: dict[str, Any], title: str) -> None:
    end_run(open_dataset(tmp_path, create=True), manifest(**({"skips": []} | fields)))
    assert wiredesk("skipped", str(tmp_path))[1].splitlines()[0] == f"ingest of file:///inbox, 2026-03-01 06:00 UTC: {title}"


def test_programs_get_rows_that_add_up(desk: Dataset) -> None:
    columns = ["run_id", "started_at", "reason", "detail", "source_uri", "source_record", "count"]
    lines = [json.loads(line) for line in wiredesk("skipped", str(desk.root), "-o", "jsonl")[1].splitlines()]
    assert list(lines[0]) == columns
    assert [[line[name] for name in columns[2:]] for line in lines] == [
        ["no text", "story", "file:///inbox/a.jsonl", "2", 1],
        ["no text", "story", "file:///inbox/a.jsonl", "7", 1],
        ["no text", "story", "file:///inbox/a.jsonl", None, 1],
        ["no text", "", None, None, 2],
        ["hidden file", "", "file:///inbox/.old%20one", "", 1],
    ]
    rows = list(csv.DictReader(wiredesk("skipped", str(desk.root), "--all", "-o", "csv")[1].splitlines()))
    assert Counter({row["run_id"]: 0 for row in rows}) + sum((Counter({r["run_id"]: int(r["count"])}) for r in rows), Counter()) == {
        "run-0": 4,
        "run-1": 6,
    }


def test_nothing_is_said_plainly(tmp_path: Path) -> None:
    dataset = open_dataset(tmp_path / "desk", create=True)
    assert wiredesk("skipped", str(dataset.root)) == (0, "no run has read anything yet\n", "")
    end_run(dataset, manifest(skips=[]))
    assert wiredesk("skipped", str(dataset.root)) == (0, "ingest of file:///inbox, 2026-03-01 06:00 UTC: nothing skipped\n", "")


@pytest.mark.parametrize("words", ["", "{", '{"run_id": 1}', '{"of": "a newer wiredesk"}'])
@pytest.mark.parametrize("command", ["skipped", "report"])
def test_an_account_that_cannot_be_read_is_named(desk: Dataset, command: str, words: str, tmp_path: Path) -> None:
    (desk.runs / "run-9.json").write_text(words)
    status, out, err = wiredesk(command, str(desk.root), *(["--out", f"{tmp_path}/r.html"] if command == "report" else []))
    assert (status, out) == (2, "")
    assert "run-9.json is no account" in err
    assert err.count("\n") == 1
