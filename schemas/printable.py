"""Words from outside made safe to print: a story, a file's name or an error's message must not command a terminal."""

import os
import re
import shlex

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff]")
"""Control characters, the other ends of lines, signs of direction, which turn what stands beside them, and half characters, which
cannot be printed."""


NOT_AS_IT_IS = re.compile(rf"[\s\\']|{UNPRINTABLE.pattern}")
"""What stands as bytes between `$'` and `'`, which bash, zsh and ksh read so."""


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


def json_escaped(text: str) -> str:
    """JSON in which what is not to be printed is escaped, but for the ends of its lines; it says the same.

    >>> json_escaped('{"é": "' + chr(0x9B) + '"}')
    '{"é": "\\\\u009b"}'
    """
    return "\n".join(UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", line) for line in text.split("\n"))


def pasteable(words: object) -> str:
    """Words, or a path, as one argument of a command to paste into a shell: byte for byte, on one line, in printable characters.

    >>> print(pasteable("my desk"), pasteable("two  rows\\x1b"))
    'my desk' $'two\\x20\\x20rows\\x1b'
    """
    words = str(words)
    if words == one_line(words):
        return shlex.quote(words)
    return "$'" + NOT_AS_IT_IS.sub(lambda sign: "".join(f"\\x{byte:02x}" for byte in os.fsencode(sign[0])), words) + "'"
