"""Where commands print: results to standard output, everything else to standard error."""

import re

from rich.console import Console

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters and signs of direction: from a story they could command the terminal, or turn what stands beside them."""

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def complain(message: str) -> None:
    """Prints an error as one paragraph."""
    err.print(f"wiredesk: {one_line(message)}", markup=False, soft_wrap=True)


def one_line(words: str) -> str:
    """Words as one line that is safe to print, whoever wrote them.

    >>> one_line("calm\\n seas\\x1b[2J")
    'calm seas\ufffd[2J'
    """
    return UNPRINTABLE.sub("\ufffd", " ".join(words.split()))
