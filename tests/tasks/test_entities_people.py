"""Whom a title, a given name and a relative's name mean: people who share a word of their names."""

import pytest

from tasks.entities import entities
from tests.tasks.building import tagged


def names(markup: str) -> list[str]:
    """The canonical name of every person's mention, in text order."""
    return [e.name for e in entities(tagged(markup)) if e.label == "PERSON"]


TITLED = [
    pytest.param("[PERSON Xu Wenbo] spoke. Mr. [PERSON Xu] left. [PERSON Xu] slept.", ["Xu Wenbo"] * 3, id="surname first, then bare"),
    pytest.param("President [PERSON Han] spoke. [PERSON Han Seo-jun] is ill.", ["Han Seo-jun"] * 2, id="before the full name"),
    pytest.param("Ms [PERSON Dong] left. [PERSON Dong Liying] heads it.", ["Dong Liying"] * 2, id="Ms"),
    pytest.param("[PERSON Kim Jong Sun] leads. Chairman [PERSON Kim] spoke.", ["Kim Jong Sun"] * 2, id="three East Asian words"),
    pytest.param("[PERSON Lee Hsien Kai] leads. Mr [PERSON Lee] spoke.", ["Lee Hsien Kai"] * 2, id="the same, as Singapore spells it"),
    pytest.param("[PERSON Lee Jiwei] leads. Mr. [PERSON Lee] spoke.", ["Lee Jiwei"] * 2, id="a Chinese given name in one word"),
    pytest.param("[PERSON Kim Dae-jin] leads. Mr. [PERSON Kim] spoke.", ["Kim Dae-jin"] * 2, id="the same with a hyphen"),
    pytest.param("[PERSON Nguyen Van Tho] leads. Mr. [PERSON Tho] spoke.", ["Nguyen Van Tho"] * 2, id="last word, as in Vietnam"),
    pytest.param("President [PERSON Mobaso Kuku Wen] fled. President [PERSON Mobaso] is ill.", ["Mobaso Kuku Wen"] * 2, id="as one"),
    pytest.param("[PERSON Alex Ferring] won. Sir [PERSON Alex] smiled.", ["Alex Ferring"] * 2, id="Sir and given name"),
    pytest.param("Prince [PERSON Harald Berg] won. Prince [PERSON Harald] smiled.", ["Harald Berg"] * 2, id="prince known as one"),
    pytest.param("[PERSON Harald Berg] won. Prince [PERSON Harald] smiled.", ["Harald Berg", "Harald"], id="no prince of that name"),
    pytest.param("[PERSON James Lund] won. Mr. [PERSON James] smiled.", ["James Lund", "James"], id="a given name with pet names"),
    pytest.param("[PERSON Taylor Lund] won. Mr. [PERSON Taylor] smiled.", ["Taylor Lund", "Taylor"], id="a given name that is a surname"),
    pytest.param(
        "[PERSON Taylor Lund] won. [PERSON Taylor] left. Mr. [PERSON Taylor] smiled.",
        ["Taylor Lund", "Taylor Lund", "Taylor"],
        id="a given name that is a surname, after the given name alone",
    ),
    pytest.param("[PERSON Kim Lund] won. Officer [PERSON Kim] smiled.", ["Kim Lund", "Kim"], id="Kim, a given name"),
    pytest.param(
        "[PERSON Lee Harvey Dahl] won. Mr. [PERSON Lee] smiled.",
        ["Lee Harvey Dahl", "Lee"],
        id="Lee, a given name of three words, read as Kim Jong Sun is",
        marks=pytest.mark.xfail(strict=True),
    ),
    pytest.param(
        "[PERSON Xu Wenbo] met [PERSON Ada Xu]. Mr. [PERSON Xu] left.", ["Xu Wenbo", "Ada Xu", "Ada Xu"], id="somebody has it as surname"
    ),
    pytest.param("[PERSON Xu Wenbo] met [PERSON Xu Lan]. Mr. [PERSON Xu] left.", ["Xu Wenbo", "Xu Lan", "Xu"], id="of two, neither"),
    pytest.param(
        "[PERSON Xu Wenbo], the country's president, spoke. President [PERSON Xu] left. Mr. [PERSON Xu] slept.",
        ["Xu Wenbo"] * 3,
        id="an office told behind the name",
    ),
    pytest.param(
        "[PERSON Ida Vole], the former president, met [PERSON Tom Vole]. President [PERSON Vole] left.",
        ["Ida Vole", "Tom Vole", "Vole"],
        id="an office of the past told behind the name",
    ),
    pytest.param(
        "[PERSON Ida Vole], the mayor, met [PERSON Tom Vole]. President [PERSON Vole] left.",
        ["Ida Vole", "Tom Vole", "Vole"],
        id="another office told behind the name",
    ),
    pytest.param("[PERSON Xu Wenbo] won. President [PERSON Xu] left.", ["Xu Wenbo"] * 2, id="president, told nowhere else"),
    pytest.param("[PERSON Lee Jin-woo] won. President [PERSON Lee] left.", ["Lee Jin-woo"] * 2, id="the same with a hyphen's name"),
    pytest.param(
        "[PERSON Hassan Rovani] won. President [PERSON Hassan] left.", ["Hassan Rovani", "Hassan"], id="no president by given name"
    ),
    pytest.param(
        "[PERSON Ida Vole] won. President [PERSON Vole] left.", ["Ida Vole", "Vole"], id="no president of a surname that stands last"
    ),
    pytest.param("[PERSON …] spoke. President [PERSON Hartmann] left.", ["…", "Hartmann"], id="a mark that the tagger takes for a name"),
    pytest.param("Crew chief [PERSON Xu Wenbo] met lawmaker [PERSON Xu Lan].", ["Xu Wenbo", "Xu Lan"], id="full names stay apart"),
]

BEARERS = [
    pytest.param(
        "Nurse [PERSON Ida Vole] met driver [PERSON Tom Vole]. Nurse [PERSON Vole] left.", ["Ida Vole", "Tom Vole", "Ida Vole"], id="trade"
    ),
    pytest.param(
        "Dr. [PERSON Ida Vole] met [PERSON Tom Vole]. Dr. [PERSON Vole] left.", ["Ida Vole", "Tom Vole", "Ida Vole"], id="honorific"
    ),
    pytest.param(
        "Gov. [PERSON Ida Vole] met [PERSON Tom Vole]. Governor [PERSON Vole] left.", ["Ida Vole", "Tom Vole", "Ida Vole"], id="spelt out"
    ),
    pytest.param(
        "[PERSON Tom Vole] and his wife, [PERSON Ida Vole], left. [PERSON Vole] drove.", ["Tom Vole", "Ida Vole", "Tom Vole"], id="bare"
    ),
    pytest.param(
        "[PERSON Tom Vole] and his wife, [PERSON Ida Vole], left. Mrs. [PERSON Vole] drove.",
        ["Tom Vole", "Ida Vole", "Ida Vole"],
        id="Mrs",
    ),
    pytest.param(
        "[PERSON Tom Vole] died. “He slept,” said his son, [PERSON Ib Vole]. Mr. [PERSON Vole] was 90.",
        ["Tom Vole", "Ib Vole", "Tom Vole"],
        id="a father whose gender only his son's title could tell",
    ),
    pytest.param(
        "[PERSON Una Vole], daughter of [PERSON Tom Vole], won. [PERSON Vole] smiled. [PERSON Vole] left.",
        ["Una Vole", "Tom Vole", "Una Vole", "Una Vole"],
        id="of whom the story tells",
        marks=pytest.mark.xfail(strict=True),
    ),
    pytest.param("Mr. [PERSON Moe] left. President [PERSON Moe] spoke.", ["Moe"] * 2, id="Mr. is no office"),
    pytest.param(
        "[PERSON Tom Vole], 40, and his wife, [PERSON Ida Vole], left. Mr. [PERSON Vole] drove.",
        ["Tom Vole", "Ida Vole", "Tom Vole"],
        id="his wife behind his age is not he",
    ),
]

RELATIVES = [
    pytest.param(
        "It starred [PERSON Jack Moss]. She had two sons, [PERSON John] and [PERSON Andrew]. [PERSON John] wept.",
        ["Jack Moss", "John", "Andrew", "John"],
        id="two sons",
    ),
    pytest.param("[PERSON Jack Moss] won. [PERSON John] smiled.", ["Jack Moss", "John"], id="who goes by the pet name"),
    pytest.param("[PERSON John Moss] won. [PERSON Jack] smiled.", ["John Moss"] * 2, id="his pet name alone"),
    pytest.param(
        "[PERSON Robert Vole] fled. [PERSON Bob], his brother, stayed. [PERSON Bob] wept.",
        ["Robert Vole", "Bob", "Bob"],
        id="behind",
    ),
    pytest.param("[PERSON Robert Vole] fled. His brother [PERSON Bob] stayed.", ["Robert Vole", "Bob"], id="before the name"),
    pytest.param(
        "[PERSON Robert Vole] fled. His cousins [PERSON Bob] and [PERSON Ib] stayed.",
        ["Robert Vole", "Bob", "Ib"],
        id="cousins",
        marks=pytest.mark.xfail(strict=True, reason="no relation is read before a list of names"),
    ),
    pytest.param(
        "[PERSON Robert Vole] has three children, [PERSON Bob], [PERSON Ib] and [PERSON Una].",
        ["Robert Vole", "Bob", "Ib", "Una"],
        id="children",
        marks=pytest.mark.xfail(strict=True, reason="no relation is read before a list of names"),
    ),
    pytest.param(
        "[PERSON Robert Vole] and his brother [PERSON Bob Vole] met. [PERSON Bob] wept. [PERSON Robert] slept.",
        ["Robert Vole", "Bob Vole", "Bob Vole", "Robert Vole"],
        id="both in full",
        marks=pytest.mark.xfail(strict=True, reason="a pet name joins full names of relatives too"),
    ),
    pytest.param(
        "[PERSON Jack Vole] won. [PERSON John Vole] lost.",
        ["Jack Vole", "John Vole"],
        id="a name by itself",
        marks=pytest.mark.xfail(strict=True, reason="every pet name joins"),
    ),
    pytest.param("[PERSON John F. Vole] won. [PERSON Jack Vole] lost.", ["John F. Vole"] * 2, id="but for the middle name"),
    pytest.param("[PERSON Bill Vole] won. [PERSON William Vole] spoke.", ["William Vole"] * 2, id="a pet name"),
    pytest.param(
        "[PERSON Tom Vole] left. His wife [PERSON Ida] stayed. [PERSON Ida Vole] is ill.", ["Tom Vole", "Ida Vole", "Ida Vole"], id="family"
    ),
    pytest.param(
        "[PERSON Tom Vole] left. His wife [PERSON Ida] stayed. [PERSON Ida Moe] is ill.", ["Tom Vole", "Ida", "Ida Moe"], id="no family"
    ),
    pytest.param("[PERSON Faisal] bin [PERSON Nasser] left. [PERSON Faisal] slept.", ["Faisal bin Nasser"] * 2, id="son of"),
    pytest.param("[PERSON Faisal] and [PERSON Nasser] left.", ["Faisal", "Nasser"], id="and"),
]


@pytest.mark.parametrize(("markup", "expected"), [*TITLED, *BEARERS, *RELATIVES])
def test_people_who_share_a_word(markup: str, expected: list[str]) -> None:
    assert names(markup) == expected
