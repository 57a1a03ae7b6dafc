"""Words that come from outside, through each way out: printed as they are, and never a command to a terminal or a page."""

import html
import json
import os
import pty
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from rich.table import Table

from flows.commands.console import Terminal, complain, out
from flows.commands.output import Output, show
from flows.commands.run import close
from flows.progress import Bar, Lines
from flows.summary import in_words, markdown
from schemas.outcome import Reject, Skip
from schemas.run import RunManifest, SkipGroup
from tasks.dataset import Stamp, batch_rows, commit_batch, end_run, load_index, locked, open_dataset
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
]

COMMANDS_THE_TERMINAL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(words: str) -> str:
    """The letters that must be there to be read, however lines are broken."""
    return re.sub(r"[\s\ufffd│]", "", COMMANDS_THE_TERMINAL.sub("", words))


def run_of(word: str) -> RunManifest:
    reason = Skip(source_uri="file:///a", reason=word).reason
    group = SkipGroup(source_uri=f"file:///in%5Bx%5D%1B%5B2J/{os.fsencode(word).hex()}", reason=reason, count=1, records=[word])
    return manifest(skipped={reason: 1}, skips=[group], rejected=1, stories_in=1, sources=[f"/in/{word}"])


def summary(word: str, place: Path) -> None:
    close(run_of(word), f"/desk/{word}")


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
    reason = Skip(source_uri="file:///a", reason=word).reason
    assert f"<td>1 (1 {reason})</td>" in html.unescape(re.sub(' style="[a-z:-]*"', "", shown))


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_a_dry_run_of_a_feed_whose_types_are_hostile(word: str, tmp_path: Path) -> None:
    (tmp_path / "[red]feed[").mkdir()
    answer = {"api_version": "1.1", "data": {"item": {"type": word, "headline": word}}}
    (tmp_path / "[red]feed[" / "[a].json").write_text(json.dumps(answer))
    status, printed, err = wiredesk("ingest", str(tmp_path / "[red]feed["), "-d", str(tmp_path / "desk"), "--dry-run", "--workers", "1")
    assert (status, err) == (0, "")
    assert plain(word.lower()) in plain(printed)
    assert "[red]feed[/[a].json" in printed
    assert not COMMANDS_THE_TERMINAL.search(printed)


@pytest.mark.parametrize("arguments", [["[/evil]"], ["compact", "[/evil]", "--dry-run"], ["sql", "[/evil]", "[/evil]"]])
def test_what_is_typed_is_told_as_it_is(arguments: list[str]) -> None:
    status, _, err = wiredesk(*arguments)
    assert status == 2
    assert "[/evil]" in err


def test_a_table_cell_may_hold_anything(capsys: pytest.CaptureFixture[str]) -> None:
    values: list[Any] = [None, 1, 1.5, True, b"\x1b", datetime(2026, 3, 1, tzinfo=UTC), ["\x1b"], {"\x1b": "[/x]"}]
    show([f"c{n}" for n in range(len(values))], [values], Output.table)
    assert not COMMANDS_THE_TERMINAL.search(capsys.readouterr().out)
