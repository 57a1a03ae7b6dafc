"""Quotation marks: pairs, slips of the keyboard, and apostrophes that are none."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base import Span
from tasks.language.marks import (
    CLOSE_MARK,
    INSIDE,
    INSIDE_OPEN_ENDED,
    INSIDE_SINGLE,
    OPEN_MARK,
    OUTSIDE,
    is_balanced,
    regions,
    runs_on,
    states,
    unquoted,
)
from tests.tasks.building import STYLES


def lines(text: str) -> list[Span]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line:
            spans.append(Span(start=at, end=at + len(line)))
        at += len(line) + 1
    return spans


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('She said "yes" and "no".', ["yes", "no"]),
        ("She said “yes.”", ["yes."]),
        ("She said ``yes, of course'' twice.", ["yes, of course"]),
        ("«Oui», dit-il.", ["Oui"]),
        ("“What you call “home” is a field,” she said.", ["What you call “home” is a field,"]),
        ("“The first is lost. “The second” is not.", ["The first is lost. ", "The second"]),
        ("“One” and “two.”", ["One", "two."]),
        ("„Ja“, sagte er.", ["Ja"]),
        ("»Ja«, sagte er.", ["Ja"]),
        ("The 'hard work' of the ministers' aides", ["hard work"]),
        ("‘Tangible progress’ at last", ["Tangible progress"]),
        ("\"He told me 'never' and left,\" she said.", ["He told me 'never' and left,"]),
        ('"It runs on and on', ["It runs on and on"]),
        ('"First paragraph.\n"Second paragraph," he said.', ["First paragraph.", "Second paragraph,"]),
        ('A stray mark" here\nand "a good one" there', ["a good one"]),
        ('"Opened once "and again" here', ["Opened once ", "and again"]),
        ('He is 6\'2" tall and 7" wide.', []),
        ("It's the ministers' talks in the '90s, isn't it?", []),
        ("Rock 'n' roll 'em", []),
        ("\u202a”We go,” he said.", ["We go,"]),
        ('"No," he said."We go on." Then "yes."', ["No,", "We go on.", "yes."]),
        ('"Oh!"She left. "Go."', ["Oh!", "Go."]),
        ("“We lost today.\nWe will win,” he said. “Soon.”", ["We lost today.", "We will win,", "Soon."]),
        ('"We lost today.\nHe said "no" to us.', ["We lost today.", "no"]),
        ("“We lost today.\nNobody else spoke.\nThe end” came.", ["We lost today."]),
        ('\'I told him "no" again,\' she said. "Yes."', ['I told him "no" again,', "Yes."]),
        ("‘I told him “no”,’ she said.", ["I told him “no”,"]),
        ("He called it 'the \"big\" one' twice.", ["big"]),
        ("`a«`”' went", ["`"]),
        ("'We lost today.\n'We will win,' he said.", ["We lost today.", "We will win,"]),
        ("He said: ‘We lost today.\n‘We didn't win,’ he said.", ["We lost today.", "We didn't win,"]),
        ("'We lost,' he said. 'Today.\n'We will win.'", ["We lost,", "Today.", "We will win."]),
        ("‘We lost today.\nThe end.", []),
        ("The ministers' talks failed.\n'We will win,' he said.", ["We will win,"]),
        ("'Twas late.\n'We will win,' he said.", ["We will win,"]),
        ("「We go,」 he said. 『Soon.』", ["We go,", "Soon."]),
        ("<<We go,>> he said. << Soon. >>", ["We go,", " Soon. "]),
        ("´´We go,´´ he said. ´Soon.´", ["We go,", "Soon."]),
        ("′We go,′ he said.", ["We go,"]),
        (",,We go,'' he said, and then,, he went.", ["We go,"]),
        ('""We go,"" he said. 《Soon.》', ["We go,", "Soon."]),
        ("A hull of 7′ 2″ by 6′ 1″", []),
        ('"A 24" screen is dearer than a 32" one," he said.', ['A 24" screen is dearer than a 32" one,']),
        ('"Gate 24" is shut and "gate 25" is not.', ["Gate 24", "gate 25"]),
        ('"We go," he said. We go on and on."', ["We go,", "We go on and on."]),
        ('"We go," he said. We go" on.', ["We go,"]),
        ("no marks", []),
    ],
)
def test_regions(text: str, quoted: list[str]) -> None:
    assert [text[r.start : r.end] for r in regions(text, lines(text))] == quoted


def test_states_tell_marks_from_words() -> None:
    text = 'a "b" \'c d\' e "f'
    names = {OUTSIDE: ".", OPEN_MARK: "<", CLOSE_MARK: ">", INSIDE: "i", INSIDE_OPEN_ENDED: "o", INSIDE_SINGLE: "s"}
    assert "".join(names[s] for s in states(text, lines(text))) == "..<i>.<sss>...<o"


@given(st.text(alphabet="ab .,'\"“”‘’`«»„\n", max_size=60))
def test_regions_lie_in_their_paragraph_in_order_and_have_words(text: str) -> None:
    paragraphs = lines(text)
    found = regions(text, paragraphs)
    for r in found:
        assert r.outer_start <= r.start < r.end <= r.outer_end
        assert any(p.start <= r.outer_start and r.outer_end <= p.end for p in paragraphs)
    assert all(a.outer_end <= b.outer_start for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_unquoted(opening: str, closing: str) -> None:
    assert unquoted(f"{opening}Slow progress{closing}") == "Slow progress"
    assert unquoted(f"{opening}Don't panic{closing}") == "Don't panic"
    assert unquoted(f"{opening}One{closing} and {opening}two{closing}") is None
    assert unquoted(f"{opening}One{closing} and two") is None
    assert unquoted("No marks") is None


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_a_quotation_runs_on(opening: str, closing: str) -> None:
    assert runs_on(f"{opening}We lost it all.", f"{opening}We will be back,{closing} she said.")
    assert not runs_on(f"{opening}We lost it all.{closing}", f"{opening}We will be back,{closing} she said.")
    assert not runs_on(f"{opening}We lost it all.", "She left.")
    assert not runs_on("The ministers' talks failed.", f"{opening}We will be back,{closing} she said.")


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_is_balanced(opening: str, closing: str) -> None:
    assert is_balanced(f"Ada {opening}Macho{closing} Lund")
    assert not is_balanced(f"Ada {opening}Macho")
