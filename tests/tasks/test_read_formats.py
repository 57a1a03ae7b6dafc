"""One invented fixture a format, and what each must give: every field of every story, every reason for what is none."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from schemas.outcome import Reject, Skip
from schemas.record import Record
from schemas.story import UNTIL_FURTHER_NOTICE, RawStory
from tasks.read import FORMATS, read, records

CASES = Path(__file__).parent / "cases" / "read"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))
FILES = sorted(path for path in CASES.iterdir() if path.name != "expected.json")


def outcomes(path: Path, **options: str) -> list[RawStory | Skip | Reject]:
    return [one for record in records([path], **options) for one in (read(record) if isinstance(record, Record) else [record])]


def skipped(skip: Skip) -> str:
    return f"skip: {skip.reason}" + (f" ({skip.detail})" if skip.detail else "")


def as_row(outcome: RawStory | Skip | Reject) -> dict[str, Any]:
    if isinstance(outcome, RawStory):
        row = outcome.model_dump(mode="json", exclude_defaults=True, exclude={"source_uri", "source_sha256", "headings"})
        headings = {"headings": [span.of(outcome.text) for span in outcome.headings]} if outcome.headings else {}
        return {"kind": "story", **row, **headings}
    why = {"reason": skipped(outcome).removeprefix("skip: ")} if isinstance(outcome, Skip) else {"error": outcome.error}
    return {"kind": type(outcome).__name__.lower(), **({"source_record": outcome.source_record} if outcome.source_record else {}), **why}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_fixture_gives_what_its_table_says(path: Path) -> None:
    assert [as_row(outcome) for outcome in outcomes(path)] == EXPECTED[path.name]


def test_every_format_has_a_fixture() -> None:
    seen = {row["source_format"] for rows in EXPECTED.values() for row in rows if row["kind"] == "story"}
    assert seen | {"warc", "parquet", "jsonl"} == {format.name for format in FORMATS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_its_name_is_not_what_a_wire_file_is_known_by(path: Path, tmp_path: Path) -> None:
    """Wires name files as they like; pages of tables and plain text are all that need their suffix."""
    if path.suffix != ".csv":
        nameless = tmp_path / "tag_riverwire.example_2024"
        nameless.write_bytes(path.read_bytes())
        assert [as_row(outcome) for outcome in outcomes(nameless)] == EXPECTED[path.name]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_naming_the_format_gives_the_same(path: Path) -> None:
    [format] = {row["source_format"] for row in EXPECTED[path.name] if row["kind"] == "story"}
    assert [as_row(outcome) for outcome in outcomes(path, format=format)] == EXPECTED[path.name]


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix in {".xml", ".html", ".rss", ".atom"}], ids=lambda path: path.name)
def test_markup_gives_one_paragraph_a_line(path: Path) -> None:
    for story in (one for one in outcomes(path) if isinstance(one, RawStory) and one.layout == "markup"):
        assert all(line == " ".join(line.split()) != "" for line in story.text.split("\n"))


def page(name: str) -> bytes:
    return (CASES / name).read_bytes()


def archive(*answers: tuple[str, str, bytes], gzip: bool = False) -> bytes:
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=gzip)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "hand"}))
    for address, answer, body in answers:
        status, *fields = answer.split("\r\n")
        headers = StatusAndHeaders(status, [tuple(field.split(": ", 1)) for field in fields], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                address, "response", payload=io.BytesIO(body), http_headers=headers, warc_headers_dict={"WARC-Date": "2024-03-08T00:00:00Z"}
            )
        )
    return stream.getvalue()


@pytest.mark.parametrize("gzip", [False, True])
def test_web_archives_give_their_pages(tmp_path: Path, gzip: bool) -> None:
    path = tmp_path / "crawl"
    path.write_bytes(
        archive(
            ("https://courier.example/dam", "200 OK\r\nContent-Type: text/html; charset=utf-8", page("page.html")),
            (
                "https://courier.example/old",
                "200 OK\r\nContent-Type: text/html; charset=windows-1252",
                page("page-plain.html").replace(b"utf-8", b"x"),
            ),
            ("https://courier.example/gone", "404 Not Found\r\nContent-Type: text/html", b"<html>"),
            ("https://courier.example/dam.jpg", "200 OK\r\nContent-Type: image/jpeg", b"\xff\xd8"),
            gzip=gzip,
        )
    )
    first, dam, old, gone, picture = outcomes(path)
    assert isinstance(first, Skip)
    assert isinstance(dam, RawStory)
    assert (dam.source_record, dam.source_format, dam.headline) == ("2", "warc", "Dam above Riverton holds")
    assert dam.text == EXPECTED["page.html"][0]["text"]
    assert isinstance(old, RawStory)
    assert (old.text, old.repairs) == (EXPECTED["page.html"][0]["text"], [])
    assert old.published_at is not None
    assert isinstance(gone, Skip)
    assert isinstance(picture, Skip)
    assert (skipped(gone), skipped(picture)) == ("skip: page not served (HTTP 404)", "skip: archived file, no page (image/jpeg)")
    assert [as_row(one) for one in outcomes(path)] == [as_row(one) for one in (first, dam, old, gone, picture)]


def test_a_cut_off_archive_gives_what_it_still_holds(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(
        archive(("https://courier.example/dam", "200 OK\r\nContent-Type: text/html", page("page.html"))) + b"WARC/1.0\r\nrubbish"
    )
    assert [type(one) for one in outcomes(path)][:2] == [Skip, RawStory]


def test_a_broken_archive_writes_nothing_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "crawl.warc"
    whole = archive(("https://courier.example/a page", "200 OK\r\nContent-Type: text/html", page("page.html")))
    path.write_bytes(whole.replace(b"</html>", b"</html> \x1b[31m and more"))
    assert outcomes(path)
    assert capfd.readouterr().err == ""


ROWS = [
    {"story_text": "The dam held.", "id": "w-1", "title": "Dam", "picture": "x" * 10},
    {"story_text": None, "id": "w-2", "title": "Empty", "picture": ""},
]


def test_parquet_rows_are_stories(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "a.parquet")
    story, nothing = outcomes(tmp_path / "a.parquet")
    assert isinstance(story, RawStory)
    assert (story.text, story.provider_id, story.headline, story.source_record, story.source_format) == (
        "The dam held.",
        "w-1",
        "Dam",
        "1",
        "parquet",
    )
    assert isinstance(nothing, Skip)


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet"])
def test_the_user_names_the_column_of_the_text(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist([{"kind": "x", "words": "The dam held."}]), path)
    else:
        delimiter = {"csv": ";", "tsv": "\t"}[kind]
        path.write_text(f"kind{delimiter}words\nx{delimiter}The dam held.\n", encoding="utf-8")
    [asked] = outcomes(path)
    assert isinstance(asked, Reject)
    assert (asked.error, "kind, words" in asked.message, "--text-column" in asked.message) == ("NoTextColumn", True, True)
    [story] = outcomes(path, text_column="words")
    assert isinstance(story, RawStory)
    assert story.text == "The dam held."
    [wrong] = outcomes(path, text_column="wrods")
    assert isinstance(wrong, Reject)


FULL = "<p>The dam above Riverton held on Thursday, the keeper said.</p><p>Rain fell until noon, and the valley was dry by night.</p>"
ARTICLE = "The dam above Riverton held on Thursday, the keeper said.\nRain fell until noon, and the valley was dry by night."
CAPTION = "<media:description>The dam at dusk, with the keeper's house and two boats in front of it. Photo: Ada Quill</media:description>"
TYPED = CAPTION.replace("<media:description>", '<media:description type="plain">')
CDATA = f"<![CDATA[{FULL}]]>"
ENTRIES = [
    (f"<media:content url='q.jpg'>{CAPTION}</media:content><description>{CDATA}</description>", ARTICLE),
    (f"<description>{CDATA}</description><media:content url='q.jpg'>{CAPTION}</media:content>", ARTICLE),
    (f"{TYPED}<description>{CDATA}</description>{TYPED}", ARTICLE),
    (f"<media:group><media:content url='q.jpg'>{CAPTION}</media:content></media:group><description>{CDATA}</description>", ARTICLE),
    (f"<description>Dam holds.</description>{CAPTION}<content:encoded>{CDATA}</content:encoded>", ARTICLE),
    (f"<media:text>Dam, Ada Quill, dusk</media:text><content:encoded>{CDATA}</content:encoded><description>Teaser.</description>", ARTICLE),
    (f"<content:encoded>The dam.</content:encoded><description>{CDATA}</description>", ARTICLE),
    (f"<description>Teaser.</description><fulltext>{CDATA}</fulltext>", ARTICLE),
    (f"<description>Teaser.</description><yandex:full-text>{CDATA}</yandex:full-text>", ARTICLE),
    (f"<description>Teaser.</description><body>{CDATA}</body>", ARTICLE),
    (f"<description>Teaser of it.</description>{CAPTION}", "Teaser of it."),
    ("<description>Teaser of it.</description>", "Teaser of it."),
    (CAPTION, "skip: no text but in other fields (media_description)"),
    ("<link>https://courier.example/dam</link>", "skip: no text"),
]
NAMES_OF_FEEDS = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:yandex="http://news.yandex.ru"'


@pytest.mark.parametrize(("inside", "text"), ENTRIES)
def test_the_text_of_a_feeds_entry_is_its_fullest_and_never_a_caption(inside: str, text: str) -> None:
    feed = f'<rss version="2.0" {NAMES_OF_FEEDS}><channel><item><title>Dam holds</title>{inside}</item></channel></rss>'
    [found] = read(Record(source_uri="file:///feed.xml", data=feed.encode()))
    assert (found.text if isinstance(found, RawStory) else skipped(found) if isinstance(found, Skip) else found) == text


def test_an_atom_entry_with_pictures_has_its_content() -> None:
    entry = f"<id>1</id><title>Dam</title><summary>Teaser.</summary>{CAPTION}<content type='html'>{CDATA}</content>{CAPTION}"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMES_OF_FEEDS}><entry>{entry}</entry></feed>'
    [found] = read(Record(source_uri="file:///feed.xml", data=feed.encode()))
    assert isinstance(found, RawStory)
    assert found.text == ARTICLE


LONG = ARTICLE.replace("\n", " ")
NINJS = {"uri": "urn:1", "type": "text", "versioncreated": "2024-03-07T10:00:00Z", "headline": "Dam"}
FEED = {"version": "https://jsonfeed.org/version/1.1"}
OBJECTS = [
    ({"id": 3, "title": {"rendered": "Dam"}, "content": {"rendered": FULL}}, ARTICLE),
    ({"id": 3, "text": "", "body": LONG}, LONG),
    ({"id": 3, "content": "Teaser.", "full_text": LONG}, LONG),
    ({"id": 3, "text": LONG, "content": LONG + " Advertisement."}, LONG),
    ({"id": 3, "Article Text": LONG}, LONG),
    ({"id": 3, "articleBody": LONG}, LONG),
    ({"id": 3, "body_html": FULL}, ARTICLE),
    ({"id": 3, "text": " ", "title": "Dam"}, "skip: no text"),
    ({"id": 3, "text": None, "url": "https://courier.example/dam"}, "skip: no text"),
    ({"id": 3, "text": None, "annotations": [{"said": LONG}]}, "NoText: annotations"),
    ({"id": 3, "content": {"parts": {"a": LONG}}}, "NoText: content"),
    ({"id": 3, "content": {"raw": ""}}, "NoText: id, content"),
    ({"id": 3, "body": [{"value": FULL, "format": "html"}]}, ARTICLE),
    ({"id": 3, "content": [{"type": "text", "content": "The dam held."}, {"type": "image"}, "It is over."]}, "The dam held.\nIt is over."),
    (NINJS | {"body_html5": FULL}, ARTICLE),
    (NINJS | {"body_richhtml5": FULL}, ARTICLE),
    (NINJS | {"body_text": [LONG, "It is over."]}, f"{LONG}\n\nIt is over."),
    (NINJS | {"body_sections": [{"html": "<p>One.</p>"}, {"html": "<p>Two.</p>"}]}, "One.\nTwo."),
    (NINJS | {"bodies": [{"value": FULL}]}, ARTICLE),
    (NINJS | {"descriptions": [{"role": "summary", "value": LONG}]}, "NoText: descriptions"),
    (NINJS | {"associations": {"a": {"description_text": LONG}}, "headlines": [{"value": LONG}]}, "skip: no text"),
    (FEED | {"items": [{"id": "1", "content_html": "<p>Dam.</p>", "content_text": LONG}]}, LONG),
    (FEED | {"items": [{"id": "1", "content_html": "<img>", "summary": LONG}]}, LONG),
    (FEED | {"items": [{"id": "1", "_courier": {"story": LONG}}]}, "skip: no text but in other fields (_courier)"),
]


@pytest.mark.parametrize(("value", "text"), OBJECTS)
def test_no_text_is_said_only_where_there_is_none(value: dict[str, Any], text: str) -> None:
    [found] = read(Record(source_uri="file:///a.json", data=json.dumps(value).encode()))
    if isinstance(found, RawStory):
        assert found.text == text
    elif isinstance(found, Skip):
        assert skipped(found) == text
    else:
        assert (found.error, text.partition(": ")[2] in found.message) == (text.partition(":")[0], True)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", "skip: no text (words)"),
        (None, "skip: no text (words)"),
        ([], "skip: no text (words)"),
        (" \n", "skip: no text (words)"),
        ({"en": LONG}, "NoText: an object"),
        ([{"en": LONG}], "NoText: a list"),
        (7, "NoText: a number"),
    ],
)
def test_a_named_field_that_holds_something_else_than_text_is_no_empty_one(value: Any, found: str) -> None:
    data = json.dumps({"id": 3, "html": "", "words": value}).encode()
    [outcome] = read(Record(source_uri="file:///a.json", data=data, text_column="words"))
    if isinstance(outcome, Skip):
        assert skipped(outcome) == found
    else:
        assert isinstance(outcome, Reject)
        assert (outcome.error, found.partition(": ")[2] in outcome.message) == (found.partition(":")[0], True)


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_a_row_without_text_in_its_first_text_column_has_that_of_another(tmp_path: Path, kind: str) -> None:
    rows = [{"text": "", "content": LONG, "note": "x"}, {"text": "", "content": "", "note": "x"}, {"text": "", "content": "", "note": LONG}]
    story, nothing, elsewhere = outcomes(written(tmp_path / f"a.{kind}", rows))
    assert isinstance(story, RawStory)
    assert story.text == LONG
    assert isinstance(nothing, Skip)
    assert isinstance(elsewhere, Reject)
    assert "note" in elsewhere.message


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix in {".jsonl", ".json"}:
        path.write_text("\n".join(map(json.dumps, rows)) if path.suffix == ".jsonl" else json.dumps(rows), encoding="utf-8")
    else:
        table = [list(rows[0]), *(list(row.values()) for row in rows)]
        path.write_text("".join("\t".join(row) + "\n" for row in table), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["tsv", "parquet", "jsonl", "json"])
def test_the_named_column_means_the_same_in_every_table(tmp_path: Path, kind: str) -> None:
    path = written(
        tmp_path / f"a.{kind}", [{"text": "Teaser.", "words": "The dam held.", "title": "Dam"}, {"text": "x", "words": "", "title": ""}]
    )
    story, nothing = outcomes(path, text_column="words")
    assert isinstance(story, RawStory)
    assert (story.text, story.headline) == ("The dam held.", "Dam")
    assert isinstance(nothing, Skip)
    assert skipped(nothing) == "skip: no text (words)"
    wrong = outcomes(path, text_column="wrods")
    assert {one.error for one in wrong if isinstance(one, Reject)} == {"NoTextColumn"}
    assert all("text, words, title" in one.message for one in wrong if isinstance(one, Reject))


def test_a_story_may_be_ninjs_and_have_its_text_where_the_user_says(tmp_path: Path) -> None:
    item = NINJS | {"words": [{"value": "The dam held."}]}
    for name in ("a.jsonl", "a.json"):
        [story] = outcomes(written(tmp_path / name, [item]), text_column="words")
        assert isinstance(story, RawStory)
        assert (story.text, story.headline, story.provider_id) == ("The dam held.", "Dam", "urn:1")
        [wrong] = outcomes(tmp_path / name, text_column="wrods")
        assert isinstance(wrong, Reject)
        assert (wrong.error, "words" in wrong.message) == ("NoTextColumn", True)


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + b"\x00" * 100 + b"PAR1", b"WARC/1.0\r\n", b"<REUTERS NEWID='1'><TEXT>"])
def test_what_cannot_be_cut_is_rejected(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    assert all(isinstance(one, Reject) for one in outcomes(tmp_path / "a"))


def test_reuters_stories_without_a_number_are_named_by_their_place(tmp_path: Path) -> None:
    element = "<REUTERS {}><TEXT><TITLE>PIT SHUT</TITLE><BODY>The pit of Riverton is shut.</BODY></TEXT></REUTERS>"
    (tmp_path / "a.sgm").write_text("".join(element.format(number) for number in ("NEWID=?", 'NEWID="7"', "")), encoding="utf-8")
    assert [one.source_record for one in outcomes(tmp_path / "a.sgm")] == ["@1", "7", "@3"]


def test_ninjs_may_come_one_a_line(tmp_path: Path) -> None:
    item = json.dumps(json.loads((CASES / "ninjs-1.json").read_text(encoding="utf-8")))
    (tmp_path / "a.jsonl").write_text(f"{item}\n{item}\n", encoding="utf-8")
    assert [(as_row(one)["headline"], one.source_record) for one in outcomes(tmp_path / "a.jsonl")] == [
        ("Dam above Riverton holds", str(n)) for n in (1, 2)
    ]


@pytest.mark.parametrize(
    ("name", "moment", "without"),
    [
        ("newsml-1.xml", "<DateAndTime>20240307T120000Z</DateAndTime>", ""),
        ("nitf.xml", '<date.release norm="20240307T120000Z"/>', ""),
        ("newsml-g2.xml", "<embargoed>2024-03-07T12:00:00Z</embargoed>", "<embargoed/>"),
        ("newsml-g2.xml", "<embargoed>2024-03-07T12:00:00Z</embargoed>", "<embargoed>noon</embargoed>"),
        ("ninjs-1.json", '"2024-03-07T12:00:00Z"', '"at noon"'),
        ("ninjs-1.json", '"2024-03-07T12:00:00Z"', "true"),
    ],
)
def test_an_embargo_without_a_moment_is_one_until_further_notice(name: str, moment: str, without: str) -> None:
    data = (CASES / name).read_bytes()
    assert moment.encode() in data
    found = read(Record(source_uri=f"file:///inbox/{name}", data=data.replace(moment.encode(), without.encode())))
    assert {story.embargoed_until for story in found if isinstance(story, RawStory)} >= {UNTIL_FURTHER_NOTICE}
