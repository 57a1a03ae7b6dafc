"""Split: furniture found, body parted, nothing lost and nothing taken for furniture that is none."""

import json
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.base import Span
from schemas.story import UNTIL_FURTHER_NOTICE, Layout, RawStory, SplitStory
from tasks.clean import clean
from tasks.split import split
from tasks.split.bylines import byline_field, byline_of
from tasks.split.datelines import dateline_at_start
from tasks.split.embargo import embargo_in
from tasks.split.furniture import is_kind
from tasks.split.tail import trailers_from
from tasks.workers.limits import time_limit
from tests.tasks.building import STYLES

CASES = Path(__file__).parent / "cases"
PUBLISHED = datetime(2017, 1, 31, tzinfo=UTC)


def story(text: str, layout: Layout = "plain", **fields: Any) -> SplitStory:
    given = {"source_uri": "test:", "source_format": "txt", "source_sha256": "0" * 64, "text": text, "layout": layout}
    return split(clean(RawStory.model_validate(given | fields)))


def outline(found: SplitStory) -> list[tuple[str, str | None, int]]:
    return [(section.kind, section.heading, len(section.paragraphs)) for section in found.sections]


def kinds(found: SplitStory) -> list[str]:
    return [section.kind for section in found.sections]


def words(found: SplitStory, kind: str) -> list[str]:
    return [section.span.of(found.text) for section in found.sections if section.kind == kind]


def cut(sentence: str, length: int, end: str = "") -> str:
    """The sentence, said again and again, until it has that many characters, `end` the last of them."""
    return (f"{sentence.strip('.')}, and " * 9)[: length - len(end) - 1] + "x" + end


LEDE = "Growers of winter barley on Monday asked the government for help after the wettest autumn in thirty years."
NEXT = "The cabinet meets on Friday, when it will be asked for 40 million crowns in loans, the minister said."


# Agencies ------------------------------------------------------------------------------------------------------------


def test_every_agency_profile_has_its_golden_story() -> None:
    profiles = {Path(entry.name).stem for entry in (files("tasks.split") / "profiles").iterdir() if entry.name.endswith(".toml")}
    assert profiles == {path.stem for path in (CASES / "agencies").glob("*.txt")}


@pytest.mark.parametrize("path", sorted((CASES / "agencies").glob("*.txt")), ids=lambda path: path.stem)
def test_golden_stories(path: Path) -> None:
    found = story(path.read_text("utf-8"), published_at=PUBLISHED)
    line = found.dateline
    assert json.loads(path.with_suffix(".json").read_text("utf-8")) == {
        "headline": found.headline,
        "byline": found.byline,
        "dateline": line and line.span.of(found.text),
        "place": line and line.place,
        "country": line and line.country,
        "filed_on": line and line.filed_on and line.filed_on.isoformat(),
        "agency": line and line.agency,
        "provider": found.provider,
        "update_flags": found.update_flags,
        "status": found.status,
        "sections": [list(entry) for entry in outline(found)],
    }


# Datelines -----------------------------------------------------------------------------------------------------------

DATELINES = [json.loads(line) for line in (CASES / "datelines.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", DATELINES, ids=[case["text"][:40] for case in DATELINES])
def test_datelines(case: dict[str, Any]) -> None:
    text = case["text"]
    found = dateline_at_start(text, Span(start=0, end=len(text)), PUBLISHED.date())
    assert (found and found.span.of(text)) == case["dateline"]
    if found:
        filed_on = found.filed_on.isoformat() if found.filed_on else None
        expected = tuple(map(case.get, ("place", "country", "agency", "filed_on")))
        assert (found.place, found.country, found.agency, filed_on) == expected


@pytest.mark.parametrize(
    ("published", "filed_on"),
    [(date(2024, 1, 2), date(2023, 12, 31)), (date(2023, 12, 30), date(2023, 12, 31)), (None, None)],
)
def test_a_date_without_a_year_is_read_next_to_the_storys_own(published: date | None, filed_on: date | None) -> None:
    found = dateline_at_start("OSLO, Dec 31 (AP) - Rain.", Span(start=0, end=25), published)
    assert found is not None
    assert found.filed_on == filed_on


ENDLESS = [
    "A-",
    "Ab-",
    "A-b-",
    "AB-de-",
    "Mc-McA-",
    "A, ",
    "Ab, ",
    "A and ",
    "Ab of ",
    "A/",
    "A. ",
    "1",
    "1:",
    "(AP) ",
    "AP/Reuters/",
    "ats afp ",
]
ENDLESS += [
    "CORRECTED ",
    "UPDATE 1-",
    "URGENT/",
    "By A and ",
    "a/",
    "aa-",
    "Monday, ",
    "May 3 ",
    "embargo ",
    "is strictly under an ",
    "- ",
    "* ",
]
"""What a line may be made of that is furniture or a dateline nearly, over and over."""


@pytest.mark.parametrize("part", ENDLESS)
@pytest.mark.parametrize(("before", "after"), [("", "x"), ("(", ""), ("(", " - Rain fell."), ("Riverton, ", "!")])
def test_a_line_of_two_thousand_parts_is_read_to_its_end(before: str, part: str, after: str) -> None:
    """The limit is for a pattern that tries each part in two ways: that would take longer than there is time."""
    text = f"{before}{part * 2000}{after}"
    with time_limit(60):
        found = story(f"{text}\n{LEDE}\n{NEXT}")
    assert LEDE in found.text


def test_a_dateline_may_have_its_line_to_itself() -> None:
    found = story(f"BASRA, Iraq (AP)\n\n{LEDE}\n\n{NEXT}")
    assert outline(found) == [("dateline", None, 1), ("lede", None, 1), ("body", None, 1)]


def test_a_round_up_has_several_datelines() -> None:
    found = story(f"OSLO (AP) — {LEDE}\nGENEVA (AP) — {NEXT}\n{LEDE}")
    assert kinds(found) == ["dateline", "lede", "dateline", "body"]
    assert found.dateline is not None
    assert found.dateline.place == "OSLO"


@pytest.mark.parametrize(
    ("dateline", "places", "credits"),
    [
        ("KISARU, Kenya (AFP) -", ["KISARU", "Kenya"], ["AFP"]),
        ("OSLO (Reuters) -", ["OSLO"], ["Reuters"]),
        ("BEIJING, March 3 (Xinhua) --", ["BEIJING"], ["Xinhua"]),
        ("BEIJING, March 3 (Xinhua)", ["BEIJING"], ["Xinhua"]),
        ("MOSCOW, March 3. /TASS/.", ["MOSCOW"], ["TASS"]),
        ("LARVIK (Norway), March 3 (AFP) -", ["LARVIK", "Norway"], ["AFP"]),
        ("BEIRUT/THE HAGUE (Reuters) -", ["BEIRUT", "THE HAGUE"], ["Reuters"]),
        ("NEW YORK, LONDON and BEIJING (AP) -", ["NEW YORK", "LONDON", "BEIJING"], ["AP"]),
        ("Geneva (AFP/Reuters) -", ["Geneva"], ["AFP", "Reuters"]),
        ("OSTERBY, March 3 (Salt News) --", ["OSTERBY"], ["Salt News"]),
        ("BEAVERTON, Ore., March 3 (Salt News) --", ["BEAVERTON", "Ore."], ["Salt News"]),
        ("OSLO -", ["OSLO"], []),
        ("(Reuters) -", [], ["Reuters"]),
    ],
)
def test_a_dateline_says_what_it_names(dateline: str, places: list[str], credits: list[str]) -> None:
    text = f"{dateline} {LEDE}"
    found = dateline_at_start(text, Span(start=0, end=len(text)), None)
    assert found is not None
    assert found.span.of(text) == dateline
    assert ([span.of(text) for span in found.places], [span.of(text) for span in found.credits]) == (places, credits)


@pytest.mark.parametrize(
    "opening", ["OSTERBY (Salt News) spoke", "SENATE, March 3 (morning) -", "Osterby (OSL) fell", "SMITH (Labour): No."]
)
def test_no_dateline(opening: str) -> None:
    text = f"{opening} {LEDE}"
    assert dateline_at_start(text, Span(start=0, end=len(text)), None) is None


@pytest.mark.parametrize(("length", "read"), [(270, True), (271, False)])
def test_no_dateline_reaches_further_than_270_characters(length: int, read: bool) -> None:
    text = f"{'O' * (length - 15)}, Norway (AP) - {LEDE}"
    assert (dateline_at_start(text, Span(start=0, end=len(text)), None) is not None) is read


@pytest.mark.parametrize(("length", "parted"), [(90, True), (91, False)])
def test_a_later_dateline_has_its_bracket_within_90_characters(length: int, parted: bool) -> None:
    found = story(f"OSLO (AP) — {LEDE}\n{'O' * (length - 10)}, Norway (AP) - {NEXT}")
    assert (kinds(found).count("dateline") == 2) is parted


# Bylines -------------------------------------------------------------------------------------------------------------

BYLINES = [
    ("By Ada Lund", ["Ada Lund"], None),
    ("By Ada Monday", ["Ada Monday"], None),
    ("BY ADA LUND AND PER MOE", ["ADA LUND", "PER MOE"], None),
    ("By Ada Lund, Per Moe and Tom Ray", ["Ada Lund", "Per Moe", "Tom Ray"], None),
    ("By Ada Lund and Per Moe =", ["Ada Lund", "Per Moe"], None),
    ("By ADA LUND, AP Sports Writer", ["ADA LUND"], "AP"),
    ("By ADA LUND Associated Press Writer", ["ADA LUND"], "Associated Press"),
    ("ADA LUND, Associated Press Writer", ["ADA LUND"], "Associated Press"),
    ("By Ada Lund, dpa", ["Ada Lund"], "dpa"),
    ("By Ada Lund, The Tarvin Union-Tribune =", ["Ada Lund"], None),
    ("By Ada Lund in Oslo and Per Moe in Geneva", ["Ada Lund", "Per Moe"], None),
    ("By Ada van der Lund and Rui de Moe", ["Ada van der Lund", "Rui de Moe"], None),
    ("By A. B. O’Lund Jr.", ["A. B. O’Lund Jr."], None),
    ("By HINA LUND, MIA MOE and Petra Ray", ["HINA LUND", "MIA MOE", "Petra Ray"], None),
    ("By Ada Lund and agencies", ["Ada Lund"], None),
    ("By Ada Lund | Norland Times | May 3, 2020", ["Ada Lund"], None),
    ("By dpa correspondents", ["dpa correspondents"], "dpa"),
    ("By The Associated Press", ["The Associated Press"], "The Associated Press"),
    ("Von Ada Lund, dpa", ["Ada Lund"], "dpa"),
    ("By Ada Bea Cleo Dora Eva Lund", ["Ada Bea Cleo Dora Eva Lund"], None),
    ("By Ada Lund Staff", ["Ada Lund"], None),
    ("By Ada van der van den Lund Staff", ["Ada van der van den Lund"], None),
    ("By Ada Post and Per Moe", ["Ada Post", "Per Moe"], None),
    ("By Ada Lund, Oslo Post; Per Moe/Tom Ray", ["Ada Lund", "Per Moe", "Tom Ray"], None),
    ("By Ada Lund for Norland Times", ["Ada Lund"], None),
    ("Ada Lund, Head of the Desk of the Salt News", ["Ada Lund"], None),
    (f"By Ada L{'u' * 192}", [f"Ada L{'u' * 192}"], None),
]


@pytest.mark.parametrize(("line", "names", "agency"), BYLINES, ids=[line for line, *_ in BYLINES])
def test_bylines(line: str, names: list[str], agency: str | None) -> None:
    found = byline_of(line)
    assert found is not None
    assert (list(found.names), found.agency) == (names, agency)


@pytest.mark.parametrize(
    "line",
    [
        "By the time he arrived, the talks were over",
        "By Monday, Ada Lund had left",
        "By Monday evening",
        "By Monday Norland",
        "By Ada Lund's reckoning, the fields are lost.",
        "By far the wettest autumn in years",
        "Bypass opens in Tarvin",
        "By law, growers may ask for loans",
        "Ada Lund, the minister",
        "Said by Ada Lund",
        "Ada Lund, AP, said no",
        "Ada Lund, AP, Oslo 3",
        "By AP Lund",
        "From Oslo with love",
        "By Ada",
        "By Ada Bea Cleo Dora Eva Fay Lund",
        f"By Ada L{'u' * 193}",
        "Ada Lund, Head of the New Desk of the Salt News",
    ],
)
def test_lines_that_are_no_bylines(line: str) -> None:
    assert byline_of(line) is None


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("By Ada Lund, AP", ("Ada Lund",)),
        ("Ada Lund", ("Ada Lund",)),
        ("Lund", ("Lund",)),
        ("ADA LUND AND PER MOE", ("ADA LUND", "PER MOE")),
        ("al/pm", ()),
        ("", ()),
    ],
)
def test_byline_fields_are_read_too(value: str, names: tuple[str, ...]) -> None:
    assert byline_field(value).names == names


# The head ------------------------------------------------------------------------------------------------------------


def test_headline_when_clear() -> None:
    assert story(f"Growers ask for loans after wet autumn\n\n{LEDE}\n\n{NEXT}").headline == "Growers ask for loans after wet autumn"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{LEDE}\n{NEXT}", id="prose"),
        pytest.param(f"The growers are desperate.\n{LEDE}", id="a short sentence"),
        pytest.param(f"“We are desperate”\n{LEDE}", id="a quotation"),
        pytest.param("Oslo 3, Bergen 1\nTarvin 2, Oakham 2\nRay 4, Moe 1", id="results"),
        pytest.param("Barley", id="a word"),
    ],
)
def test_no_headline_when_it_is_not_clear(text: str) -> None:
    assert story(text).headline is None


BARE_DATELINE = f"SALVADOR, Feb 26 - {LEDE}"
"""Without an agency a dateline is one in the head only."""


@pytest.mark.parametrize(
    ("above", "sections"),
    [
        (["(Adds quote)"] * 15, [("note", 15), ("dateline", 1), ("lede", 1), ("body", 1)]),
        (["(Adds quote)"] * 16, [("note", 16), ("lede", 1), ("body", 1)]),
        (["Barley rises."], [("headline", 1), ("dateline", 1), ("lede", 1), ("body", 1)]),
        (["Barley rises.", "Growers are glad."], [("headline", 2), ("dateline", 1), ("lede", 1), ("body", 1)]),
        (["Barley rises.", "Growers are glad.", "Millers are not."], [("lede", 1), ("body", 4)]),
        (["By Ada Lund", *["Barley rises."] * 3], [("byline", 1), ("headline", 3), ("dateline", 1), ("lede", 1), ("body", 1)]),
        (["By Ada Lund", *["Barley rises."] * 4], [("byline", 1), ("lede", 1), ("body", 5)]),
        ([cut(LEDE, 160, ".")], [("headline", 1), ("dateline", 1), ("lede", 1), ("body", 1)]),
        ([cut(LEDE, 161, ".")], [("lede", 1), ("body", 2)]),
    ],
)
def test_a_dateline_ends_the_head_where_little_prose_stands_above(above: list[str], sections: list[tuple[str, int]]) -> None:
    found = story("\n".join([*above, BARE_DATELINE, NEXT]))
    assert [(section.kind, len(section.paragraphs)) for section in found.sections] == sections


@pytest.mark.parametrize(
    ("above", "sections", "byline"),
    [
        (["Barley rises.", "By Ada Lund"], ["headline", "byline"], ["Ada Lund"]),
        (["Barley rises.", "Growers are glad.", "By Ada Lund"], [], []),
        (["Barley rises", "Growers are glad", "By Ada Lund"], ["headline", "byline"], ["Ada Lund"]),
        (["Barley rises", "By Ada Lund", "AP Sports Writer", "Salt News", "(Adds quote)"], ["headline", "byline", "note"], ["Ada Lund"]),
        (["By Ada Lund", "Barley rises", "AP Sports Writer"], ["byline"], ["Ada Lund"]),
        (["Barley prices rise", "(Adds quote)"], ["headline", "note"], []),
        (["(Adds quote)", "July 21, 2017", "Barley prices rise"], ["note", "headline"], []),
        (["Barley rises"], [], []),
    ],
)
def test_a_head_without_a_dateline(above: list[str], sections: list[str], byline: list[str]) -> None:
    found = story("\n".join([*above, LEDE, NEXT]))
    assert (kinds(found)[: kinds(found).index("lede")], found.byline) == (sections, byline)


@pytest.mark.parametrize(("length", "headline"), [(60, True), (59, False)])
def test_a_headline_stands_above_a_sentence_of_some_length(length: int, headline: bool) -> None:
    assert (story(f"Barley prices rise\n{cut(NEXT, length, '.')}").headline is not None) is headline


@pytest.mark.parametrize(("length", "headline"), [(160, True), (161, False)])
def test_a_headline_has_an_end(length: int, headline: bool) -> None:
    assert (story(f"{cut(LEDE, length)}\n{NEXT}").headline is not None) is headline


def test_a_headline_with_a_full_stop_is_clear_above_a_dateline() -> None:
    found = story(f"Growers ask for loans.\n\nOSLO (AP) — {LEDE}\n\n{NEXT}")
    assert found.headline == "Growers ask for loans."
    assert kinds(found) == ["headline", "dateline", "lede", "body"]


def test_the_wires_fields_go_first_and_furniture_is_still_parted() -> None:
    found = story(
        f"Growers ask for loans\nBy Per Moe\nOSLO (AP) — {LEDE}",
        headline="Growers  ask &amp; get",
        byline=["By Ada Lund, AP"],
        provider="Norland Wire",
    )
    assert (found.headline, found.byline, found.provider) == ("Growers ask & get", ["Ada Lund"], "Norland Wire")
    assert kinds(found) == ["headline", "byline", "dateline", "lede"]


def test_the_wires_headline_is_known_again_in_the_text() -> None:
    found = story(f"Growers ask: “Who pays?”\n{LEDE}", headline='Growers ask: "Who pays?"')
    assert kinds(found) == ["headline", "lede"]


NOTES = [
    "(Adds comments, details)",
    "(In Jan. 3 story, corrects name of minister in paragraph 2)",
    "(Updates with quotes; changes byline.)",
    "(This Jan. 3 story corrects the minister's name)",
    "(Refiles to fix typo in headline)",
    "Eds: Updates with quotes. With AP Photos.",
    "EDITORS' NOTE: This story has strong language.",
    "ATTENTION - ADDS quote ///",
    "* Barley up 4 percent",
    "(For use by New York Times News Service clients)",
    "BC-EU--Norland-Barley, 1st Ld, 416",
]


@pytest.mark.parametrize("note", NOTES)
def test_notes_above_a_story(note: str) -> None:
    found = story(f"{note}\nOSLO (AP) — {LEDE}\n{NEXT}")
    assert kinds(found) == ["note", "dateline", "lede", "body"]
    assert words(found, "note") == [note]


@pytest.mark.parametrize(
    "line", ["(She said no.)", "Adds up, he said.", "Editors met on Monday, he said.", "In a January story he said so."]
)
def test_lines_that_are_no_notes(line: str) -> None:
    assert kinds(story(f"{line}\n{LEDE}\n{NEXT}")) == ["lede", "body"]


@pytest.mark.parametrize(
    ("headline", "flags", "status"),
    [
        ("UPDATE 1-Barley prices rise", ["UPDATE 1"], "usable"),
        ("CORRECTED-UPDATE 2-Barley prices rise", ["CORRECTED", "UPDATE 2"], "corrected"),
        ("REFILE-Barley prices rise", ["REFILE"], "usable"),
        ("WRAPUP 3-Barley prices rise", ["WRAPUP 3"], "usable"),
        ("CORRECTION: Barley prices rise", ["CORRECTION"], "corrected"),
        ("STORY REMOVED: EU--Barley", ["STORY REMOVED"], "canceled"),
        ("KILL: Barley prices rise", ["KILL"], "canceled"),
        ("Update on barley prices", [], "usable"),
        ("Kill rate of barley pest rises", [], "usable"),
    ],
)
def test_update_flags(headline: str, flags: list[str], status: str) -> None:
    found = story(LEDE, headline=headline)
    assert (found.update_flags, found.status) == (flags, status)


@pytest.mark.parametrize(
    ("note", "status"),
    [
        ("(Corrects name of minister in paragraph 2)", "corrected"),
        ("(In Jan. 3 story, corrects name of minister in paragraph 2)", "corrected"),
        ("(Adds that minister corrects figures)", "usable"),
        ("Eds: This story has been withdrawn. A corrected version will follow.", "canceled"),
    ],
)
def test_notes_tell_corrections_and_kills(note: str, status: str) -> None:
    assert story(f"{note}\nOSLO (AP) — {LEDE}").status == status
    assert story(f"{note}\nOSLO (AP) — {LEDE}", status="canceled").status == "canceled"


def test_flags_stand_in_sluglines_and_on_lines_of_their_own() -> None:
    assert story(LEDE, slugline="BC-EU--Barley, 1st Ld-Writethru").update_flags == ["1st Ld-Writethru"]
    found = story(f"REFILE\n1ST LEAD\nGrowers ask for loans\nBy Ada Lund, dpa =\n\nOslo (dpa) - {LEDE}")
    assert found.update_flags == ["REFILE", "1ST LEAD"]
    assert kinds(found) == ["note", "headline", "byline", "dateline", "lede"]


@pytest.mark.parametrize(
    ("note", "until"),
    [
        ("EMBARGOED UNTIL 0001 GMT ON THURSDAY, MARCH 9, 2017", "2017-03-09T00:01:00+00:00"),
        ("Eds: Embargoed until 6 a.m. EST Thursday", "2017-02-02T11:00:00+00:00"),
        ("HOLD FOR RELEASE 12:01 A.M. EDT, SUNDAY, JULY 8", "2017-07-08T04:01:00+00:00"),
        ("Not for release before 5 March 2017", "2017-03-05T00:00:00+00:00"),
        ("Strict embargo: 0001 hours", "2017-01-31T00:01:00+00:00"),
        ("Embargoed for 1500est", "2017-01-31T15:00:00+00:00"),
        ("Embargoed until Donnerstag 0600 GMT", "2017-02-02T06:00:00+00:00"),
        ("Embargoed until 6:59 p.m. Tuesday", "2017-01-31T18:59:00+00:00"),
        ("Embargoed until 12 p.m. Monday", "2017-02-06T12:00:00+00:00"),
        ("Embargoed until 1 a.m.", "2017-01-31T01:00:00+00:00"),
        ("Embargoed until noon GMT Wednesday", "2017-02-01T12:00:00+00:00"),
        ("Embargoed until midnight GMT on March 9", "2017-03-09T00:00:00+00:00"),
        ("Embargoed until 14.30 MSK", "2017-01-31T11:30:00+00:00"),
        ("Embargoed until 0 a.m., 13 p.m. or 6:60 p.m. on March 9", "2017-03-09T00:00:00+00:00"),
        ("Embargoed until 13 p.m. on March 9", "2017-03-09T00:00:00+00:00"),
        ("Embargoed until 0 p.m. on March 9", "2017-03-09T00:00:00+00:00"),
        ("Embargoed until 6:60 p.m. on March 9", "2017-03-09T00:00:00+00:00"),
        ("(Adds details of embargo that begins March 9)", None),
        ("Embargo to hit farmers from March 9", None),
        ("Embargoed goods: 5 March shipment", None),
        ("The embargo was lifted", None),
    ],
)
def test_printed_embargoes(note: str, until: str | None) -> None:
    found = embargo_in(note, PUBLISHED)
    assert (found and found.isoformat()) == until


@pytest.mark.parametrize(
    "note",
    [
        "HOLD FOR RELEASE",
        "*** EMBARGOED ***",
        "(EMBARGOED)",
        "EMBARGO!",
        "Strict embargo",
        "Eds: story is embargoed.",
        "(Adds detail) Eds: Story embargoed until delivery",
        "UNDER EMBARGO",
        "Under strict embargo until the speech",
        "EMBARGOED - NOT FOR PUBLICATION",
        "EMBARGO TILL FURTHER NOTICE",
        "EDS: NOTE EMBARGO",
        "Please observe the embargo",
        "ATTENTION - EMBARGOED",
        "THIS COPY IS STRICTLY EMBARGOED UNTIL THE MINISTER SITS DOWN",
        "Not for publication until the minister speaks",
        "EMBARGOED UNTIL 25:99 ON THE 41ST",
    ],
)
def test_an_embargo_without_a_moment_that_can_be_read_holds_until_further_notice(note: str) -> None:
    assert embargo_in(note, PUBLISHED) == UNTIL_FURTHER_NOTICE
    assert embargo_in(f"(Adds grain embargo)\n{note}", None) == UNTIL_FURTHER_NOTICE
    assert embargo_in(f"{note}\nEmbargoed until March 9, 2017", None) == datetime(2017, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "note",
    [
        "(Adds details of the arms embargo)",
        "(Updates with trade embargo, minister's comment)",
        "(Adds that embargoed oil was seized in port)",
        "(Recasts, adds that Norland is embargoed)",
        "(Adds reaction; embargo)",
        "(Adds embargo)",
        "(Embargoes details, background)",
        "Eds: Embargo on grain enters its third year",
        "EDITORS: With ARMS-EMBARGO, profile",
        "Eds: trade embargo.",
        "Embargo on grain exports hits farmers",
        "Embargoed oil reaches port",
        "Embargo: what the island lost",
        "Embargo for 50 years has failed",
        "Under embargo by its neighbours, the port rusts",
        "EMBARGO LIFTED: was embargoed until delivery",
        "No longer embargoed until Friday",
        "Eds: no embargo",
        "FOR IMMEDIATE RELEASE",
    ],
)
def test_an_embargo_that_is_news_holds_nothing(note: str) -> None:
    assert embargo_in(note, PUBLISHED) is None


def test_a_time_of_day_is_a_moment_next_to_the_day_of_publication_only() -> None:
    assert embargo_in("Embargoed until 6 a.m.", PUBLISHED) == datetime(2017, 1, 31, 6, tzinfo=UTC)
    assert embargo_in("Embargoed until 6 a.m.", None) == UNTIL_FURTHER_NOTICE


@pytest.mark.parametrize(
    ("slugline", "headline", "held"),
    [
        ("BC-BUDGET (EMBARGOED)", "", True),
        ("BC-budget-embargoed-for-delivery", "", False),
        ("", "EMBARGOED UNTIL THE SPEECH: Budget rises", True),
        ("NORLAND-EMBARGO/", "Embargo until 2030, says union", False),
        ("BC-EMBARGOED OIL", "Embargoed: how the oil flows", False),
    ],
)
def test_sluglines_and_headlines_hold_too_but_topics_do_not(slugline: str, headline: str, held: bool) -> None:
    assert (story(LEDE, slugline=slugline, headline=headline).embargoed_until == UNTIL_FURTHER_NOTICE) is held


def test_a_printed_moment_ends_an_embargo_whose_field_names_none() -> None:
    until = story(f"EMBARGOED UNTIL MARCH 9, 2017\n\nOSLO (AP) - {LEDE}", embargoed_until=UNTIL_FURTHER_NOTICE).embargoed_until
    assert until == datetime(2017, 3, 9, tzinfo=UTC)
    assert story(LEDE, embargoed_until=UNTIL_FURTHER_NOTICE).embargoed_until == UNTIL_FURTHER_NOTICE


# The body ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("- 'Slow progress'", "Slow progress"),
        ("- “Slow progress” -", "Slow progress"),
        ("- Slow progress -", "Slow progress"),
        ("## Slow progress", "Slow progress"),
        ("SLOW PROGRESS", "SLOW PROGRESS"),
        ("Slow progress in the fields", "Slow progress in the fields"),
        ("10:15 a.m.", "10:15 a.m."),
    ],
)
def test_subheads(line: str, heading: str) -> None:
    found = story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{line}\n{NEXT}\n{LEDE}")
    assert outline(found) == [("dateline", None, 1), ("lede", None, 1), ("body", None, 1), ("body", heading, 2)]


@pytest.mark.parametrize(
    "line",
    [
        "“We are desperate.”",
        "“We are desperate”",
        "She said no.",
        "Nobody knows why.",
        "- We do not want loans, he said.",
        "Oslo 3, Bergen 1",
        "he said so",
        "The demands were:",
        "For instance,",
    ],
)
def test_lines_that_are_no_subheads(line: str) -> None:
    found = story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{line}\n{NEXT}\n{LEDE}")
    assert [section.heading for section in found.sections] == [None] * 3


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_a_subhead_behind_a_dash_loses_its_quotation_marks(opening: str, closing: str) -> None:
    for line in (f"- {opening}Slow progress{closing}", f"– {opening}Slow progress{closing} –", f"- {opening}It's over{closing} -"):
        found = story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{line}\n{NEXT}\n{LEDE}")
        assert [s.heading for s in found.sections if s.heading] == [line.strip("-– ")[len(opening) : -len(closing)]]


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_a_paragraph_in_quotation_marks_is_no_subhead(opening: str, closing: str) -> None:
    for line in (f"{opening}We are desperate.{closing}", f"{opening}We are desperate{closing}", f"{opening}Loans?{closing} asked Lund"):
        found = story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{line}\n{NEXT}\n{LEDE}")
        assert [section.heading for section in found.sections] == [None] * 3


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_who_signs_a_quotation_is_no_subhead(opening: str, closing: str) -> None:
    found = story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{opening}{NEXT}{closing}\nAda Lund\n{NEXT}\n{LEDE}")
    assert [section.heading for section in found.sections] == [None] * 3


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_a_lede_goes_on_while_its_quotation_does(opening: str, closing: str) -> None:
    left_open = f"OSLO (AP) — {opening}{LEDE}\n{opening}{NEXT}{closing}\n{LEDE}"
    assert outline(story(left_open)) == [("dateline", None, 1), ("lede", None, 2), ("body", None, 1)]
    closed = f"OSLO (AP) — {opening}{LEDE}{closing}\n{opening}{NEXT}{closing}\n{LEDE}"
    assert outline(story(closed)) == [("dateline", None, 1), ("lede", None, 1), ("body", None, 2)]


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_a_headline_may_open_with_any_quotation_mark(opening: str, closing: str) -> None:
    headline = f"{opening}Wettest autumn{closing} costs growers dear"
    assert story(f"{headline}\n{opening}{LEDE}{closing}\n{NEXT}").headline == headline


@pytest.mark.parametrize(("opening", "closing"), STYLES)
def test_a_dateline_may_stand_before_any_quotation_mark(opening: str, closing: str) -> None:
    assert words(story(f"NEW YORK _ {opening}{LEDE}{closing}\n{NEXT}"), "dateline") == ["NEW YORK _"]


@pytest.mark.parametrize(
    ("line", "below", "is_subhead"),
    [
        (f"Slow {'p' * 59}", NEXT, True),
        (f"Slow {'p' * 60}", NEXT, False),
        ("How the wet fields of Norland will be drained", NEXT, True),
        ("How the wet fields of all Norland will be drained", NEXT, False),
        ("Slow progress", cut(NEXT, 80, "."), True),
        ("Slow progress", cut(NEXT, 79, "."), False),
        ("Slow progress", cut(NEXT, 80), False),
        ("___\nSlow progress", "Too slow.", True),
        ("___\nSlow progress", "Too slow for them", False),
        ("Oslo 3, Bergen 1\nSlow progress", NEXT, False),
    ],
)
def test_a_bare_subhead_is_short_and_stands_above_prose(line: str, below: str, is_subhead: bool) -> None:
    found = story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{line}\n{below}\n{LEDE}")
    assert [section.heading for section in found.sections if section.heading] == line.splitlines()[-1:] * is_subhead


def test_lists_are_no_subheads() -> None:
    found = story(f"OSLO (AP) — {LEDE}\nThe demands:\n- Cheap loans\n- Dry fields\n{NEXT}")
    assert all(section.heading is None for section in found.sections)


def test_headings_of_the_markup_are_subheads() -> None:
    text = f"{LEDE}\nWhat did she say?\n{NEXT}"
    start = text.index("What")
    found = story(text, "markup", headings=[Span(start=start, end=start + 17)])
    assert outline(found) == [("lede", None, 1), ("body", "What did she say?", 1)]


def test_a_story_that_opens_with_a_subhead_has_a_lede_too() -> None:
    text = f"Slow progress\n{LEDE}\n{NEXT}"
    found = story(text, "markup", headline="Growers ask", headings=[Span(start=0, end=13)])
    assert outline(found) == [("lede", "Slow progress", 1), ("body", None, 1)]


@pytest.mark.parametrize(
    ("line", "heading"),
    [(cut(LEDE, 120, "."), True), (cut(LEDE, 121, "."), False), (cut(LEDE, 161), True), (cut(LEDE, 300, "."), False)],
)
def test_a_summary_is_no_subhead_though_the_markup_calls_it_a_heading(line: str, heading: bool) -> None:
    found = story(f"{line}\n{NEXT}", "markup", headline="Growers ask", headings=[Span(start=0, end=len(line))])
    assert outline(found) == ([("lede", line, 1)] if heading else [("lede", None, 1), ("body", None, 1)])


@pytest.mark.parametrize(("length", "headings"), [(10, []), (11, ["Who pays for it now?"]), (20, ["Who pays for it now?"])])
def test_a_heading_of_the_markup_fills_most_of_its_line(length: int, headings: list[str]) -> None:
    found = story(f"{LEDE}\nWho pays for it now?\n{NEXT}", "markup", headings=[Span(start=len(LEDE) + 1, end=len(LEDE) + 1 + length)])
    assert [section.heading for section in found.sections if section.heading] == headings


def test_a_heading_of_the_markup_that_is_no_line_of_the_body_heads_nothing() -> None:
    text = f"Growers ask\nBy Ada Lund\n{LEDE}\nNobody knows.\n(Reporting by Ada Lund; Editing by Per Moe)"
    starts = [0, text.index("(Reporting")]
    found = story(text, "markup", headings=[Span(start=start, end=start + 11) for start in starts])
    assert outline(found) == [("headline", None, 1), ("byline", None, 1), ("lede", None, 1), ("body", None, 1), ("trailer", None, 1)]


@pytest.mark.parametrize("line", ["(STORY CAN END HERE. OPTIONAL MATERIAL FOLLOWS)", "Read more: Who pays for the rain", "ADVERTISEMENT"])
def test_asides_stand_apart_from_the_body(line: str) -> None:
    assert kinds(story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{line}\n{LEDE}")) == ["dateline", "lede", "body", "note", "body"]


def test_rules_part_the_body() -> None:
    found = story(f"OSLO (AP) — {LEDE}\n{NEXT}\n___\n{NEXT}\n___\nWHAT IS NEXT\n{LEDE}")
    assert outline(found) == [("dateline", None, 1), ("lede", None, 1), ("body", None, 1), ("body", None, 1), ("body", "WHAT IS NEXT", 1)]


def test_the_lede_goes_on_while_a_quotation_runs_on() -> None:
    found = story(f"OSLO (AP) — Ada Lund said: “We ask for loans.\n“We ask for them now.”\n{NEXT}")
    assert outline(found) == [("dateline", None, 1), ("lede", None, 2), ("body", None, 1)]
    found = story(f"OSLO (AP) — Ada Lund said: “We ask for loans.\n“We ask for them now.”\n“{NEXT}”")
    assert outline(found) == [("dateline", None, 1), ("lede", None, 2), ("body", None, 1)]


# The tail ------------------------------------------------------------------------------------------------------------

TRAILERS = [
    "(Reporting by Ada Lund; Editing by Per Moe)",
    "(Additional reporting by Ada Lund in Oslo, Per Moe and Tom Ray; Writing by Ina Holt; Editing by Per Moe)",
    "Reporting by Ada Lund Editing by Per Moe",
    "Writing and editing by Ada Lund",
    "AP writers Ada Lund in Oslo and Per Moe in Geneva contributed to this report.",
    "Our Standards: The Thomson Reuters Trust Principles.",
    "al-pm/tr/ih",
    "(al)",
    "Reuter",
    "ENDS",
    "-30-",
    "###",
    "Follow Ada Lund on Twitter at @adalund",
    "Subscribe to the Norland Wire for the full text.",
    "Copyright 2017 Norland Wire. All rights reserved.",
    "Lund reported from Oslo.",
    "https://norland.example/barley",
]


@pytest.mark.parametrize("line", TRAILERS)
def test_trailers(line: str) -> None:
    found = story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{line}")
    assert kinds(found) == ["dateline", "lede", "body", "trailer"]
    assert words(found, "trailer") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "“We report this to the police,” she said.",
        "The reporting by the ministry was wrong, she said.",
        "Ada Lund, who contributed to the fund, left.",
        "(She was not there.)",
        "Ends meet for nobody, she said.",
        "“Follow me,” she said.",
    ],
)
def test_lines_that_are_no_trailers(line: str) -> None:
    assert kinds(story(f"OSLO (AP) — {LEDE}\n{NEXT}\n{line}")) == ["dateline", "lede", "body"]


@pytest.mark.parametrize(
    ("before", "after", "trailers"),
    [(1, 4, 0), (2, 3, 0), (3, 2, 3), (4, 1, 2)],
    ids=["in the first half", "before the middle", "in the middle", "near the end"],
)
def test_a_line_that_opens_trailers_does_so_in_the_second_half_only(before: int, after: int, trailers: int) -> None:
    lines = [*[f"{LEDE} {n}." for n in range(before)], "# Notizblock", *[f"{NEXT} {n}." for n in range(after)]]
    assert len(lines) - trailers_from(lines) == trailers


@pytest.mark.parametrize(("sentences", "head"), [(1, True), (2, True), (3, False)])
def test_a_dateline_opens_the_body_below_a_byline_and_two_more_sentences_at_most(sentences: int, head: bool) -> None:
    above = [f"{LEDE[:-1]} {n}, {NEXT}" for n in range(sentences)]
    found = story("\n".join(["By Ada Lund", *above, f"OSLO, March 5 (XP) - {LEDE}", NEXT]))
    assert (kinds(found).index("dateline") < kinds(found).index("lede")) is head


def test_no_furniture_is_longer_than_1500_characters() -> None:
    assert [is_kind(character * length, "trailers") for length in (1500, 1501) for character in "-x"] == [True, False, False, False]


def test_what_is_not_for_publication_is_withheld_to_the_end() -> None:
    found = story(
        f"Oslo (dpa) - {LEDE}\n\n{NEXT}\n\n* * * *\nThe following information is not intended for publication\n\n"
        "## Contacts\n- Reporting by: Ada Lund\n\n“Call me,” she said.\n"
    )
    assert kinds(found) == ["dateline", "lede", "body", "withheld"]
    assert words(found, "withheld")[0].startswith("* * * *")
    assert words(found, "withheld")[0].endswith("she said.")


def test_stars_alone_withhold_nothing() -> None:
    assert "withheld" not in kinds(story(f"Oslo (dpa) - {LEDE}\n\n{NEXT}\n\n* * * *\n\n{LEDE}"))


# Whatever comes ------------------------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [LEDE, NEXT, "By Ada Lund", "OSLO (AP) —", f"OSLO (AP) — {LEDE}", "UPDATE 1-Barley", "(Adds quote)", "___", "- 'Loans'", "* * * *", "",
     "The following information is not intended for publication", "ENDS", "(Reporting by Ada Lund)", "“We ask", "Associated Press"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=30), max_size=14).map("\n".join), st.sampled_from(["plain", "markup"]))
@settings(max_examples=200, deadline=None)
def test_sections_tile_any_text(text: str, layout: Layout) -> None:
    found = story(text, layout)
    inside = [paragraph for section in found.sections for paragraph in section.paragraphs]
    assert all("\n" not in paragraph.of(found.text) and paragraph.of(found.text).strip() for paragraph in inside)
    assert all(section.paragraphs or section.kind == "body" for section in found.sections)
    assert kinds(found).count("lede") <= 1
