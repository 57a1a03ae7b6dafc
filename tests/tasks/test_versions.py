"""Versions and duplicates, from files to the dataset's views: what is sent again, corrected, killed, copied, rewritten."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.extracted import ExtractedStory
from schemas.ids import story_id
from schemas.outcome import Reject, Skip
from schemas.record import Record
from schemas.run import Copy
from schemas.story import UNDATED, RawStory, SplitStory
from tasks.clean import clean
from tasks.dataset import Committed, Dataset, batch_rows, commit_batch, load_index, locked, open_dataset, query, sweep
from tasks.entities import entities
from tasks.quotes import finish
from tasks.read import read, records
from tasks.split import split
from tasks.workers.batch import tagger
from tests.tasks.writing import raw, stamp

FERRY = "SKARHOLM, March 5 (AP) - The ferry to Talmere stays in port, the harbour master said."
SAILS = "SKARHOLM, March 5 (AP) - The ferry to Talmere sails again on Monday, the harbour master said."


def without_model(story: SplitStory) -> ExtractedStory:
    return ExtractedStory(split=story, entities=[], quotes=[], model_version="none")


def with_model(story: SplitStory) -> ExtractedStory:
    tagged = tagger().tag([story])[0]
    return finish(tagged, entities(tagged))


class Desk:
    """A dataset, and an inbox that is read as a run does: one batch a run, without Prefect."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.runs = folder / "inbox", 0
        self.inbox.mkdir()
        self.dataset: Dataset = open_dataset(folder / "desk", create=True)
        self.verdicts: list[Any] = []

    def send(self, extract: Callable[[SplitStory], ExtractedStory] = without_model, **files: Any) -> Committed:
        """Puts files into the inbox, then ingests all of it; a list becomes JSON lines, a string a text file."""
        for name, content in files.items():
            lines = "\n".join(map(json.dumps, content)) if isinstance(content, list) else content
            (self.inbox / f"{name}.{'jsonl' if isinstance(content, list) else 'txt'}").write_text(lines)
        self.runs += 1
        with locked(self.dataset, "test"):
            sweep(self.dataset)
            index = load_index(self.dataset)
            found = list(stories([self.inbox]))
            self.verdicts = [index.admit(story) for story in found]
            new = [story for story, verdict in zip(found, self.verdicts, strict=True) if verdict == "new"]
            rows = batch_rows([extract(split(clean(story))) for story in new])
            return commit_batch(self.dataset, index, rows, [], stamp(f"run-{self.runs}", self.runs))

    def ask(self, columns: str, table: str = "documents") -> list[tuple[Any, ...]]:
        order = "version, source_uri" if table.startswith("documents") else "start"
        return [tuple(row.values()) for row in query(self.dataset, f"SELECT {columns} FROM {table} ORDER BY {order}").to_pylist()]


def stories(sources: Iterable[Path]) -> list[RawStory]:
    found: list[RawStory] = []
    for record in records(sources):
        assert isinstance(record, Record)
        outcomes = read(record)
        assert not [outcome for outcome in outcomes if isinstance(outcome, Reject | Skip)]
        found += [outcome for outcome in outcomes if isinstance(outcome, RawStory)]
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_same_id_with_a_higher_version_supersedes(desk: Desk) -> None:
    first = {"id": "ferry", "provider": "NBN", "version": 1, "text": FERRY}
    desk.send(a=[first])
    desk.send(b=[{**first, "version": 3, "text": SAILS}])
    (one, three) = desk.ask("story_id, doc_id, version, supersedes")
    assert one[0] == three[0]
    assert (one[2], one[3], three[2], three[3]) == (1, None, 3, one[1])
    assert desk.ask("version", "documents_latest") == [(3,)]


def test_an_older_version_that_comes_late_is_not_the_latest(desk: Desk) -> None:
    third = {"id": "ferry", "provider": "NBN", "version": 3, "text": SAILS}
    desk.send(b=[third])
    desk.send(a=[{**third, "version": 2, "text": FERRY}])
    assert desk.ask("version, supersedes") == [(2, None), (3, None)]
    assert desk.ask("version", "documents_latest") == [(3,)]


def test_a_file_sent_again_with_another_text_is_the_next_version(desk: Desk) -> None:
    desk.send(ferry=FERRY)
    desk.send(ferry=SAILS)
    (one, two) = desk.ask("doc_id, version, supersedes")
    assert (one[1:], two[1:]) == ((1, None), (2, one[0]))


def test_ids_without_a_provider_are_those_of_their_file(desk: Desk) -> None:
    desk.send(a=[{"id": 1, "text": FERRY}], b=[{"id": 1, "text": "The tram runs at night, the mayor said."}])
    assert len(set(desk.ask("story_id"))) == 2
    desk.send(a=[{"id": 0, "text": "The bridge opens, an engineer said."}, {"id": 1, "text": SAILS}])
    assert sorted(desk.ask("version, source_record")) == [(1, "1"), (1, "1"), (1, "1"), (2, "2")]
    assert len(desk.ask("doc_id", "documents_latest")) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"provider_id": "7"}, {"provider_id": "7"}, False),
        ({"provider_id": "7", "provider": "NBN"}, {"provider_id": "7", "provider": "NBN"}, True),
        ({"provider_id": "7", "provider": "NBN"}, {"provider_id": "7", "provider": "TW"}, False),
        ({"provider_id": "urn:newsml:nbn:7"}, {"provider_id": "urn:newsml:nbn:7"}, True),
        ({"provider_id": "https://nbn.test/7"}, {"provider_id": "https://nbn.test/7"}, True),
        ({"provider_id": "0f8fad5b-d9cb-469f-a165-70867728950e"}, {"provider_id": "0f8fad5b-d9cb-469f-a165-70867728950e"}, True),
        ({"provider_id": "ferry 2026-03-05", "source_record": ""}, {"provider_id": "ferry 2026-03-05", "source_record": ""}, True),
        ({"provider_id": "7", "source_record": "7"}, {"provider_id": "7", "uri": "file:///a.jsonl", "source_record": "9"}, True),
        ({"provider_id": "7", "source_record": "x.jsonl#1"}, {"provider_id": "7", "uri": "file:///a.jsonl", "source_record": "y#1"}, False),
        ({}, {}, False),
    ],
)  # fmt: skip
def test_what_names_a_story(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    first = raw(FERRY, **{"uri": "file:///a.jsonl", "source_record": "1"} | one)
    second = raw(SAILS, **{"uri": "file:///b.jsonl", "source_record": "1"} | other)
    assert (story_id(first) == story_id(second)) is same


@pytest.mark.parametrize(
    "again",
    [
        "CORRECTED-Ferry sails again on Monday\n\n" + SAILS,
        "(Corrects day in first paragraph)\n\n" + SAILS,
    ],
)
def test_a_correction_is_marked(desk: Desk, again: str) -> None:
    desk.send(ferry=FERRY)
    desk.send(ferry=again)
    assert desk.ask("version, status") == [(1, "usable"), (2, "corrected")]
    assert desk.ask("status", "documents_latest") == [("corrected",)]


KILLS: dict[str, dict[str, Any]] = {
    "canceled": {"pubstatus": "canceled", "body_text": SAILS},
    "notice": {"headline": "KILL: Ferry sails again", "body_text": "EDITORS: Kill the story Ferry. It is wrong."},
}


@pytest.mark.parametrize("kill", sorted(KILLS))
def test_a_kill_takes_the_story_out_of_the_latest_views(desk: Desk, kill: str) -> None:
    item = {"uri": "urn:nbn:ferry", "version": "1", "headline": "Ferry stays", "body_text": FERRY}
    other = {"uri": "urn:nbn:tram", "version": "1", "headline": "Tram runs", "body_text": "The tram runs at night, the mayor said."}
    desk.send(a=[item, other])
    assert len(desk.ask("doc_id", "documents_latest")) == 2
    desk.send(b=[{**item, "version": "2", **KILLS[kill]}])
    assert desk.ask("status, version") == [("usable", 1), ("usable", 1), ("canceled", 2)]
    assert desk.ask("headline", "documents_latest") == [("Tram runs",)]
    latest = {doc for (doc,) in desk.ask("doc_id", "documents_latest")}
    assert {doc for (doc,) in desk.ask("doc_id", "sections_latest")} == latest


def test_the_same_content_from_another_source_is_a_copy(desk: Desk) -> None:
    desk.send(a=FERRY)
    desk.send(b=FERRY)
    assert desk.verdicts == [
        "unchanged",
        Copy(doc_id=desk.ask("doc_id")[0][0], source_uri=(desk.inbox / "b.txt").as_uri()),
    ]
    assert len(desk.ask("doc_id")) == 1


def test_a_near_duplicate_names_the_earlier_one_and_how_near_it_is(desk: Desk) -> None:
    sentences = [f"The number {n} ferry carried {n * 37} people and {n * 11} cars to Talmere on day {n}." for n in range(1, 21)]
    tram = [f"A tram with {n * 13} seats went {n * 7} times along the quay in week {n}." for n in range(1, 21)]
    desk.send(a=" ".join(sentences))
    desk.send(b=" ".join([*sentences[:15], *tram[:5]]), c=" ".join(tram))
    (a, b, c) = desk.ask("doc_id, near_duplicate_of, near_duplicate_score")
    assert (a[1:], c[1:]) == ((None, None), (None, None))
    assert b[1] == a[0]
    assert 0.4 <= b[2] < 0.8


DANISH = (
    "Færgen til Talmere bliver i havn, indtil vinden lægger sig igen i morgen, siger havnefogeden.\n\n"
    "»Vi sejler ikke i dag,« sagde Ines Corvo til avisen, mens hun så ud over det grå vand ved kajen.\n"
)


SAID_IN_DANISH = 'Havnen er lukket i dag. "We wait," said harbour master Ines Corvo til avisen, siger hun, mens vinden stadig er for stærk.'


def test_a_story_that_no_model_reads_has_neither_entities_nor_quotes(desk: Desk) -> None:
    done = desk.send(with_model, dansk=DANISH + "\n\n" + DANISH.replace("Talmere", "Vesterø") + "\n\n" + SAID_IN_DANISH)
    assert (done.untagged, done.rows["entities"], done.rows["quotes"]) == (1, 0, 0)


def test_a_story_in_english_is_read_whatever_it_is_declared_as(desk: Desk) -> None:
    text = f'{FERRY}\n\n"We wait for the wind, and so will everyone who wants to go," said harbour master Ines Corvo.'
    done = desk.send(with_model, a=[{"id": 1, "language": "it", "text": text}, {"id": 2, "language": "mul", "text": f"{text} It blew."}])
    assert (done.untagged, done.rows["quotes"] >= 2) == (0, True)
    assert {language for (language,) in desk.ask("language")} == {"en"}


def test_a_date_that_is_not_understood_is_counted_and_can_be_found(desk: Desk) -> None:
    stories = [
        {"id": 1, "date": "12/03/2024", "text": FERRY},
        {"id": 2, "date": "2024-03-12", "text": SAILS},
        {"id": 3, "date": "NaT", "text": f"{SAILS} x"},
    ]
    done = desk.send(a=stories)
    assert (done.rows["documents"], done.undated) == (3, 1)
    assert [repairs for (repairs,) in desk.ask("repairs") if repairs] == [[f"{UNDATED}12/03/2024"]]


def test_a_story_in_another_language_has_sections_and_text_and_is_counted(desk: Desk) -> None:
    done = desk.send(with_model, dansk=DANISH, english=FERRY + '\n\n"We wait," said harbour master Ines Corvo. "The wind decides."\n')
    assert (done.rows["documents"], done.untagged) == (2, 1)
    assert [(language, model is None) for language, model in desk.ask("language, model_version")] == [("da", True), ("en", False)]
    by_language = "SELECT d.language, count(*) n FROM {} JOIN documents d USING (doc_id) GROUP BY ALL"
    counts = {table: dict(map(dict.values, query(desk.dataset, by_language.format(table)).to_pylist())) for table in ("sections", "quotes")}
    assert counts["sections"]["da"] > 0
    assert set(counts["quotes"]) == {"en"}


def row_of(dateline: str | None, text: str) -> dict[str, Any]:
    story = split(clean(raw(text, dateline=dateline)))
    (row,) = batch_rows([without_model(story)]).documents.to_pylist()
    return dict(row)


@pytest.mark.parametrize(
    ("dateline", "text", "place", "day"),
    [
        ("Oslo, March 7, 2026", "The prize goes to a baker, the jury said.", "Oslo", date(2026, 3, 7)),
        ("DHAKA, Bangladesh (AP) —", "Rivers rose, officials said.", "DHAKA", None),
        ("Shelton, Wash.", "The mill closes, its owner said.", "Shelton", None),
        ("7 March", "The mill closes, its owner said.", None, None),
        ("2026-03-07T10:00:00Z", "The mill closes, its owner said.", None, None),
        (None, FERRY, "SKARHOLM", None),
        ("Talmere", FERRY, "SKARHOLM", None),
        (None, "The mill closes, its owner said.", None, None),
    ],
)
def test_where_a_story_was_filed(dateline: str | None, text: str, place: str | None, day: date | None) -> None:
    row = row_of(dateline, text)
    assert (row["dateline_place"], row["dateline_date"]) == (place, day)
