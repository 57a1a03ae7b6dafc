"""What people and programs read of a dataset: as wide as there is room, cut only where there is none, and never without a word."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from flows.commands.output import READABLE, VALUE_LINES, Output, fitted, show
from schemas.outcome import Reject
from tasks.dataset import open_dataset
from tests.flows.test_cli import wiredesk
from tests.tasks.writing import BEGAN, ingest

LONG = " ".join(f"word{number}" for number in range(20))
"""A value of 149 characters."""

NOTE = "Some values are longer than is shown here; -o jsonl or -o csv prints them whole.\n"


@pytest.fixture(params=[80, 200])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The columns of the terminal."""
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("output") / "desk"
    open_dataset(place, create=True)
    return str(place)


def asked(dataset: str, query: str, *more: str) -> tuple[list[str], str]:
    status, out, err = wiredesk("sql", dataset, query, *more)
    assert status == 0
    return out.splitlines(), err


def test_a_value_is_cut_only_where_there_is_no_room_and_that_is_said(dataset: str, width: int) -> None:
    lines, err = asked(dataset, f"select '{LONG}' as text, 7 as n")
    assert all(len(line) <= width for line in lines)
    cell = lines[3].split("│")[1].strip()
    if width == 200:
        assert (cell, err) == (LONG, "")
    else:
        assert (len(lines[3]), err) == (80, NOTE)
        assert cell.endswith("…")
        assert LONG.startswith(cell[:-1])


def test_a_column_is_cut_before_one_that_is_narrow(dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines, _ = asked(dataset, f"select 'Ruth Okonjo' as speaker, '{LONG}' as text, 'said' as cue")
    assert [cell.strip() for cell in lines[3].split("│")[1:-1]][::2] == ["Ruth Okonjo", "said"]


def test_rows_of_too_many_columns_are_blocks(dataset: str, width: int) -> None:
    columns = ", ".join(f"'{n} and more of it' as column_{n}" for n in range(30))
    lines, err = asked(dataset, f"select {columns}, '{LONG}' as text, null as missing from range(2)")
    assert err == ""
    assert lines[:2] == ["── 1 of 2 " + "─" * (width - 10), "column_0   0 and more of it"]
    assert lines[len(lines) // 2] == "── 2 of 2 " + "─" * (width - 10)
    assert all(len(line) <= width for line in lines)
    words = " ".join(line[11:] for line in lines[31 : len(lines) // 2 - 1])
    assert words == LONG
    assert lines[-1] == "missing"


def test_a_value_of_very_many_lines_is_cut_in_a_block_and_that_is_said(dataset: str, width: int) -> None:
    columns = ", ".join(f"'{'x' * 40}' as column_{n}" for n in range(15))
    lines, err = asked(dataset, f"select {columns}, repeat('on and on ', 999) as text, repeat('z', 9999) as one_word")
    assert err == NOTE
    assert [line.startswith(("text ", "one_word ")) for line in lines[16:]] == 2 * [True, *[False] * (VALUE_LINES - 1)]
    assert [line.endswith("…") for line in lines[16:]] == 2 * [*[False] * (VALUE_LINES - 1), True]
    assert all(len(line) <= width for line in lines)


def test_wide_characters_count_twice(dataset: str, width: int) -> None:
    for query in ("select repeat('港口', 99) as text, 1 as n", "select " + ", ".join(f"repeat('港口', 30) as c{n}" for n in range(20))):
        lines, _ = asked(dataset, query)
        assert all(cell_len(line) <= width for line in lines)


def test_a_pipe_has_room_for_everything(dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    lines, err = asked(dataset, "select " + ", ".join(f"'{LONG}' as column_{n}" for n in range(30)))
    assert err == ""
    assert lines[3].count(LONG) == 30


@pytest.mark.parametrize(("query", "lines"), [("select 1 as a where false", ["no rows"]), ("from quotes", ["no rows"])])
def test_nothing_found_is_said(dataset: str, query: str, lines: list[str]) -> None:
    assert asked(dataset, query) == (lines, "")


def test_programs_get_every_value_whole_at_any_width(dataset: str, width: int) -> None:
    query = f"select '{LONG}' as a, 2 as b, 3 as \"b\" from range(2)"
    rows, err = asked(dataset, query, "-o", "jsonl")
    assert (json.loads(rows[0])["a"], err) == (LONG, "")
    rows, _ = asked(dataset, query, "-o", "csv")
    assert [row[:1] for row in csv.reader(rows)] == [["a"], [LONG], [LONG]]
    assert [row[1:] for row in csv.reader(rows)][1] == ["2", "3"]


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40), st.integers(0, 400))
def test_columns_fill_the_room_and_no_more(natural: list[int], room: int) -> None:
    widths = fitted(natural, room)
    assert sum(widths) == min(sum(natural), room)
    assert all(width <= wanted for width, wanted in zip(widths, natural, strict=True))
    least = room // len(natural)
    assert all(width >= min(wanted, least) for width, wanted in zip(widths, natural, strict=True))


def test_a_table_of_the_narrowest_columns_fits(width: int, capsys: pytest.CaptureFixture[str]) -> None:
    count = (width - 1) // (READABLE + 3)
    show([f"c{n}" for n in range(count)], [["y" * 99] * count], Output.table)
    lines = capsys.readouterr().out.splitlines()
    assert {len(line) for line in lines} <= set(range(width - count, width + 1))
    show([f"c{n}" for n in range(count + 1)], [["y" * 99] * (count + 1)], Output.table)
    assert capsys.readouterr().out.startswith("── 1 of 1")


WHY = "column 'body' of the table holds numbers; which column holds the text? Name it with --text-column; the columns are nr, body, words"


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    """A dataset of three rejects for one reason, and later one for another."""
    folder = (tmp_path / "in box" / "a-rather-long-name-of-a-folder" / "2026-03-01").as_uri()
    rejects = [Reject(source_uri=f"{folder}/feed{n}.csv", step="read", error="NoTextColumn", message=WHY) for n in range(3)]
    ingest(tmp_path / "desk", [[]], rejects)
    other = Reject(source_uri="file:///elsewhere/b.jsonl", source_record="7", step="tag", error="TimeLimit", message="took too long")
    ingest(tmp_path / "desk", [[]], [other], run="run-2", minutes=90)
    return tmp_path


def test_rejects_show_the_end_of_the_path_and_the_whole_reason_once(refused: Path, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(refused)
    status, out, _ = wiredesk("rejects", "desk")
    lines = out.splitlines()
    assert status == 0
    assert all(len(line) <= width for line in lines)
    first = next(number for number, line in enumerate(lines) if line.startswith("    "))
    assert " ".join(line[3:] for line in lines[:first]) == f"NoTextColumn in read: {WHY} ({BEGAN:%Y-%m-%d %H:%M} UTC)"
    assert lines[0].startswith("3  ")
    assert lines[first:] == [
        *(f"    in box/a-rather-long-name-of-a-folder/2026-03-01/feed{n}.csv" for n in range(3)),
        f"1  TimeLimit in tag: took too long ({BEGAN + timedelta(minutes=90):%Y-%m-%d %H:%M} UTC)",
        "    /elsewhere/b.jsonl#7",
    ]


def test_a_path_longer_than_the_terminal_shows_its_end(refused: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.chdir(refused / "desk")
    _, out, err = wiredesk("rejects", ".")
    places = [line for line in out.splitlines() if line.startswith("    ")]
    assert err.replace("\n", " ").strip() == NOTE.strip()
    assert places == [*(f"    …me-of-a-folder/2026-03-01/feed{n}.csv" for n in range(3)), "    /elsewhere/b.jsonl#7"]


def test_programs_get_a_row_for_each_reject(refused: Path, width: int) -> None:
    rows = [json.loads(line) for line in wiredesk("rejects", str(refused / "desk"), "-o", "jsonl")[1].splitlines()]
    assert list(rows[0]) == ["source_uri", "source_record", "step", "error", "message", "rejected_at"]
    assert [(row["source_uri"][-9:], row["message"]) for row in rows] == [
        *((f"feed{n}.csv", WHY) for n in range(3)),
        ("e/b.jsonl", "took too long"),
    ]
    found = list(csv.DictReader(wiredesk("rejects", str(refused / "desk"), "-o", "csv")[1].splitlines()))
    assert [row["source_uri"] for row in found] == [row["source_uri"] for row in rows]
