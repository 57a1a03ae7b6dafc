"""No pattern and no step takes longer than its text is long, whatever the text: twice the text, twice the work."""

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.programs.growing_text import growing, steps
from tests.programs.growth import Met, too_fast, violations

COUNT = 100
"""How often a story says something, at first; twice and four times as often after that."""

BEND = 0.1
"""The share of a story's calls, at most, that come of it being longer and not of there being more of it."""


@pytest.mark.parametrize(
    ("pattern", "methods", "fast"),
    [
        (r"(?:A-|A-A-)*x", "match", True),  # doubles
        (r"\s+$", "search", True),
        (r"[.…]+\s", "finditer", True),
        (r"a*a*x", "match", True),
        (r"<D>(.*?)</D>", "findall", True),
        (r"(?<!\s)\s++$", "search", False),
        (r"\s+", "search", False),
        (r"\s{0,30}$", "search", False),
        (r"a*+x", "match", False),
        (r"<D>([^<]*)</D>", "findall", False),
    ],
)
def test_the_test_sees_a_pattern_that_grows_too_fast(pattern: str, methods: str, fast: bool) -> None:
    assert bool(list(violations([Met(re.compile(pattern), "here", frozenset({methods}))], 2))) == fast


@pytest.mark.parametrize(("work", "fast"), [(lambda n: list(range(n)), False), (lambda n: [a for a in range(n) for _ in range(n)], True)])
def test_the_test_sees_work_that_grows_too_fast(work: Callable[[int], Any], fast: bool) -> None:
    assert bool(too_fast(work, lambda count: count)) == fast


def test_no_pattern_grows_faster_than_its_text() -> None:
    done = subprocess.run([sys.executable, "-m", "tests.programs.growth"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def calls(text: str) -> dict[str, int]:
    """How many calls each step makes on a story: of functions, of built-in ones, and of generators for their next item."""
    counts, made = dict[str, int](), 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    for name, step in steps(text):
        made = 0
        sys.setprofile(note)
        try:
            step()
        finally:
            sys.setprofile(None)
        counts[name] = made
    return counts


@pytest.mark.parametrize("story", [pytest.param(story, id=name) for name, story in growing()])
def test_no_step_grows_faster_than_its_story(story: Callable[[int], str]) -> None:
    calls(story(COUNT))  # what is read or compiled once
    twice, four_times = calls(story(2 * COUNT)), calls(story(4 * COUNT))
    bends = {name: (four_times[name] - 2 * twice[name]) / four_times[name] for name in four_times}
    assert max(bends.values()) < BEND, bends
