"""Where sentences end, whatever marks stand around them."""

import pytest

from tasks.language.sentences import BREAKS, ends, sentence_spans, starts
from tests.tasks.building import STYLES


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_ends_behind_every_closing_mark(opening: str, closing: str) -> None:
    assert ends(f"She said: {opening}We lost.{closing}")
    assert ends(f"(She said: {opening}We lost.{closing})")
    assert not ends(f"She spoke of {opening}a loss{closing}")


@pytest.mark.parametrize(
    ("line", "stops", "is_end"),
    [
        ("We lost.", ".", True),
        ("We lost.", "?", False),
        ("We lost:", BREAKS, True),
        ("Was it lost?!", ".!?", True),
        ("一切都结束了。", BREAKS, True),
        ("", BREAKS, False),
        ("It cost 3.5", BREAKS, False),
        ("It rained." + "'" * 10_000 + "x", BREAKS, False),
    ],
)
def test_ends(line: str, stops: str, is_end: bool) -> None:
    assert ends(line, stops) is is_end


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_starts_behind_every_mark(opening: str, closing: str) -> None:
    assert starts(f"“We lost.” {opening}")
    assert starts(f"{opening}We lost.{closing} ")
    assert starts(opening)
    assert not starts(f"She spoke of {opening}")
    assert not starts(f"{opening}We lost{closing} ")
    assert starts(f"She said: {opening}")
    assert not starts(f"{opening}We lost;{closing} ")


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_sentences_of_quotations(opening: str, closing: str) -> None:
    parts = [f"{opening}We lost.{closing} ", f"{opening}We won,{closing} said Moe. ", f"({opening}Did we?{closing}) ", "So be it."]
    text = "".join(parts)
    assert [text[a:b] for a, b in sentence_spans(text, 0, len(text))] == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["Mr. Lund met Sen. Moe on Sept. 3. ", "It rained."],
        ["He lives in Osterby, Ill. and fell ill. ", "She left."],
        ["Del. Ida Moe of Selma, Ala. spoke. ", "J. P. Lund did not."],
        ["“Dr. Hale is late. ", "Gov. Lund is not.”"],
        ["The U.S. Senate met. ", "It is No. 1."],
        ["It rose 3.5 percent. ", "3 of 4 voted."],
        ["No end here"],
        [""],
    ],
)
def test_abbreviations_end_no_sentence(parts: list[str]) -> None:
    text = "".join(parts)
    assert [text[a:b] for a, b in sentence_spans(text, 0, len(text))] == parts
