"""The data files that wiredesk ships, read only as they were shipped: each against its checksum in `data.sha256`.

Whoever changes one on purpose writes the checksums anew with `python -m tasks.shipped`.
"""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SUMS = HERE / "data.sha256"
"""Lines as `sha256sum` writes and checks them, the files by their paths below this folder."""

KINDS = frozenset({".toml", ".txt", ".html", ".css", ".js", ".json", ".md"})
"""Suffixes of data files; the model's own files stand apart, with their checksums in `tagger.json`."""

MODEL = HERE / "tag" / "weights"


class DamagedData(Exception):
    """A data file is missing or is not the one that was shipped."""


def text(name: str) -> str:
    """The words of the data file `name`, a path below `tasks` such as "split/regions.toml".

    Raises DamagedData when it is missing, differs from its checksum, or is new and has none yet.
    """
    try:
        content = (HERE / name).read_bytes()
    except FileNotFoundError:
        raise DamagedData(f"{HERE / name} is missing; install wiredesk again") from None
    if name not in _sums():
        raise DamagedData(f"{HERE / name} is new and has no checksum yet: run python -m tasks.shipped, or remove it")
    if hashlib.sha256(content).hexdigest() != _sums()[name]:
        raise DamagedData(
            f"{HERE / name} is not as it was shipped; install wiredesk again or, if it was changed on purpose, run: python -m tasks.shipped"
        )
    return content.decode()


def check() -> None:
    """Reads every data file that should be there; raises what `text` does."""
    for name in _sums():
        text(name)


def toml(name: str) -> dict[str, Any]:
    """The tables of the TOML file `name`; raises what `text` does."""
    return tomllib.loads(text(name))


def folder(path: str) -> list[str]:
    """The data files of a folder, in order: those that are there and those that should be."""
    return sorted(name for name in {*names(), *_sums()} if name.startswith(f"{path}/"))


def names() -> list[str]:
    """Every data file that is there, in order."""
    return sorted(p.relative_to(HERE).as_posix() for p in HERE.rglob("*") if p.suffix in KINDS and MODEL not in p.parents)


def sums() -> str:
    """What `data.sha256` should hold."""
    return "".join(f"{hashlib.sha256((HERE / name).read_bytes()).hexdigest()}  {name}\n" for name in names())


@cache
def _sums() -> dict[str, str]:
    try:
        lines = SUMS.read_text("utf-8").splitlines()
    except FileNotFoundError:
        raise DamagedData(f"{SUMS} is missing; install wiredesk again") from None
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


if __name__ == "__main__":
    SUMS.write_text(sums(), "utf-8")
