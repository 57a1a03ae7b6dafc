"""What people type for a place on this machine: a path, or a file URI of one."""

import os
import re
from pathlib import Path
from urllib.parse import unquote

SCHEME = re.compile(r"(?P<name>[a-z][a-z0-9+.-]+):(?=/)", re.IGNORECASE)
"""How an address begins. One slash is enough: a `Path` made of an address has lost the other. One letter is a drive, not a scheme."""

FILE = re.compile(r"^file:(?://(?:localhost)?(?=/))?", re.IGNORECASE)


class NotLocalError(ValueError):
    """Words that name no place on this machine; the message says why."""


def local_path(words: str | Path) -> Path:
    """The absolute path that the words mean; `~` is the home folder, links are not followed, and nothing need be there.

    >>> local_path("/inbox/../desk"), local_path("file:///inbox/a%20b")
    (PosixPath('/desk'), PosixPath('/inbox/a b'))

    Raises NotLocalError for an address elsewhere (`s3://...`, `https://...`, `file://server/...`) and for no words at all,
    which would else be the folder that the program runs in.
    """
    path = typed = str(words)
    if not typed.strip():
        raise NotLocalError("an empty name is no place")
    if FILE.match(typed):
        path = unquote(FILE.sub("", typed))
        if path.startswith("//") or not path:
            raise NotLocalError(f"{typed}: a file URI must name a place on this machine, as file:///path/to/folder does")
    elif scheme := SCHEME.match(typed):
        raise NotLocalError(f"{typed}: {scheme['name']}:// is no place on this machine")
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111  (Path's own follow links, and fail on unknown users)
