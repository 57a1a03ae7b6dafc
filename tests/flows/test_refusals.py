"""Of the refused records of a source the first are listed, the others counted, and nothing is lost without a word."""

import pytest

from flows.account import Account
from flows.refusals import LISTED, Refusals
from schemas.outcome import Reject, Skip
from schemas.run import RunManifest

SOURCE = "file:///inbox/a.jsonl"


@pytest.fixture
def account() -> Account:
    return Account("run", "ingest", ["inbox"])


@pytest.fixture
def refusals(account: Account) -> Refusals:
    return Refusals(account)


def rejects(count: int, error: str = "BrokenJson", source: str = SOURCE) -> list[Reject]:
    return [Reject(source_uri=source, source_record=f"{number}", step="read", error=error, message="broken") for number in range(count)]


def whole(error: str) -> Reject:
    return Reject(source_uri=SOURCE, step="read", error=error, message="the rest is left")


def rows(refusals: Refusals, account: Account, *batches: list[Reject]) -> list[Reject]:
    """What is listed of these rejects, in the end; counted as a commit counts it."""
    listed = [reject for batch in batches for reject in refusals.listed(batch)]
    listed += refusals.summaries()
    account.rejected += len(listed)
    return listed


@pytest.mark.parametrize("count", [0, 1, LISTED])
def test_few_rejects_are_all_listed(count: int, refusals: Refusals, account: Account) -> None:
    assert rows(refusals, account, rejects(count)) == rejects(count)
    assert (account.rejected, account.unlisted) == (count, 0)


@pytest.mark.parametrize("count", [LISTED + 1, LISTED + 2, 5 * LISTED])
def test_of_many_the_first_are_listed_and_one_more_counts_the_others(count: int, refusals: Refusals, account: Account) -> None:
    listed = rows(refusals, account, rejects(count - 1), rejects(1, "Late"), rejects(3, source="file:///inbox/b.jsonl"))
    assert len(listed) == LISTED + 4
    more = listed[-1]
    assert (more.source_uri, more.source_record, more.error) == (SOURCE, "", "MoreRefused")
    assert f"and {count - LISTED:,} more like these" in more.message
    assert "1 Late" in more.message
    assert account.rejected == count + 3 == len(listed) + account.unlisted
    assert account.manifest().unlisted == account.unlisted


@pytest.mark.parametrize("count", [0, 5, LISTED, LISTED + 500])
def test_what_is_said_of_the_whole_source_is_said_once(count: int, refusals: Refusals, account: Account) -> None:
    listed = rows(refusals, account, rejects(count), [whole("TooManyRefused")])
    assert listed[-1].error == "TooManyRefused"
    assert [reject.source_record for reject in listed].count("") == 1
    assert ("500 more" in listed[-1].message) == (count > LISTED)
    assert "the rest is left" in listed[-1].message
    assert account.rejected == count + 1 == len(listed) + account.unlisted


def test_nothing_is_said_of_the_whole_twice_without_a_word(refusals: Refusals, account: Account) -> None:
    listed = rows(refusals, account, rejects(1), [whole("DecompressionBomb")], [whole("TooManyRefused")])
    assert sorted(reject.error for reject in listed) == ["BrokenJson", "DecompressionBomb", "TooManyRefused"]


def test_what_gives_no_story_is_counted_by_source(refusals: Refusals, account: Account) -> None:
    refusals.listed(rejects(2))
    for number in range(3):
        refusals.skipped(Skip(source_uri=SOURCE, source_record=f"{number}", reason="picture"))
    refusals.skipped(Skip(source_uri="file:///inbox/.hidden", reason="hidden file"))
    assert [refusals.no_story(uri) for uri in (SOURCE, "file:///inbox/.hidden", "file:///elsewhere")] == [5, 0, 0]
    assert account.skips.counts == {"picture": 3, "hidden file": 1}


def test_a_manifest_lists_no_more_than_it_rejects(account: Account) -> None:
    given = account.manifest().model_dump()
    with pytest.raises(ValueError, match="not listed"):
        RunManifest(**{**given, "unlisted": 1})
    assert RunManifest(**{**given, "unlisted": 1, "rejected": 1, "stories_in": 1}).unlisted == 1
