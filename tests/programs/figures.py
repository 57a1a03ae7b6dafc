"""What every proof program needs: a place to work in, one table of figures, and its exit status."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that goes with the block; in memory where there is some, since the programs sync thousands of files."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="wiredesk-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def report(title: str, figures: Mapping[str, object], violations: Sequence[str], shown: int = 20) -> int:
    """Prints the figures, then what was violated; returns the program's exit status."""
    rows = {**figures, "violations": len(violations)}
    width = max(map(len, rows))
    print(title)
    for name, value in rows.items():
        print(f"  {name:<{width}}  {value:,}" if isinstance(value, int) else f"  {name:<{width}}  {value}")
    for violation in violations[:shown]:
        print(f"! {violation}")
    if len(violations) > shown:
        print(f"! ... and {len(violations) - shown:,} more")
    return 1 if violations else 0
