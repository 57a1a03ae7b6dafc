from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.report import report
from schemas.run import RunManifest
from tasks.dataset import Stamp, batch_rows, begin_run, commit_batch, end_run, load_index, locked, open_dataset
from tests.tasks.reported import extracted

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A dataset of one story in two versions and one that its agency killed."""
    dataset = open_dataset(tmp_path / "desk", create=True)
    manifest = RunManifest(
        run_id="r1", flow="ingest", sources=["inbox"], started_at=NOON, ended_at=NOON, stories_in=3, written=3, unchanged=0, rejected=0,
        rows=Counter(documents=3), schema_version=1, pipeline_version="0", model_version=None,
    )  # fmt: skip
    stories = [
        extracted(markup, provider="NBN", provider_id=story, version=version, published_at=NOON, status=status)
        for markup, story, version, status in (
            ("{source [PERSON Ada Lund]} {cue said} {content “the ferry will sail.”}", "ferry", 1, "usable"),
            ("{source [PERSON Ada Lund]} {cue said} {content “the ferry will not sail.”}", "ferry", 2, "corrected"),
            ("{source [PERSON Bo Falk]} {cue said} {content “I resign.”}", "mayor", 1, "usable"),
            ("The story about Bo Falk is withdrawn.", "mayor", 2, "canceled"),
        )
    ]
    with locked(dataset, "r1"):
        begin_run(dataset, manifest)
        index = load_index(dataset)
        for story in stories:
            index.admit(story.split.clean.raw)
            commit_batch(dataset, index, batch_rows([story]), [], Stamp(run_id="r1", pipeline_version="0", at=NOON))
        end_run(dataset, manifest)
    return dataset.root


def test_the_latest_version_of_each_story_is_reported(desk: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    result = CliRunner().invoke(app, ["report", str(desk), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "stories 1 (1 in full), quotes 1, speakers 1" in result.output
    html = out.read_text("utf-8")
    assert "the ferry will not sail" in html
    assert "the ferry will sail." not in html
    assert "Bo Falk" not in html
    assert "correction" in html


def test_a_dataset_of_some_hundred_stories_is_shown_whole(tmp_path: Path) -> None:
    dataset = open_dataset(tmp_path / "desk", create=True)
    stories = [extracted(f"It rained on day {day}.", source_uri=f"test:{day}") for day in range(201)]
    with locked(dataset, "r1"):
        index = load_index(dataset)
        for story in stories:
            index.admit(story.split.clean.raw)
        commit_batch(dataset, index, batch_rows(stories, near_duplicates=False), [], Stamp(run_id="r1", pipeline_version="0", at=NOON))
    result = CliRunner().invoke(app, ["report", str(dataset.root), "--out", str(tmp_path / "report.html")])
    assert "stories 201 (201 in full)" in result.output
    assert len(report(dataset.root, tmp_path / "report.html").stories) == 201


def test_what_is_left_out_is_counted(desk: Path, tmp_path: Path) -> None:
    counts = report(desk, tmp_path / "report.html").counts
    assert (counts["stories"], counts["earlier versions"], counts["killed"]) == (1, 2, 1)


def test_a_folder_that_is_no_dataset_ends_with_status_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["report", str(tmp_path / "nothing"), "--out", str(tmp_path / "r.html")])
    assert result.exit_code == 2
    assert "no wiredesk dataset" in result.output
    assert not list(tmp_path.glob("*.html"))


def test_an_old_report_stands_until_the_new_one_is_whole(desk: Path, tmp_path: Path) -> None:
    folder = tmp_path / "taken.html"
    folder.mkdir()
    (folder / "keep").write_text("")
    with pytest.raises(OSError, match=r"taken\.html"):
        report(desk, folder)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert (folder / "keep").exists()
