"""What a run says of itself in one line."""

from pathlib import Path
from typing import Any

import pytest

from flows.account import Account
from flows.summary import figures, in_words
from schemas.story import UNDATED
from tasks.dataset import batch_rows
from tests.tasks.writing import OPENING, extracted, ingest, manifest


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"written": 3, "unchanged": 1, "rejected": 1}, "3 written, 1 unchanged, 1 rejected of 5 stories"),
        ({"rejected": 1, "skipped": {"embargoed": 2}}, "0 written, 0 unchanged, 1 rejected of 1 stories"),
        ({"unchanged": 1200}, "nothing new: all 1,200 stories are in the dataset already"),
        ({"unchanged": 2, "skipped": {"embargoed": 3}}, "nothing new: all 2 stories are in the dataset already; 3 embargoed skipped"),
        ({"skipped": {"embargoed": 3}}, "no stories to take; 3 embargoed skipped"),
        ({"skipped": {"picture": 1, "embargoed": 3}}, "no stories to take; 3 embargoed, 1 picture skipped"),
        ({}, "no stories to take"),
        ({"flow": "retry"}, "nothing to try again"),
        ({"flow": "retry", "skipped": {"no longer there": 1}}, "nothing to try again; 1 no longer there skipped"),
        ({"flow": "reprocess", "unchanged": 4}, "nothing to do: all 4 stories are of this release"),
    ],
)
def test_the_account_in_one_line(counts: dict[str, Any], words: str) -> None:
    total = sum(counts.get(name, 0) for name in ("written", "unchanged", "rejected"))
    assert in_words(manifest(**counts, stories_in=total)) == words


@pytest.mark.parametrize(
    ("counts", "flow", "hint"),
    [
        ({"written": 2}, "ingest", True),
        ({"rejected": 2}, "ingest", False),
        ({"unchanged": 2}, "ingest", False),
        ({"written": 2}, "reprocess", False),
    ],
)
def test_the_end_points_to_the_dataset_only_where_something_new_is_in_it(
    counts: dict[str, Any], flow: str, hint: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    from flows.commands.run import close

    close(manifest(**counts, flow=flow, stories_in=2), "desk")
    assert ("look at it:" in capsys.readouterr().out) == hint


def test_what_was_skipped_is_told_by_reason() -> None:
    assert figures(manifest(skipped={"picture": 1, "embargoed": 3}))["skipped"] == "4 (3 embargoed, 1 picture)"


def test_dates_that_were_not_understood_are_told_only_where_there_are_some(tmp_path: Path) -> None:
    stories = [extracted(OPENING), extracted(f"{OPENING}, at last.", uri="file:///b.txt", repairs=[f"{UNDATED}12/03/2024"])]
    account = Account("run", "ingest", [])
    assert "dates not understood" not in figures(account.manifest())
    [done] = ingest(tmp_path / "desk", [stories])
    account.committed(done, batch_rows(stories), 0)
    assert account.manifest().undated == 1
    assert figures(account.manifest())["dates not understood"].startswith("1 ")
