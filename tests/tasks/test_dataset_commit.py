"""What a commit puts on disk, and what happens when stories come again."""

from datetime import date, timedelta

import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.arrow import arrow_schema
from schemas.rows import SCHEMA_VERSION, TABLES, DocumentRow
from schemas.story import RawStory
from tasks.dataset import (
    Dataset,
    DatasetError,
    batch_rows,
    commit_batch,
    compact,
    end_run,
    load_index,
    locked,
    open_dataset,
    query,
    sweep,
)
from tasks.dataset.writing.indexfile import intact_table
from tests.tasks.writing import (
    BATCHES,
    BEGAN,
    REJECTS,
    extracted,
    files_of,
    forget_checksums,
    ingest,
    manifest,
    raw,
    stamp,
    state,
    stories,
    told,
)


def test_every_reader_reads_a_dataset_without_a_story(tmp_path):
    dataset = open_dataset(tmp_path / "new", create=True)
    for table in TABLES:
        folder = dataset.table(table.TABLE)
        names = list(table.model_fields)
        assert told(dataset, table.TABLE) == []
        assert pd.read_parquet(folder).columns.tolist() == names
        assert pl.read_parquet(folder / "*.parquet").columns == names
        assert ds.dataset(folder).to_table().schema.names == names


def test_every_reader_reads_the_same_rows(tmp_path):
    ingest(tmp_path, BATCHES)
    for table, rows in state(open_dataset(tmp_path)).items():
        folder = tmp_path / table
        assert len(rows) == len(pd.read_parquet(folder)) == pl.read_parquet(folder / "*.parquet").height == ds.dataset(folder).count_rows()
    frame = pl.read_parquet(tmp_path / "quotes" / "*.parquet")
    assert set(frame["speaker"]) == {"Ines Corvo"}
    assert frame.schema["spans"] == pl.List(pl.Struct({"start": pl.Int64, "end": pl.Int64}))


QUIET = extracted("Rain fell on Talmere all night.")
"""A story in which nobody is named and nothing is said."""


@pytest.fixture(scope="module")
def hugging_face(tmp_path_factory):
    """Hugging Face `datasets`, offline and with a cache of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hugging face")))
        yield pytest.importorskip("datasets")


@pytest.mark.parametrize(
    ("batches", "rejects"),
    [
        pytest.param([[]], [], id="nothing"),
        pytest.param([[]], REJECTS, id="only rejects"),
        pytest.param([[QUIET], stories(3)], [], id="a batch without a quote beside one with quotes"),
    ],
)
def test_hugging_face_loads_every_table(tmp_path, hugging_face, batches, rejects):
    ingest(tmp_path, batches, rejects)
    end_run(open_dataset(tmp_path), manifest())
    for table, rows in state(open_dataset(tmp_path)).items():
        streamed = hugging_face.load_dataset(str(tmp_path), table, split="train", streaming=True)
        assert len(list(streamed)) == len(rows)
        assert streamed.column_names == pq.read_schema(tmp_path / table / "schema.parquet").names
        if rows:
            loaded = hugging_face.load_dataset(str(tmp_path), table, split="train")
            assert (loaded.num_rows, loaded.column_names) == (len(rows), streamed.column_names)


def test_no_file_has_a_row_group_without_rows(tmp_path):
    for n in range(2):
        ingest(tmp_path, [[extracted(f"Rain fell on Talmere for {n} nights.", f"file:///inbox/{n}.txt")]], run=f"run-{n}")
    assert empty_groups(tmp_path) == []
    with locked(open_dataset(tmp_path), "run-2"):
        compact(open_dataset(tmp_path))
    assert empty_groups(tmp_path) == []


def test_a_run_mends_the_empty_files_of_earlier_releases(tmp_path):
    ingest(tmp_path, [stories(1)])
    for table in TABLES:
        pq.write_table(arrow_schema(table).empty_table(), tmp_path / table.TABLE / "schema.parquet")
    before = state(open_dataset(tmp_path))
    assert empty_groups(tmp_path) == [f"{table.TABLE}/schema.parquet" for table in sorted(TABLES, key=lambda table: table.TABLE)]
    ingest(tmp_path, [stories(1)], run="run-2")
    assert empty_groups(tmp_path) == []
    assert state(open_dataset(tmp_path)) == before


def empty_groups(place):
    """The files that have a row group without rows."""
    metadata = {path: pq.read_metadata(path) for path in sorted(place.glob("*/*.parquet"))}
    return [
        str(path.relative_to(place)) for path, m in metadata.items() if any(m.row_group(i).num_rows == 0 for i in range(m.num_row_groups))
    ]


def test_a_batch_is_one_file_a_table_of_one_name(tmp_path):
    [done] = ingest(tmp_path, [stories(3)])
    stem = done.files.batch_id
    assert done.files.files == [f"{table}/{stem}.parquet" for table in ("sections", "entities", "quotes", "documents")]
    assert done.rows == {"documents": 3, "sections": 6, "entities": 3, "quotes": 3}
    assert done.speakers == {"Ines Corvo"}
    assert done.words == sum(row["n_words"] for row in told(open_dataset(tmp_path), "documents"))


def test_files_tell_their_schema_order_run_and_columns(tmp_path):
    ingest(tmp_path, [stories(30)])
    dataset = open_dataset(tmp_path)
    for table in TABLES[:4]:
        [stem] = dataset.stems(table.TABLE)
        file = pq.ParquetFile(dataset.file(table.TABLE, stem))
        schema = file.schema_arrow
        assert schema.equals(arrow_schema(table))
        assert schema.metadata[b"schema_version"] == str(SCHEMA_VERSION).encode()
        assert schema.metadata[b"run_id"] == b"run-1"
        assert all(field.metadata[b"description"] for field in schema)
        assert file.metadata.row_group(0).column(0).compression == "ZSTD"
        assert [column.column_index for column in file.metadata.row_group(0).sorting_columns] == [
            schema.get_field_index(c) for c in table.SORT
        ]
        rows = file.read(list(table.SORT)).to_pylist()
        assert rows == sorted(rows, key=lambda row: tuple(row.values()))


def test_a_document_says_what_the_wire_says_and_how_it_came_in(tmp_path):
    story = extracted(
        "The ferry sails again.\nIt left at noon.",
        "file:///inbox/f.xml",
        provider="NBN",
        provider_id="f",
        version=4,
        headline="Ferry sails",
        slugline="FERRY",
        dateline="TALMERE",
        dateline_place="Talmere",
        dateline_date=date(2026, 3, 1),
        published_at=BEGAN,
        rights="Not for sale",
        ed_note="Updates throughout",
        urgency=3,
        subjects=["transport"],
    )
    ingest(tmp_path, [[story]], minutes=5)
    [row] = query(open_dataset(tmp_path), "SELECT * FROM documents").to_pylist()
    assert DocumentRow.model_validate(row)
    expected = {
        "version": 4,
        "headline": "Ferry sails",
        "slugline": "FERRY",
        "dateline_place": "Talmere",
        "dateline_date": date(2026, 3, 1),
    }
    expected |= {"n_words": 8, "urgency": 3, "subjects": ["transport"], "run_id": "run-1", "rights": "Not for sale", "supersedes": None}
    assert {name: row[name] for name in expected} == expected
    assert row["published_at"] == BEGAN
    assert row["ingested_at"] == BEGAN + timedelta(minutes=5)
    assert (tmp_path / "documents" / f"{row['batch_id']}.parquet").exists()


def test_the_same_input_again_changes_nothing(tmp_path):
    ingest(tmp_path, BATCHES)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/*.parquet")}
    again = ingest(tmp_path, BATCHES, run="run-2", minutes=9)
    assert all(not done.rows and not done.files.files for done in again)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/*.parquet")} == before


def test_a_commit_tried_again_changes_nothing(tmp_path):
    dataset = open_dataset(tmp_path, create=True)
    index = load_index(dataset)
    rows = batch_rows(stories(3))
    first = commit_batch(dataset, index, rows, [], stamp())
    assert commit_batch(dataset, index, rows, [], stamp(minutes=1)) is first
    assert len(told(dataset, "documents")) == 3


def test_a_document_there_already_is_left_out_of_a_batch(tmp_path):
    ingest(tmp_path, [stories(2)])
    dataset = open_dataset(tmp_path)
    done = commit_batch(dataset, load_index(dataset), batch_rows(stories(4)), [], stamp("run-2"))
    assert done.rows == {"documents": 2, "sections": 4, "entities": 2, "quotes": 2}
    assert len(told(dataset, "quotes")) == 4


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)), cut=st.integers(0, 6), overlap=st.integers(0, 3))
def test_order_and_batches_do_not_matter(tmp_path_factory, order, cut, overlap):
    all_stories = stories(6)
    shuffled = [all_stories[n] for n in order]
    place = tmp_path_factory.mktemp("order") / "dataset"
    ingest(place, [shuffled[:cut], shuffled[max(0, cut - overlap) :]])
    straight = tmp_path_factory.mktemp("order") / "dataset"
    ingest(straight, [all_stories])
    assert state(open_dataset(place)) == state(open_dataset(straight))


def version_of(text: str, **fields) -> RawStory:
    return extracted(text, fields.pop("uri", "file:///inbox/a.txt"), provider="NBN", provider_id="ferry", **fields)


def versions(place) -> list[tuple[str, int, str | None]]:
    rows = query(open_dataset(place), "SELECT doc_id, text, version, supersedes FROM documents ORDER BY version").to_pylist()
    text_of = {row["doc_id"]: row["text"] for row in rows}
    return [(row["text"], row["version"], text_of.get(row["supersedes"])) for row in rows]


def test_new_content_of_a_story_is_its_next_version(tmp_path):
    ingest(tmp_path, [[version_of("One.")], [version_of("Two.")]])
    ingest(tmp_path, [[version_of("Three.", uri="file:///inbox/other.txt")]], run="run-2", minutes=1)
    assert versions(tmp_path) == [("One.", 1, None), ("Two.", 2, "One."), ("Three.", 3, "Two.")]


def test_the_providers_numbers_hold_and_a_late_one_supersedes_only_what_is_older(tmp_path):
    ingest(tmp_path, [[version_of("Four.", version=4)], [version_of("Two.", version=2)], [version_of("Three.", version=3)]])
    assert versions(tmp_path) == [("Two.", 2, None), ("Three.", 3, "Two."), ("Four.", 4, None)]


def test_versions_in_one_batch_follow_their_admission(tmp_path):
    ingest(tmp_path, [[version_of(f"Take {n}.") for n in range(5)]])
    assert [text for text, _, _ in versions(tmp_path)] == [f"Take {n}." for n in range(5)]


def test_the_latest_views_show_one_version_a_story_and_no_withdrawn_story(tmp_path):
    ingest(tmp_path, [[version_of("One."), version_of("“Two,” said Ines Corvo.")], stories(1)])
    dataset = open_dataset(tmp_path)
    assert [row["version"] for row in query(dataset, "SELECT version FROM documents_latest ORDER BY 1").to_pylist()] == [1, 2]
    assert query(dataset, "SELECT * FROM quotes_latest").num_rows == 2
    ingest(tmp_path, [[version_of("KILL. Do not use.", status="canceled")]], run="run-2", minutes=1)
    assert query(dataset, "SELECT * FROM documents_latest").num_rows == 1
    assert query(dataset, "SELECT * FROM quotes_latest").num_rows == 1
    assert query(dataset, "SELECT * FROM documents").num_rows == 4


def test_admission_knows_new_unchanged_and_copy(tmp_path):
    ingest(tmp_path, [[version_of("One.")]])
    index = load_index(open_dataset(tmp_path))
    same = raw("One.", provider="NBN", provider_id="ferry")
    resent = same.model_copy(update={"source_uri": "file:///inbox/again.txt"})
    elsewhere = raw("Plain words.", "file:///inbox/p.txt")
    assert index.admit(same) == "unchanged"
    assert index.admit(resent).source_uri == "file:///inbox/again.txt"
    assert index.admit(elsewhere) == "new"
    assert index.admit(elsewhere) == "unchanged"
    copy = index.admit(raw("Plain words.", "file:///inbox/q.txt"))
    assert (copy.source_uri, copy.doc_id) == (
        "file:///inbox/q.txt",
        batch_rows([extracted("Plain words.", "file:///inbox/p.txt")]).documents["doc_id"][0].as_py(),
    )


def test_a_copy_of_a_committed_document_is_no_second_document(tmp_path):
    ingest(tmp_path, [[extracted("Plain words.", "file:///inbox/p.txt")], [extracted("Plain words.", "file:///inbox/q.txt")]])
    ingest(tmp_path, [[extracted("Plain words.", "file:///inbox/r.txt")]], run="run-2")
    assert [row["source_uri"] for row in told(open_dataset(tmp_path), "documents")] == ["file:///inbox/p.txt"]


def test_a_story_that_cannot_be_made_into_rows_is_rejected_alone(monkeypatch):
    bad, good = extracted("Bad.", "file:///inbox/bad.txt"), extracted("Good.", "file:///inbox/good.txt")
    split = bad.split.model_copy(update={"embargoed_until": BEGAN.replace(tzinfo=None)})
    rows = batch_rows([bad.model_copy(update={"split": split}), good])
    assert rows.documents["text"].to_pylist() == ["Good."]
    assert [(reject.source_uri, reject.step) for reject in rows.rejects] == [("file:///inbox/bad.txt", "write")]


def test_a_dataset_elsewhere_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(DatasetError, match="new or empty folder"):
        open_dataset(tmp_path, create=True)
    with pytest.raises(DatasetError, match="conditional PUT"):
        open_dataset("s3://bucket/wire", create=True)
    with pytest.raises(DatasetError, match="wiredesk ingest"):
        open_dataset(tmp_path / "nowhere")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(("version", "message"), [(SCHEMA_VERSION + 1, "Upgrade wiredesk"), (SCHEMA_VERSION - 1, "wiredesk reprocess")])
def test_a_dataset_of_another_schema_version_is_refused(tmp_path, version, message):
    open_dataset(tmp_path, create=True)
    empty = arrow_schema(DocumentRow).with_metadata({"schema_version": str(version)}).empty_table()
    pq.write_table(empty, tmp_path / "documents" / "schema.parquet")
    before = files_of(Dataset(tmp_path))
    with pytest.raises(DatasetError, match=message):
        open_dataset(tmp_path, create=True)
    assert files_of(Dataset(tmp_path)) == before


def test_a_document_of_another_schema_version_is_refused(tmp_path):
    ingest(tmp_path, [stories(1)])
    [path] = [path for path in (tmp_path / "documents").glob("*.parquet") if path.stem != "schema"]
    table = pq.ParquetFile(path).read()
    at = table.schema.get_field_index("schema_version")
    pq.write_table(table.set_column(at, table.schema.field(at), [[SCHEMA_VERSION + 1]]), path)
    forget_checksums(tmp_path)
    with pytest.raises(DatasetError, match="Upgrade wiredesk"):
        load_index(open_dataset(tmp_path))


@pytest.mark.parametrize(("many", "collected"), [(3, True), (4, False)])
def test_one_file_of_many_documents_is_collected_too(tmp_path, monkeypatch, many, collected):
    monkeypatch.setattr("tasks.dataset.writing.known.MANY_DOCUMENTS", many)
    ingest(tmp_path, [stories(4)])
    ingest(tmp_path, [stories(1, 10)], run="run-2")
    assert (open_dataset(tmp_path).index / "documents.arrow").exists() == collected


def test_the_index_is_the_same_from_its_collection(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.dataset.writing.known.MANY_NEW", 0)
    ingest(tmp_path, [stories(2), stories(2, 10)])
    dataset = open_dataset(tmp_path)
    with locked(dataset, "run-2"):
        sweep(dataset)
        collection = dataset.index / "documents.arrow"
        assert intact_table(collection).num_rows == 4
        ingest_more = batch_rows(stories(2, 20))
        commit_batch(dataset, load_index(dataset), ingest_more, [], stamp("run-2"))
        assert [load_index(dataset).admit(s.split.clean.raw) for s in [*stories(2), *stories(2, 20), *stories(1, 30)]] == [
            "unchanged"
        ] * 4 + ["new"]
        collection.write_bytes(b"no Parquet")
        assert len(load_index(dataset)) == 6
