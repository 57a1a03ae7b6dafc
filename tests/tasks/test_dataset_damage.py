"""Damage of every kind to every kind of file: found by `check`, named by whoever meets it, and never taken for the truth."""

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from flows.report import report
from schemas.rows import SCHEMA_VERSION
from tasks.dataset import (
    DamagedError,
    DatasetError,
    Finding,
    batch_rows,
    begin_run,
    check,
    commit_batch,
    compact,
    end_run,
    load_index,
    locked,
    manifests,
    open_dataset,
    query,
    refused_sources,
    rewrite_batch,
    settle_rejects,
    stale_batches,
    stored_stories,
    sweep,
    upgrade,
)
from tasks.dataset.folder.card import card_text
from tests.tasks.writing import BATCHES, REJECTS, extracted, ingest, manifest, stamp, state, stories

TABLES = ("documents", "sections", "entities", "quotes", "rejects")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of three batches and a merged one, with rejects, accounts, a collection and sketches; one run was killed."""
    place = tmp_path_factory.mktemp("sound") / "desk"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.dataset.writing.known.MANY_NEW", 0)
        ingest(place, [stories(2, 50), stories(2, 60)], REJECTS[:1], run="first")
        dataset = open_dataset(place)
        with locked(dataset, "merge"):
            sweep(dataset)
            compact(dataset)
        done = ingest(place, BATCHES, REJECTS[1:], run="second", minutes=1)
        with locked(dataset, "account"):
            sweep(dataset)
            written = sum(each.rows["documents"] for each in done) + 4
            files = [each.files for each in done]
            end_run(dataset, manifest("second", stories_in=written, written=written, batches=files, schema_version=SCHEMA_VERSION))
            begin_run(dataset, manifest("killed"))
    return place


def found(place: Path) -> list[Finding]:
    return list(check(place))


def worst(place: Path) -> int:
    return max((finding.status for finding in check(place)), default=0)


def test_a_sound_dataset_has_nothing_but_what_the_killed_run_left(sound):
    assert [(finding.status, finding.where) for finding in found(sound)] == [(1, "_runs/killed.begun")]


def run_again(place: Path) -> None:
    """What an ingest does, accounts and card included."""
    dataset = open_dataset(place, create=True)
    with locked(dataset, "again"):
        sweep(dataset)
        begin_run(dataset, manifest("again"))
        index = load_index(dataset)
        verdicts = [index.admit(story.split.clean.raw) for batch in BATCHES for story in batch]
        assert set(verdicts) <= {"new", "unchanged"}
        known = sum(verdict == "unchanged" for verdict in verdicts)
        assert known == len(verdicts), "a story that is there is taken for a new one"
        commit_batch(dataset, index, batch_rows(stories(1, 900)), [], stamp("again", 9))
        settle_rejects(dataset, index.rejects)
        end_run(dataset, manifest("again", stories_in=1, written=1))


def merge(place: Path) -> None:
    dataset = open_dataset(place)
    with locked(dataset, "merge"):
        sweep(dataset)
        compact(dataset)


def reprocess(place: Path) -> None:
    dataset = open_dataset(place, older=True)
    with locked(dataset, "reprocess"):
        sweep(dataset)
        upgrade(dataset)
        stale_batches(dataset, "1", "another")
        for stem in dataset.stems("documents"):
            for ids in stored_stories(dataset, stem):
                assert ids
            rewrite_batch(dataset, stem, [batch_rows(stories(1, 50))], stamp("reprocess", 10))


def look(place: Path) -> None:
    """What `sql`, `rejects` and `skipped` do."""
    dataset = open_dataset(place)
    for table in TABLES:
        query(dataset, f"SELECT * FROM {table}").to_pylist()
    refused_sources(dataset)
    manifests(dataset)


def make_report(place: Path) -> None:
    report(place, place.parent / "report.html")


COMMANDS: tuple[Callable[[Path], Any], ...] = (run_again, merge, reprocess, look, make_report, found)


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(8 * len(data))
    changed = bytearray(data)
    changed[at // 8] ^= 1 << at % 8
    return bytes(changed)


WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flipped": flipped,
    "cut": lambda data, chance: data[: chance.randrange(len(data))],
    "zeroed": lambda data, chance: bytes(len(data)),
    "emptied": lambda data, chance: b"",
    "lengthened": lambda data, chance: data + b"\0" * 100,
}


def damage(path: Path, way: str, chance: random.Random) -> None:
    if way == "folder":
        path.unlink()
        (path / "inside").mkdir(parents=True)
    elif way == "gone":
        path.unlink()
    else:
        path.write_bytes(WAYS[way](path.read_bytes(), chance))


def kinds(place: Path) -> dict[str, list[Path]]:
    """The files of a dataset by kind."""
    tables = {table: sorted(path for path in (place / table).glob("*.parquet") if path.stem != "schema") for table in TABLES}
    return tables | {
        "schema": sorted(place.glob("*/schema.parquet")),
        "checksums": sorted(place.glob("_checksums/*")),
        "collection": [place / "_index" / "documents.arrow"],
        "sketches": sorted(place.glob("_index/sketches-*/*")),
        "manifests": sorted(place.glob("_runs/*.json")),
        "begun": sorted(place.glob("_runs/*.begun")),
        "lock": [place / ".lock"],
        "card": [place / "README.md"],
    }


KINDS = (*TABLES, "schema", "checksums", "collection", "sketches", "manifests", "begun", "lock", "card")


def copies(sound: Path, folder: Path) -> Iterator[Path]:
    for number in count():
        yield Path(shutil.copytree(sound, folder / str(number) / "desk"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", [*WAYS, "folder", "gone"])
@pytest.mark.parametrize("size", [2, pytest.param(len(COMMANDS), marks=pytest.mark.slow)])
def test_no_command_ends_in_a_traceback_nor_takes_damage_for_the_truth(sound, memory_path, kind, way, size):
    chance, fresh = random.Random(f"{kind} {way} {size}"), copies(sound, memory_path)
    for command in chance.sample(COMMANDS, size):
        place = next(fresh)
        path = chance.choice(kinds(place)[kind])
        if way != "folder" and path.name == ".lock":
            path.write_bytes(b'{"run_id": "killed", "pid": 1}')
        damage(path, way, chance)
        try:
            with suppress(DatasetError):
                command(place)
        except AssertionError:
            assert (way, kind) == ("gone", "documents"), f"{command.__name__}, {path}"  # the batch is given up, as advised


def spoiled(place: Path, kind: str, times: int) -> Iterator[Path]:
    """A file of a kind with one bit flipped, drawn anew each time; whole again when the next is asked for."""
    chance = random.Random(kind)
    for _ in range(times):
        path = chance.choice(kinds(place)[kind])
        data = path.read_bytes()
        path.write_bytes(flipped(data, chance))
        yield path
        path.write_bytes(data)


@pytest.mark.parametrize("kind", TABLES)
def test_check_finds_every_flipped_bit_of_a_table(sound, memory_path, kind):
    place = next(copies(sound, memory_path))
    for path in spoiled(place, kind, 40):
        assert [finding.where for finding in check(place) if finding.status == 2] == [f"{kind}/{path.name}"]


@pytest.mark.parametrize("kind", ["collection", "sketches", "checksums", "schema"])
def test_check_finds_every_flipped_bit_of_what_is_made_again(sound, memory_path, kind):
    place = next(copies(sound, memory_path))
    for path in spoiled(place, kind, 25):
        assert str(path.relative_to(place)) in {finding.where for finding in check(place)} or any(path.name in f.what for f in check(place))


@pytest.mark.parametrize("kind", ["collection", "sketches"])
@pytest.mark.parametrize("way", [*WAYS, "folder", "gone"])
def test_what_is_damaged_in_the_index_is_thrown_away_and_made_again(sound, memory_path, kind, way, caplog):
    one, other = next(copies(sound, memory_path / "one")), next(copies(sound, memory_path / "other"))
    path = random.Random(way).choice(kinds(one)[kind])
    damage(path, way, random.Random(way))
    for place in (one, other):
        ingest(place, [*BATCHES, stories(3, 300)], REJECTS, run="again", minutes=5)
    assert state(open_dataset(one)) == state(open_dataset(other))
    named = [record.getMessage() for record in caplog.records if str(path) in record.getMessage()]
    assert len(named) == (way != "gone")
    assert worst(one) < 2


@pytest.mark.parametrize("way", [*WAYS, "folder"])
def test_a_damaged_record_of_checksums_is_named_and_stops_nothing(sound, memory_path, way, caplog):
    place = next(copies(sound, memory_path))
    [path] = [path for path in kinds(place)["checksums"] if path.stem in open_dataset(place).stems("rejects")][:1]
    damage(path, way, random.Random(way))
    assert [f.where for f in check(place) if f.where.startswith("_checksums")] == [f"_checksums/{path.name}"]
    assert worst(place) == 1
    load_index(open_dataset(place))
    assert f"{path} is damaged" in caplog.text


def test_a_dataset_of_an_older_release_has_no_checksums_until_its_files_are_written_anew(sound, memory_path):
    place = next(copies(sound, memory_path))
    shutil.rmtree(place / "_checksums")
    assert any("have no checksum" in finding.what for finding in check(place))
    assert worst(place) == 1  # for the killed run
    ingest(place, BATCHES, REJECTS, run="again")
    merge(place)
    merge(place)
    assert not any("have no checksum" in finding.what for finding in check(place) if "documents" in finding.what)


def test_the_checksums_are_those_that_sha256sum_reads(sound, memory_path):
    place = next(copies(sound, memory_path))
    command = "cat _checksums/* | sha256sum --check --quiet --ignore-missing"
    assert command in card_text()
    assert subprocess.run(command, shell=True, cwd=place, capture_output=True, text=True).stdout == ""
    path = kinds(place)["quotes"][0]
    path.write_bytes(flipped(path.read_bytes(), random.Random(1)))
    assert subprocess.run(command, shell=True, cwd=place, capture_output=True, text=True).stdout == f"quotes/{path.name}: FAILED\n"


def test_a_damaged_plan_of_a_killed_merge_is_named(sound, memory_path):
    place = next(copies(sound, memory_path))
    (place / "_staging" / "swap.ready").mkdir()
    for plan in (b"", b"[1]", b'{"documents": 1}', b"\xff"):
        (place / "_staging" / "swap.ready" / "plan.json").write_bytes(plan)
        with pytest.raises(DamagedError, match=r"plan\.json is damaged.*What to do"):
            merge(place)


def test_rejects_that_are_settled_have_the_checksum_of_what_is_left(memory_path):
    ingest(memory_path, [stories(2)], REJECTS)
    passed = extracted("It reads now.", REJECTS[0].source_uri)
    ingest(memory_path, [[passed]], run="run-2", minutes=1)
    assert len(state(open_dataset(memory_path))["rejects"]) == 1
    assert found(memory_path) == []


def test_pages_have_checksums(sound):
    for path in sound.glob("documents/*.parquet"):
        if path.stem != "schema":
            data = bytearray(path.read_bytes())
            column = pq.read_metadata(path).row_group(0).column(0)
            data[(column.dictionary_page_offset or column.data_page_offset) + column.total_compressed_size - 2] ^= 1
            path_of_copy = path.with_suffix(".copy")
            path_of_copy.write_bytes(data)
            try:
                with pytest.raises(OSError, match="CRC"):
                    pq.ParquetFile(path_of_copy, page_checksum_verification=True).read()
            finally:
                path_of_copy.unlink()


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("notes.txt", 1, "no part of a dataset"),
        ("more/", 1, "no part of a dataset"),
        ("documents/notes.txt", 1, "no part of a dataset"),
        ("documents/extra.parquet", 2, "readers take its rows"),
        ("_runs/notes.txt", 1, "no part of a dataset"),
        ("_staging/left.parquet", 1, "a killed run left it"),
        ("_index/notes.txt", 1, "no part of a dataset"),
        ("_checksums/notes.txt", 1, "no part of a dataset"),
    ],
)
def test_what_does_not_belong_there_is_named(sound, memory_path, path, status, says):
    place = next(copies(sound, memory_path))
    stranger = place / path
    stranger.mkdir() if path.endswith("/") else stranger.write_bytes(b"not of wiredesk")
    [finding] = [finding for finding in check(place) if finding.where == path.rstrip("/")]
    assert (finding.status, says in finding.line, "What to do: " in finding.line) == (status, True, True)
    assert len(finding.line.splitlines()) == 1
    assert stranger.exists()


@pytest.mark.parametrize("folder", ["quotes", "_runs", "_staging", "_index", "_checksums"])
def test_a_file_in_the_place_of_a_folder_is_no_traceback_and_named_by_check(sound, memory_path, folder):
    for command, place in zip(COMMANDS, copies(sound, memory_path), strict=False):
        shutil.rmtree(place / folder)
        (place / folder).write_bytes(b"")
        if command is found:
            assert (2, folder) in {(finding.status, finding.where) for finding in check(place)}
        else:
            with suppress(DatasetError):
                command(place)


def test_rows_without_their_document_and_a_missing_file_are_found(sound, memory_path):
    place = next(copies(sound, memory_path))
    stem = open_dataset(place).stems("documents")[0]
    (place / "quotes" / f"{stem}.parquet").unlink()
    assert (2, f"quotes/{stem}.parquet") in {(finding.status, finding.where) for finding in check(place)}


def test_check_changes_nothing(sound, memory_path):
    place = next(copies(sound, memory_path))
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in place.rglob("*") if path.is_file()}
    found(place)
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in place.rglob("*") if path.is_file()} == before


def test_a_run_under_way_is_no_finding(sound, memory_path):
    place = next(copies(sound, memory_path))
    dataset = open_dataset(place)
    with locked(dataset, "another"):
        (place / "_staging" / "documents.new.parquet").write_bytes(b"")
        assert found(place) == []
    assert {finding.where for finding in check(place)} == {"_staging/documents.new.parquet", "_runs/killed.begun"}
