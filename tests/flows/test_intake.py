"""What a run has to do: new stories told from known ones, limits kept, everything counted."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.account import Account
from flows.intake import Intake, terms
from flows.options import Options
from flows.progress import Listener
from schemas.ids import StoryIds
from schemas.outcome import Reject, Skip, SkipReason
from schemas.record import Record
from schemas.run import Copy
from schemas.story import RawStory
from tasks.read import Found, cut
from tasks.read import Options as Reading
from tasks.workers.batch import Parcel, step_through


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

    def admit(self, raw: RawStory, ids: StoryIds) -> object:
        if ids.document in self.docs:
            return "unchanged"
        if ids.content in self.contents:
            return Copy(doc_id=self.contents[ids.content], source_uri=raw.source_uri)
        self.docs.add(ids.document)
        self.contents[ids.content] = ids.document
        return "new"


def door(found: Iterable[Found | Skip | Reject], options: Reading, _: object) -> Iterator[Record | Skip | Reject]:
    """Cuts in this process."""
    return (outcome for place in found for outcome in cut(place, options))


def take(
    source: Path, known: Known, now: datetime = datetime(2026, 3, 1, tzinfo=UTC), seen: list[RawStory] | None = None, **options: Any
) -> tuple[list[str], Account, Intake, Heard]:
    chosen, account, heard = Options(**options), Account("run", "ingest", [str(source)]), Heard()

    def read(name: str, records: Parcel) -> tuple[Parcel, str]:
        return step_through("read", records.stories, 60, terms(chosen, now)), name

    intake = Intake([str(source)], chosen, account, heard, door, read, known.admit)  # type: ignore[arg-type]
    found = [new.story.unpack()[0] for new in intake.stories()]
    if seen is not None:
        seen += found
    return [raw.text for raw in found], account, intake, heard


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
    assert (account.unchanged, dict(account.skips.counts), len(intake.refused)) == (0, {"hidden file": 1}, 1)
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
    assert [copy.source_uri[-5:] for copy in account.copies] == ["jsonl", "d.txt"]


@pytest.mark.parametrize(
    ("skip", "limit", "numbers"),
    [(0, 3, [0, 1, 2]), (2, 3, [2, 3, 4]), (6, 100, [6, 7]), (100, 1, []), (0, 8, list(range(8)))],
)
def test_skip_and_limit_choose_stories(inbox: Path, skip: int, limit: int, numbers: list[int]) -> None:
    found, account, _, _ = take(inbox, Known(), skip=skip, limit=limit)
    assert found == [f"Story number {number}." for number in numbers]
    assert account.skips.counts[SkipReason.BEFORE_SKIP] == min(skip, 8)


def test_a_record_that_holds_more_than_the_limit_is_cut_and_counted(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(json.dumps([{"id": f"{n}", "text": f"Story number {n}."} for n in range(5)]))
    found, account, intake, _ = take(tmp_path, Known(), limit=2)
    if intake.refused:
        pytest.skip("no reader takes a JSON list")
    assert (len(found), account.skips.counts[SkipReason.AFTER_LIMIT]) == (2, 3)


def test_what_was_skipped_can_be_found(inbox: Path) -> None:
    (inbox / "all.json").write_text(json.dumps([{"uri": f"{n}", "body_text": f"Item number {n}."} for n in range(4)]))
    (inbox / "empty.txt").write_text("")
    _, account, *_ = take(inbox, Known(), skip=7, limit=2, batch_size=50)
    groups = [(group.reason, (group.source_uri or "").rsplit("/")[-1], group.records) for group in account.skips.groups()]
    assert groups == [
        ("hidden file", ".hidden", [""]),
        (SkipReason.BEFORE_SKIP, "a.jsonl", ["1", "2", "3", "4", "5", "7", "8"]),
        (SkipReason.AFTER_LIMIT, "all.json", ["2", "3", "4"]),
    ]
    assert account.manifest().skipped == {"hidden file": 1, SkipReason.BEFORE_SKIP: 7, SkipReason.AFTER_LIMIT: 3}


def test_rejects_are_handed_over_once(inbox: Path) -> None:
    _, _, intake, _ = take(inbox, Known())
    assert [len(intake.take_refused()), len(intake.take_refused())] == [1, 0]


BEFORE_NOON, NOON, PAST_NOON = (datetime(2026, 3, 5, hour, tzinfo=UTC) for hour in (11, 12, 13))


def wire(folder: Path, **stories: dict[str, object]) -> Path:
    folder.mkdir()
    (folder / "wire.jsonl").write_text("\n".join(json.dumps({"id": id, **fields}) for id, fields in stories.items()))
    return folder


HELD: dict[str, dict[str, object]] = {
    "free": {"text": "Ferries sail again, the line said."},
    "field": {"text": "The budget rises, the treasury said.", "embargoed_until": NOON.isoformat()},
    "note": {"text": "The dam holds, engineers said.", "ed_note": "EMBARGOED UNTIL 1200 GMT ON THURSDAY, MARCH 5, 2026"},
    "printed": {
        "text": "EMBARGOED UNTIL 1200 GMT ON THURSDAY, MARCH 5, 2026\n\nOSLO, March 5 (AP) - The prize goes to a baker, the jury said."
    },
    "arms": {"text": "The arms embargo of March 9, 2031 was agreed on, the minister said."},
}


def test_embargoed_stories_are_skipped_until_their_time_has_come(tmp_path: Path) -> None:
    inbox, known = wire(tmp_path / "inbox", **HELD), Known()
    found, account, *_ = take(inbox, known, now=BEFORE_NOON)
    assert [text[:8] for text in found] == ["Ferries ", "The arms"]
    assert (dict(account.skips.counts), account.unchanged) == ({"embargoed": 3}, 0)
    found, account, *_ = take(inbox, known, now=PAST_NOON)
    assert [text[:8] for text in found] == ["The budg", "The dam ", "EMBARGOE"]
    assert (dict(account.skips.counts), account.unchanged) == ({}, 2)


UNENDING: dict[str, dict[str, object]] = {
    "printed": {"text": "HOLD FOR RELEASE\n\nOSLO, March 5 (AP) - The prize goes to a baker, the jury said."},
    "note": {"text": "The dam holds, engineers said.", "ed_note": "Eds: strictly embargoed until delivery."},
    "field": {"text": "The budget rises, the treasury said.", "embargo": "until the speech"},
    "slug": {"text": "The rail line opens, the board said.", "slugline": "BC-RAIL (EMBARGOED)"},
    "topic": {
        "text": "The grain embargo ends, the union said.",
        "ed_note": "(Adds embargo)",
        "slugline": "GRAIN-EMBARGO/",
        "embargo": "none",
    },
}


def test_embargoes_whose_end_cannot_be_read_are_rejected_not_taken_as_free(tmp_path: Path) -> None:
    inbox = wire(tmp_path / "inbox", **UNENDING)
    found, account, intake, _ = take(inbox, Known(), now=PAST_NOON)
    assert (found, dict(account.skips.counts)) == (["The grain embargo ends, the union said."], {})
    assert {(reject.step, reject.error) for reject in intake.refused} == {("read", "EmbargoWithoutEnd")}
    assert len(intake.refused) == 4
    assert all("--retry --take-embargoed" in reject.message for reject in intake.refused)
    seen: list[RawStory] = []
    _, account, intake, _ = take(inbox, Known(), take_embargoed=True, seen=seen)
    assert (len(seen), intake.refused) == (5, [])


def test_embargoed_stories_can_be_taken(tmp_path: Path) -> None:
    found, account, *_ = take(wire(tmp_path / "inbox", **HELD), Known(), now=BEFORE_NOON, take_embargoed=True)
    assert (len(found), dict(account.skips.counts)) == (5, {})


def test_what_is_refused_does_not_count_towards_the_limit(tmp_path: Path) -> None:
    found, account, *_ = take(wire(tmp_path / "inbox", **HELD), Known(), now=BEFORE_NOON, limit=2)
    assert (len(found), dict(account.skips.counts)) == (2, {"embargoed": 3})


@pytest.mark.parametrize(
    ("pattern", "refused"), [("resale", 1), ("NO  ?archiv", 1), ("resale|archiv", 2), ("ferries", 0), (None, 0), ("", 3)]
)
def test_stories_are_refused_by_the_words_of_their_rights(tmp_path: Path, pattern: str | None, refused: int) -> None:
    inbox = wire(
        tmp_path / "inbox",
        plain={"text": "Ferries sail."},
        rights={"text": "Trams run.", "rights": "Not for Resale."},
        note={"text": "Trains stop.", "ed_note": "EDS: no archives"},
    )
    found, account, *_ = take(inbox, Known(), refuse_rights=pattern)
    assert (len(found), account.skips.counts["rights"]) == (3 - refused, refused)


def test_a_pattern_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="no regular expression"):
        Options(refuse_rights="(resale")


def test_a_provider_is_given_to_stories_that_name_none(tmp_path: Path) -> None:
    inbox, seen = wire(tmp_path / "inbox", a={"text": "Ferries sail."}, b={"text": "Trams run.", "provider": "NBN"}), []
    take(inbox, Known(), provider="Tide Wire", seen=seen)
    assert [raw.provider for raw in seen] == ["Tide Wire", "NBN"]


def test_the_column_of_the_text_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('nr,words\n1,"Ferries sail."\n')
    assert len(take(tmp_path / "a.csv", Known())[2].refused) == 1
    assert take(tmp_path / "a.csv", Known(), text_column="words")[0] == ["Ferries sail."]
