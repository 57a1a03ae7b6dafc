"""Bytes to text: the encoding a file really is in, whatever it says, and what had to be mended."""

import codecs
import re
from typing import NamedTuple

import ftfy.bad_codecs  # noqa: F401  (registers sloppy-windows-1252, which maps all 256 bytes as browsers do)

WIDE_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 stands before UTF-16: the little-endian mark of one begins with that of the other."""

UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
C1_BYTES = re.compile(rb"[\x80-\x9f]")
UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
HIGH_BYTE = re.compile(rb"[\x80-\xff]")

SINGLE_BYTE_LATIN = frozenset({"ascii", "iso8859-1", "cp1252"})
"""Declarations that mean windows-1252, as the WHATWG encoding standard has it for pages; so do wires in practice."""


CHANCE = 3
"""Up to this many UTF-8 sequences may be coincidence in text of another multi-byte encoding, such as a word of Chinese in GBK."""


class Decoded(NamedTuple):
    """Text, the codec that gave it (a Python codec name), and what was mended on the way."""

    text: str
    encoding: str
    repairs: list[str]


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decodes `data`: by its byte-order mark, else as declared where that is true, else as what it looks like.

    Text that is not Unicode comes out as windows-1252 or latin-1, the wires' legacy encodings; stray bytes in UTF-8
    are read as windows-1252 and counted. Never raises.

    >>> decode(b"caf\\xc3\\xa9").text, decode(b"caf\\xe9").encoding, decode(b"\\x93caf\\xe9\\x94").encoding
    ('café', 'latin-1', 'cp1252')
    """
    if data.startswith(codecs.BOM_UTF8):
        return _unicode(data, "utf-8-sig")
    if wide := wide_codec(data):
        return _unicode(data, wide)
    named = _codec(declared)
    guess = _guess(data)
    if named in SINGLE_BYTE_LATIN and guess.encoding in {"latin-1", "cp1252"}:
        return guess._replace(repairs=[])
    if named in SINGLE_BYTE_LATIN or named in {None, guess.encoding} or data.isascii():
        return _noted(guess, declared, named, data)
    try:
        text = data.decode(named)
    except (UnicodeError, ValueError):
        return _noted(guess, declared, named, data)
    if guess.encoding == "utf-8" and (len(text) == len(data) or len(UTF8_SEQUENCE.findall(data)) > CHANCE):
        return _noted(guess, declared, named, data)
    return Decoded(text, named, [])


def _noted(guess: Decoded, declared: str | None, named: str | None, data: bytes) -> Decoded:
    if named is None or named == guess.encoding or data.isascii():
        return guess
    return guess._replace(repairs=[*guess.repairs, f"declared as {declared}, read as {guess.encoding}"])


def wide_codec(data: bytes) -> str | None:
    """The codec of text in UTF-16 or UTF-32, known by its mark or by NUL as every other byte of Western text; else None."""
    for mark, codec in WIDE_MARKS:
        if data.startswith(mark):
            return codec
    head = data[: min(len(data), 2048) & ~1]
    even, odd, half = head[0::2].count(0), head[1::2].count(0), len(head) / 2
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 * half and odd < 0.05 * half else None


def _unicode(data: bytes, codec: str) -> Decoded:
    try:
        return Decoded(data.decode(codec), codec, [])
    except UnicodeError:
        if codec == "utf-8-sig":
            guess = _guess(data[len(codecs.BOM_UTF8) :])
            return guess._replace(encoding=codec if guess.encoding == "utf-8" else guess.encoding)
        text = data.decode(codec, "replace")
        return Decoded(text, codec, [f"damaged {codec}: {text.count(chr(0xFFFD))} characters replaced"])


def _guess(data: bytes) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"), "utf-8", [])
    except UnicodeError:
        pass
    sequences = len(UTF8_SEQUENCE.findall(data))
    strays = len(HIGH_BYTE.findall(UTF8_SEQUENCE.sub(b"", data)))
    if sequences > strays:
        return Decoded(data.decode("utf-8", "wiredesk-stray-bytes"), "utf-8", [f"{strays} bytes that are not UTF-8 read as cp1252"])
    c1 = frozenset(b"".join(C1_BYTES.findall(data)))
    if c1 <= UNDEFINED_IN_CP1252:
        return Decoded(data.decode("latin-1"), "latin-1", ["not UTF-8: read as latin-1"])
    return Decoded(data.decode("sloppy-windows-1252"), "cp1252", ["not UTF-8: read as cp1252"])


def _stray_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("sloppy-windows-1252"), error.end


codecs.register_error("wiredesk-stray-bytes", _stray_bytes)


def _codec(label: str | None) -> str | None:
    """Python's name of the text codec that `label` means; None when it means none that keeps ASCII as it is.

    A declaration was read as ASCII, so one that names UTF-16 or EBCDIC is not true.
    """
    if not label or not (label := label.strip(" \t\r\n\"'")):
        return None
    try:
        info = codecs.lookup(label)
        return info.name if getattr(info, "_is_text_encoding", True) and b"<a1>".decode(label) == "<a1>" else None
    except (LookupError, ValueError):
        return None
