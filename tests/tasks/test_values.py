"""Dates, times, sums, percentages and quantities: cases with the mentions marked, and what must hold for any text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.base import Span
from tasks.values import values
from tasks.values.patterns import words
from tests.tasks.building import tagged

KNOWN_FAILURE = "known failure: "
LINES = (Path(__file__).parent / "cases" / "values.txt").read_text("utf-8").splitlines()
CASES = [
    pytest.param(
        line.removeprefix(KNOWN_FAILURE),
        id=line[:60],
        marks=[pytest.mark.xfail(strict=True)] if line.startswith(KNOWN_FAILURE) else [],
    )
    for line in LINES
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("marked_up", CASES)
def test_the_marked_mentions_are_found_and_no_others(marked_up):
    story = tagged(marked_up)
    found = values(story.text, [Span(start=0, end=len(story.text))])
    assert [(m.span.of(story.text), m.label) for m in found] == [(m.span.of(story.text), m.label) for m in story.mentions]


def test_a_mention_may_cross_a_hard_wrap_but_not_a_paragraph():
    text = "It rose 12\npercent in May\n2020"
    whole = values(text, [Span(start=0, end=len(text))])
    assert [m.span.of(text) for m in whole] == ["12\npercent", "May\n2020"]
    lines = [Span(start=0, end=10), Span(start=11, end=25), Span(start=26, end=30)]
    assert [m.span.of(text) for m in values(text, lines)] == ["May", "2020"]


def test_text_outside_the_paragraphs_is_not_read():
    text = "Filed Thursday.\nShe left Friday."
    assert [m.span.of(text) for m in values(text, [Span(start=16, end=32)])] == ["Friday"]


PIECES = st.sampled_from([*"$£€%.,:-/'’ \n", "1", "19", "1998", "2,000", "May", "percent", "million", "dollars", "a.m.", "two", "the"])


@settings(deadline=None)  # the first example loads the tables
@given(st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join))
def test_mentions_are_in_order_apart_and_inside_the_text(text):
    found = values(text, [Span(start=0, end=len(text))] if text else [])
    ends = [0, *(m.span.end for m in found)]
    assert all(end <= m.span.start for end, m in zip(ends, found, strict=False))
    assert all(m.span.end <= len(text) for m in found)
    assert all(m.span.of(text) == m.span.of(text).strip() for m in found)


def test_long_runs_of_figures_and_scales_are_read_in_one_pass():
    for run in ("1" * 50_000, "1," * 25_000, "million " * 5_000, "one " * 10_000, "1/" * 20_000, "$" * 50_000):
        values(run, [Span(start=0, end=len(run))])


def test_the_data_lists_no_word_twice():
    for table in words().values():
        for name, entries in table.items():
            if isinstance(entries, list):
                assert len(entries) == len(set(entries)), name
