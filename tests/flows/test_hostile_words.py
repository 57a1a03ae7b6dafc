"""Words that come from outside, through each way out: printed as they are, and never a command to a terminal or a page."""

import csv
import html
import io
import json
import os
import pty
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args
from unittest.mock import patch

import pytest
from markdown_it import MarkdownIt
from pydantic import ValidationError
from rich.table import Table
from typer.testing import CliRunner

from flows.cli import app
from flows.commands.console import Terminal, complain, out
from flows.commands.output import Output, harmless, show
from flows.commands.run import close
from flows.progress import Bar, Lines
from flows.report import report
from flows.running import named
from flows.skips import Skips
from flows.summary import in_words, markdown
from schemas.outcome import Refusal, Reject, Skip, SkipReason, shortened
from schemas.printable import one_line, pasteable, printable
from schemas.record import Record
from schemas.run import RunManifest, SkipGroup
from tasks.dataset import Stamp, batch_rows, commit_batch, end_run, load_index, locked, open_dataset
from tasks.read import read, records
from tests.flows.test_cli import wiredesk
from tests.tasks.writing import manifest

HOSTILE = [
    "[/evil]",
    "[bold red]shout",
    "[link=http://evil.example]press",
    ":smile: and :warning:",
    "\\[/evil]\\",
    "\x1b[2Jwiped",
    "\x1b]0;title\x07",
    "\x9b2Jwiped",
    "\x1b]8;;http://evil.example\x1b\\press",
    "one\rtwo",
    "one\ntwo\ttab",
    "\u202egnp.exe",
    "![x](http://evil.example/x.png)",
    "a | b || c",
    "<img src=x onerror=alert(1)>",
    "`code` *bold* _em_ ~gone~ # head",
    "www.evil.example",
    '=HYPERLINK("http://evil.example")',
    "+1;=1+1",
    "-1,@SUM(A1)|=1",
    "\t=1",
    "＝1",
    "one\u2028two\u2029three",
    "\ufeffno\u200b width\u200d",
    "'; touch evil; \"$(touch evil)`touch evil`",
    "a\u0301" * 40,
]

COMMANDS_THE_TERMINAL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(words: str) -> str:
    """The letters that must be there to be read, however lines are broken."""
    return re.sub(r"[\s\ufffd│]", "", COMMANDS_THE_TERMINAL.sub("", words))


def run_of(word: str) -> RunManifest:
    """A run that skipped what says `word` of itself, and one thing for a reason that an older wiredesk took from a story."""
    older, uri = shortened(word, 80), f"file:///in%5Bx%5D%1B%5B2J/{os.fsencode(word).hex()}"
    groups = [
        SkipGroup(source_uri=uri, reason=SkipReason.OTHER_ITEM, detail=word, count=2, records=[word]),
        SkipGroup(source_uri=uri, reason=older, count=1),
    ]
    return manifest(skipped={SkipReason.OTHER_ITEM: 2, older: 1}, skips=groups, rejected=1, stories_in=1, sources=[f"/in/{word}"])


def summary(word: str, place: Path) -> None:
    close(run_of(word), f"/desk/{word}")


def the_name_of_a_run(word: str, place: Path) -> None:
    with patch("flows.running.flow_run", SimpleNamespace(parameters={"dataset": f"/desk/{word}"})):
        print(named("ingest into")())


def a_line_to_paste(word: str, place: Path) -> None:
    complain(f"look at {pasteable(word)}: {word}")


def one_sentence(word: str, place: Path) -> None:
    out.print(in_words(run_of(word).model_copy(update={"rejected": 0, "stories_in": 0})))


def skipped(word: str, place: Path) -> None:
    end_run(open_dataset(place, create=True), run_of(word))
    print(wiredesk("skipped", str(place))[1])


def rejects(word: str, place: Path) -> None:
    dataset = open_dataset(place, create=True)
    with locked(dataset, "test"):
        reject = Reject(source_uri="file:///in%5Bx%5D/%1B%5B2J", source_record=word, step="read", error="Odd", message=word)
        commit_batch(dataset, load_index(dataset), batch_rows([]), [reject], Stamp("test", "0", datetime.now(UTC)))
    print(wiredesk("rejects", str(place))[1])


def a_table(word: str, place: Path) -> None:
    show([word, "n"], [[word, 1], [None, [{"speaker": word}]]], Output.table)


def json_lines(word: str, place: Path) -> None:
    show(["speaker"], [[word]], Output.jsonl)


def an_error(word: str, place: Path) -> None:
    complain(f"no such file: {word}")


def a_rule(word: str, place: Path) -> None:
    out.rule(f"{word}: 3 stories")


def a_rich_table(word: str, place: Path) -> None:
    grid = Table(word, title=word)
    grid.add_row(word)
    out.print(grid)


def a_line_of_progress(word: str, place: Path) -> None:
    lines = Lines(out)
    lines.expect(1)
    out.print(word)


WAYS_OUT: list[Callable[[str, Path], None]] = [
    summary,
    the_name_of_a_run,
    a_line_to_paste,
    one_sentence,
    skipped,
    rejects,
    a_table,
    an_error,
    a_rule,
    a_rich_table,
    a_line_of_progress,
]


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
@pytest.mark.parametrize("way", WAYS_OUT, ids=lambda way: way.__name__)
def test_printed_for_people(
    way: Callable[[str, Path], None], word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    way(word, tmp_path)
    printed = "".join(capsys.readouterr())
    assert not COMMANDS_THE_TERMINAL.search(printed)
    assert plain(word) in plain(printed)


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_printed_for_programs(word: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    json_lines(word, tmp_path)
    printed = capsys.readouterr().out
    assert not COMMANDS_THE_TERMINAL.search(printed)
    assert json.loads(printed) == {"speaker": word}


@pytest.mark.parametrize("charset", ["latin-1", "utf-8"])
@pytest.mark.parametrize("output", Output)
def test_a_terminal_that_lacks_a_letter_shows_its_number(charset: str, output: Output, tmp_path: Path) -> None:
    open_dataset(tmp_path, create=True)
    asked = ["sql", str(tmp_path), "select 'd’é 中' as said", "-o", output]
    done = CliRunner(charset=charset).invoke(app, asked)
    assert (done.exit_code, done.exception) == (0, None)
    assert "d’é 中".encode(charset, "backslashreplace").decode(charset) in done.stdout
    assert done.stdout.startswith("\ufeff") == (output is Output.spreadsheet and charset == "utf-8")


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_kept_in_the_manifest(word: str, tmp_path: Path) -> None:
    path = end_run(open_dataset(tmp_path, create=True), run_of(word))
    written = path.read_text("utf-8")
    assert not COMMANDS_THE_TERMINAL.search(written)
    assert json.loads(written)["skips"][0] | {"source_uri": ""} == {
        "source_uri": "",
        "reason": "another kind of item",
        "detail": word,
        "count": 2,
        "records": [word],
    }
    assert RunManifest.model_validate_json(written) == run_of(word)


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_shown_in_the_report(word: str, tmp_path: Path) -> None:
    rejects(word, tmp_path / "desk")
    end_run(open_dataset(tmp_path / "desk"), run_of(word))
    report(tmp_path / "desk", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]", page)
    assert "<img" not in page
    assert "://evil" not in page or "<a " not in page.partition("://evil")[0].rpartition("<")[2]
    assert plain(word) in plain(html.unescape(page)).replace("\u2060", "")


@pytest.mark.parametrize("word", [*HOSTILE, " =1", "@x", "\r=1", "\n-1", "a,=1", "a;+1", "a\t@x", "a|-1", "a\n=1", "＋1"], ids=ascii)
@pytest.mark.parametrize("delimiter", ",;\t|")
def test_no_spreadsheet_makes_a_formula_of_it(word: str, delimiter: str, capsys: pytest.CaptureFixture[str]) -> None:
    show([word, "n"], [[word, -1], [f"{word} ", None], [[word], 2.5]], Output.spreadsheet)
    printed = capsys.readouterr().out
    assert printed.startswith("\ufeff")
    assert not COMMANDS_THE_TERMINAL.search(printed.replace("\r\n", "\n"))
    cells = [cell for row in csv.reader(io.StringIO(printed[1:]), delimiter=delimiter) for cell in row]
    assert not [cell for cell in cells if cell.strip().strip('"').strip()[:1] in set("=+-@＝＋－＠") and cell not in {"-1", "-1.0"}]
    if delimiter == ",":
        assert plain(cells[0]) == plain(harmless(word))
        assert [cells[3], cells[5], cells[7]] == ["-1", "", "2.5"]


@pytest.mark.parametrize("word", ["calm seas", "1 - 1 = 0", "he said, - and left", "a@b.example", "", "5"])
def test_words_that_begin_no_formula_stay_as_they_are(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    show(["n"], [[word]], Output.spreadsheet)
    assert capsys.readouterr().out.splitlines()[1] == f'"{word}"'


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_drawn_on_a_terminal(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal there are colours and a moving bar: only those, never the word's own commands."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as file:
        console = Terminal()
        console.file = file
        assert console.is_terminal
        with Bar(console).progress:
            console.print(word)
        file.flush()
        printed = os.read(ours, 100_000).decode("utf-8", "replace")
    os.close(ours)
    colours_and_movements = re.compile(r"\x1b\[[0-9;?]*[mKAhlG]|\r\n|\r|\x1b\[1A\x1b\[2K")
    assert not COMMANDS_THE_TERMINAL.search(colours_and_movements.sub("", printed))
    assert "\x1b[2J" not in printed


@pytest.mark.parametrize("terminal", [True, False])
def test_csv_is_whole_for_programs_and_harmless_on_a_terminal(
    terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    show(["a", "b"], [["\x1b[2J\nx", 1]], Output.csv)
    assert capsys.readouterr().out.replace("\r", "") == ('a,b\n"\ufffd[2J\nx",1\n' if terminal else 'a,b\n"\x1b[2J\nx",1\n')


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_published_beside_the_run(word: str) -> None:
    page = markdown(run_of(word).model_copy(update={"rejected": 0, "stories_in": 0}))
    assert not COMMANDS_THE_TERMINAL.search(page)
    assert not re.search(r"https?:|www\.", page)  # of which GitHub's Markdown makes links
    shown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(page)
    assert set(re.findall("<([a-z0-9]+)", shown)) == {"h1", "table", "thead", "tbody", "tr", "th", "td", "p", "code"}
    assert shortened(word, 80) in html.unescape(shown)


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_a_dry_run_of_a_feed_whose_types_are_hostile(word: str, tmp_path: Path) -> None:
    (tmp_path / "[red]feed[").mkdir()
    answer = {"api_version": "1.1", "data": {"item": {"type": word, "headline": word}}}
    (tmp_path / "[red]feed[" / "[a].json").write_text(json.dumps(answer))
    status, printed, err = wiredesk("ingest", str(tmp_path / "[red]feed["), "-d", str(tmp_path / "desk"), "--dry-run", "--workers", "1")
    assert (status, err) == (0, "")
    assert "\n1  another kind of item: its type names no kind of text" in printed
    assert plain(shortened(word.lower(), 80)) in plain(printed)
    assert "[red]feed[/[a].json" in printed
    assert not COMMANDS_THE_TERMINAL.search(printed)


def test_what_stories_say_of_themselves_is_counted_under_reasons_of_ours(tmp_path: Path) -> None:
    items = [{"item": {"type": word}} for word in HOSTILE] + [{"item": {"type": "\ud800"}}, {"item": {"type": "Picture"}}]
    (tmp_path / "a.json").write_text(json.dumps({"api_version": "1.1", "data": {"items": items}}))
    [record] = records([tmp_path / "a.json"])
    assert isinstance(record, Record)
    skips = Skips()
    for outcome in read(record):
        assert isinstance(outcome, Skip)
        skips.add(outcome)
    assert skips.counts == {"another kind of item": len(HOSTILE) + 1, "picture": 1}
    assert all(len(group.detail) <= 80 and group.detail == printable(group.detail) for group in skips.groups())


@pytest.mark.parametrize(
    "data",
    [
        json.dumps({"\ud800" + "k" * 10_000: "\ud800"}),
        json.dumps({"id": 1, "x\x1b[2J": "one two three " * 9}),
        json.dumps([{"uri": "1", "body_text": {}, "ab" * 9_000: "one two three " * 9}]),
        f"<{'r' * 9_000}/>",
    ],
    ids=["JSON", "escapes", "ninjs", "XML"],
)
def test_a_message_that_quotes_a_record_is_short_and_can_be_stored(data: str) -> None:
    [found] = read(Record(source_uri="file:///a", data=data.encode()))
    assert isinstance(found, Reject)
    assert found.error in get_args(Refusal)
    assert len(found.message) <= 1_000
    assert found.message == one_line(found.message)


@pytest.mark.parametrize("error", ["[/evil]", "", "a b", "x\n", "E" * 81, "=1"])
def test_the_name_of_an_error_is_no_words_of_a_story(error: str) -> None:
    with pytest.raises(ValidationError):
        Reject(source_uri="file:///a", step="read", error=error, message="")


def test_each_reason_has_a_sentence() -> None:
    assert all(
        reason.sentence and reason == shortened(reason, 40) and reason.sentence == one_line(reason.sentence) for reason in SkipReason
    )
    assert [*Counter(map(str, SkipReason)).values()] == [1] * len(SkipReason)
    with pytest.raises(ValidationError):
        Skip(source_uri="file:///a", reason="[/evil]")


@pytest.mark.parametrize("arguments", [["[/evil]"], ["compact", "[/evil]", "--dry-run"], ["sql", "[/evil]", "[/evil]"]])
def test_what_is_typed_is_told_as_it_is(arguments: list[str]) -> None:
    status, _, err = wiredesk(*arguments)
    assert status == 2
    assert "[/evil]" in err


def test_a_table_cell_may_hold_anything(capsys: pytest.CaptureFixture[str]) -> None:
    values: list[Any] = [None, 1, 1.5, True, b"\x1b", datetime(2026, 3, 1, tzinfo=UTC), ["\x1b"], {"\x1b": "[/x]"}]
    show([f"c{n}" for n in range(len(values))], [values], Output.table)
    assert not COMMANDS_THE_TERMINAL.search(capsys.readouterr().out)
