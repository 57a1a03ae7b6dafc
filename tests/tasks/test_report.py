import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.arrow import arrow_table
from schemas.base import Span
from schemas.extracted import Entity, ExtractedStory, Quote
from schemas.rows import RejectRow
from schemas.run import RunManifest
from schemas.story import UNTIL_FURTHER_NOTICE, CleanStory, RawStory, Section, SplitStory
from tasks.dataset import batch_rows
from tasks.report import ReportContent, read_content, render
from tasks.report.marks import Mark, pieces
from tasks.report.page import WORD_JOINER, cell, printable
from tests.tasks.reported import extracted

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</bdi></p></article><iframe src=https://example.invalid>",
    "</noscript><script>alert(1)</script><noscript>",
    "<!-- ",
    "]]><svg onload=alert(1)>",
    "&lt;script&gt; &amp; &#x3c;",
    "{{ 7*7 }} {% raw %}",
    "javascript:alert(1)",
    "=HYPERLINK(0)",
    "abc\u202efed\u202d",
    "a\x00b\x1b[2J",
]
"""One line each, so that each can be a paragraph as well as a field."""


def report(
    *stories: ExtractedStory, shown: int = 200, rejects: Sequence[RejectRow] = (), runs: Sequence[RunManifest] = ()
) -> ReportContent:
    """The content of a dataset that holds these stories."""
    rows = batch_rows(stories, near_duplicates=False)
    views = duckdb.connect()
    views.execute("set TimeZone = 'UTC'")
    for table in ("documents", "sections", "entities", "quotes"):
        views.register(table, getattr(rows, table))
        views.execute(f"create view {table}_latest as from {table}")
    views.register("rejects", arrow_table(RejectRow, rejects))
    return read_content(views, runs, stories=shown)


def page(content: ReportContent, title: str = "desk") -> str:
    return render(content, title=title, made_at=NOON, version="0.0")


class Outline(HTMLParser):
    """The elements, attributes and words of a page, as a browser's tokenizer would take them."""

    VOID = frozenset({"meta", "input", "br", "rect"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.comments: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.texts.setdefault(tag, []).append(data)

    def words(self, tag: str) -> str:
        return "".join(self.texts.get(tag, []))


def hostile_story(words: str) -> ExtractedStory:
    """A story in which a stranger controls every word and every wire field."""
    text = f"{words}\n{words} said “{words}”."
    said, quoted = len(words) * 2 + 2, len(words) * 2 + 8
    wire = dict.fromkeys(
        ("source_uri", "source_record", "headline", "slugline", "provider", "dateline", "rights", "ed_note", "language"), words
    )
    raw = RawStory(source_format="txt", source_sha256="0" * 64, text=text, byline=[words], subjects=[words], published_at=NOON, **wire)
    paragraph = Span(start=len(words) + 1, end=len(text))
    split = SplitStory(
        clean=CleanStory(raw=raw, text=text, source_map=[], language=words),
        sections=[
            Section(kind="headline", start=0, end=len(words), paragraphs=[Span(start=0, end=len(words))]),
            Section(kind="body", start=paragraph.start, end=paragraph.end, heading=words, paragraphs=[paragraph]),
        ],
        headline=words, byline=[words], provider=words,
    )  # fmt: skip
    name = Span(start=paragraph.start, end=paragraph.start + len(words))
    content = Span(start=quoted - 1, end=quoted + len(words) + 1)
    entity = Entity(
        section_index=1, start=name.start, end=name.end, text=words, label="PERSON", chain_id=0, name=words, role=words, score=0.5
    )
    quote = Quote(
        section_index=1, spans=[content], text=content.of(text), kind="direct", cue="said", cue_start=said, cue_end=said + 4, source=words,
        source_start=name.start, source_end=name.end, speaker=words, speaker_chain_id=0, speaker_label="PERSON", speaker_role=words,
        speaker_score=0.5, resolved_by="named", act="says", score=0.5,
    )  # fmt: skip
    return ExtractedStory(split=split, entities=[entity], quotes=[quote], model_version=None)


def hostile_reject(words: str) -> RejectRow:
    fields = dict.fromkeys(("source_uri", "source_record", "error", "message", "run_id"), words)
    return RejectRow(source_sha256=None, step="read", rejected_at=NOON, **fields)


def test_the_page_without_stories_is_a_page() -> None:
    outline = Outline(page(report()))
    assert not outline.open
    assert "All 0" in outline.words("p")


@pytest.fixture(scope="module")
def plain() -> Outline:
    """The page of the same story with harmless words."""
    return Outline(page(report(hostile_story("Ada"), rejects=[hostile_reject("Ada")]), title="Ada"))


@pytest.mark.parametrize("words", HOSTILE)
def test_story_text_stays_text(words: str, plain: Outline) -> None:
    outline = Outline(page(report(hostile_story(words), rejects=[hostile_reject(words)]), title=words))
    assert [(tag, sorted(attributes)) for tag, attributes in outline.elements] == [
        (tag, sorted(attributes)) for tag, attributes in plain.elements
    ], "the same elements with the same attributes as with harmless words"
    assert not outline.open
    assert not outline.comments
    shown = printable(words)
    for tag in ("title", "h1", "h3", "h4", "p", "footer", "td", "article"):
        assert shown in outline.words(tag), tag
    for block in ("script", "style"):
        assert outline.words(block) == plain.words(block)


def test_nothing_is_requested_and_no_other_script_may_run() -> None:
    shown = page(report(*(hostile_story(words) for words in HOSTILE)))
    outline = Outline(shown)
    loading = {"src", "srcset", "action", "data", "poster", "formaction", "style", "background"}
    for tag, attributes in outline.elements:
        assert not loading & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(a["content"] for tag, a in outline.elements if a.get("http-equiv") == "Content-Security-Policy") or ""
    assert policy.startswith("default-src 'none'; ")
    for block in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(outline.words(block).encode()).digest()).decode()
        assert f"{block}-src 'sha256-{digest}'" in policy
    assert [tag for tag, _ in outline.elements].count("script") == 1


def test_no_character_turns_or_breaks_a_line() -> None:
    shown = page(report(*(hostile_story(words) for words in HOSTILE), rejects=[hostile_reject(words) for words in HOSTILE]))
    assert not set("\u202d\u202e\x00\x1b") & set(shown)
    assert not re.search(r"\\u202[de]", shown), "nor escaped in the lists that the script reads"


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_cell_pasted_into_a_spreadsheet_is_no_formula(value: str) -> None:
    assert cell(value) == WORD_JOINER + value


@pytest.mark.parametrize(
    ("value", "shown"), [("a=1", "a=1"), (1234, "1,234"), (-3, "-3"), (0.5, 0.5), (None, None), (NOON, "2026-03-01 12:00")]
)
def test_other_cells_stay_as_they_are(value: Any, shown: Any) -> None:
    assert cell(value) == shown


def test_every_table_cell_that_begins_like_a_formula_is_defused() -> None:
    shown = page(report(hostile_story("=HYPERLINK(0)"), rejects=[hostile_reject("=HYPERLINK(0)")]))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", shown, re.DOTALL)
    texts = [re.sub(r"<[^>]+>", "", c).strip() for c in cells]
    assert [t for t in texts if "HYPERLINK" in t]
    assert not [t for t in texts if t.startswith("=")]


GREETING = """<headline>Ferry sails
<body>{source [PERSON Ada Lund]} {cue said} {content “the ferry will sail.”}
{content:2 “Not before noon,”} {cue:2 warned} {source:2 [PERSON Bo Falk]}. {content:2 “If at all.”}"""


def test_quotes_and_speakers_are_marked() -> None:
    shown = page(report(extracted(GREETING, published_at=NOON, headline="Ferry sails", provider="NBN")))
    assert 'title="Bo Falk (direct, named 0.90; words and source 0.90)" data-quotes="1">“Not before noon,”</span>' in shown
    assert shown.count('<span class="who"') - 1 == 2, "one name behind each quote, not behind each span (and one in the legend)"
    behind_last_span = shown.index(">“If at all.”</span>")
    assert shown.index("<bdi>Bo Falk</bdi>", behind_last_span) - behind_last_span < 200
    assert '<span class="source entity person"' in shown


@pytest.mark.parametrize(("embargo", "shown"), [(UNTIL_FURTHER_NOTICE, "embargoed until further notice<"), (NOON, "12:00 UTC<")])
def test_the_end_of_an_embargo_is_shown(embargo: datetime, shown: str) -> None:
    assert shown in page(report(extracted(GREETING, embargoed_until=embargo)))


def test_a_paragraph_reads_as_in_the_story() -> None:
    story = extracted(GREETING)
    unmarked = re.sub(r'<span class="who.*?</span>', "", page(report(story)))
    paragraphs = [html.unescape(re.sub(r"<[^>]+>", "", p)) for p in re.findall(r'<p dir="auto">(.*?)</p>', unmarked, re.DOTALL)]
    assert paragraphs == story.split.text.split("\n")


def test_an_unresolved_quote_says_so() -> None:
    shown = page(report(extracted("{content “Never again!”} ran the banner.")))
    assert 'class="who nobody"' in shown
    assert "no speaker found (direct, none; words and source 0.90)" in shown


def test_speakers_are_counted_over_stories() -> None:
    stories = [
        extracted(f"{{source [PERSON Ada Lund]}} {{cue said}} {{content “it is day {day}.”}}", kind=kind, source_uri=f"test:{day}")
        for day, kind in enumerate(["direct", "direct", "indirect"])
    ]
    content = report(*stories)
    [speakers] = [sheet for sheet in content.said if sheet.key == "speakers"]
    assert speakers.rows == [("Ada Lund", "person", None, 3, 2, 0, 1, 0, 3, "said")]
    assert (content.counts["stories"], content.counts["quotes"], content.counts["speakers"]) == (3, 3, 1)


def quoting(*speakers: str, day: int) -> ExtractedStory:
    """A story of that day in which each of these says something."""
    lines = [f"{{source:{n} [PERSON {who}]}} {{cue:{n} said}} {{content:{n} “no.”}}" for n, who in enumerate(speakers, 1)]
    return extracted("\n".join(lines), source_uri=f"test:{day}", published_at=NOON + timedelta(days=day))


WEEK = [quoting("Ada Lund", "Bo Falk", day=0), quoting("Ada Lund", day=1), quoting("Cy Moe", "Ada Lund", day=2), quoting("Cy Moe", day=3)]
"""Of the newest two stories, both quote Cy Moe and one quotes Ada Lund; Bo Falk is in neither."""


@pytest.mark.parametrize(
    ("shown", "listed"),
    [
        pytest.param(4, {"Ada Lund": 3, "Cy Moe": 2, "Bo Falk": 1}, id="all stories"),
        pytest.param(2, {"Ada Lund": 1, "Cy Moe": 2}, id="some"),
        pytest.param(1, {"Cy Moe": 1}, id="one"),
    ],
)
def test_every_name_listed_leads_to_its_stories(shown: int, listed: dict[str, int]) -> None:
    content = report(*WEEK, shown=shown)
    [speakers] = [sheet for sheet in content.said if sheet.key == "speakers"]
    held = speakers.columns.index("stories" if shown == len(WEEK) else "on this page")
    assert {row[0]: row[held] for row in speakers.rows} == listed
    assert {name: sum(name in story.speakers for story in content.stories) for name in listed} == listed
    links = [attributes["data-speaker"] for tag, attributes in Outline(page(content)).elements if tag == "button"]
    assert sorted(map(str, links)) == sorted(listed)


def test_a_name_is_counted_over_the_whole_dataset() -> None:
    [speakers] = [sheet for sheet in report(*WEEK, shown=2).said if sheet.key == "speakers"]
    counts = dict(zip(speakers.columns, speakers.rows[0], strict=True))
    assert (counts["speaker"], counts["quotes"], counts["stories"], counts["on this page"]) == ("Ada Lund", 3, 3, 1)


def test_without_stories_names_are_listed_and_lead_nowhere() -> None:
    outline = Outline(page(report(*WEEK, shown=0)))
    assert "Bo Falk" in outline.words("td")
    assert "button" not in {tag for tag, _ in outline.elements}


def test_the_text_of_every_story_waits_to_be_opened() -> None:
    shown = page(report(*(hostile_story(words) for words in HOSTILE)))
    waiting = re.findall(r"<noscript>(.*?)</noscript>", shown, re.DOTALL)
    assert len(waiting) == len(HOSTILE), "where scripts run, a <noscript> ends at the first end tag of its name"
    assert all('<div class="part body">' in text for text in waiting)
    assert '<div class="part' not in re.sub(r"<noscript>.*?</noscript>", "", shown, flags=re.DOTALL)


def test_only_the_newest_stories_are_shown_in_full() -> None:
    stories = [extracted(f"It rained on day {d}.", source_uri=f"test:{d}", published_at=NOON + timedelta(days=d)) for d in range(5)]
    content = report(*stories, shown=2)
    shown = page(content)
    assert [story.fields["source_uri"] for story in content.stories] == ["test:4", "test:3"]
    assert "The newest 2 of 5" in shown
    assert "It rained on day 2." not in shown


def test_a_story_too_long_for_a_page_is_cut() -> None:
    paragraphs = "\n".join(f"<body>{'It rained. ' * 100}" for _ in range(80))
    content = report(extracted(paragraphs))
    assert content.stories[0].left_out > 0
    shown = sum(len(p.text) for part in content.stories[0].parts for paragraph in part.paragraphs for p in paragraph)
    assert 59_000 < shown <= 60_000
    assert "more characters are not shown" in page(content)


def test_runs_and_rejects_are_listed() -> None:
    run = RunManifest(
        run_id="r1", flow="ingest", sources=["in"], started_at=NOON, ended_at=NOON + timedelta(seconds=90), stories_in=3, written=2,
        unchanged=0, rejected=1, skipped=Counter(picture=4), schema_version=1, pipeline_version="0", model_version=None,
    )  # fmt: skip
    content = report(runs=[run], rejects=[hostile_reject("bad")])
    sheets = {sheet.key: sheet for sheet in content.ingested}
    assert sheets["runs"].rows == [(NOON, "ingest", "completed", 3, 2, 0, 1, 4, 0, 90.0)]
    assert sheets["rejects"].rows == [("read", "bad", 1, "bad", NOON)]


def a_mark(start: int, length: int, name: str) -> Mark:
    return Mark(start, start + length, (name,))


marks = st.lists(st.builds(a_mark, st.integers(0, 30), st.integers(1, 9), st.sampled_from("abc")), max_size=6)


@given(st.text(min_size=1, max_size=30), marks)
def test_pieces_lose_nothing_and_hold_their_marks(text: str, marks: list[Mark]) -> None:
    cut = list(pieces(text, 0, len(text), marks))
    assert "".join(p.text for p in cut) == text
    at = 0
    for piece in cut:
        over = {name for m in marks if m.start <= at < m.end for name in m.classes}
        assert set(piece.classes) == over
        at += len(piece.text)
