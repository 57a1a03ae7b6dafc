"""Clean: a story's text repaired and unwrapped, with a map back to the characters it came from."""

from tasks.clean.step import clean, clean_line

__all__ = ["clean", "clean_line"]
