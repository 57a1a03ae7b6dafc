"""A dataset of an older schema version is refused until it is upgraded, and then is as if today's wiredesk had written it."""

import json
import shutil
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from schemas.arrow import arrow_schema
from schemas.migrations import MIGRATIONS
from schemas.rows import SCHEMA_VERSION, TABLES
from tasks.dataset import DatasetError, compact, load_index, locked, open_dataset, query, stale_batches, sweep, upgrade
from tests.tasks.aging import PINNED, aged, as_if_new, as_version, columns, doc_ids, know_ways
from tests.tasks.killing import killed
from tests.tasks.writing import BATCHES, REJECTS, files_of, ingest, state


def upgraded(place: Path, run: str = "run-2") -> int:
    """Upgrades as a run of reprocess does; returns how many batches."""
    dataset = open_dataset(place, older=True)
    with locked(dataset, run):
        sweep(dataset)
        return len(upgrade(dataset))


@pytest.mark.parametrize(
    ("written", "today"),
    [
        pytest.param(SCHEMA_VERSION - 1, SCHEMA_VERSION, id="past"),
        pytest.param(SCHEMA_VERSION, SCHEMA_VERSION + 1, id="future"),
        pytest.param(SCHEMA_VERSION, SCHEMA_VERSION + 2, id="two versions"),
    ],
)
def test_an_upgraded_dataset_is_as_if_written_today(tmp_path, monkeypatch, written, today):
    know_ways(monkeypatch, written, today)
    ingest(tmp_path, BATCHES, REJECTS)
    dataset = open_dataset(tmp_path)
    expected = {table: as_if_new(rows, table) for table, rows in state(dataset).items()}
    aged(tmp_path, written)
    with pytest.raises(DatasetError, match=f"wiredesk reprocess {tmp_path}"):
        open_dataset(tmp_path, create=True)
    assert upgraded(tmp_path) == 3
    assert state(open_dataset(tmp_path)) == expected
    assert {row["schema_version"] for row in query(dataset, "SELECT schema_version FROM documents").to_pylist()} == {today}
    assert upgraded(tmp_path) == 0
    with locked(dataset, "run-3"):
        sweep(dataset)
        assert {load_index(dataset).admit(story.split.clean.raw) for batch in BATCHES for story in batch} == {"unchanged"}
        compact(dataset)
    assert state(dataset) == expected


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_dataset_of_an_earlier_release_is_refused_until_it_is_upgraded_and_loses_nothing(tmp_path, version):
    ingest(tmp_path, BATCHES, REJECTS)
    dataset = open_dataset(tmp_path)
    expected = state(dataset)
    as_version(tmp_path, version)
    columns = {table: sorted(rows[0]) for table, rows in state(dataset).items()}
    assert columns != {table: sorted(rows[0]) for table, rows in expected.items()}
    with pytest.raises(DatasetError, match=f"schema version {version}.*wiredesk reprocess {tmp_path}"):
        ingest(tmp_path, BATCHES)
    assert {table: sorted(rows[0]) for table, rows in state(dataset).items()} == columns
    assert upgraded(tmp_path) == 3
    now = state(open_dataset(tmp_path))
    if version < 3:  # what version 3 brought is not known of older rows
        expected["quotes"] = [row | {"speaker_score": None} for row in expected["quotes"]]
    assert {row.pop("pipeline_version").partition("+schema.")[0] for row in now["documents"]} == {"0"}
    assert {row.pop("pipeline_version") for row in expected["documents"]} == {"0"}
    assert now == expected


def test_what_places_stand_for_is_not_known_of_rows_of_version_1(tmp_path):
    ingest(tmp_path, BATCHES[:1])
    as_version(tmp_path, 1)
    upgraded(tmp_path)
    assert len(stale_batches(open_dataset(tmp_path), "0", "by hand")) == 1
    found = query(open_dataset(tmp_path), "SELECT DISTINCT stands_for FROM entities")
    assert (found.to_pylist(), str(found.schema.field("stands_for").type)) == ([{"stands_for": None}], "string")


def test_rows_that_went_in_after_the_upgrade_stand_beside_the_old(tmp_path, monkeypatch):
    know_ways(monkeypatch)
    ingest(tmp_path, BATCHES[:1], REJECTS)
    aged(tmp_path)
    upgraded(tmp_path)
    ingest(tmp_path, BATCHES, run="run-3")
    assert query(open_dataset(tmp_path), "SELECT count(*) n, count(DISTINCT doc_id) docs FROM documents").to_pylist() == [
        {"n": 10, "docs": 10}
    ]


@pytest.mark.parametrize(
    ("work", "stride"), [("few", 7), pytest.param("few", 1, marks=pytest.mark.slow), pytest.param("all", 1, marks=pytest.mark.slow)]
)
def test_a_killed_upgrade_goes_on_and_no_row_is_missing_or_twice_meanwhile(memory_path, work, stride):
    template = memory_path / "template"
    ingest(template, BATCHES, REJECTS)
    dataset = open_dataset(template)
    expected = {table: as_if_new(rows, table) for table, rows in state(dataset).items()}
    rows = {table: doc_ids(dataset, table) for table in ("documents", "sections", "entities", "quotes")}
    aged(template)
    for at in count(0, stride):
        place = memory_path / str(at)
        shutil.copytree(template, place)
        alive = not killed(WORK[work], place, at)
        dataset = open_dataset(place, older=True)
        assert doc_ids(dataset, "documents") == rows["documents"]
        with pytest.MonkeyPatch.context() as patch:
            know_ways(patch)
            upgraded(place)
        assert {table: doc_ids(dataset, table) for table in rows} == rows
        assert state(open_dataset(place)) == expected
        assert list(dataset.staging.glob("[!s]*")) == []
        shutil.rmtree(place)
        if alive:
            break
    assert at > 40


def _all(place: Path, run: str) -> None:
    know_ways(pytest.MonkeyPatch())
    upgraded(place, run)


def _few(place: Path, run: str) -> None:
    """The same, a batch a swap."""
    import tasks.dataset.upkeep.upgrade

    tasks.dataset.upkeep.upgrade.AT_ONCE = 1
    _all(place, run)


WORK = {"all": _all, "few": _few}


def test_what_no_migration_leads_from_is_refused_and_left_as_it_is(tmp_path):
    ingest(tmp_path, BATCHES[:1])
    aged(tmp_path, version=-1)
    before = {path: (tmp_path / path).read_bytes() for path in files_of(open_dataset(tmp_path, older=True))}
    with pytest.raises(DatasetError, match="no way from version -1"):
        upgraded(tmp_path)
    assert {path: (tmp_path / path).read_bytes() for path in before} == before
    assert files_of(open_dataset(tmp_path, older=True)) == sorted(before)


def test_what_a_newer_wiredesk_has_begun_to_upgrade_is_refused(tmp_path, monkeypatch):
    ingest(tmp_path, BATCHES[:1])
    empty = arrow_schema(TABLES[-1]).with_metadata({"schema_version": str(SCHEMA_VERSION + 1)}).empty_table()
    pq.write_table(empty, tmp_path / "rejects/schema.parquet")
    for older in (False, True):
        with pytest.raises(DatasetError, match="newer wiredesk"):
            open_dataset(tmp_path, older=older)


def test_columns_change_only_with_the_schema_version():
    """Who fails here follows the recipe for a column in CONTRIBUTING.md."""
    assert columns() == json.loads((PINNED / f"{SCHEMA_VERSION}.json").read_text("utf-8"))
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))
