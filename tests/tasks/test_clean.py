"""Clean: one paragraph a line, nothing lost, every character traceable."""

import textwrap
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.base import Span
from schemas.story import CleanStory, Layout, RawStory
from tasks.clean import clean
from tasks.clean.mended import Mended


def raw(text: str, layout: Layout = "plain", **fields: object) -> RawStory:
    return RawStory.model_validate(
        {"source_uri": "test:", "source_format": "txt", "source_sha256": "0" * 64, "text": text, "layout": layout} | fields
    )


def cleaned(text: str, layout: Layout = "plain") -> str:
    return clean(raw(text, layout)).text


CHARACTERS = [
    ("Caf&eacute; &amp; bar, &amp;amp;c", "Café & bar, &c"),
    ("A&amp;amp;amp;nbsp;b &amp; c &#38;lt;d&#x26;gt; &;", "A b & c <d> &;"),
    ("It&amp;#39;s late, said AT&T; R&D grows", "It's late, said AT&T; R&D grows"),
    ("The minister said it was â€œunlikelyâ€\x9d to pass.", "The minister said it was “unlikely” to pass."),
    ("FranÃ§ois voilÃ\xa0 le thÃ©", "François voilà le thé"),
    ("She said \x93no\x94 twice\x85", "She said “no” twice…"),
    ("Ł said \x93no\x94", "Ł said “no”"),
    ("Â£5 a week", "£5 a week"),
    ("£5 a week – “no”, he said…", "£5 a week – “no”, he said…"),
    ("``We go,'' he said. ‘Then’ \"now\" «hier»", "``We go,'' he said. ‘Then’ \"now\" «hier»"),
    ("a\x00b\x07c \ufeffd\u00ade\u200bf", "abc def"),
    ("one\u00a0two\u2009three\tfour   five ", "one two three four five"),
    ("\x1b[31mred\x1b[0m", "red"),
    ("eﬃcient oﬀer", "efficient offer"),
    ("Cafe\u0301 in Malmo\u0308", "Café in Malmö"),
    ("<p>First.</p><p>Second <b>bold</b> word.<br/>Third.</p>", "First.\nSecond bold word.\nThird."),
    ("Shares of Acme <B> and Birch <P> rose.", "Shares of Acme <B> and Birch <P> rose."),
    ("\ud83d\ude00 half \ud83d gone", "😀 half � gone"),
]


@pytest.mark.parametrize(("source", "text"), CHARACTERS)
def test_characters_are_mended_and_quotation_marks_are_not(source: str, text: str) -> None:
    assert cleaned(source) == text


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("Then FranÃ§ois said â€œnoâ€\x9d again.", "Then Fran|ois said |no| again."),
        ("Rain.\nÂ£5 a week\nSun.", "Rain.\n|£5 a week\nSun."),
        ("A co&amp;c. R&D plan", "A co&|c. R&D plan"),
        ("Ma\u0308nner a\u0308lter", "M|nner |lter"),
    ],
)
def test_what_a_repair_leaves_as_it_was_still_maps_to_the_source(source: str, kept: str) -> None:
    story = clean(raw(source, "markup"))
    assert "|".join(source[run.source_start : run.source_start + run.length] for run in story.source_map) == kept


WRAPPED = [
    pytest.param(
        "\t   TARVIN, Norland (XP) _ Growers of winter barley on Monday asked\nthe government for help after the wettest "
        "autumn in thirty\nyears.\n\t   The minister, Ada Lund, said the cabinet would look into\nit.\n",
        "TARVIN, Norland (XP) _ Growers of winter barley on Monday asked the government for help after the wettest autumn "
        "in thirty years.\nThe minister, Ada Lund, said the cabinet would look into it.",
        id="paragraphs by indent",
    ),
    pytest.param(
        "Growers of winter barley on Monday asked the government for\r\r\nhelp after the wettest autumn in thirty years.\r\r\n"
        "\r\r\nThe minister, Ada Lund, said the cabinet would look into it as\r\r\nsoon as it met again.\r\r\n",
        "Growers of winter barley on Monday asked the government for help after the wettest autumn in thirty years.\n"
        "The minister, Ada Lund, said the cabinet would look into it as soon as it met again.",
        id="paragraphs by blank line, CR CR LF",
    ),
    pytest.param(
        "Growers of winter barley on Monday asked the government for\n\nhelp after the wettest autumn in thirty years.\n\n\n"
        "The minister, Ada Lund, said the cabinet would look into it as\n\nsoon as it met again.\n",
        "Growers of winter barley on Monday asked the government for help after the wettest autumn in thirty years.\n"
        "The minister, Ada Lund, said the cabinet would look into it as soon as it met again.",
        id="double-spaced lines",
    ),
    pytest.param(
        "Growers of winter barley on Monday asked the government for\nhelp after the wettest autumn in thirty years, which spoiled\r\n"
        "Norland's harvest.\r\rThe minister, Ada Lund, said the cabinet would look into it as\nsoon as it met again.\n",
        "Growers of winter barley on Monday asked the government for help after the wettest autumn in thirty years, which spoiled "
        "Norland's harvest.\nThe minister, Ada Lund, said the cabinet would look into it as soon as it met again.",
        id="line ends of three kinds",
    ),
    pytest.param(
        "Growers of winter barley on Monday asked the government for\nhelp after the wettest autumn in years.\n"
        "The minister, Ada Lund, said the cabinet would look into it as\nsoon as it met again.",
        "Growers of winter barley on Monday asked the government for help after the wettest autumn in years.\n"
        "The minister, Ada Lund, said the cabinet would look into it as soon as it met again.",
        id="paragraphs by short last line only",
    ),
    pytest.param(
        "Results from the second day of the Tarvin Open, played on grass\nbefore a full house:\n\n"
        "Lund beat Moe 6-4 6-3\nHolt beat Ray 7-5 6-0\n\n"
        "The semifinals are on Saturday, when rain is expected in the\nafternoon.",
        "Results from the second day of the Tarvin Open, played on grass before a full house:\n"
        "Lund beat Moe 6-4 6-3\nHolt beat Ray 7-5 6-0\n"
        "The semifinals are on Saturday, when rain is expected in the afternoon.",
        id="results stay lines",
    ),
    pytest.param(
        "Norland league football\nresults from Saturday, with standings (won, drawn, lost, goals\nfor, goals against):\n"
        "TARVIN 2 OAKHAM 0\nLIMBER 1 KELBY 1\nTarvin 4 4 0 0 9 3\nOakham 4 1 0 3 4 8",
        "Norland league football results from Saturday, with standings (won, drawn, lost, goals for, goals against):\n"
        "TARVIN 2 OAKHAM 0\nLIMBER 1 KELBY 1\nTarvin 4 4 0 0 9 3\nOakham 4 1 0 3 4 8",
        id="a short first line is no measure",
    ),
    pytest.param(
        "Results of Norland league\nmatches on Saturday:\nTarvin 2 Oakham Town 0\nLimber 1 Kelby United 1",
        "Results of Norland league matches on Saturday:\nTarvin 2 Oakham Town 0\nLimber 1 Kelby United 1",
        id="nothing is wrapped so narrow",
    ),
    pytest.param(
        "The ministry gave its reasons in a letter to the growers, which\nwas read out on Monday:\n\n"
        "- the harvest was the poorest in thirty years and much of it\n  was spoiled\n- prices fell\nOf loans there was no word.\n",
        "The ministry gave its reasons in a letter to the growers, which was read out on Monday:\n"
        "- the harvest was the poorest in thirty years and much of it was spoiled\n- prices fell\nOf loans there was no word.",
        id="list with hanging indent",
    ),
    pytest.param(
        "\tGrowers of winter barley on Monday asked the government for\n"
        "    help after the wettest autumn in all the fields of Norland and\n\tLarvik.\n\n"
        "\tThe minister, Ada Lund, said the cabinet would look into it\n    as soon as it met again.\n",
        "Growers of winter barley on Monday asked the government for help after the wettest autumn in all the fields of Norland and "
        "Larvik.\n"
        "The minister, Ada Lund, said the cabinet would look into it as soon as it met again.",
        id="a tab indents like four spaces",
    ),
    pytest.param(
        "Team              W   L\nTarvin            9   1\nOakham            4   6\n\n"
        "Tarvin, which leads the league for the second year running, can\nafford to lose.",
        "Team W L\nTarvin 9 1\nOakham 4 6\nTarvin, which leads the league for the second year running, can afford to lose.",
        id="table rows stay lines",
    ),
    pytest.param(
        "The prices of grain in Tarvin on Monday, as the exchange of the\ntown gave them, in crowns a bag:\n"
        "barley......9 crowns\nwheat......8 crowns\nrye\t7 crowns\noats\t6 crowns\n",
        "The prices of grain in Tarvin on Monday, as the exchange of the town gave them, in crowns a bag:\n"
        "barley......9 crowns\nwheat......8 crowns\nrye 7 crowns\noats 6 crowns",
        id="rows with leaders or tabs stay lines",
    ),
    pytest.param(
        "Growers ask for help\n\n"
        "The growers of winter barley asked the government on Monday for\n"
        "help after the wettest autumn in thirty years, which spoiled the\n"
        "loans that the cabinet promised them in the year of 2019.\n"
        "Loans were given to none of them, and what they had asked for is\n"
        "not in the plan.",
        "Growers ask for help\n"
        "The growers of winter barley asked the government on Monday for help after the wettest autumn in thirty years, "
        "which spoiled the loans that the cabinet promised them in the year of 2019. Loans were given to none of them, "
        "and what they had asked for is not in the plan.",
        id="a full line that ends a sentence goes on where a blank line, be it the first, parts paragraphs",
    ),
    pytest.param(
        "By ADA LUND\nNorland Press Writer\nTARVIN (XP) -- Growers of winter barley asked the government for\n"
        "help on Monday after the wettest autumn in thirty years.\n",
        "By ADA LUND\nNorland Press Writer\nTARVIN (XP) -- Growers of winter barley asked the government for help on Monday "
        "after the wettest autumn in thirty years.",
        id="byline above",
    ),
    pytest.param(
        "By Ada Lund\ndpa correspondent\nGrowers of winter barley asked the government for\nhelp on Monday after the wettest autumn.\n",
        "By Ada Lund\ndpa correspondent\nGrowers of winter barley asked the government for help on Monday after the wettest autumn.",
        id="a byline ends though what follows it has no capital",
    ),
    pytest.param(
        "The ministry gave two reasons in a letter to all the growers:\n- the harvest was the poorest in thirty years and much of it\n"
        "  was spoiled.\n- prices fell, and the loans that were promised in the summer\n  never came.",
        "The ministry gave two reasons in a letter to all the growers:\n"
        "- the harvest was the poorest in thirty years and much of it was spoiled.\n"
        "- prices fell, and the loans that were promised in the summer never came.",
        id="a list below a full line that a colon ends",
    ),
    pytest.param(
        "The ministry gave two reasons in a letter to all the growers:\n- the harvest was the poorest in thirty years and much of it\n"
        "was spoiled.\n- prices fell, and the loans that were promised in the summer\nnever came.",
        "The ministry gave two reasons in a letter to all the growers:\n"
        "- the harvest was the poorest in thirty years and much of it was spoiled.\n"
        "- prices fell, and the loans that were promised in the summer never came.",
        id="the same list without a hanging indent",
    ),
    pytest.param(
        "The growers - a third of whom have left the trade in the last\n- and worst - decade, asked for help on Monday after "
        "the\nwettest autumn in years.",
        "The growers - a third of whom have left the trade in the last - and worst - decade, asked for help on Monday after "
        "the wettest autumn in years.",
        id="a dash that starts a line is no list",
    ),
    pytest.param(
        "The minister spoke of a well-\nmeant plan for pre-\nand post-war houses that the cooper-\nation of towns needs, "
        "and called it cooperation.",
        "The minister spoke of a well-meant plan for pre- and post-war houses that the cooperation of towns needs, "
        "and called it cooperation.",
        id="hyphens",
    ),
    pytest.param(
        "\n\nThe growers of winter barley asked the government on Monday for\n"
        "help after the wettest autumn in thirty years, which spoiled the\n"
        "harvest of a third of them, and said that they would not wait for\n"
        "the loans that the cabinet promised them in the summer of 2019.\n"
        "A minister said on Tuesday that he would look into what they had\n"
        "asked for and come back to them.",
        "The growers of winter barley asked the government on Monday for help after the wettest autumn in thirty years, "
        "which spoiled the harvest of a third of them, and said that they would not wait for the loans that the cabinet "
        "promised them in the summer of 2019.\n"
        "A minister said on Tuesday that he would look into what they had asked for and come back to them.",
        id="a sentence that ends a character short of the measure ends its paragraph where nothing else does",
    ),
]


@pytest.mark.parametrize(("source", "text"), WRAPPED)
def test_wrapped_lines_become_paragraphs(source: str, text: str) -> None:
    assert cleaned(source) == text


def line_of(length: int, begin: str = "Growers", end: str = "") -> str:
    """A line of that many characters, which opens with one word and ends in another."""
    return f"{begin} {'x' * (length - len(begin) - len(end) - 1)}{end}"


@pytest.mark.parametrize(
    ("length", "end", "joined"),
    [
        (31, "", True),
        (30, "", False),
        (34, ".", True),
        (33, ".", False),
        (35, "", True),
        (36, "", False),
        (35, ".", True),
        (36, ".", False),
    ],
)
def test_a_full_line_is_joined_to_the_next(length: int, end: str, joined: bool) -> None:
    """Of copy 32 characters wide, lines that leave no room within 40 characters are full: three fewer in mid-sentence, three over 32."""
    text = f"Results of Norland league\nmatches on Saturday:\n{line_of(length, 'Oakham', end)}\nTarvin won again"
    assert len(cleaned(text).split("\n")) == (2 if joined else 3)


@pytest.mark.parametrize(("length", "joined"), [(51, True), (50, False)])
def test_a_line_is_full_that_the_narrowest_measure_of_the_copy_fills(length: int, joined: bool) -> None:
    """A line of 60 characters before a word of ten may be wrapped at 60 to 70; one that leaves no room within 57 is full."""
    text = f"{line_of(60)}\nthroughout the autumn.\n{line_of(length, 'Millers')}\nTarvin won again."
    assert (f"{line_of(length, 'Millers')} Tarvin" in cleaned(text)) is joined


@pytest.mark.parametrize(("length", "joined"), [(240, False), (241, True)])
def test_no_row_of_a_table_is_longer_than_240_characters(length: int, joined: bool) -> None:
    row = f"and   {'x' * (length - 6)}"
    assert ("\nand " not in cleaned(f"{line_of(60)}\n" + f"asked for {line_of(50)}\n" * 8 + row)) is joined


@pytest.mark.parametrize(("width", "wrapped"), [(40, True), (119, True), (120, True), (121, False)])
def test_no_copy_is_wrapped_wider_than_120_characters(width: int, wrapped: bool) -> None:
    assert ("\n" not in cleaned(f"{line_of(width)}\nasked for help.")) is wrapped


@pytest.mark.parametrize(("length", "wrapped"), [(80, True), (81, False)])
def test_copy_is_wrapped_where_half_of_it_is_in_lines_of_its_width(length: int, wrapped: bool) -> None:
    text = f"{line_of(60)}\nasked for {line_of(10, 'help', '.')}\n{line_of(length, 'Millers', '.')}"
    assert len(cleaned(text).split("\n")) == (2 if wrapped else 3)


@pytest.mark.parametrize(("indent", "joined"), [(0, True), (1, True), (2, False)])
def test_a_line_in_mid_sentence_may_be_a_space_further_in(indent: int, joined: bool) -> None:
    text = f"{line_of(60)}\nasked for help in the autumn that was\n{' ' * indent}the wettest in years.\n{line_of(60)}\nand got it."
    assert ("that was the wettest" in cleaned(text)) is joined


NOT_WRAPPED = [
    "Growers ask for help\nTARVIN (XP) - Growers asked for help.\nThe minister said no.",
    "By Ada Lund\nA long first paragraph that ends with a full stop, as they do.\neBay may open the next one.",
    "Alder\nBirch\nCherry",
]


@pytest.mark.parametrize("text", NOT_WRAPPED)
def test_lines_that_are_paragraphs_stay(text: str) -> None:
    assert cleaned(text) == text


def test_markup_layout_is_never_unwrapped() -> None:
    assert cleaned("a line without a full stop\nand another one", "markup") == "a line without a full stop\nand another one"


def test_runs_that_adjoin_again_are_one() -> None:
    source = Mended.of("They cooperate.")
    parted = source.edited([(7, 7, "-")])
    assert parted.runs == ((0, 0, 7), (8, 7, 8))
    assert parted.edited([(7, 8, "")]) == source
    assert parted.edited([(6, 9, "")]).runs == ((0, 0, 6), (6, 8, 7))


@pytest.mark.parametrize(
    ("source", "heading", "moved"),
    [
        ("First&nbsp;paragraph.\n\n  What is next  \nSecond.", "  What is next  ", ["What is next"]),
        ("  What is next\n\nSecond.\n\nThird.", "  What is next", ["What is next"]),
        ("What is&nbsp;next&nbsp;&amp; who pays\n\nSecond.", "What is&nbsp;next&nbsp;&amp; who pays", ["What is next & who pays"]),
        ("First.\n\n&#8203;\n\nSecond.", "&#8203;", []),
        ("First.\n\nSecond.", "\n\n", []),
    ],
)
def test_headings_move_with_their_words(source: str, heading: str, moved: list[str]) -> None:
    start = source.index(heading)
    story = clean(raw(source, "markup", headings=[Span(start=start, end=start + len(heading))]))
    assert [h.of(story.text) for h in story.headings] == moved


def test_repairs_are_told_in_plain_words() -> None:
    story = clean(raw("Caf&eacute;\x00", repairs=["read as UTF-8"]))
    assert story.repairs == ["read as UTF-8", "decoded HTML entities", "dropped control and invisible characters"]


INDONESIAN = "Para petani meminta bantuan pemerintah pada hari Senin setelah musim hujan terbasah dalam tiga puluh tahun. "
ENGLISH = "The growers asked the government on Monday to help them after the wettest autumn in thirty years. "
GERMAN = "Die Bauern baten die Regierung am Montag um Hilfe nach dem nassesten Herbst seit dreißig Jahren. "


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (ENGLISH, None, "en"),
        (ENGLISH.upper(), None, "en"),
        (GERMAN, None, "de"),
        (GERMAN, "de-AT", "de-AT"),
        ("Les producteurs ont demandé lundi des prêts au gouvernement après un automne humide.", None, "fr"),
        ("Результаты второго дня: виноградари попросили правительство о помощи.", None, "ru"),
        (
            "Results of soccer matches in Poland on Saturday, with scorers:\n" + "Widzew Łódź 2 Górnik Zabrze 1 (Kowalczyk 12)\n" * 4,
            None,
            "en",
        ),
        ("Rams 54, Chiefs 51", None, None),
        ("", None, None),
    ],
)
def test_language_is_declared_or_detected(text: str, declared: str | None, language: str | None) -> None:
    assert clean(raw(text, language=declared)).language == language


@pytest.mark.parametrize(
    ("text", "declared", "language", "noted"),
    [
        (ENGLISH * 2, "eng", "en", False),
        (ENGLISH, "eng", "en", False),
        (ENGLISH * 2, "en-GB", "en-GB", False),
        (ENGLISH * 2, "it", "en", True),
        (ENGLISH * 2, "fi-FI", "en", True),
        (ENGLISH * 2, "ger", "en", True),
        (ENGLISH, "mul", "en", False),
        (ENGLISH, "zxx", "en", False),
        (ENGLISH, "xx", "en", False),
        (GERMAN * 2, "de", "de", False),
        (GERMAN * 2, "en", "de", True),
        (INDONESIAN * 2, "ms", "ms", False),
        (INDONESIAN * 2, "cs", "id", True),
        ("Rain fell on Larvik.", "it", "it", False),
        ("Rams 54, Chiefs 51", "mul", None, False),
        ("Bøndene ba regjeringen om hjelp mandag etter den våteste høsten på tretti år, sier de. " * 2, "nb", "nb", False),
    ],
)
def test_a_declared_language_is_a_hint(text: str, declared: str, language: str | None, noted: bool) -> None:
    found = clean(raw(text, language=declared))
    assert found.language == language
    assert (f"language declared as {declared}, found to be {language}" in found.repairs) == noted


SMALL = "the growers asked the government for help after the wettest autumn in thirty years"
CAPITALS = "SO THE GROWERS ASKED THE GOVERNMENT FOR HELP AFTER THE WETTEST AUTUMN"


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (SMALL[:30], None, "en"),
        (SMALL[:29], None, None),
        ("Millers seize barley among chilli sauce.", None, "en"),
        (CAPITALS[:60], None, "en"),
        (CAPITALS[:59], None, None),
        (SMALL[:80], "it", "en"),
        (SMALL[:79], "it", "it"),
        (CAPITALS * 2, "it", "it"),
    ],
)
def test_a_language_is_seen_in_enough_text_only(text: str, declared: str | None, language: str | None) -> None:
    assert clean(raw(text, language=declared)).language == language


WORDS = ["word", "Minister", "said", ".", " ", "-\n", "- ", "1. ", "* ", "___", "“", "''", "``", "日本", "\U0001f4f0"]
BREAKS = [",\n", "\n", "\n\n", "\r\r\n", "\t   ", "  ", "\u00a0", "\x85"]
DAMAGE = ["&amp;", "&nbsp;", "&#38;", "amp;", "lt;p&gt;", "<p>", "</b>", "Ã©", "â€œ", "â€\x9d", "\x93", "\x00", "\ufb01", "e\u0301"]
PIECES = st.sampled_from(WORDS + BREAKS + DAMAGE)
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80)


@given(TEXTS, st.sampled_from(["plain", "markup"]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_laid_out_and_mapped(text: str, layout: Layout) -> None:
    story = clean(raw(text, layout))
    paragraphs = story.text.split("\n") if story.text else []
    assert all(p and p == p.strip() and "  " not in p for p in paragraphs)
    again = clean(raw(story.text, "markup"))
    assert again.text == story.text


@given(st.lists(st.sampled_from("abcdefghij .,\n"), max_size=200).map("".join))
@settings(deadline=None)
def test_plain_characters_all_map(text: str) -> None:
    story: CleanStory = clean(raw(text))
    mapped = {i for r in story.source_map for i in range(r.text_start, r.text_start + r.length)}
    assert all(i in mapped for i, c in enumerate(story.text) if not c.isspace())


WRAPPINGS = {
    "blank line": ("", "", "\n\n"),
    "indent": ("    ", "", "\n"),
    "tab": ("\t   ", "", "\n"),
    "all indented": ("  ", "  ", "\n\n"),
    "outdent": ("", "    ", "\n"),
    "double-spaced": ("    ", "", "\n\n"),
    "CR CR LF": ("", "", "\r\r\n\r\r\n"),
}
WORD = st.sampled_from(["barley", "fields", "growers", "minister", "asked", "help", "after", "the", "wettest", "autumn", "in", "years"])
SENTENCE = st.lists(WORD, min_size=12, max_size=20)
PARAGRAPH = st.lists(SENTENCE, min_size=2, max_size=4).map(lambda s: " ".join(" ".join(words).capitalize() + "." for words in s))


@given(st.lists(PARAGRAPH, min_size=1, max_size=5), st.sampled_from(sorted(WRAPPINGS)), st.integers(60, 80))
@settings(max_examples=200, deadline=None)
def test_wrapping_is_undone(paragraphs: list[str], style: str, width: int) -> None:
    first, rest, between = WRAPPINGS[style]
    filled = [textwrap.fill(p, width, initial_indent=first, subsequent_indent=rest, expand_tabs=False) for p in paragraphs]
    # Where every line ends a sentence nobody can tell a wrap from a paragraph.
    assume(any(not line.endswith(".") for p in filled for line in p.splitlines()))
    text = between.join(filled)
    if style == "double-spaced":
        text = text.replace("\n", "\n\n").replace("\n\n\n\n", "\n\n")
    if "\r" in between:
        text = text.replace("\n", "\r\r\n").replace("\r\r\r\r\r", "\r\r").replace("\r\r\r\r", "\r\r")
    assert cleaned(text) == "\n".join(paragraphs)


GOLDEN = sorted((Path(__file__).parent / "cases" / "agencies").glob("*.txt"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_is_clean_stays_as_it_is(path: Path) -> None:
    once = cleaned(path.read_text("utf-8"))
    assert cleaned(once) == once
