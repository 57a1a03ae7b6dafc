"""Files that mean harm, made by code: small on disk, and large, deep, wrong or endless to whoever opens them.

Each maker takes a random generator and gives the bytes of a file. `@CANARY@` in markup stands for the path of a file outside of the
inbox, which lies in the folder above it as `secret.txt`.
"""

import base64
import bz2
import gzip
import io
import json
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.parquet as pq

Maker = Callable[[random.Random], bytes]

STORY = "TALMERE, May 4 (AP) - Ferries sail again on Monday, harbour master Ina Holt said.\n\n“It is a beginning,” Holt said.\n"


# Tables


def parquet_long_text(chance: random.Random) -> bytes:
    """One text of 100 MB that stands in 64 rows."""
    return _dictionary_of("a" * 100_000_000, 64)


def parquet_many_rows(chance: random.Random) -> bytes:
    """50,000 rows of 8 MB each."""
    return _dictionary_of(chance.choice("abc") * 8_000_000, 50_000)


def parquet_footer(chance: random.Random) -> bytes:
    """A footer of which a few bytes are others."""
    data = bytearray(_dictionary_of(STORY, 3))
    for _ in range(3):
        data[-chance.randrange(9, 300)] = chance.randrange(256)
    return bytes(data)


def parquet_footer_length(chance: random.Random) -> bytes:
    """A footer that says that it is larger than the file, or none."""
    data = _dictionary_of(STORY, 3)
    return data[:-8] + struct.pack("<I", chance.choice((0, 1, 2**31 - 1, 2**32 - 1, len(data)))) + b"PAR1"


def parquet_columns(chance: random.Random) -> bytes:
    """3,000 columns, none of which is a story's."""
    file = io.BytesIO()
    pq.write_table(pa.table({f"column {number}": [str(number)] for number in range(3000)}), file)
    return file.getvalue()


def csv_field(chance: random.Random) -> bytes:
    """A quoted field of 4 MB that never ends."""
    return b'id,headline,text\n1,Ferries,"' + b"x" * 4_000_000


def csv_columns(chance: random.Random) -> bytes:
    """50,000 columns."""
    return b",".join(b"c%d" % number for number in range(50_000)) + b"\n" + b"," * 49_999 + b"\n"


def csv_rows(chance: random.Random) -> bytes:
    """200,000 rows without a text."""
    return b"id,headline,text\n" + b",,\n" * 200_000


def csv_quotes(chance: random.Random) -> bytes:
    """Quotation marks that nothing pairs, and NULs."""
    return b"id,text\n" + bytes(chance.choice(b'",\n\0a') for _ in range(50_000))


# Compressed files


def gzip_rejects(chance: random.Random) -> bytes:
    """240,000 records that are nothing."""
    return gzip.compress(b"{}\n" * 240_000)


def gzip_skips(chance: random.Random) -> bytes:
    """240,000 records that are pictures."""
    return gzip.compress(b'{"type":"picture","uri":"u"}\n' * 240_000)


def gzip_lines(chance: random.Random) -> bytes:
    """240,000 lines that are broken JSON, with a story before them."""
    return gzip.compress(json.dumps({"id": "1", "text": STORY}).encode() + b"\n" + b'{"a":\n' * 240_000)


def gzip_zeros(chance: random.Random) -> bytes:
    """200 MB of one byte."""
    return _deflated(chance.choice((b"\0", b"a", b"\n", b"<")), 200)


def gzip_in_gzip(chance: random.Random) -> bytes:
    """Compressed forty times over."""
    data = STORY.encode()
    for _ in range(40):
        data = gzip.compress(data)
    return data


def gzip_members(chance: random.Random) -> bytes:
    """20,000 compressed files one after the other, all empty."""
    return gzip.compress(b"") * 20_000


def zstd_window(chance: random.Random) -> bytes:
    """A frame that asks for the largest window there is."""
    block = (2**17 << 3 | 1 << 1).to_bytes(3, "little") + b"a"  # one byte, 128 KB times
    last = (2**17 << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"a"
    return b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([chance.choice((0xFF, 0xF8, 0xA8))]) + block * 500 + last


def xz_dictionary(chance: random.Random) -> bytes:
    """A header that asks for a dictionary of 4 GB."""
    data = bytearray(lzma.compress(STORY.encode() * 50, format=lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**16}]))
    data[16] = 40  # the dictionary's size in the block header, whose checksum follows
    data[20:24] = struct.pack("<I", zlib.crc32(data[12:20]))
    return bytes(data)


def bzip2_zeros(chance: random.Random) -> bytes:
    """60 MB of one byte."""
    return bz2.compress(b"a" * 60_000_000)


# Archives


def zip_overlapping(chance: random.Random) -> bytes:
    """5,000 members that are one and the same bytes."""
    return _zip_of_one(zlib.compress(b"a" * 1_000_000, 9)[2:-4], 1_000_000, zlib.crc32(b"a" * 1_000_000), 5000)


def zip_wrong_sizes(chance: random.Random) -> bytes:
    """Members that say that they are small, and are not."""
    return _zip_of_one(zlib.compress(b"a" * 50_000_000, 9)[2:-4], 10, chance.randrange(2**32), 3)


def zip_in_zip(chance: random.Random) -> bytes:
    """Sixty archives in each other, all of one name."""
    data = STORY.encode()
    for _ in range(60):
        data = _zip([("a.zip", data)])
    return data


def zip_fan(chance: random.Random) -> bytes:
    """Sixteen archives in each of sixteen, five times over."""
    data = STORY.encode()
    for _ in range(5):
        data = _zip([(f"{number}.zip", data) for number in range(16)])
    return data


def zip_paths(chance: random.Random) -> bytes:
    """Members whose names lead out of the inbox."""
    return _zip(
        [(name, STORY.encode()) for name in ("../../out.txt", "/etc/out.txt", "../secret.txt", "C:\\out.txt", "a/" * 500 + "x.txt")]
    )


def tar_links(chance: random.Random) -> bytes:
    """Links to a file outside, by path and by number."""
    return _tar((kind, f"{number}.txt", "../secret.txt", 0) for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE) * 3))


def tar_devices(chance: random.Random) -> bytes:
    """Devices, pipes, and kinds that nobody knows."""
    kinds = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE, b"Q")
    return _tar((kind, f"{number}.txt", "", 0) for number, kind in enumerate(kinds))


def tar_paths(chance: random.Random) -> bytes:
    """Members whose names lead out of the inbox."""
    return _tar((tarfile.REGTYPE, name, "", 0) for name in ("../../out.txt", "/etc/out.txt", "./" * 40 + "x.txt"))


def tar_sizes(chance: random.Random) -> bytes:
    """A member of 8 GB, of which the file holds nothing."""
    return _tar([(tarfile.REGTYPE, "a.txt", "", 8 * 2**30)])


def tar_headers(chance: random.Random) -> bytes:
    """A header of a header, a thousand times."""
    return _tar((tarfile.GNUTYPE_LONGNAME, "././@LongLink", "", 0) for _ in range(1000))


# Markup


def xml_laughs(chance: random.Random) -> bytes:
    """Entities of ten entities each, ten deep."""
    return _nitf("&l9;", '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9)))


def xml_quadratic(chance: random.Random) -> bytes:
    """One long entity, 20,000 times."""
    return _nitf("&a;" * 20_000, '<!ENTITY a "' + "a" * 50_000 + '">')


def xml_external(chance: random.Random) -> bytes:
    """An entity that is a file of this machine, or a page."""
    return _nitf("&x;", "<!ENTITY x " + chance.choice(("SYSTEM", "PUBLIC 'any'")) + ' "file://@CANARY@">')


def xml_parameter(chance: random.Random) -> bytes:
    """A document type that is a file of this machine."""
    return _nitf("calm", '<!ENTITY % all SYSTEM "file://@CANARY@"> %all;')


def xml_include(chance: random.Random) -> bytes:
    """A paragraph that includes a file."""
    return _nitf('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://@CANARY@" parse="text"/>calm')


def xml_deep(chance: random.Random) -> bytes:
    """100,000 elements in each other."""
    return _nitf("<b>" * 100_000 + "x" + "</b>" * chance.choice((0, 100_000)))


def xml_attributes(chance: random.Random) -> bytes:
    """30,000 attributes, and one of 4 MB."""
    return _nitf("<b " + " ".join(f"a{n}='1'" for n in range(30_000)) + ">x</b><b a='" + "a" * 4_000_000 + "'>y</b>")


def html_deep(chance: random.Random) -> bytes:
    """50,000 elements that nothing closes."""
    return ("<html><body>" + chance.choice(("<div>", "<b>", "<table><tr><td>", "<font>")) * 50_000 + STORY).encode()


def html_crossed(chance: random.Random) -> bytes:
    """20,000 formatting elements that cross each other."""
    return ("<html><body><p>" + "<b><i></b>" * 20_000 + STORY).encode()


def html_attributes(chance: random.Random) -> bytes:
    """A hundred thousand attributes, links and comments."""
    return ("<html><body " + "a " * 100_000 + ">" + "<!-- - --><a href='file://@CANARY@'>x</a>" * 5000 + f"<p>{STORY}" * 5).encode()


def html_data(chance: random.Random) -> bytes:
    """Metadata that are nested 5,000 deep."""
    return ("<html><script type='application/ld+json'>" + '{"@graph":[' * 5000 + "</script>" + f"<p>{STORY}" * 5).encode()


# Records


def json_deep(chance: random.Random) -> bytes:
    """100,000 lists or objects in each other."""
    return (chance.choice(("[", '{"a":', '[{"text":')) * 100_000).encode()


def json_numbers(chance: random.Random) -> bytes:
    """Numbers of 100,000 digits, and some that are none."""
    numbers = ("9" * 100_000, "1e999999", "-" + "1" * 5000, "NaN", "-Infinity")
    return _lines(f'{{"id": {number}, "date": {number}, "text": {json.dumps(STORY)}}}' for number in numbers)


def json_surrogates(chance: random.Random) -> bytes:
    """Half characters in every field."""
    return _lines(['{"id": "\\ud800", "headline": "\\udfff\\u0000", "text": "A\\ud83d story. \\udc00 ' + "Ferries sail. " * 9 + '"}'] * 3)


def json_keys(chance: random.Random) -> bytes:
    """One key 50,000 times, and 50,000 keys."""
    return _lines(["{" + ",".join('"text": "a"' for _ in range(50_000)) + "}", json.dumps(dict.fromkeys(map(str, range(50_000)), "a"))])


def json_types(chance: random.Random) -> bytes:
    """Fields that are of another kind than they should be."""
    odd: list[object] = [None, True, 1, 1.5, [], {}, [[[]]], {"a": {"a": 1}}, "x" * 100]
    return _lines(
        json.dumps({"text": STORY, **{key: chance.choice(odd) for key in ("id", "headline", "byline", "date", "type")}}) for _ in odd
    )


def warc_lengths(chance: random.Random) -> bytes:
    """Records whose length is wrong, negative, huge or no number."""
    body = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n<html><p>Words."
    lengths = (len(body), 10**18, -1, 1, "x", "9" * 5000, "")
    return "".join(_warc(length, body) for length in chance.sample(lengths, len(lengths))).encode()


def warc_header(chance: random.Random) -> bytes:
    """A header that does not end."""
    return b"WARC/1.0\r\n" + b"WARC-Type: response\r\n" * 100_000


def warc_chunks(chance: random.Random) -> bytes:
    """A page in chunks whose lengths lie."""
    body = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\nffffffffffff\r\nx"
    return (_warc(len(body), body) * 50).encode()


def email_parts(chance: random.Random) -> bytes:
    """5,000 parts."""
    part = "--x\nContent-Type: text/plain\n\nFerries sail.\n"
    return (_mail("multipart/mixed; boundary=x") + part * 5000 + "--x--\n").encode()


def email_nested(chance: random.Random) -> bytes:
    """500 mails in each other."""
    return ("From: a@b.example\nTo: c@d.example\nSubject: s\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" * 500 + STORY).encode()


def email_boundaries(chance: random.Random) -> bytes:
    """Parts in parts whose boundaries begin alike."""
    opened = "".join(f"--{'x' * n}\nContent-Type: multipart/mixed; boundary={'x' * (n + 1)}\n\n" for n in range(1, 300))
    return (_mail("multipart/mixed; boundary=x") + opened + STORY).encode()


def email_base64(chance: random.Random) -> bytes:
    """An attachment that is a bomb."""
    bomb = base64.encodebytes(_deflated(b"a", 50)).decode()
    part = "--x\nContent-Type: application/gzip; name=a.gz\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n"
    return (_mail("multipart/mixed; boundary=x") + part + bomb + "--x--\n").encode()


# Text that patterns stumble over


def text_dateline(chance: random.Random) -> bytes:
    """A dateline of forty letters between hyphens."""
    return f"{'-'.join(chance.choices('ABCDEFGHIJ', k=40))} Ferries sail.\n\n{STORY}".encode()


def text_places(chance: random.Random) -> bytes:
    """A dateline of many places."""
    return f"{chance.choice(('A/', 'Ab-', 'A. ', 'A, ', 'A (')) * 200}{STORY}".encode()


def text_marks(chance: random.Random) -> bytes:
    """20,000 marks of a kind in a quote."""
    return (STORY + "“" + chance.choice(("…", ". . . ", "“", "‘", '"', "—", "-", "(", "[")) * 20_000 + "” she said.\n").encode()


def text_spaces(chance: random.Random) -> bytes:
    """Spaces of all kinds, 10,000 in a line."""
    return f"{STORY}a{chance.choice((' ', chr(0xA0), chr(0x2003), chr(9))) * 10_000}b said.\n".encode()


def text_names(chance: random.Random) -> bytes:
    """A name of a thousand names."""
    return f"{STORY}{chance.choice(('Ada ', 'Mr. ', 'Ada-', 'Ada and ', 'O’', 'de la ')) * 1000}Lund said.\n".encode()


def text_lines(chance: random.Random) -> bytes:
    """5,000 lines that each look like the beginning or the end of something."""
    return (STORY + f"{chance.choice(('By', '1.', '*', '(', '-', 'Q:', '_', '='))}\n" * 5000).encode()


def _dictionary_of(text: str, rows: int) -> bytes:
    file = io.BytesIO()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))
    pq.write_table(pa.table({"text": column}), file, compression="zstd", dictionary_pagesize_limit=2**30, write_statistics=False)
    return file.getvalue()


def _deflated(piece: bytes, megabytes: int) -> bytes:
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1) as packed:
        for _ in range(megabytes):
            packed.write(piece * 2**20)
    return file.getvalue()


def _zip(members: Iterable[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def _zip_of_one(packed: bytes, size: int, check: int, members: int) -> bytes:
    """A zip whose directory names the same deflated bytes several times, with a size and a checksum that may be wrong."""
    fields = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, check, len(packed), size)
    local = b"PK\x03\x04" + fields + struct.pack("<HH", 5, 0) + b"a.txt" + packed
    names = [b"%d.txt" % number for number in range(members)]
    directory = b"".join(
        b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name for name in names
    )
    return local + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, members, members, len(directory), len(local), 0)


def _tar(members: Iterable[tuple[bytes, str, str, int]]) -> bytes:
    """A tar of headers alone: kind, name, where it leads, and the size that it states."""
    headers = []
    for kind, name, target, size in members:
        header = tarfile.TarInfo(name)
        header.type, header.linkname, header.size = kind, target, size
        headers.append(header.tobuf(tarfile.GNU_FORMAT))
    return b"".join(headers) + bytes(1024)


def _nitf(paragraph: str, entities: str = "") -> bytes:
    doctype = f"<!DOCTYPE nitf [{entities}]>" if entities else ""
    return f"{doctype}<nitf><body><body.content><p>{paragraph}</p></body.content></body></nitf>".encode()


def _lines(lines: Iterable[str]) -> bytes:
    return "\n".join(lines).encode() + b"\n"


def _warc(length: object, body: str) -> str:
    head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-05-04T00:00:00Z\r\nWARC-Target-URI: http://a.example/\r\n"
    return f"{head}Content-Length: {length}\r\n\r\n{body}\r\n\r\n"


def _mail(content: str) -> str:
    return f"From: a@b.example\nTo: c@d.example\nSubject: Ferries\nMIME-Version: 1.0\nContent-Type: {content}\n\n"
