"""Words from outside made safe to print: a story, a file's name or an error's message must not command a terminal."""

import re

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, signs of direction, which turn what stands beside them, and half characters, which cannot be printed."""


def printable(words: str) -> str:
    """The words with each character that is not to be printed replaced.

    >>> printable("calm\\x1b[2J\\nseas")
    'calm\ufffd[2J\ufffdseas'
    """
    return UNPRINTABLE.sub("\ufffd", words)


def one_line(words: str) -> str:
    """Words as one line that is safe to print, whoever wrote them.

    >>> one_line("calm\\n seas\\x1b[2J")
    'calm seas\ufffd[2J'
    """
    return printable(" ".join(words.split()))
