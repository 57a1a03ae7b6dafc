"""What people type for a place on this machine: a path, or a file URI of one; and back, as words that any file can hold."""

import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

SCHEME = re.compile(r"(?P<name>[a-z][a-z0-9+.-]+):(?=/)", re.IGNORECASE)
"""How an address begins. One slash is enough: a `Path` made of an address has lost the other. One letter is a drive, not a scheme."""

FILE = re.compile(r"^file:(?://(?:localhost)?(?=/))?", re.IGNORECASE)


class NotLocalError(ValueError):
    """Words that name no place on this machine; the message says why."""


def local_path(words: str | Path) -> Path:
    """The absolute path that the words mean; `~` is the home folder, links are not followed, and nothing need be there.

    >>> local_path("/inbox/../desk"), local_path("file:///inbox/a%20b")
    (PosixPath('/desk'), PosixPath('/inbox/a b'))

    Raises NotLocalError for an address elsewhere (`s3://...`, `https://...`, `file://server/...`), for a name with a NUL, and
    for no words at all, which would else be the folder that the program runs in.
    """
    path = typed = str(words)
    if not typed.strip():
        raise NotLocalError("an empty name is no place")
    if FILE.match(typed):
        path = in_uri(typed)
        if path.startswith("//") or not path:
            raise NotLocalError(f"{typed}: a file URI must name a place on this machine, as file:///path/to/folder does")
    elif scheme := SCHEME.match(typed):
        raise NotLocalError(f"{typed}: {scheme['name']}:// is no place on this machine")
    if "\0" in path:
        raise NotLocalError(f"{typed}: no file's name has a NUL in it")
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111  (Path's own follow links, and fail on unknown users)


def in_uri(uri: str) -> str:
    """The path that a file URI names, byte for byte; a byte that is not UTF-8 is half a character in it, as Python has file names.

    >>> in_uri("file:///inbox/caf%E9%20%E2%82%AC.xml")
    '/inbox/caf\\udce9 €.xml'
    """
    return os.fsdecode(unquote_to_bytes(os.fsencode(FILE.sub("", uri))))


def sendable(path: Path) -> str:
    """The absolute path; its URI where it is not UTF-8, which no JSON file, table and server can hold. `local_path` leads back.

    >>> sendable(Path("/inbox/café.xml")), sendable(Path("/inbox/caf\\udce9.xml"))
    ('/inbox/café.xml', 'file:///inbox/caf%E9.xml')
    """
    return str(path) if is_utf8(path) else path.as_uri()


def is_utf8(path: Path) -> bool:
    """Whether the path's bytes are UTF-8, as those of all names should be and those of old disks and archives are not."""
    return not any("\ud800" <= sign <= "\udfff" for sign in str(path))
