"""A newer model's rows take the place of the old ones, a batch at a time and whole."""

import shutil
from itertools import count

import pytest

from schemas.extracted import ExtractedStory
from schemas.story import CleanStory, SourceRun
from tasks.dataset import batch_rows, load_index, locked, open_dataset, query, rewrite_batch, stale_batches, stored_stories, sweep
from tests.tasks.killing import killed
from tests.tasks.writing import BATCHES, extracted, ingest, stamp, state, stories, told


def rewrite(place, run: str = "run-2", keep: int = 0) -> None:
    """Gives every quote to another speaker, and says that model 2 did."""
    dataset = open_dataset(place)
    with locked(dataset, run):
        sweep(dataset)
        for stem in stale_batches(dataset, "0", "model 2"):
            found = [found for some in stored_stories(dataset, stem, at_once=2) for found in some.items()][keep:]
            made = [batch_rows([by_model_2(split)], ids=[ids]) for ids, split in found]
            rewrite_batch(dataset, stem, made, stamp(run))


def by_model_2(split) -> ExtractedStory:
    one = extracted(split.text)
    quotes = [quote.model_copy(update={"speaker": "The line", "speaker_label": "ORGANIZATION"}) for quote in one.quotes]
    return ExtractedStory(split=split, entities=[], quotes=quotes, model_version="model 2")


def test_new_rows_take_the_place_of_the_old(tmp_path):
    ingest(tmp_path, BATCHES)
    dataset = open_dataset(tmp_path)
    before = state(dataset)
    rewrite(tmp_path)
    after = state(dataset)
    assert {row["speaker"] for row in after["quotes"]} == {"The line"}
    assert [row["quote_id"] for row in after["quotes"]] == [row["quote_id"] for row in before["quotes"]]
    assert after["entities"] == []
    assert after["sections"] == before["sections"]
    assert {row["model_version"] for row in after["documents"]} == {"model 2"}
    unchanged = set(after["documents"][0]) - {"model_version"}
    assert [{k: row[k] for k in unchanged} for row in after["documents"]] == [{k: row[k] for k in unchanged} for row in before["documents"]]


def test_nothing_is_stale_afterwards_and_the_same_stories_are_unchanged(tmp_path):
    ingest(tmp_path, BATCHES)
    dataset = open_dataset(tmp_path)
    assert stale_batches(dataset, "0", "by hand") == []
    assert len(stale_batches(dataset, "0", "model 2")) == 3
    assert len(stale_batches(dataset, "1", "by hand")) == 3
    rewrite(tmp_path)
    assert stale_batches(dataset, "0", "model 2") == []
    assert {load_index(dataset).admit(story.split.clean.raw) for batch in BATCHES for story in batch} == {"unchanged"}


def test_documents_left_out_keep_their_rows(tmp_path):
    ingest(tmp_path, [stories(3)])
    dataset = open_dataset(tmp_path)
    rewrite(tmp_path, keep=1)
    speakers = query(dataset, "SELECT model_version, speaker FROM documents JOIN quotes USING (doc_id) ORDER BY 1").to_pylist()
    assert [tuple(row.values()) for row in speakers] == [("by hand", "Ines Corvo"), ("model 2", "The line"), ("model 2", "The line")]


def test_a_stored_story_is_the_story_that_split_gave(tmp_path):
    story = extracted("The ferry sails.\n“Good,” said Ines Corvo.", headline="Ferry", provider="NBN", byline=["Ola Berg"])
    raw = story.split.clean.raw.model_copy(update={"text": "The  ferry sails.\n\n“Good,” said Ines Corvo."})
    runs = [SourceRun(text_start=0, source_start=0, length=4), SourceRun(text_start=4, source_start=5, length=13)]
    clean = CleanStory(raw=raw, text=story.split.text, source_map=runs, repairs=["joined lines"], language="en")
    split = story.split.model_copy(update={"clean": clean, "provider": "NBN"})
    ingest(tmp_path, [[story.model_copy(update={"split": split})]])
    dataset = open_dataset(tmp_path)
    [[again]] = [some.values() for some in stored_stories(dataset, dataset.stems("documents")[0])]
    assert again.sections == split.sections
    assert (again.text, again.clean.source_map, again.clean.repairs) == (split.text, runs, ["joined lines"])
    assert (again.headline, again.provider, again.clean.language) == (split.headline, "NBN", "en")


@pytest.mark.parametrize("first", [0, *(pytest.param(first, marks=pytest.mark.slow) for first in (1, 2, 3))])
def test_a_killed_rewrite_leaves_old_or_new_batches_and_goes_on(memory_path, first):
    template = memory_path / "template"
    ingest(template, [stories(2), stories(2, 10)])
    finished = memory_path / "finished"
    shutil.copytree(template, finished)
    rewrite(finished)
    expected = state(open_dataset(finished))
    for at in count(first, 4):
        place = memory_path / str(at)
        shutil.copytree(template, place)
        alive = not killed(rewrite, place, at)
        dataset = open_dataset(place)
        with locked(dataset, "run-3"):
            sweep(dataset)
        counts = "SELECT count(*) FILTER (speaker = 'The line') AS new, count(*) AS all FROM quotes GROUP BY doc_id"
        assert all(row["all"] == 1 for row in query(dataset, counts).to_pylist())
        assert len(told(dataset, "documents")) == 4
        rewrite(place, "run-4")
        assert state(dataset) == expected
        shutil.rmtree(place)
        if alive:
            break
    assert at > 20
