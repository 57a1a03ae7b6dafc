"""The end of a story: trailers, and what may not be published."""

from collections.abc import Sequence

from tasks.split.data import agency_credits
from tasks.split.furniture import RULE, is_kind


def withheld_from(words: Sequence[str]) -> int:
    """The first line that may not be published, with the rule above it; the number of lines where there is none."""
    for at, line in enumerate(words):
        if is_kind(line, "withheld"):
            while at and RULE.fullmatch(words[at - 1]):
                at -= 1
            return at
    return len(words)


def trailers_from(words: Sequence[str]) -> int:
    """The first line of the trailers that end the story; the number of lines where there are none."""
    middle = len(words) // 2
    end = next((at for at in range(middle, len(words)) if is_kind(words[at], "closers")), len(words))
    while end and (is_kind(words[end - 1], "trailers") or is_sign_off(words[end - 1])):
        end -= 1
    return end


def is_sign_off(line: str) -> bool:
    """Whether a line is nothing but an agency's name."""
    return line.strip("(). /-=").casefold() in agency_credits()
