"""What the report says, read from a dataset's views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from schemas.run import RunManifest
from tasks.report.sheets import INGESTED, ON_THIS_PAGE, SAID, Sheet, run_sheet
from tasks.report.stories import Story, newest_stories

COUNTS = """
    select (select count(*) from documents_latest) as stories,
           (select coalesce(sum(n_words), 0)::bigint from documents_latest) as words,
           (select count(*) from quotes_latest) as quotes,
           (select count(distinct speaker) from quotes_latest) as speakers,
           (select count(*) from entities_latest) as mentions,
           (select count(*) from documents_latest where near_duplicate_of is not null) as "near duplicates",
           (select count(*) - count(distinct story_id) from documents) as "earlier versions",
           (select count(distinct story_id) from documents where story_id not in (select story_id from documents_latest)) as killed,
           (select count(*) from rejects) as rejected"""


@dataclass(frozen=True)
class ReportContent:
    """Everything on the page. Tables and counts are of each story's latest version; killed stories are only counted."""

    counts: dict[str, int]
    first: datetime | None
    last: datetime | None
    ingested: list[Sheet]
    said: list[Sheet]
    stories: list[Story]


def read_content(views: duckdb.DuckDBPyConnection, runs: Sequence[RunManifest], *, stories: int) -> ReportContent:
    """The report of a dataset with its newest `stories` in full.

    `views` are those of `tasks.dataset.connect`: `*_latest` hold the latest version of each story, and nothing of killed ones.
    """
    counts = views.sql(COUNTS).to_arrow_table().to_pylist()[0]
    newest = newest_stories(views, stories)
    span = views.sql("select min(published_at) as first, max(published_at) as last from documents_latest").to_arrow_table().to_pylist()[0]
    return ReportContent(
        counts=counts,
        first=span["first"],
        last=span["last"],
        ingested=[*(query.run(views) for query in INGESTED), run_sheet(runs)],
        said=[query.run(views, without=ON_THIS_PAGE if len(newest) == counts["stories"] else None) for query in SAID],
        stories=newest,
    )
