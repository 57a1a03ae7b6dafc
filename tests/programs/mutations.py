"""Ways to spoil a file: each takes bytes, a random generator and another file to take pieces from, and gives bytes."""

import gzip
import io
import random
import tarfile
import zipfile
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random, bytes], bytes]

CONTROL_CHARACTERS = "".join(map(chr, [*range(0x20), 0x7F, *range(0x80, 0xA0), 0xAD, *range(0x200B, 0x2010), *range(0x2028, 0x202F)]))
"""C0, DEL, C1, soft hyphen, zero-width and bidirectional marks, line and paragraph separators."""

MARKS = "\"'“”‘’„‚«»‹›「」『』`´″`"

ENCODINGS = (
    "utf-16",
    "utf-16-be",
    "utf-32",
    "utf-7",
    "utf-8-sig",
    "cp1252",
    "cp437",
    "cp037",
    "mac-roman",
    "shift-jis",
    "gb18030",
    "koi8-r",
)

NESTS = (
    "<b>",
    "<div><p>",
    "<![CDATA[",
    "<!--",
    "<!DOCTYPE x [",
    "&",
    "[",
    '{"a":',
    '[{"body_text":',
    "(",
    "“",
    '"“‘',
    "<nitf>",
    "\n\n",
    "> ",
)

PLANES = (
    (0x20, 0x7F), (0xA0, 0x250), (0x300, 0x370), (0x590, 0x700), (0x2000, 0x2070), (0x3000, 0x3100), (0xD800, 0xE000), (0xFE00, 0xFFFF),
    (0x1F300, 0x1F700), (0, 0x10FFFF),
)  # fmt: skip
"""Unicode: ASCII, Latin, combining marks, Hebrew and Arabic, punctuation, kana, surrogates, forms, emoji, everything."""


def flip(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """A few bytes are others."""
    spoiled = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 30))):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    return bytes(spoiled)


def truncate(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """The end is missing, or the beginning."""
    at = chance.randrange(len(data))
    return data[:at] if chance.random() < 0.7 else data[at:]


def drop(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """A stretch in the middle is missing."""
    start, end = _stretch(data, chance)
    return data[:start] + data[end:]


def duplicate(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """A stretch stands there several times."""
    start, end = _stretch(data, chance)
    return data[:start] + data[start:end] * chance.choice((2, 2, 3, 20)) + data[end:]


def splice(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """A stretch of another file is put in, or the rest is another file's."""
    start, end = _stretch(other, chance)
    at = chance.randrange(len(data))
    return data[:at] + (other[start:end] + data[at:] if chance.random() < 0.5 else other[start:])


def shuffle_lines(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """The lines are in another order."""
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def one_line(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Line ends, or all spaces too, are gone."""
    return b" ".join(data.splitlines()) if chance.random() < 0.7 else b"".join(data.split())


def line_ends(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Line ends are others: returns, separators, form feeds, or many."""
    ends = (b"\r", b"\r\n", b"\n\n\n", b"\x0b", b"\x0c", b"\x85", "\u2028".encode(), "\u2029".encode(), b"\n \n", b"\r\r\n")
    return data.replace(b"\n", chance.choice(ends))


def unicode(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Random characters stand in several places, lone surrogates among them."""
    return _scatter(data, chance, lambda: "".join(chr(chance.randrange(*chance.choice(PLANES))) for _ in range(chance.randint(1, 12))))


def marks(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Quotation marks that nothing pairs, in several places."""
    return _scatter(data, chance, lambda: chance.choice(MARKS) * chance.choice((1, 1, 1, 2, 3)))


def no_marks(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Every second quotation mark of a kind is gone."""
    mark = chance.choice(MARKS).encode()
    parts = data.split(mark)
    return b"".join(part + (mark if number % 2 else b"") for number, part in enumerate(parts))


def controls(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Control and format characters in several places, sometimes every one of them."""
    return _scatter(data, chance, lambda: chance.choice((CONTROL_CHARACTERS, *CONTROL_CHARACTERS)))


def nuls(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """NULs in several places, or after every byte."""
    return (
        _scatter(data, chance, lambda: "\0" * chance.choice((1, 2, 500)))
        if chance.random() < 0.8
        else b"".join(bytes((b, 0)) for b in data)
    )


def encode(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Written in another encoding than it declares, or decoded in one and encoded in another."""
    text = data.decode(chance.choice(("utf-8", "utf-8", "cp1252", "latin-1")), "replace")
    return text.encode(chance.choice(ENCODINGS), "replace")


def nest(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Something is opened very often and never closed."""
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(NESTS).encode() * chance.choice((3, 100, 3000)) + data[at:]


def enormous(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """A line is as long as a book."""
    lines = data.splitlines(keepends=True)
    at = chance.randrange(len(lines)) if lines else 0
    line = b"".join(lines[at : at + 1]).rstrip() + b" " or b"x"
    long = line * (chance.choice((20_000, 200_000)) // len(line) + 1) if chance.random() < 0.7 else line.replace(b" ", b"") * 500
    return b"".join(lines[:at]) + long[:400_000] + b"\n" + b"".join(lines[at + 1 :])


def numbers(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Digits are others: dates that no calendar has, lengths that are wrong, references to no character."""
    return bytes(chance.choice(b"0123456789") if 48 <= b <= 57 and chance.random() < 0.3 else b for b in data)


def container(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Put into an archive, which the next mutation may damage."""
    if chance.random() < 0.3:
        return gzip.compress(data, 1)
    buffer = io.BytesIO()
    if chance.random() < 0.5:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.txt", data)
            archive.writestr("b.xml", other)
        return buffer.getvalue()
    with tarfile.open(fileobj=buffer, mode=chance.choice(("w", "w:gz"))) as tar:
        for name, member in (("a.txt", data), ("b.json", other)):
            info = tarfile.TarInfo(name)
            info.size = len(member)
            tar.addfile(info, io.BytesIO(member))
    return buffer.getvalue()


MUTATIONS: dict[Mutation, int] = {
    flip: 4, truncate: 4, drop: 4, duplicate: 4, splice: 6, shuffle_lines: 3, one_line: 2, line_ends: 4, unicode: 6, marks: 8,
    no_marks: 4, controls: 6, nuls: 2, encode: 4, nest: 2, enormous: 1, numbers: 2, container: 1,
}  # fmt: skip
"""How often each is drawn; the costly ones seldom."""


def mutated(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """The file after one to four mutations."""
    for mutation in chance.choices(list(MUTATIONS), list(MUTATIONS.values()), k=chance.choice((1, 1, 2, 3, 4))):
        data = mutation(data or b"x", chance, other or b"x")
    return data


def _stretch(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data))
    return start, min(len(data), start + int(chance.expovariate(1 / 300)) + 1)


def _scatter(data: bytes, chance: random.Random, piece: Callable[[], str]) -> bytes:
    for _ in range(chance.choice((1, 2, 5, 20))):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + piece().encode("utf-8", "surrogatepass") + data[at:]
    return data
