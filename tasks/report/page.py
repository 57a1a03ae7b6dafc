"""The page: one HTML file that needs nothing else, safe to open whatever the stories say.

Story text is never trusted: every value is escaped by the template engine, cleaned of characters that reorder or break text
(`printable`), and the page's policy lets no script, style or request through but its own two inline blocks, named by hash.
"""

import base64
import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from schemas.story import UNTIL_FURTHER_NOTICE
from tasks import shipped
from tasks.report.content import ReportContent

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff]")
"""Control characters, surrogates, and the two overrides that turn a line round; Arabic and Hebrew do without them."""

FORMULA = re.compile(r"[=+\-@\t\r]")
"""First characters that make a spreadsheet read a pasted cell as a formula (OWASP, CSV injection)."""

WORD_JOINER = "\u2060"


def render(content: ReportContent, *, title: str, made_at: datetime, version: str) -> str:
    """The page as HTML."""
    style, script = _resource("page.css"), _resource("page.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    template = _environment().from_string(_resource("page.html"))
    page = template.render(
        content=content,
        title=title,
        made_at=made_at,
        version=version,
        policy=policy,
        style=Markup(style),  # our own file, not escaped; a hash in the policy must match it to the letter
        script=Markup(script),
    )
    return page.strip() + "\n"


def printable(value: Any) -> Any:
    """What stands for a value on the page; characters that would break or turn the line show as U+FFFD.

    >>> printable("abc\u202edef")
    'abc\ufffddef'
    """
    if value is None:
        return ""
    return UNPRINTABLE.sub("\ufffd", value) if isinstance(value, str) and not isinstance(value, Markup) else value


def cell(value: Any) -> Any:
    """A value of a table, harmless when the table is pasted into a spreadsheet.

    >>> cell("=1+1") == "\u2060=1+1"
    True
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, str) and FORMULA.match(value):
        return WORD_JOINER + value
    return f"{value:,}" if isinstance(value, int) else value


def until(embargo: datetime) -> str:
    """The end of an embargo in words.

    >>> until(UNTIL_FURTHER_NOTICE)
    'further notice'
    """
    return "further notice" if embargo == UNTIL_FURTHER_NOTICE else f"{cell(embargo)} UTC"


@cache
def _environment() -> Environment:
    environment = Environment(autoescape=True, finalize=printable, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"cell": cell, "printable": printable, "until": until}
    environment.tests |= {"figure": lambda v: isinstance(v, int | float), "moment": lambda v: isinstance(v, datetime)}
    return environment


@cache
def _resource(name: str) -> str:
    return shipped.text(f"report/{name}")


def _digest(block: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
