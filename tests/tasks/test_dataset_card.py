"""The dataset card tells every column, and what it says to type works."""

import os
import re
import subprocess
import sys

import pytest

from schemas.rows import TABLES
from tasks.dataset import end_run, open_dataset
from tasks.dataset.folder.card import card_text
from tests.tasks.writing import ingest, manifest, stories


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory):
    place = tmp_path_factory.mktemp("card")
    ingest(place, [stories(2)])
    end_run(open_dataset(place), manifest())
    return place


def test_every_column_is_told(place):
    card = (place / "README.md").read_text("utf-8")
    for table in TABLES:
        section = card.split(f"### {table.TABLE}\n")[1].split("\n### ")[0]
        assert re.findall(r"^\| (\w+) \|", section, re.M)[1:] == list(table.model_fields)
    assert "{{" not in card


def test_its_yaml_names_every_table(place):
    yaml = pytest.importorskip("yaml")
    front = yaml.safe_load(card_text().split("---\n")[1])
    assert front["configs"] == [{"config_name": t.TABLE, "data_files": f"{t.TABLE}/*.parquet"} for t in TABLES]


PYTHON = re.findall(r"```python\n(.*?)```", card_text(), re.S)


@pytest.mark.parametrize(
    ("code", "counted", "printed"),
    [
        pytest.param(PYTHON[0], "len(quotes), documents.height", "2 2", id="pandas and Polars"),
        pytest.param(PYTHON[1], "quotes.num_rows, list(rejects)", "2 []", id="datasets"),
    ],
)
def test_its_python_runs(place, tmp_path, code, counted, printed):
    alone = {**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint({counted})"], cwd=place, env=alone, capture_output=True, text=True, check=False
    )
    assert told.stdout == f"{printed}\n", told.stderr
    assert len(PYTHON) == 2


def test_it_is_not_written_when_nothing_changed(place):
    before = (place / "README.md").stat().st_mtime_ns
    end_run(open_dataset(place), manifest("run-2"))
    assert (place / "README.md").stat().st_mtime_ns == before
