"""Batches in worker processes: one bad story is rejected alone, whatever it does."""

import os
import signal
from collections.abc import Iterator

import pytest

from flows.extract import story_of
from schemas.record import Record
from tasks.workers.batch import Packed, Parcel, beside, pack, pack_story
from tasks.workers.crew import Crew

TEXT = "The bridge is closed, engineer Odile Vanterpool said on Monday."


@pytest.fixture
def crew() -> Iterator[Crew]:
    with Crew(1, seconds=60, megabytes=1024) as crew:
        yield crew


@pytest.fixture
def impatient_crew(poisoned_workers: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crew]:
    monkeypatch.setattr("tasks.workers.crew.STARTING_SECONDS", 10)
    with Crew(1, seconds=1, megabytes=1024) as crew:
        crew.work("clean", stories(TEXT))  # what a worker loads at its first story is not the story's fault
        yield crew


def stories(*texts: str) -> list[Packed]:
    return [pack_story(story_of(text, f"{number}")) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("poison", "error"),
    [
        ("POISON raise", "LookupError"),
        ("POISON hang", "TimeLimit"),
        ("POISON memory", "MemoryError"),
        ("POISON die", "WorkerDied"),
        ("POISON stuck", "WorkerDied"),
    ],
)
def test_a_poisoned_story_is_rejected_alone(poison: str, error: str, impatient_crew: Crew) -> None:
    done = impatient_crew.work("clean", stories(TEXT, f"{TEXT} {poison}", TEXT))
    assert [story.source_record for story in done.stories] == ["0", "2"]
    assert [(r.source_record, r.step, r.error) for r in done.rejects] == [("1", "clean", error)]
    assert done.rejects[0].message
    assert done.rejects[0].source_sha256


def test_a_worker_that_somebody_stops_costs_no_story(impatient_crew: Crew) -> None:
    batch = stories(TEXT, TEXT)
    os.kill(impatient_crew._pool.run(os.getpid), signal.SIGSTOP)
    done = impatient_crew.work("clean", batch)
    assert (len(done.stories), done.rejects) == (2, [])


def test_steps_follow_each_other_by_bytes_alone(crew: Crew) -> None:
    parcel = Parcel(stories(TEXT, TEXT))
    for step in ("clean", "split"):
        parcel = crew.work(step, parcel.stories)  # type: ignore[arg-type]
        assert (len(parcel.stories), parcel.rejects) == (2, [])
    assert parcel.stories[0].unpack()[0].text == TEXT


def test_a_record_gives_stories_skips_and_rejects(crew: Crew) -> None:
    good = Record(source_uri="file:///a.txt", data=TEXT.encode())
    empty = Record(source_uri="file:///b.txt", data=b" \n")
    binary = Record(source_uri="file:///c.bin", data=b"\x00\x01\x02\xff" * 64)
    done = crew.work("read", [pack(record) for record in (good, empty, binary)])
    assert [s.source_uri for s in done.stories] == ["file:///a.txt"]
    assert [s.source_uri for s in done.skips] == ["file:///b.txt"]
    assert [r.source_uri for r in done.rejects] == ["file:///c.bin"]


def test_no_stories_need_no_worker(crew: Crew) -> None:
    assert crew.work("tag", []) == Parcel()


def test_rows_of_no_stories_are_empty(crew: Crew) -> None:
    assert crew.rows([], near_duplicates=True).documents.num_rows == 0


def test_stories_beside_each_other_are_those_that_both_steps_let_pass() -> None:
    first, second = stories("a", "b", "c"), stories("a", "b", "c")[1:]
    both = beside(Parcel(first), Parcel(second))
    assert [(story.source_record, len(story.parts)) for story in both.stories] == [("1", 2), ("2", 2)]


def test_two_stories_of_one_name_in_one_source_are_not_mixed_up() -> None:
    twins = [pack_story(story_of(text, "1")) for text in ("The bridge is closed.", "The ferry sails.")]
    both = beside(Parcel(twins), Parcel(twins))
    assert [first.text == second.text for first, second in (story.unpack() for story in both.stories)] == [True, True]
    assert beside(Parcel(twins), Parcel(twins[1:])).stories == [twins[1].beside(twins[1])]
