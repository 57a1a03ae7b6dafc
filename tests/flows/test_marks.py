"""Who said what comes out the same in every style of quotation marks: stories as they are typed, through the whole pipeline."""

import pytest

from flows.extract import extract_text
from tests.tasks.building import STYLES

MAYOR = "The mayor of Osterby, Ada Lund, spoke to the council on Monday.\n"
STORIES = [
    pytest.param(
        "Ada Lund, a nurse, paid 40 crowns to swim in the bay on Sunday.\nLund, asked if she would pay for it again: <Never in winter.>",
        [("<Never in winter.>", "direct", "Ada Lund")],
        id="asked",
    ),
    pytest.param(
        "Coach Per Moe lost by three goals. Moe, asked whether he would play the same team: <Not in this life.> He left.",
        [("<Not in this life.>", "direct", "Per Moe")],
        id="asked in mid-paragraph",
    ),
    pytest.param(
        f"{MAYOR}Lund said: <We will build the bridge, and we will build it soon.>",
        [("<We will build the bridge, and we will build it soon.>", "direct", "Ada Lund")],
        id="colon",
    ),
    pytest.param(
        f"{MAYOR}<We will build the bridge, and we will build it soon,> Lund said.",
        [("<We will build the bridge, and we will build it soon,>", "direct", "Ada Lund")],
        id="source behind",
    ),
    pytest.param(
        f"{MAYOR}<We will build the bridge,> Lund said, <and we will build it soon.>",
        [("<We will build the bridge,> … <and we will build it soon.>", "direct", "Ada Lund")],
        id="broken by its cue",
    ),
    pytest.param(
        f"{MAYOR}<We will build the bridge,> Lund said. <It will open in May.>",
        [("<We will build the bridge,> … <It will open in May.>", "direct", "Ada Lund")],
        id="goes on behind its cue",
    ),
    pytest.param(
        f"{MAYOR}<We will build the bridge,> Lund said. <It will open in May.\n<Nobody should have to wait any longer for it.>",
        [("<We will build the bridge,> … <It will open in May. … <Nobody should have to wait any longer for it.>", "direct", "Ada Lund")],
        id="runs on in the next paragraph",
    ),
    pytest.param(
        f"{MAYOR}<We will build the bridge and it will open in May,> quipped the mayor.",
        [("<We will build the bridge and it will open in May,>", "direct", "Ada Lund")],
        id="verb first",
    ),
    pytest.param(
        f"{MAYOR}Lund said the bridge was <long overdue> and would be built soon.",
        [("the bridge was <long overdue> and would be built soon", "mixed", "Ada Lund")],
        id="mixed",
    ),
]


@pytest.mark.parametrize(("opening", "closing"), STYLES)
@pytest.mark.parametrize(("story", "expected"), STORIES)
def test_quotes_in_every_style_of_marks(opening, closing, story, expected):
    def styled(words):
        return words.replace("<", opening).replace(">", closing)

    text = styled(story)
    found = [
        (" … ".join(text[start:end] for start, end in quote["content"]), quote["kind"], quote["speaker"])
        for quote in extract_text("story", text)["quotes"]
    ]
    assert found == [(styled(words), kind, speaker) for words, kind, speaker in expected]
