"""Plain text: one story a file, in the encoding it really is in."""

import re
from collections.abc import Iterator

from tasks.read.decode import wide_codec
from tasks.read.errors import RefusedError
from tasks.read.source import Format, Outcome, Source
from tasks.read.xml import root_name

SUFFIXES = frozenset({"", ".txt", ".text", ".asc", ".tst"})

CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
"""Bytes that no plain text has; \\x1a and \\x1b end files and switch character sets on old wires."""


def recognises(source: Source) -> bool:
    """Whether the file is named like text, or not at all, and is neither binary nor markup or data of another kind."""
    if root_name(source) or source.object:
        return False
    if source.suffix not in SUFFIXES and not re.fullmatch(r"\.(?:[^\W\d]|-)*+\d[\w-]*", source.suffix):
        return False
    return source.suffix == ".txt" or not _binary(source.head)


def stories(source: Source) -> Iterator[Outcome]:
    """The whole file as one story. Raises RefusedError when it is binary."""
    data = source.record.data
    if wide_codec(data) is None and (nuls := data.count(0)):
        raise RefusedError("NulBytes", f"{nuls} NUL bytes: this is a binary or damaged file, not text")
    if _binary(source.head):
        raise RefusedError("BinaryFile", "control bytes throughout: this is a binary file, not text")
    yield source.story(source.decoded.text)


def _binary(head: bytes) -> bool:
    return wide_codec(head) is None and len(CONTROL.findall(head)) * 20 > len(head)


FORMAT = Format(
    name="text",
    sniffs="a name that ends in .txt, .text, .asc, .tst or in nothing, and no binary bytes",
    about="Plain text, one story a file: UTF-8, UTF-16, windows-1252 or latin-1",
    recognises=recognises,
    stories=stories,
)
