"""What people type for a place: the path that it means on this machine, or why it means none."""

from pathlib import Path

import pytest

from tasks.dataset import DatasetError, dataset_folder, open_dataset
from tasks.paths import NotLocalError, local_path
from tasks.read import NoSuchSourceError, located

HERE = Path("/work")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("desk", "{here}/desk"),
        ("./s3:/bucket", "{here}/s3:/bucket"),
        ("/data/../desk/", "/desk"),
        ("~/desk", "{here}/home/desk"),
        ("~nobody-of-this-name/desk", "{here}/~nobody-of-this-name/desk"),
        ("file:///data/a%20b", "/data/a b"),
        ("FILE:///data/desk", "/data/desk"),
        ("file://localhost/data/desk", "/data/desk"),
        ("file:/data/desk", "/data/desk"),
        ("a:b", "{here}/a:b"),
        ("5:/30", "{here}/5:/30"),
        ("what?/#1", "{here}/what?/#1"),
    ],
)
def test_a_place_on_this_machine(typed: str, path: str, here: Path) -> None:
    assert str(local_path(typed)) == path.format(here=here)
    assert dataset_folder(typed) == local_path(typed)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("s3://bucket/desk", "s3://bucket/desk: s3://"),
        ("S3://bucket/desk", "S3://"),
        (Path("s3://bucket/desk"), "s3:/bucket/desk: s3://"),
        ("https://example.org/feed.xml", "https://"),
        ("gs://bucket", "gs://"),
        ("memory://desk", "memory://"),
        ("file://server/desk", "this machine"),
        ("file://desk", "this machine"),
        ("file:", "this machine"),
        ("file://", "this machine"),
        ("", "empty"),
        ("  ", "empty"),
    ],
)
def test_no_place_on_this_machine(typed: str | Path, says: str, here: Path) -> None:
    with pytest.raises(NotLocalError, match=says):
        local_path(typed)
    with pytest.raises(DatasetError, match=f"{says}.*Nothing was made.*Write to a local"):
        open_dataset(typed, create=True)
    with pytest.raises(NoSuchSourceError, match=f"{says}.*Copy it to this machine first"):
        located(str(typed))
    assert list(here.iterdir()) == []


def test_a_dataset_may_be_named_by_its_uri(here: Path) -> None:
    made = open_dataset((here / "my desk").as_uri(), create=True)
    assert made.root == (here / "my desk").resolve()
    assert [path.name for path in here.iterdir()] == ["my desk"]


@pytest.mark.parametrize("typed", ["inbox/*.txt", "inbox", "inbox/a.txt", "{here}/inbox", "file://{here}/inbox"])
def test_a_source_is_named_from_the_root(typed: str, here: Path) -> None:
    (here / "inbox").mkdir()
    (here / "inbox" / "a.txt").write_text("x")
    assert located(typed.format(here=here)).startswith(f"{here}/inbox")


def test_standard_input_stays() -> None:
    assert located("-") == "-"
