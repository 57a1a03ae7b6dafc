"""Split: a story taken apart into furniture and the sections of its body."""

from tasks.split.embargo import mentions_embargo
from tasks.split.step import split

__all__ = ["mentions_embargo", "split"]
