"""CSV and TSV: one story a row; the first row names the columns, `--text-column` the one that holds the text."""

import csv
import io
import json
from collections.abc import Iterator

from tasks.read import jsonl
from tasks.read.article import has_text, named
from tasks.read.decode import decode
from tasks.read.errors import RefusedError
from tasks.read.source import Format, Source
from tasks.read.streams import MAX_RECORD_BYTES, Budget, too_large

DELIMITERS = ",;\t|"

csv.field_size_limit(MAX_RECORD_BYTES)


def recognises(source: Source) -> bool:
    """Whether the record is named like a table, or begins with quoted rows of one length."""
    return source.suffix in {".csv", ".tsv"} or _is_quoted_table(source.head_text)


def cut(stream: io.BufferedReader, text_column: str | None, budget: Budget) -> Iterator[tuple[str, bytes | RefusedError]]:
    """Each row as a JSON object of its columns, with the number of its first line."""
    encoding = decode(stream.peek()[:65536]).encoding
    text = io.TextIOWrapper(stream, encoding, errors="wiredesk-stray-bytes" if encoding.startswith("utf-8") else "replace", newline="")
    lines = _Lines(text)
    rows = csv.reader(lines, delimiter=_delimiter(text))
    try:
        columns = [name.strip() for name in next(rows, [])]
        check(columns, text_column)
        lines.of_the_row = 0
        line_number = rows.line_num + 1
        for row in rows:
            lines.of_the_row = 0
            if len(row) == len(columns):
                article = as_article(dict(zip(columns, row, strict=True)))
                budget.spend(len(article))  # a name of a megabyte stands in the file once, and in each article
                yield str(line_number), article
            elif row:
                yield str(line_number), RefusedError("RaggedRow", f"the row has {len(row)} cells, the table {len(columns)} columns")
            line_number = rows.line_num + 1
    except csv.Error as error:
        raise RefusedError("BrokenTable", f"line {rows.line_num}: {error}") from None


def check(columns: list[str], text_column: str | None) -> None:
    """Raises RefusedError when no column holds the text: none is called so, or none as the user says."""
    if text_column and text_column not in columns:
        raise RefusedError("NoTextColumn", f"no column is called {text_column!r}; the columns are {named(columns)}")
    if not text_column and not has_text(columns):
        raise RefusedError("NoTextColumn", f"which column holds the text? Name it with --text-column; the columns are {named(columns)}")


def as_article(row: dict[str, object]) -> bytes:
    """A row as the article that the JSONL reader knows."""
    return json.dumps(row, ensure_ascii=False, default=str).encode("utf-8", "replace")


class _Lines(Iterator[str]):
    """The lines of a table; a row of quoted cells has many, and no more characters than the largest record."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.of_the_row = 0
        """Characters since the last row ended."""

    def __next__(self) -> str:
        line = self._text.readline(MAX_RECORD_BYTES + 1)
        self.of_the_row += len(line)
        if self.of_the_row > MAX_RECORD_BYTES:
            raise too_large("a row is longer than the largest record")
        if not line:
            raise StopIteration
        return line


def _delimiter(text: io.TextIOWrapper) -> str:
    """The delimiter that stands most often in the header."""
    buffered = text.buffer
    assert isinstance(buffered, io.BufferedReader)
    header = buffered.peek().split(b"\n", 1)[0].decode(text.encoding, "replace")
    return max(DELIMITERS, key=header.count)


def _is_quoted_table(head: str) -> bool:
    first = head.split("\n", 6)[:-1][:5]
    try:
        sizes = {len(row) for row in csv.reader(first)}
    except csv.Error:
        return False
    return len(first) > 1 and first[0].startswith('"') and first[0].count('","') > 1 and len(sizes) == 1


FORMAT = Format(
    name="csv",
    sniffs="a name that ends in .csv or .tsv, or rows of quoted cells",
    about="CSV and TSV tables, one story a row; columns by the names of JSON stories, or --text-column",
    recognises=recognises,
    stories=jsonl.stories,
    many=recognises,
    cut=cut,
)
