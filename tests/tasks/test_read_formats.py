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


def as_row(outcome: RawStory | Skip | Reject) -> dict[str, Any]:
    if isinstance(outcome, RawStory):
        row = outcome.model_dump(mode="json", exclude_defaults=True, exclude={"source_uri", "source_sha256", "headings"})
        headings = {"headings": [span.of(outcome.text) for span in outcome.headings]} if outcome.headings else {}
        return {"kind": "story", **row, **headings}
    why = {"reason": outcome.reason} if isinstance(outcome, Skip) else {"error": outcome.error}
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
    assert (gone.reason, picture.reason) == ("page not served (HTTP 404)", "archived image, no page")
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
