"""The passes and sieves: each has a name and a reason, leaves its trace, and can be left out."""

import re
from collections.abc import Sequence

import pytest

from tasks.given import as_given
from tasks.language.page import Page, Stretch
from tasks.quotes import NAMES, finish, passes, quotes
from tasks.quotes.passes import PASSES, Pass, each, statements
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.statements.statement import Statement
from tests.tasks.building import tagged

STORY = "{source [PERSON Ada Lund]} {cue told} {content the crews of the ferry that the pier is shut}."


def made(markup: str, without: Sequence[str] = ()) -> list[Statement]:
    story = tagged(markup)
    page = Page.of(story.split)
    return statements(story.attributions, page, Cast.of([], page), frozenset(without))


def test_names_are_told_apart() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in NAMES)


@pytest.mark.parametrize("step", PASSES, ids=lambda step: step.name)
def test_a_reason_is_one_sentence(step: Pass) -> None:
    assert re.fullmatch(r"[A-Z`].{10,110}\.", step.why)


def test_a_pass_leaves_its_name_on_what_it_changed_and_on_nothing_else() -> None:
    told, plain = made(f"{STORY}\n{{source:2 [PERSON Per Moe]}} {{cue:2 said}} {{content:2 it is late}}.")
    assert told.passes == ("unaddressed",)
    assert plain.passes == ()


def test_passes_are_named_in_the_order_in_which_they_changed_something(monkeypatch: pytest.MonkeyPatch) -> None:
    def shorter(statement: Statement, page: Page) -> Statement:
        first = statement.spans[0]
        return Statement((Stretch(first.start, first.end - 1),), statement.cue, statement.source, statement.score, statement.passes)

    monkeypatch.setattr(passes, "PASSES", (Pass("one", "One.", each(shorter)), *PASSES, Pass("two", "Two.", each(shorter))))
    [statement] = made(STORY)
    assert statement.passes == ("one", "unaddressed", "two")


def test_what_a_pass_is_worth_shows_without_it() -> None:
    [kept] = made(STORY, without=["unaddressed"])
    assert kept.passes == ()
    story = tagged(STORY)
    assert kept.spans[0].of(story.text).startswith("the crews")


def test_a_sieve_that_is_left_out_finds_nobody() -> None:
    story = tagged("{source Officials} {cue said} {content it is late}. {source:2 [PLACE Zagreb]} {cue:2 denied} {content:2 the charges}.")
    entities = finish(story, []).entities
    speakers = [q.speaker for q in quotes(story, entities, without={"metonym", "named", "alias"})]
    assert speakers == [None, None]
    assert [q.speaker for q in quotes(story, entities)] == [None, "Government of Croatia"]


def test_the_trace_is_told_only_where_it_is_asked_for() -> None:
    story = finish(tagged(STORY), [])
    assert [q["passes"] for q in as_given(story, trace=True)["quotes"]] == [["unaddressed"]]
    assert all("passes" not in q for q in as_given(story)["quotes"])
