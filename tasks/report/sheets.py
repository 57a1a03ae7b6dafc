"""The report's tables: each a query over the dataset's views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from schemas.run import RunManifest

Cell = str | int | float | datetime | None

MANY, FEW = 300, 50
"""Rows shown at most, of tables with a filter box and of those without."""

ON_THIS_PAGE = "on this page"
"""The column that tells how many of a speaker's stories are shown; it goes where all are."""


@dataclass(frozen=True)
class Sheet:
    """A table: its anchor, title and note; `bar` is the column that is drawn as well, `searchable` puts a filter box above."""

    key: str
    title: str
    columns: list[str]
    rows: list[tuple[Cell, ...]]
    bar: int | None = None
    searchable: bool = False
    note: str = ""


@dataclass(frozen=True)
class Query:
    """A sheet before it is read."""

    key: str
    title: str
    sql: str
    bar: int
    searchable: bool = False
    note: str = ""

    def run(self, views: duckdb.DuckDBPyConnection, *, without: str | None = None) -> Sheet:
        """Reads the sheet; `without` is a column to leave out where the sheet has it."""
        table = views.sql(self.sql).to_arrow_table()
        table = table.select([name for name in table.column_names if name != without])
        rows = [tuple(row.values()) for row in table.to_pylist()]
        return Sheet(self.key, self.title, table.column_names, rows, self.bar, self.searchable, self.note)


INGESTED = (
    Query("providers", "By provider", f"""
        select coalesce(provider, '(not named)') as provider, count(*) as stories, sum(n_words)::bigint as words,
               max(published_at) as newest
        from documents_latest group by 1 order by 2 desc, 1 limit {FEW}""", bar=1),
    Query("days", "By day of publication", f"""
        select strftime(published_at at time zone 'UTC', '%Y-%m-%d') as "day (UTC)", count(*) as stories
        from documents_latest where published_at is not null group by 1 order by 1 desc limit {FEW}""", bar=1),
    Query("formats", "By format and language", f"""
        select source_format as format, coalesce(language, '(unknown)') as language, count(*) as stories
        from documents_latest group by 1, 2 order by 3 desc, 1, 2 limit {FEW}""", bar=2),
    Query("rejects", "Rejected", f"""
        select step, error, count(*) as records, min(message) as "for example", max(rejected_at) as last
        from rejects group by 1, 2 order by 3 desc, 1, 2 limit {FEW}""", bar=2, note="wiredesk rejects DIR lists each"),
)  # fmt: skip

SAID = (
    Query("speakers", "Speakers", f"""
        select speaker, lower(speaker_label) as "is", mode(speaker_role) as role, count(*) as quotes,
               count(*) filter (kind = 'direct') as direct, count(*) filter (kind = 'mixed') as mixed,
               count(*) filter (kind = 'indirect') as indirect, count(*) filter (kind = 'headline') as "in headlines",
               count(distinct doc_id) as stories, count(distinct doc_id) filter (doc_id in (from shown)) as "{ON_THIS_PAGE}",
               mode(lower(cue)) as "usual cue"
        from quotes_latest where speaker is not null group by speaker, speaker_label
        having "{ON_THIS_PAGE}" > 0 or not exists (from shown) order by 4 desc, 1, 2 limit {MANY}""", bar=3,
        searchable=True, note=f"the {MANY} most quoted of those in the stories below; a click on a name shows its stories"),
    Query("resolved", "How speakers were found", """
        select resolved_by as way, count(*) as quotes, round(avg(speaker_score), 2) as "mean speaker score"
        from quotes_latest group by 1 order by 2 desc, 1""", bar=1),
    Query("names", "Who and what is named", f"""
        select name, lower(label) as "is", mode(role) as role, mode(country) as country, count(*) as mentions,
               count(distinct doc_id) as stories
        from entities_latest where label not in ('DATE', 'TIME', 'MONEY', 'PERCENT', 'QUANTITY')
        group by name, label order by 6 desc, 5 desc, 1, 2 limit {MANY}""", bar=5, searchable=True,
        note=f"the {MANY} that are in most stories"),
)  # fmt: skip


def run_sheet(runs: Sequence[RunManifest]) -> Sheet:
    """The newest runs, from their manifests."""
    columns = ["started", "flow", "state", "in", "written", "unchanged", "rejected", "skipped", "quotes", "seconds"]
    newest = sorted(runs, key=lambda r: r.started_at, reverse=True)[:FEW]
    rows: list[tuple[Cell, ...]] = [
        (
            *(r.started_at, r.flow, r.state, r.stories_in, r.written, r.unchanged, r.rejected),
            *(sum(r.skipped.values()), r.rows["quotes"], round((r.ended_at - r.started_at).total_seconds(), 1)),
        )
        for r in newest
    ]
    return Sheet("runs", "Runs", columns, rows, note=f"the newest {FEW} of {len(runs)}" if len(runs) > FEW else "")
