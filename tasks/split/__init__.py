"""Split: a story taken apart into furniture and the sections of its body."""

from tasks.split.step import split

__all__ = ["split"]
