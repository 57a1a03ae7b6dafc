"""The readers of text and JSON: what is decoded how, which field lands where, and what is refused why."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outcome import Reject, Skip
from schemas.record import Record
from schemas.story import RawStory
from tasks.read import read
from tasks.read.decode import decode


def record(data: bytes, name: str = "a.txt", format: str | None = None) -> Record:
    return Record(source_uri=f"file:///inbox/{name}", data=data, format=format)


def one(data: bytes, name: str = "a.txt", format: str | None = None) -> RawStory | Skip | Reject:
    [outcome] = read(record(data, name, format))
    return outcome


TEXT = "“We’re on it,” the café’s owner, Ana Núñez, said — twice.\n"


@pytest.mark.parametrize(
    ("data", "text", "encoding", "repaired"),
    [
        (TEXT.encode(), TEXT, "utf-8", None),
        (TEXT.encode("utf-8-sig"), TEXT, "utf-8-sig", None),
        (TEXT.encode("utf-16"), TEXT, "utf-16", None),
        (TEXT.encode("utf-16-le"), TEXT, "utf-16-le", None),
        (TEXT.encode("utf-16-be"), TEXT, "utf-16-be", None),
        (TEXT.encode("utf-32"), TEXT, "utf-32", None),
        (TEXT.encode("cp1252"), TEXT, "cp1252", "not UTF-8: read as cp1252"),
        ("Ana Núñez".encode("latin-1"), "Ana Núñez", "latin-1", "not UTF-8: read as latin-1"),
        (TEXT.encode() + b"Zo\xeb", TEXT + "Zoë", "utf-8", "1 bytes that are not UTF-8 read as cp1252"),
        (TEXT.encode("utf-8-sig") + b"Zo\xeb", TEXT + "Zoë", "utf-8-sig", "1 bytes that are not UTF-8 read as cp1252"),
        (b"plain \x81\x93quotes\x94", "plain \x81“quotes”", "cp1252", "not UTF-8: read as cp1252"),
        (TEXT.encode("utf-16")[:-1], TEXT[:-1] + "\ufffd", "utf-16", "damaged utf-16: 1 characters replaced"),
        (b"It was 72\xb0F.\r\nHot.", "It was 72°F.\r\nHot.", "latin-1", "not UTF-8: read as latin-1"),
        (b"Zo\xc3\xab and Zo\xeb", "ZoÃ« and Zoë", "latin-1", "not UTF-8: read as latin-1"),
        (b"Zo\xc3\xab, No\xc3\xab and Zo\xeb", "Zoë, Noë and Zoë", "utf-8", "1 bytes that are not UTF-8 read as cp1252"),
    ],
)
def test_text_is_decoded_as_what_it_is(data: bytes, text: str, encoding: str, repaired: str | None) -> None:
    story = one(data)
    assert isinstance(story, RawStory)
    assert (story.text, story.encoding, story.repairs) == (text, encoding, [repaired] if repaired else [])
    assert (story.layout, story.source_format) == ("plain", "text")


@pytest.mark.parametrize(
    ("data", "declared", "text", "encoding"),
    [
        ("Łódź".encode("iso-8859-2"), "ISO-8859-2", "Łódź", "iso8859-2"),
        ("Łódź".encode(), "iso-8859-1", "Łódź", "utf-8"),
        ("Ana Núñez".encode("latin-1"), "utf-8", "Ana Núñez", "latin-1"),
        ("“Ana”".encode("cp1252"), "us-ascii", "“Ana”", "cp1252"),
        ("“Ana”".encode("cp1252"), "iso-8859-1", "“Ana”", "cp1252"),
        (b"plain", "no-such-charset", "plain", "utf-8"),
        (b"plain", "base64", "plain", "utf-8"),
        ("東京".encode("shift_jis"), '"Shift_JIS"', "東京", "shift_jis"),
        ("茅茅茅".encode("gbk"), "gbk", "茅茅茅", "gbk"),
        ("茅茅茅茅".encode("gbk"), "gbk", "éééé", "utf-8"),
    ],
)
def test_a_declaration_counts_when_it_is_true(data: bytes, declared: str, text: str, encoding: str) -> None:
    found = decode(data, declared)
    assert (found.text, found.encoding) == (text, encoding)


@given(st.binary(max_size=200), st.none() | st.sampled_from(["utf-8", "utf-16", "latin-1", "utf-7", "hex", "idna", "\x00"]))
def test_decoding_never_raises(data: bytes, declared: str | None) -> None:
    assert isinstance(decode(data, declared).text, str)


@given(st.text())
def test_utf8_text_comes_back_as_it_was(text: str) -> None:
    data = text.encode()
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) and b"\x00" not in data:
        assert decode(data).text == text


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"Mayor Quill\x00 said", "NulBytes"),
        (b"GIF89a\x00\x01", "NulBytes"),
        (bytes(range(1, 9)) * 50, "BinaryFile"),
    ],
)
def test_binary_files_are_refused_as_such(data: bytes, error: str) -> None:
    reject = one(data)
    assert isinstance(reject, Reject)
    assert reject.error == error
    assert reject.source_sha256


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "\ufeff \n".encode()])
@pytest.mark.parametrize("format", [None, "text"])
def test_a_file_of_nothing_is_skipped(data: bytes, format: str | None) -> None:
    skip = one(data, format=format)
    assert isinstance(skip, Skip)
    assert skip.reason in {"empty", "no text"}


@pytest.mark.parametrize("name", ["a.docx", "a.py", "a.xyz", "a.json"])
def test_an_unknown_file_says_which_readers_were_tried(name: str) -> None:
    reject = one(b'{"weather": "fine"}', name)
    assert isinstance(reject, Reject)
    assert reject.error == "UnknownFormat"
    assert "jsonl, " in reject.message
    assert "--format" in reject.message
    assert "weather" in reject.message


def test_the_named_reader_takes_what_it_would_not_recognise() -> None:
    story = one(b"Rain fell on Riverton.", "a.xyz", "text")
    assert isinstance(story, RawStory)


ARTICLES = [
    ({"id": "w-7", "text": "Rain fell."}, {"text": "Rain fell.", "provider_id": "w-7", "layout": "plain"}),
    ({"id": 7, "text": "Rain fell."}, {"provider_id": "7"}),
    (
        {"text": "Rain\r\nfell.", "version": "0003", "urgency": "4"},
        {"text": "Rain\r\nfell.", "version": 3, "urgency": 4, "provider_id": None},
    ),
    ({"text": "Rain.", "urgency": 12, "version": "new", "date": "soon"}, {"urgency": None, "version": None, "published_at": None}),
    (
        {  # news-please
            "authors": ["Ada Quill", "Ben Oro"],
            "date_publish": "2024-03-07 10:15:00",
            "description": "Rain.",
            "language": "en",
            "maintext": "Rain fell.\nIt stopped.",
            "source_domain": "riverton.example",
            "text": None,
            "title": "Rain  stops",
            "url": "https://riverton.example/rain",
        },
        {
            "text": "Rain fell.\nIt stopped.",
            "byline": ["Ada Quill", "Ben Oro"],
            "headline": "Rain stops",
            "provider": "riverton.example",
            "provider_id": "https://riverton.example/rain",
            "language": "en",
            "published_at": datetime(2024, 3, 7, 10, 15, tzinfo=UTC),
        },
    ),
    (
        {  # Fundus
            "authors": ["Ada Quill"],
            "body": {
                "summary": ["Rain fell."],
                "sections": [{"headline": [], "paragraphs": ["It fell long."]}, {"headline": ["After"], "paragraphs": ["It stopped."]}],
            },
            "publishing_date": "2024-03-07 10:15:00+02:00",
            "title": "Rain stops",
            "topics": ["Weather", "Weather", "Riverton"],
        },
        {
            "text": "Rain fell.\nIt fell long.\nAfter\nIt stopped.",
            "layout": "markup",
            "headings": [(25, 30)],
            "subjects": ["Weather", "Riverton"],
            "published_at": datetime(2024, 3, 7, 8, 15, tzinfo=UTC),
        },
    ),
    (
        {  # Media Cloud
            "id": "5f1e",
            "media_name": "riverton.example",
            "publish_date": "2024-03-07",
            "language": "en",
            "title": "Rain stops",
            "url": "https://riverton.example/rain",
            "text": "Rain fell.",
        },
        {"provider": "riverton.example", "provider_id": "5f1e", "headline": "Rain stops", "published_at": datetime(2024, 3, 7, tzinfo=UTC)},
    ),
    ({"text": "Half \ud83d pair"}, {"text": "Half \ufffd pair", "repairs": ["1 half characters (lone surrogates) replaced"]}),
]


@pytest.mark.parametrize(("fields", "expected"), ARTICLES)
@pytest.mark.parametrize(("name", "format"), [("a.json", None), ("a.jsonl", "jsonl")])
def test_articles_land_in_their_fields(fields: dict, expected: dict, name: str, format: str | None) -> None:
    story = one(json.dumps(fields).encode(), name, format)
    assert isinstance(story, RawStory)
    found = {key: getattr(story, key) for key in expected}
    if "headings" in found:
        found["headings"] = [(span.start, span.end) for span in found["headings"]]
    assert found == expected


def test_a_list_of_articles_is_as_many_stories() -> None:
    outcomes = read(record(b'[{"text": "One."}, {"text": ""}, {"title": "Three"}]', "a.json"))
    assert [(type(o).__name__, o.source_record) for o in outcomes] == [("RawStory", "1"), ("Skip", "2"), ("Reject", "3")]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"text": "Rain', "BrokenJson"),
        (b"Rain fell.", "BrokenJson"),
        (b"[" * 100_000, "BrokenJson"),
        (b'"Rain"', "NotAnObject"),
        (b'{"title": "Rain"}', "NoText"),
        (b'{"text": 7}', "NoText"),
        (b'{"text": ["a", {"b": 1}], "body": 1}', None),
    ],
)
def test_a_broken_line_is_rejected_alone(line: bytes, error: str | None) -> None:
    outcome = one(line, "a.jsonl", "jsonl")
    assert (outcome.error if isinstance(outcome, Reject) else None) == error


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.sampled_from(["text", "id", "body", "date", "sections", "authors"]), v),
    )
)
def test_any_json_becomes_stories_skips_or_rejects(value: object) -> None:
    for outcome in read(record(json.dumps(value).encode(), "a.jsonl", "jsonl")):
        if isinstance(outcome, RawStory):
            outcome.model_dump_json().encode()
