"""Names that sign a quotation (“...” — Ada Lund, Oslo) or label its paragraph (LUND: “...”)."""

import re
from dataclasses import replace
from typing import NamedTuple

from tasks.language.marks import DOUBLE
from tasks.language.page import Page, Stretch
from tasks.quotes.statements.statement import Statement

SIGNED = re.compile(
    rf"\s*(?P<mark>[–—―-]{{1,2}})\s*(?P<name>[^\W\d_a-zß-ÿ][^\n,;({DOUBLE}]{{2,60}}?"
    rf"(?:, (?:the|an?|his|her|their) [^\n,;({DOUBLE}]{{2,60}}?)?)"
    r"(?=[,;(]|\.?\s*$)"
)
LABELLED = re.compile(rf"(?P<name>[^\W\d_a-zß-ÿ][^\n,;:({DOUBLE}]{{0,60}}?)\s*(?P<mark>:)\s*")


class Signature(NamedTuple):
    """The name that signs or labels a quotation, and the dash or colon that says so."""

    name: Stretch
    mark: Stretch


def signature(end: int, page: Page) -> Signature | None:
    """The dash and name that sign the quotation which ends at `end`."""
    paragraph = page.paragraphs[page.paragraph_at(end - 1) or 0]
    return _read(SIGNED.match(page.text, end, paragraph.end)) if page.quoted(end - 1) else None


def unsigned(piece: Stretch, page: Page) -> Stretch:
    """The piece without the dash and name that sign it."""
    region = page.last_region(piece.start, piece.end)
    found = region and signature(region.outer_end, page)
    return Stretch(piece.start, region.outer_end) if region and found and found.name.end >= piece.end > region.outer_end else piece


def signed(statement: Statement, page: Page) -> Statement:
    """A quotation with the name that signs it or, when nothing else does, labels its paragraph."""
    paragraph = page.paragraphs[page.paragraph_at(statement.start) or 0]
    dashed = statement.cue is not None and not statement.cue.of(page.text).strip("–—―-")
    if not (statement.free or dashed) or not page.is_full_sentence(statement.spans):
        return statement
    label = _read(LABELLED.fullmatch(page.text, paragraph.start, statement.start)) if statement.free else None
    found = signature(statement.end, page) or label
    return replace(statement, source=found.name, cue=found.mark) if found else statement


def _read(match: re.Match[str] | None) -> Signature | None:
    return Signature(*(Stretch(match.start(part), match.end(part)) for part in ("name", "mark"))) if match else None
