"""The command line: thin, quick to start, and clear about what went wrong."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.options import Options
from schemas.outcome import Reject
from tasks.dataset import Stamp, batch_rows, commit_batch, load_index, locked, open_dataset
from tests.tasks.writing import files_of, stories
from tests.tasks.writing import ingest as write_by_hand

HIDDEN = "12  hidden file: its name begins with a dot, or macOS put it into an archive"
NO_TEXT = "1  no text: the field for the text is empty, or there is none"

COMMANDS = sorted(command.callback.__name__ for command in app.registered_commands if command.callback)
"""Every command, by the name of its function."""


def wiredesk(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments), input=stdin)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def dataset(tmp_path: Path) -> str:
    """A dataset with one reject and nothing else."""
    place = open_dataset(tmp_path / "desk", create=True)
    with locked(place, "test"):
        reject = Reject(
            source_uri="file:///inbox/a.bin", step="read", error="UnknownFormat", message="binary data that no reader recognises"
        )
        commit_batch(place, load_index(place), batch_rows([]), [reject], Stamp("test", "0", datetime.now(UTC)))
    return str(place.root)


def test_the_version_is_the_packages() -> None:
    from importlib.metadata import version

    assert wiredesk("--version") == (0, f"wiredesk {version('wiredesk')}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_by_example(command: str) -> None:
    status, help, _ = wiredesk(command, "--help")
    assert status == 0
    assert f"wiredesk {command}" in help.split("Options")[0].split("Example")[-1]


def test_help_loads_nothing_heavy() -> None:
    program = "import sys, flows.cli; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"prefect", "pyarrow", "duckdb", "onnxruntime", "numpy", "torch", "tokenizers", "ftfy"} & set(loaded)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sql", "{tmp}/nowhere", "select 1"], "nowhere"),
        (["rejects", "{tmp}/nowhere"], "nowhere"),
        (["skipped", "{tmp}/nowhere"], "nowhere"),
        (["check", "{tmp}/nowhere"], "nowhere"),
        (["ingest", "{tmp}/nothing", "--dataset", "{tmp}/desk", "--dry-run"], "no such file or folder"),
        (["ingest", "{tmp}", "--dataset", "{tmp}/desk", "--dry-run", "--format", "morse"], "no format is called 'morse'"),
        (["extract", "{tmp}/nothing.jsonl"], "no such file"),
        (["schedule", "{tmp}", "--dataset", "{tmp}/desk"], "--cron or --interval"),
        (["schedule", "-", "--dataset", "{tmp}/desk", "--interval", "60"], "standard input"),
        (["schedule", "{tmp}", "--dataset", "{tmp}/desk", "--cron", "every day"], "'every day' is never due"),
        (["schedule", "{tmp}", "--dataset", "{tmp}/desk", "--cron", "0 7 * * *", "--timezone", "Kyiv"], "no time zone is called 'Kyiv'"),
        (["schedule", "{tmp}", "--dataset", "{tmp}/desk", "--interval", "60", "--timezone", "UTC"], "--timezone goes with --cron"),
        (["schedule", "{tmp}", "--dataset", "{tmp}/desk", "--interval", "0"], "--interval"),
        (["schedule", "{tmp}", "--dataset", "{tmp}/desk", "--interval", "nan"], "--interval"),
        (["schedule", "{tmp}", "--dataset", "{tmp}/desk", "--interval", "inf"], "--interval"),
        (["schedule", "{tmp}/inbox", "--dataset", "{tmp}/desk", "--interval", "60"], "no such file or folder"),
        (["schedule", "{tmp}/inbox/*.txt", "--dataset", "{tmp}/desk", "--interval", "60"], "no such file or folder"),
        (["schedule", "{tmp}", "--dataset", "{tmp}/desk", "--interval", "60", "--format", "morse"], "no format is called 'morse'"),
        (["schedule", "{tmp}", "--dataset", "/dev/null", "--interval", "60"], "/dev/null is no wiredesk dataset"),
        (["ingest", "{tmp}"], "Missing option"),
        (["ingest", "{tmp}", "-d", "{tmp}/desk", "--refuse-rights", "(resale"], "--refuse-rights"),
        (["compact", "{tmp}/nowhere", "--dry-run"], "nowhere"),
        (["reprocess", "{tmp}/nowhere", "--dry-run"], "nowhere"),
        (["ingest", "{tmp}", "-d", "{tmp}/desk", "--limit", "0"], "--limit"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_paragraph_with_status_2(arguments: list[str], says: str, tmp_path: Path) -> None:
    status, out, err = wiredesk(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err
    assert not (tmp_path / "desk").exists()


def test_check_says_what_it_finds_with_the_status_that_fits(dataset: str) -> None:
    assert wiredesk("check", dataset) == (0, "nothing is damaged, missing or left over\n", "")
    (Path(dataset) / "[red]notes.txt").touch()
    status, said, _ = wiredesk("check", dataset)
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith("[red]notes.txt: it is no part of a dataset, and wiredesk leaves it alone. What to do: ")
    (path,) = (path for path in Path(dataset).glob("rejects/*.parquet") if path.stem != "schema")
    path.write_bytes(b"\0" + path.read_bytes()[1:])
    status, said, _ = wiredesk("check", dataset)
    assert (status, said.count("\n")) == (2, 2)
    assert f"rejects/{path.name}: its bytes are not those that were written" in said


def test_a_query_that_is_wrong_says_so(dataset: str) -> None:
    status, _, err = wiredesk("sql", dataset, "select nonsense from quotes")
    assert status == 2
    assert "nonsense" in err


def test_rejects_are_listed_with_their_reasons(dataset: str) -> None:
    status, out, _ = wiredesk("rejects", dataset, "--output", "jsonl")
    assert status == 0
    (row,) = map(json.loads, out.splitlines())
    assert (row["source_uri"], row["step"], row["error"]) == ("file:///inbox/a.bin", "read", "UnknownFormat")


def test_a_retry_overrides_what_is_said_and_nothing_else(dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[Options]()
    monkeypatch.setattr("flows.ingest.retry", lambda place, options: asked.append(options))
    monkeypatch.setattr("flows.commands.run.run", lambda place, start: start())
    for arguments in ([], ["--text-column", "story", "--refuse-embargoed"]):
        wiredesk("rejects", dataset, "--retry", "--workers", "1", *arguments)
    assert [options.reading.model_dump(exclude_unset=True) for options in asked] == [{}, {"text_column": "story", "take_embargoed": False}]


@pytest.mark.parametrize(
    ("output", "printed"),
    [
        ("csv", 'error,said\nUnknownFormat,"a ""b"", c"\n'),
        ("jsonl", '{"error": "UnknownFormat", "said": "a \\"b\\", c"}\n'),
    ],
)
def test_a_query_prints_what_other_programs_read(dataset: str, output: str, printed: str) -> None:
    status, out, _ = wiredesk("sql", dataset, """select error, 'a "b", c' said from rejects""", "-o", output)
    assert (status, out.replace("\r\n", "\n")) == (0, printed)


def test_a_query_prints_a_table_for_people(dataset: str) -> None:
    status, out, _ = wiredesk("sql", dataset, "select error, '[bold]x' said, null as missing from rejects")
    assert status == 0
    assert "UnknownFormat" in out
    assert "[bold]x" in out


def test_what_is_printed_for_people_does_not_command_the_terminal(dataset: str) -> None:
    _, out, _ = wiredesk("sql", dataset, "select chr(27) || '[2J' as a, chr(8238) || 'gnp' as b, chr(155) || '2J' as c")
    assert [cell.strip() for cell in out.splitlines()[3].split("│")[1:-1]] == ["\ufffd[2J", "\ufffdgnp", "\ufffd2J"]


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path, feed: str) -> None:
    status, out, _ = wiredesk("ingest", feed, "--dataset", str(tmp_path / "desk"), "--dry-run")
    assert status == 0
    assert [cell.strip() for line in out.splitlines() if "new" in line for cell in line.split("│")[1:3]][:2] == ["new", "13"]
    assert not (tmp_path / "desk").exists()


def test_a_dry_run_takes_the_empty_folder_that_an_ingest_takes(tmp_path: Path, feed: str) -> None:
    status, out, _ = wiredesk("ingest", feed, "--dataset", str(tmp_path), "--dry-run")
    assert (status, "new" in out, list(tmp_path.iterdir())) == (0, True, [])


def test_a_dry_run_says_which_records_are_left_out_and_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.jsonl").write_text('{"text": "Ferries sail."}\n{broken\n{"text": ""}\n')
    for number in range(12):
        (inbox / f".{number:02}.swp").write_text("")
    status, out, _ = wiredesk("ingest", "inbox", "--dataset", "desk", "--dry-run", "--workers", "1")
    assert status == 0
    rejected, skipped = out.split("\nrejected:\n")[1].split("\nskipped:\n")
    assert rejected.startswith("1  BrokenJson in read: not valid JSON")
    assert rejected.splitlines()[1:] == ["    inbox/a.jsonl#2"]
    files = [f"    inbox/.{number:02}.swp" for number in range(10)]
    assert skipped.splitlines() == [HIDDEN, *files, "    and 2 more", NO_TEXT, "    inbox/a.jsonl#3"]
    assert list(tmp_path.iterdir()) == [inbox]


def test_compact_and_reprocess_say_what_they_would_do_and_do_nothing(tmp_path: Path) -> None:
    write_by_hand(tmp_path, [stories(2), stories(3, 10)])
    before = files_of(open_dataset(tmp_path))
    status, out, _ = wiredesk("compact", str(tmp_path), "--dry-run")
    assert (status, out) == (0, "2 batches in 2 files a table would be merged into 1\n")
    status, out, _ = wiredesk("reprocess", str(tmp_path), "--dry-run")
    assert status == 0
    assert out.startswith("5 stories in 2 batches to do again, 0 are of this release")
    assert wiredesk("reprocess", str(tmp_path), "--dry-run", "--all")[1] == "5 stories in 2 batches to do again\n"
    assert files_of(open_dataset(tmp_path)) == before


def test_formats_are_listed() -> None:
    from tasks.read import FORMATS

    status, out, _ = wiredesk("formats")
    assert status == 0
    assert all(format.name in out for format in FORMATS)


@pytest.mark.parametrize("zipped", [False, True])
def test_extract_gives_every_text_its_line_with_offsets_as_given(tmp_path: Path, zipped: bool) -> None:
    texts = {"a": '  "We  will not sign,"  minister Ana Brkic said.\r\n', "b": "The bridge is red."}
    data = "".join(json.dumps({"id": id, "text": text}) + "\n" for id, text in texts.items()).encode()
    source = tmp_path / "in.jsonl"
    source.write_bytes(gzip.compress(data) if zipped else data)
    status, out, _ = wiredesk("extract", str(source), "--workers", "1")
    assert status == 0
    found = {line["id"]: line for line in map(json.loads, out.splitlines())}
    assert list(found) == ["a", "b"]
    assert set(found["a"]) == {"id", "quotes", "entities"}
    (quote,) = found["a"]["quotes"]
    ((start, end),) = quote["content"]
    assert texts["a"][start:end] == '"We  will not sign,"'
    assert found["b"]["quotes"] == []


def test_extract_leaves_out_lines_that_are_no_texts_and_says_which() -> None:
    status, out, err = wiredesk("extract", "-", "--workers", "1", stdin='{"id": "a"}\nnot json\n{"id": 7, "text": "She said no."}\n')
    assert status == 1
    assert [json.loads(line)["id"] for line in out.splitlines()] == [7]
    assert "line 1" in err
    assert "line 2" in err
