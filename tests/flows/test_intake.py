"""What a run has to do: new stories told from known ones, limits kept, everything counted."""

import json
from pathlib import Path

import pytest

from flows.account import Account
from flows.intake import AFTER, BEFORE, Intake
from flows.options import Options
from flows.progress import Listener
from schemas.ids import content_id, doc_id
from schemas.run import Copy
from schemas.story import RawStory
from tasks.batch import Parcel, step_through


class Heard(Listener):
    """What a terminal would have shown."""

    def __init__(self) -> None:
        self.done = 0
        self.expected: list[int | None] = []

    def expect(self, stories: int | None) -> None:
        self.expected.append(stories)

    def settled(self, stories: int) -> None:
        self.done += stories


class Known:
    """An index in memory: everything is new once."""

    def __init__(self) -> None:
        self.docs: set[str] = set()
        self.contents: dict[str, str] = {}

    def admit(self, raw: RawStory) -> object:
        if doc_id(raw) in self.docs:
            return "unchanged"
        if content_id(raw) in self.contents:
            return Copy(doc_id=self.contents[content_id(raw)], source_uri=raw.source_uri)
        self.docs.add(doc_id(raw))
        self.contents[content_id(raw)] = doc_id(raw)
        return "new"


def take(source: Path, known: Known, **options: int) -> tuple[list[str], Account, Intake, Heard]:
    account, heard = Account("run", "ingest", [str(source)]), Heard()

    def read(name: str, records: Parcel) -> tuple[Parcel, str]:
        return step_through("read", records.stories, 60), name

    intake = Intake([str(source)], Options(**options), account, heard, read, known.admit)  # type: ignore[arg-type]
    found = [new.story.unpack()[0].text for new in intake.stories()]
    return found, account, intake, heard


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    lines = [json.dumps({"id": f"s{number}", "text": f"Story number {number}."}) for number in range(8)]
    (folder / "a.jsonl").write_text("\n".join([*lines[:5], "{broken", *lines[5:]]))
    (folder / ".hidden").write_text("left out")
    return folder


def test_everything_is_new_once(inbox: Path) -> None:
    known = Known()
    found, account, intake, heard = take(inbox, known)
    assert found == [f"Story number {number}." for number in range(8)]
    assert (account.unchanged, dict(account.skipped), len(intake.refused)) == (0, {"hidden file": 1}, 1)
    assert heard.expected[-1] == 8
    found, account, intake, heard = take(inbox, known)
    assert (found, account.unchanged, len(intake.refused)) == ([], 8, 1)
    assert heard.done == 9


def test_a_copy_under_another_name_is_noted_and_not_taken(inbox: Path) -> None:
    (inbox / "b.jsonl").write_text((inbox / "a.jsonl").read_text().splitlines()[0])
    (inbox / "c.txt").write_text("Twice told.")
    (inbox / "d.txt").write_text("Twice told.")
    found, account, _, _ = take(inbox, Known())
    assert len(found) == 9
    assert account.unchanged == 2
    assert [copy.source_uri[-5:] for copy in account.copies] == ["d.txt"]


@pytest.mark.parametrize(
    ("skip", "limit", "numbers"),
    [(0, 3, [0, 1, 2]), (2, 3, [2, 3, 4]), (6, 100, [6, 7]), (100, 1, []), (0, 8, list(range(8)))],
)
def test_skip_and_limit_choose_stories(inbox: Path, skip: int, limit: int, numbers: list[int]) -> None:
    found, account, _, _ = take(inbox, Known(), skip=skip, limit=limit)
    assert found == [f"Story number {number}." for number in numbers]
    assert account.skipped[BEFORE] == min(skip, 8)


def test_a_record_that_holds_more_than_the_limit_is_cut_and_counted(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(json.dumps([{"id": f"{n}", "text": f"Story number {n}."} for n in range(5)]))
    found, account, intake, _ = take(tmp_path, Known(), limit=2)
    if intake.refused:
        pytest.skip("no reader takes a JSON list")
    assert (len(found), account.skipped[AFTER]) == (2, 3)


def test_rejects_are_handed_over_once(inbox: Path) -> None:
    _, _, intake, _ = take(inbox, Known())
    assert [len(intake.take_refused()), len(intake.take_refused())] == [1, 0]
