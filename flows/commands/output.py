"""How results are printed: as a table or as blocks for people, as CSV or JSON lines for programs."""

import csv
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import typer
from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from flows.commands.console import err, out, printable_lines
from schemas.printable import json_escaped, one_line

READABLE = 10
"""Columns that a value needs to say something; where a table has less for one, its rows are printed as blocks."""

VALUE_LINES = 10
"""Lines that a value has in a block."""

FORMULA = re.compile(r"(^\s*|[\t\r\n,;|])(?=[=+\-@＝＋－＠])")
"""Where a spreadsheet may begin a formula (OWASP, CSV injection): in a value's first place, and after what one or another of them
takes for the end of a cell."""

BYTE_ORDER_MARK = "\ufeff"
"""By which spreadsheets know UTF-8."""


class Output(StrEnum):
    """How a result is printed; `spreadsheet` is CSV of which no spreadsheet makes a formula."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"
    spreadsheet = "spreadsheet"


def show(names: Sequence[str], rows: Sequence[Sequence[object]], output: Output) -> None:
    """Prints rows of values under their columns' names."""
    if output is Output.csv:
        shown = printable_lines if sys.stdout.isatty() else str
        writer = csv.writer(sys.stdout)
        writer.writerows([shown(str(value)) if isinstance(value, str) else value for value in row] for row in (names, *rows))
    elif output is Output.spreadsheet:
        sys.stdout.write(BYTE_ORDER_MARK if sys.stdout.encoding.lower() == "utf-8" and not sys.stdout.isatty() else "")
        csv.writer(sys.stdout, quoting=csv.QUOTE_NONNUMERIC).writerows([map(_cell, row) for row in (names, *rows)])
    elif output is Output.jsonl:
        for row in rows:
            typer.echo(json_line(dict(zip(names, row, strict=True))))
    else:
        _show_to_people([one_line(name) for name in names], [[_words(value) for value in row] for row in rows])


def json_line(value: object) -> str:
    """The value as JSON on one line; what could command a terminal is escaped, which changes no value.

    >>> json_line({"é": chr(0x9b)})
    '{"é": "\\\\u009b"}'
    """
    return json_escaped(json.dumps(value, ensure_ascii=False, default=str))


def harmless(words: str) -> str:
    """Words of which no spreadsheet makes a formula: an apostrophe stands where one would begin.

    >>> harmless("=1+1"), harmless("a;=1+1"), harmless("1 - 1 = 0")
    ("'=1+1", "a;'=1+1", '1 - 1 = 0')
    """
    return FORMULA.sub(r"\1'", words)


def _cell(value: object) -> object:
    """A value for a spreadsheet: a number, or words."""
    if value is None or isinstance(value, int | float):
        return value
    return printable_lines(harmless(str(value)).replace("\t", " ").replace("\r", " "))


def _words(value: object) -> str:
    return one_line("" if value is None else str(value))


def _show_to_people(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        out.print("no rows")
        return
    natural = [max(cell_len(words) for words in column) for column in zip(names, *rows, strict=True)]
    borders = 3 * len(names) + 1
    widths = natural if out.room is None else fitted(natural, out.room - borders)
    if all(width >= min(READABLE, wanted) for width, wanted in zip(widths, natural, strict=True)):
        _show_table(names, rows, widths)
        cut = widths != natural
    else:
        cut = _show_blocks(names, rows, out.width)
    if cut:
        say_cut()


def say_cut() -> None:
    """Says that something was too long for the terminal, and how to see it."""
    err.print("Some values are longer than is shown here; -o jsonl or -o csv prints them whole.", soft_wrap=True)


def fitted(natural: Sequence[int], room: int) -> list[int]:
    """Widths for columns that would like to be as wide as `natural`: narrow ones are, wide ones share what is left of the room.

    >>> fitted([4, 100, 7], 40), fitted([4, 10], 40), fitted([50, 50], 31)
    ([4, 29, 7], [4, 10], [15, 16])
    """
    widths = list(natural)
    by_width = sorted(range(len(natural)), key=lambda column: natural[column])
    for columns_before, column in enumerate(by_width):
        widths[column] = max(0, min(natural[column], room // (len(natural) - columns_before)))
        room -= widths[column]
    return widths


def _show_table(names: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    grid = Table()
    for name, width in zip(names, widths, strict=True):
        grid.add_column(Text(name), width=width, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cut(words, width)) for words, width in zip(row, widths, strict=True)))
    out.print(_Wide(grid, sum(widths) + 3 * len(widths) + 1), crop=False)


def _show_blocks(names: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> bool:
    """Prints each row as a block of lines, one or more a value; says whether a value was too long even so."""
    wide = min(max(map(cell_len, names)), room // 3)
    was_cut = False
    for number, row in enumerate(rows, 1):
        title = f"── {number:,} of {len(rows):,} "
        out.print(title + "─" * (room - cell_len(title)), soft_wrap=True)
        for name, words in zip(names, row, strict=True):
            lines = wrapped(words, room - wide - 2)
            if len(lines) > VALUE_LINES:
                was_cut = True
                lines = [*lines[: VALUE_LINES - 1], cut(" ".join(lines[VALUE_LINES - 1 :]), room - wide - 2)]
            for number_of_line, line in enumerate(lines):
                label = "" if number_of_line else cut(name, wide)
                out.print(f"{set_cell_size(label, wide)}  {line}".rstrip(), soft_wrap=True)
    return was_cut


def cut(words: str, width: int) -> str:
    """The beginning of the words where they are wider than `width`, and a sign that there is more.

    >>> cut("harbour", 7), cut("harbour master", 7)
    ('harbour', 'harbou…')
    """
    return words if cell_len(words) <= width else set_cell_size(words, width - 1) + "…"


def cut_before(words: str, width: int) -> str:
    """The end of the words, as `cut` has their beginning.

    >>> cut_before("inbox/feed.jsonl", 11)
    '…feed.jsonl'
    """
    return cut(words[::-1], width)[::-1]


def wrapped(words: str, width: int) -> list[str]:
    """The words as lines of at most `width`, one empty line for none."""
    return [line.plain.rstrip() for line in Text(words).wrap(out, max(1, width))] or [""]


@dataclass(frozen=True, slots=True)
class _Wide:
    """A table that may be wider than the console: where nothing says how wide that is."""

    table: Table
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from console.render(self.table, options.update_width(self.width))
