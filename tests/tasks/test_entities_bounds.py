"""Where names begin and end: what the tagger marked, in brackets, and what becomes of it."""

import pytest

from schemas.base import Span
from schemas.tagged import Mention
from tasks.entities.bounds import mended
from tests.tasks.building import STYLES, tagged

PER, ORG, PLACE, OTHER = "PERSON", "ORGANIZATION", "PLACE", "OTHER"


def names(markup: str) -> list[tuple[str, str]]:
    story = tagged(markup)
    return [(m.span.of(story.text), m.label) for m in mended(story.text, story.mentions)]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("“Yes,” [PERSON Mrs. Lund] said.", [("Lund", PER)], id="honorific"),
        pytest.param("[PERSON Prime Minister Ada Lund] left.", [("Ada Lund", PER)], id="office"),
        pytest.param("[PERSON Dean Lund] left.", [("Dean Lund", PER)], id="a title that is a given name"),
        pytest.param(
            "Tournament director Beat [PERSON Hug] left.",
            [("Beat Hug", PER)],
            id="a given name between title and surname, which the tagger seldom leaves out",
            marks=pytest.mark.xfail(strict=True),
        ),
        pytest.param("The chairman, Mr. [PERSON Hug], left.", [("Hug", PER)], id="an honorific is no given name"),
        pytest.param("[PERSON Carl Moe] Jr. won.", [("Carl Moe Jr.", PER)], id="junior, his stop too"),
        pytest.param("[PERSON Carl Moe], Jr., won.", [("Carl Moe, Jr.", PER)], id="junior after a comma"),
        pytest.param("[PERSON Olav] II reigned.", [("Olav II", PER)], id="a king's number"),
        pytest.param("[PERSON Olav] IV. drip stood by.", [("Olav IV", PER)], id="no stop after a number"),
        pytest.param("[PERSON Olav] VIPs came.", [("Olav", PER)], id="no number inside a word"),
        pytest.param("[ORGANIZATION Osterby Mills Inc]., a miller", [("Osterby Mills Inc.", ORG)], id="stop of an abbreviation"),
        pytest.param("He left [ORGANIZATION Osterby Mills]. She stayed.", [("Osterby Mills", ORG)], id="stop of a sentence"),
        pytest.param("[PLACE Osterby], [PLACE Calif]. _ Rain", [("Osterby", PLACE), ("Calif.", PLACE)], id="state"),
        pytest.param("It is in [PLACE U.S]. waters.", [("U.S.", PLACE)], id="initials"),
        pytest.param("It went to [PERSON Calif]. She cheered.", [("Calif", PER)], id="a person is no state"),
        pytest.param("Sen. [PERSON Ada Lund], [PLACE R-Ohio], said", [("Ada Lund", PER), ("Ohio", PLACE)], id="party and state"),
        pytest.param("[PERSON Ada Lund] ([ORGANIZATION SNP-Perth])", [("Ada Lund", PER), ("SNP", ORG), ("Perth", PLACE)], id="seat"),
        pytest.param("The [ORGANIZATION ABC-Osterby] pact", [("ABC-Osterby", ORG)], id="a hyphen elsewhere"),
        pytest.param(
            "[ORGANIZATION Ohio-based Osterby Mills] fell.", [("Ohio-based", OTHER), ("Osterby Mills", ORG)], id="where it has its seat"
        ),
        pytest.param("[ORGANIZATION Tarvin (B]) won.", [("Tarvin (B)", ORG)], id="closing bracket"),
        pytest.param("[ORGANIZATION Tarvin Co <TVN]> rose.", [("Tarvin Co", ORG)], id="a ticker behind"),
        pytest.param(
            "[ORGANIZATION Tarvin Co <TVN.L> Osterby Mills] rose.", [("Tarvin Co", ORG), ("Osterby Mills", ORG)], id="a ticker between"
        ),
        pytest.param("[ORGANIZATION <Tarvin Co]> rose.", [("Tarvin Co", ORG)], id="a company without ticker"),
        pytest.param("[ORGANIZATION Osterby Mills - Tarvin Co] 2-1", [("Osterby Mills", ORG), ("Tarvin Co", ORG)], id="a dash between"),
        pytest.param("[OTHER American - Tarvin Co]", [("American", OTHER), ("Tarvin Co", OTHER)], id="a dash behind an adjective alone"),
        pytest.param("[ORGANIZATION AT&T Corp] rose.", [("AT&T Corp", ORG)], id="capitals and no ticker"),
        pytest.param("[ORGANIZATION Tarvin (Norland] side) won.", [("Tarvin", ORG)], id="half a bracket"),
        pytest.param("[ORGANIZATION Tarvin Co] ([ORGANIZATION TCO]) won.", [("Tarvin Co", ORG), ("TCO", ORG)], id="an acronym behind"),
        pytest.param("“[OTHER “Salt and Iron”],” she sang.", [("Salt and Iron", OTHER)], id="quotation marks"),
        pytest.param(
            "[ORGANIZATION Moe and Lund] won. [ORGANIZATION Lund] and [ORGANIZATION Moe] lost.",
            [("Moe", ORG), ("Lund", ORG), ("Lund", ORG), ("Moe", ORG)],
            id="two that the story knows apart",
        ),
        pytest.param(
            "[ORGANIZATION Moe and Lund] won. [ORGANIZATION Lund] lost.",
            [("Moe and Lund", ORG), ("Lund", ORG)],
            id="one is not enough",
        ),
        pytest.param(
            "[ORGANIZATION Moe, Holt and the Ray Trust] won; [ORGANIZATION Moe], [PERSON Holt], [ORGANIZATION Ray Trust].",
            [("Moe", ORG), ("Holt", PER), ("Ray Trust", ORG), ("Moe", ORG), ("Holt", PER), ("Ray Trust", ORG)],
            id="three",
        ),
        pytest.param("[PERSON Ada Songo]’o scored.", [("Ada Songo’o", PER)], id="an apostrophe inside"),
        pytest.param("It is [PERSON Ada Lund,] she said.", [("Ada Lund", PER)], id="a comma inside the end"),
        pytest.param("It is[PERSON  Ada Lund ]she said.", [("Ada Lund", PER)], id="spaces inside both ends"),
        pytest.param("[PERSON Ada Lund]’s plan, [PERSON LUND]’S PLAN", [("Ada Lund", PER), ("LUND", PER)], id="possessive"),
        pytest.param("[PERSON Ada Lund]’ll go.", [("Ada Lund", PER)], id="a verb cut short"),
        pytest.param("The [OTHER Norlandic-]made ship", [("Norlandic-made", OTHER)], id="cut at a hyphen"),
        pytest.param("The [OTHER Norlandic]-made ship", [("Norlandic", OTHER)], id="whole before a hyphen"),
        pytest.param("[PERSON Ada “Macho]” [PERSON Lund] won.", [("Ada “Macho” Lund", PER)], id="nickname half inside"),
        pytest.param("[PERSON Ada] (Macho) [PERSON Lund] won.", [("Ada (Macho) Lund", PER)], id="nickname in brackets"),
        pytest.param("“I miss [PERSON Ada],” [PERSON Lund] said.", [("Ada", PER), ("Lund", PER)], id="quotation ends between"),
        pytest.param("[PERSON Ada Lund] (Norland) [ORGANIZATION Moe]", [("Ada Lund", PER), ("Moe", ORG)], id="not a person's"),
        pytest.param("[PERSON Ada Lund] [PERSON Bo Moe]", [("Ada Lund", PER), ("Bo Moe", PER)], id="two in a list"),
        pytest.param("[ORGANIZATION Tarvin - Oakham] (postponed)", [("Tarvin", ORG), ("Oakham", ORG)], id="both sides of a dash"),
        pytest.param("[ORGANIZATION Tarvin-Oakham Line]", [("Tarvin-Oakham Line", ORG)], id="a hyphen without spaces"),
        pytest.param("[PERSON Hairdresser Milena Ros] left.", [("Milena Ros", PER)], id="trade"),
        pytest.param("[PERSON Comrade Ros] left.", [("Ros", PER)], id="trade before a surname"),
        pytest.param("[PERSON Major Ada Lund] left.", [("Ada Lund", PER)], id="a title that is a given name, before a full name"),
        pytest.param("[PERSON Baker Ada Lund] left.", [("Ada Lund", PER)], id="a trade that is a surname, before a full name"),
        pytest.param("[PERSON Baker Lund] left.", [("Baker Lund", PER)], id="a trade that is a surname, before one word"),
        pytest.param("[PERSON Baker Osterby Lund] left.", [("Baker Osterby Lund", PER)], id="and before what is no first name"),
        pytest.param("[PERSON Ada Baker Lund] left.", [("Ada Baker Lund", PER)], id="and behind a first name"),
        pytest.param("[PERSON Swede Ada Lund] left.", [("Ada Lund", PER)], id="a people before a full name"),
        pytest.param("[PERSON Keturah Ada Lund] left.", [("Keturah Ada Lund", PER)], id="a rare first name before another"),
        pytest.param("[PERSON Maria Ada Lund] left.", [("Maria Ada Lund", PER)], id="two first names"),
        pytest.param(
            "Minister for [ORGANIZATION Salt and Inland Ports Ada Lund] left.",
            [("Salt and Inland Ports", ORG), ("Ada Lund", PER)],
            id="a body that took in its minister",
        ),
        pytest.param("[ORGANIZATION Head of Salt and Trade Ada Lund] left.", [("Ada Lund", PER)], id="an office that took in its holder"),
        pytest.param(
            "CEO of the [ORGANIZATION Harbour Council Ada Lund] left.",
            [("Harbour Council", ORG), ("Ada Lund", PER)],
            id="the same behind an article",
        ),
        pytest.param("The head of [ORGANIZATION Institut Ada Lund] left.", [("Institut Ada Lund", ORG)], id="a body named for somebody"),
        pytest.param("an analyst at [ORGANIZATION Osby Ada Lund], left.", [("Osby Ada Lund", ORG)], id="an office in small letters"),
        pytest.param("[ORGANIZATION Harbour Council Ada Lund] left.", [("Harbour Council Ada Lund", ORG)], id="no office"),
        pytest.param("CEO of the [ORGANIZATION Harbour Council Ada] left.", [("Harbour Council Ada", ORG)], id="one word of a name"),
        pytest.param("CEO of the [ORGANIZATION Harbour Council Ada lund] left.", [("Harbour Council Ada lund", ORG)], id="no surname"),
        pytest.param("[PLACE India] [PERSON Lund] left.", [("India Lund", PER)], id="a first name that is a place's"),
        pytest.param("[PERSON Ada] [PERSON Lund] left.", [("Ada Lund", PER)], id="cut in two"),
        pytest.param("In [PLACE India] [PERSON Lund] left.", [("India", PLACE), ("Lund", PER)], id="in a place"),
        pytest.param("[PLACE Osterby] [PERSON Lund] left.", [("Osterby", PLACE), ("Lund", PER)], id="a place that is no first name"),
        pytest.param("[PLACE India] [PERSON Ada Lund] left.", [("India", PLACE), ("Ada Lund", PER)], id="a place before a full name"),
        pytest.param("[ORGANIZATION India] [PERSON Lund] left.", [("India", ORG), ("Lund", PER)], id="a body before a name"),
        pytest.param("“No,” said [PERSON Ada\nLund], the mayor.", [("Ada\nLund", PER)], id="wrapped"),
        pytest.param("“No,” said [PERSON Ada]\n[PERSON Lund] on Monday.", [("Ada\nLund", PER)], id="wrapped and cut in two"),
        pytest.param("came Bo, [PERSON Ada\nLund] (Norland)", [("Ada", PER), ("Lund", PER)], id="a list"),
        pytest.param("[PERSON Ada\nLund] left.", [("Ada", PER), ("Lund", PER)], id="lines of one word"),
        pytest.param("came [PERSON Lund\nMoe], too.", [("Lund", PER), ("Moe", PER)], id="two surnames"),
        pytest.param("[PLACE Tarvin\nOakham] fell.", [("Tarvin", PLACE), ("Oakham", PLACE)], id="two paragraphs"),
    ],
)
def test_edges(markup, expected):
    assert names(markup) == expected


@pytest.mark.parametrize(("opening", "closing"), STYLES)
@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("[PERSON Ada] <Macho> [PERSON Lund] won.", ["Ada <Macho> Lund"], id="nickname"),
        pytest.param("[PERSON Ada <Macho]> [PERSON Lund] won.", ["Ada <Macho> Lund"], id="cut before its mark"),
        pytest.param("<I miss [PERSON Ada],> [PERSON Lund] said.", ["Ada", "Lund"], id="quotation ends between"),
        pytest.param("<It is [PERSON Ada]> [PERSON Lund] said.", ["Ada", "Lund"], id="quotation ends between, no comma"),
        pytest.param("It was <[PERSON Ada].>", ["Ada"], id="marks around"),
        pytest.param("[PLACE <Osterby>] fell.", ["Osterby"], id="marks inside"),
    ],
)
def test_edges_in_every_style_of_marks(opening, closing, markup, expected):
    def styled(words):
        return words.replace("<", opening).replace(">", closing)

    assert [name for name, _ in names(styled(markup))] == [styled(name) for name in expected]


def test_marks_alone_are_no_name_and_what_grew_together_is_told_once():
    text = "“, ” Moe Jr. left"
    spans = [(0, 4, OTHER), (5, 8, PER), (9, 12, PER)]
    found = mended(text, [Mention(span=Span(start=s, end=e), label=x, score=1) for s, e, x in spans])
    assert [m.span.of(text) for m in found] == ["Moe Jr."]
