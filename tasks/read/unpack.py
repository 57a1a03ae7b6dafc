"""Opens what holds records: compressions, archives, and files of many records, one inside the other."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO, NamedTuple

import pyarrow as pa

from schemas.outcome import Reject, Skip, SkipReason
from schemas.printable import printable
from schemas.record import Record
from tasks.read import streams
from tasks.read.errors import RefusedError
from tasks.read.formats import FORMATS
from tasks.read.source import HEAD_BYTES, Format, Source, within
from tasks.read.streams import MAX_RECORD_BYTES, Budget, Readable, Spending, fill, too_large
from tasks.read.walk import left_out

MAX_DEPTH = 4
"""How deep compressions and archives may be nested: a .jsonl.gz in a .zip in a .tar.gz is four."""


OUT_OF_MEMORY = "its unpacking needs more memory than a worker may have; unpack it by hand, or raise --worker-memory if it is worth more"

LONGEST_END = 2**16 + 22 + 76
"""Bytes in which the end of a .zip begins: a comment, the end record, and those of 64 bits before it."""

ELSEWHERE = 2**32 - 1
"""The size that says: see the record of 64 bits."""

LOCAL_HEADER = 30
"""Bytes before a member's name and content, at least."""

MAX_DIRECTORY_BYTES = 32 * 2**20
"""The largest list of members of a .zip that is read: some 300,000 of them; each takes ten times as much memory as bytes."""


class Options(NamedTuple):
    """What the user chose for everything that is read: the reader, and the column or field that holds the text."""

    format: str | None = None
    text_column: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """An open stream and the place it came from."""

    stream: io.BufferedReader
    uri: str
    budget: Budget
    record: str = ""
    depth: int = 0

    def inner(self, stream: Readable, name: str = "") -> "Opened":
        """What is inside this one: a decompressed stream, or the archive's member `name`."""
        return replace(
            self, stream=io.BufferedReader(Spending(stream, self.budget), 2**16), record=within(self.record, name), depth=self.depth + 1
        )

    def reject(self, error: str, message: str) -> Reject:
        """This cannot be taken."""
        return Reject(source_uri=self.uri, source_record=self.record, step="read", error=error, message=message)


def unpack(opened: Opened, options: Options) -> Iterator[Record | Skip | Reject]:
    """Yields every record inside `opened`, whatever it is packed in.

    What is damaged or too large is a Reject, an archive or table without anything in it a Skip.
    """
    found = 0
    try:
        for outcome in _opened(opened, options):
            found += 1
            yield outcome
        if not found:
            yield Skip(source_uri=opened.uri, source_record=opened.record, reason=SkipReason.EMPTY)
    except RefusedError as refusal:
        yield opened.reject(refusal.error, str(refusal))
    except MemoryError:
        yield opened.reject("MemoryError", OUT_OF_MEMORY)
    except Exception as error:  # decompressors raise a dozen kinds on damaged input, and none may end the run
        yield opened.reject(type(error).__name__, f"damaged or incomplete: {error}")


def _opened(opened: Opened, options: Options) -> Iterator[Record | Skip | Reject]:
    head = fill(opened.stream, HEAD_BYTES)
    container = _container(head)
    if container is None:
        yield from _records(opened, head, options)
    elif opened.depth >= MAX_DEPTH:
        raise RefusedError("NestedTooDeep", f"more than {MAX_DEPTH} compressions or archives inside one another")
    else:
        yield from container(replace(opened, stream=streams.replay(head, opened.stream)), options)


def _container(head: bytes) -> "Callable[[Opened, Options], Iterator[Record | Skip | Reject]] | None":
    if head.startswith(b"\x1f\x8b"):
        return _gzip
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return _zstd
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip
    return _tar if head[257:262] == b"ustar" else None


def _gzip(opened: Opened, options: Options) -> Iterator[Record | Skip | Reject]:
    yield from unpack(opened.inner(gzip.GzipFile(fileobj=opened.stream)), options)


def _zstd(opened: Opened, options: Options) -> Iterator[Record | Skip | Reject]:
    yield from unpack(opened.inner(pa.CompressedInputStream(pa.PythonFile(opened.stream, "r"), "zstd")), options)


def _zip(opened: Opened, options: Options) -> Iterator[Record | Skip | Reject]:
    with streams.seekable(opened.stream) as file:
        check_directory(file)
        yield from _zip_members(opened, file, options)


def _zip_members(opened: Opened, file: IO[bytes], options: Options) -> Iterator[Record | Skip | Reject]:
    with zipfile.ZipFile(file) as archive:
        check_overlap(archive.infolist())
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            if member.is_dir():
                continue
            if reason := left_out_member(member.filename):
                yield Skip(source_uri=opened.uri, source_record=within(opened.record, member.filename), reason=reason)
                continue
            place = opened.inner(io.BytesIO(), member.filename)
            try:
                check_member(member.filename)
                with archive.open(member) as stream:
                    yield from unpack(opened.inner(stream, member.filename), options)
            except RefusedError as refusal:
                yield place.reject(refusal.error, str(refusal))
            except MemoryError:
                yield place.reject("MemoryError", OUT_OF_MEMORY)
            except Exception as error:  # as above: encrypted, of an unknown method, damaged
                yield place.reject(type(error).__name__, f"cannot be unpacked: {error}")


def _tar(opened: Opened, options: Options) -> Iterator[Record | Skip | Reject]:
    with tarfile.open(fileobj=opened.stream, mode="r|", errors="backslashreplace") as archive:  # errors of names
        while member := archive.next():
            archive.members.clear()  # type: ignore[attr-defined]  # it keeps each for a search by name
            if member.isdir():
                continue
            if reason := left_out_member(member.name) or (None if member.isfile() else SkipReason.NOT_A_MEMBER):
                yield Skip(source_uri=opened.uri, source_record=within(opened.record, member.name), reason=reason)
                continue
            stream = archive.extractfile(member)
            try:
                check_member(member.name)
                yield from unpack(opened.inner(stream or io.BytesIO(), member.name), options)
            except RefusedError as refusal:
                yield opened.inner(io.BytesIO(), member.name).reject(refusal.error, str(refusal))


def check_directory(file: IO[bytes]) -> None:
    """Raises RefusedError for a .zip whose list of members would fill the memory: by the end record, which says how long it is."""
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - LONGEST_END))
    end = file.read()
    at, big = end.rfind(b"PK\x05\x06"), end.rfind(b"PK\x06\x06")
    short, long = int.from_bytes(end[at + 12 : at + 16], "little"), int.from_bytes(end[big + 40 : big + 48], "little")
    size = max(short if at >= 0 and short != ELSEWHERE else 0, long if big >= 0 else 0)
    file.seek(0)
    if size > MAX_DIRECTORY_BYTES:
        raise RefusedError("TooLarge", f"the archive's list of members is larger than {MAX_DIRECTORY_BYTES // 2**20} MB; unpack it by hand")


def check_overlap(members: Iterable[zipfile.ZipInfo]) -> None:
    """Raises RefusedError for an archive of which two members are the same bytes, in whole or in part: that multiplies them."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise RefusedError(
                "OverlappingMembers", f"members lie on one another, {printable(member.filename)[:80]} among them; pack the archive anew"
            )
        end = member.header_offset + LOCAL_HEADER + len(member.orig_filename) + member.compress_size


def check_member(name: str) -> None:
    """Raises RefusedError for a member whose path leads out of its archive; nothing is ever written there, but it is no story."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\x00" in name or name[1:2] == ":":
        raise RefusedError("UnsafePath", "the member's path leads out of the archive")


def left_out_member(name: str) -> SkipReason | None:
    """Why a member of an archive is not read, judged by its name; None when it is."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part != ".."]
    return SkipReason.HIDDEN if "__MACOSX" in parts else next(filter(None, map(left_out, parts)), None)


def _records(opened: Opened, head: bytes, options: Options) -> Iterator[Record | Reject]:
    asked = {"source_uri": opened.uri, "text_column": options.text_column, "most_refused": opened.budget.most_refused}
    cutter = _cutter(Source(Record(source_uri=opened.uri, source_record=opened.record, data=head)), options)
    if cutter is None or cutter.cut is None:
        data = head + fill(opened.stream, MAX_RECORD_BYTES + 1 - len(head))
        if len(data) > MAX_RECORD_BYTES:
            raise too_large("it is larger than the largest record")
        yield Record(**asked, source_record=opened.record, format=options.format, data=data)
        return
    for key, part in cutter.cut(streams.replay(head, opened.stream), options.text_column, opened.budget):
        record = within(opened.record, key)
        if isinstance(part, RefusedError):
            yield Reject(source_uri=opened.uri, source_record=record, step="read", error=part.error, message=str(part))
        else:
            yield Record(**asked, source_record=record, format=cutter.name, data=part)


def _cutter(source: Source, options: Options) -> Format | None:
    """The format whose files hold many records, when the head of this one shows that it is such a file."""
    return next((f for f in FORMATS if f.cut and f.many(source) and options.format in (None, f.name)), None)
