"""Figures as tables and cases as marked text, for a terminal; every mark is printed as well as coloured."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tasks.evaluate.calibration import Calibration
from tasks.evaluate.cases import Case, Part
from tasks.evaluate.evaluation import Evaluation
from tasks.evaluate.figures import Figure
from tasks.evaluate.quotes import QuoteFigures, SpeakerFigures
from tasks.evaluate.slices import QuoteSlice, Slice

STYLES = {"content": "green", "cue": "yellow", "source": "cyan"}
MARGIN = 60
"""Characters of the story shown on either side of what is marked."""
LONGEST = 220
"""Characters of one stretch of text before its middle is left out."""


def show_figures(evaluation: Evaluation, kind: str | None = None) -> Iterator[RenderableType]:
    """The figures of one evaluation, part by part; those of quotes of one kind only, when it is given."""
    if evaluation.quotes:
        figures = evaluation.quotes.figures
        yield _summary(figures)
        for name in [kind] if kind else figures:
            if name in figures:
                yield _quote_table(name, figures[name])
        if not kind:
            yield from _slice_tables("quotes", evaluation.quotes.by_resolution, evaluation.quotes.by_band, evaluation.quotes.calibration)
    if evaluation.entities and not kind:
        shown = evaluation.entities.figures
        rows = {"all labels": shown.micro, "span only": shown.span_only, **shown.by_label}
        yield _figure_table("entities", rows)
        yield from _slice_tables("entities", {}, evaluation.entities.by_band, evaluation.entities.calibration)
    if evaluation.causes and not kind:
        yield Text("not right: " + ", ".join(f"{n} {cause}" for cause, n in evaluation.causes.items()))


def _summary(figures: Mapping[str, QuoteFigures]) -> Table:
    table = _table("quotes, F1", "", "found", "exact", "found + source", "predicted", "gold")
    for kind, f in figures.items():
        table.add_row(kind, *(f"{x.f1:.4f}" for x in (f.content.detect, f.content.exact, f.source.e2e)), str(f.n_pred), str(f.n_gold))
    return table


def _quote_table(kind: str, figures: QuoteFigures) -> RenderableType:
    rows = {f"content.{name}": getattr(figures.content, name) for name in type(figures.content).model_fields}
    for role in ("source", "cue"):
        measured = getattr(figures, role)
        rows |= {f"{role}.{name}": getattr(measured, name) for name in ("exact", "partial", "any_overlap", "e2e")}
    table = _figure_table(f"quotes: {kind}", rows)
    return Group(table, _speaker_line(figures.speaker)) if figures.speaker else table


def _figure_table(title: str, rows: Mapping[str, Figure]) -> Table:
    table = _table(title, "", "P", "R", "F1", "predicted", "gold")
    for name, f in rows.items():
        table.add_row(name, *(f"{x:.4f}" for x in (f.p, f.r, f.f1)), str(f.n_pred), str(f.n_gold))
    return table


def _speaker_line(s: SpeakerFigures) -> Text:
    error = f"; calibration error {s.calibration.ece_equal_mass:.4f} over {s.calibration.n}" if s.calibration else ""
    return Text(
        f"speaker: of {s.detected_pairs} found {s.acc_strict:.4f} strict, {s.acc_lenient:.4f} last name;"
        f" of all {s.gold_with_speaker} {s.e2e_recall_strict:.4f} strict, {s.e2e_recall_lenient:.4f} last name{error}"
    )


def _slice_tables(
    what: str, by_resolution: Mapping[str, Slice], by_band: Mapping[str, Slice], measured: Calibration | None
) -> Iterator[RenderableType]:
    for title, slices in ((f"{what} by resolved_by", by_resolution), (f"{what} by score", by_band)):
        if not slices:
            continue
        quotes = any(isinstance(s, QuoteSlice) for s in slices.values())
        table = _table(title, "", "predicted", "mean score", "right", *(["found", "exact", "speaker", "of"] if quotes else []))
        for name, s in slices.items():
            more = [_share(s.found), _share(s.exact), _share(s.speaker_right), str(s.n_speaker)] if isinstance(s, QuoteSlice) else []
            table.add_row(name, str(s.n), _share(s.mean_score), _share(s.right), *more)
        yield table
    if measured:
        yield Text(
            f"calibration error of {measured.n} {what}: {measured.ece_equal_width:.4f} over ten bins of equal width,"
            f" {measured.ece_equal_mass:.4f} over ten of equal mass"
        )


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i else "left", no_wrap=True)
    return table


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def show_case(case: Case) -> RenderableType:
    """A case as two lines of the same text: with what people marked, and with what was found."""
    parts = case.gold + case.predicted
    low = max(0, min(start for _, start, _ in parts) - MARGIN)
    high = min(len(case.text), max(end for _, _, end in parts) + MARGIN)
    title = Text(case.cause, style="bold red")
    title.append(f"  {_plain(case.story_id)}" + (f"  score {case.score:.2f}" if case.score is not None else ""), style="default not bold")
    grid = Table.grid(padding=(0, 2))
    for side, marked, speaker in (("gold", case.gold, case.gold_speaker), ("found", case.predicted, case.speaker)):
        text = mark(case.text, marked, low, high) if marked else Text("nothing", style="dim")
        grid.add_row(Text(side, style="bold"), text.append(f"  speaker: {_plain(speaker)}", style="magenta") if speaker else text)
    return Group(title, grid, "")


def mark(text: str, parts: Sequence[Part], low: int, high: int) -> Text:
    """The characters from `low` to `high`, each part in brackets with its role in front.

    >>> str(mark("He said no.", [("source", 0, 2), ("content", 8, 10)], 0, 11))
    '[source: He] said [content: no].'
    """
    edges = sorted({low, high, *(p for _, start, end in parts for p in (start, end))})
    out = Text("…" if low else "")
    for start, end in pairwise(edges):
        roles = [role for role, s, e in parts if s <= start and end <= e]
        for role in (role for role, s, _ in parts if s == start):
            out.append(f"[{role}: ", style=STYLES.get(role, "green"))
        out.append(_shorten(text[start:end]), style=STYLES.get(roles[-1], "green") if roles else "")
        for role in (role for role, _, e in parts if e == end):
            out.append("]", style=STYLES.get(role, "green"))
    return out.append("…" if high < len(text) else "")


def _shorten(text: str) -> str:
    one_line = _plain(re.sub(r"(?<!\s)\s*?\n\s*+", " ¶ ", text))
    return one_line if len(one_line) <= LONGEST else f"{one_line[: LONGEST // 2]} … {one_line[-LONGEST // 2 :]}"


def _plain(text: str) -> str:
    """The text without characters that could move a terminal's cursor or turn its direction."""
    return "".join(c if c.isprintable() else "·" for c in text)
