"""Input that means harm, or is only broken: a reject or a bounded read, never a crash, a hang, a file of ours or the network."""

import json
import random
import socket
from email.header import Header
from email.headerregistry import HeaderRegistry
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.outcome import Reject, Skip
from schemas.record import Record
from schemas.story import RawStory
from tasks.read import FORMATS, read
from tasks.read.markup import body, from_html

CASES = Path(__file__).parent / "cases" / "read"
SECRET = "the-secret-of-this-machine"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a reader went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def outcomes(data: str | bytes, name: str = "a.xml", format: str | None = None) -> list[RawStory | Skip | Reject]:
    return read(Record(source_uri=f"file:///inbox/{name}", data=data.encode() if isinstance(data, str) else data, format=format))


def nitf(paragraph: str, prolog: str = "", doctype: str = "") -> str:
    return f"{prolog}{doctype}<nitf><body><body.content><p>{paragraph}</p></body.content></body></nitf>"


def rss(text: str, doctype: str = "") -> str:
    return f"{doctype}<rss version='2.0'><channel><item><title>t</title><description>{text}</description></item></channel></rss>"


LAUGHS = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10 if n else "lol"}">' for n in range(10))


GARBAGE = ['"' * 18_000, "(" * 18_000, "a,b;c " * 3_000, "a; b=" * 3_600, "=?utf-8?q?a?= " * 1_200, "<a@" * 6_000]


@pytest.mark.parametrize("garbage", GARBAGE, ids=[words[:6] for words in GARBAGE])
@pytest.mark.parametrize(
    "header", ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "From", "Subject", "Message-ID", "Date"]
)
def test_no_header_is_parsed_at_any_length_nor_spoils_its_message(header: str, garbage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard library's parser takes seconds over 18 kB of such a header, or runs out of stack."""
    parse, given = HeaderRegistry.__call__, list[int]()

    def counted(self: HeaderRegistry, name: str, value: str) -> object:
        given.append(len(value))
        return parse(self, name, value)

    monkeypatch.setattr(HeaderRegistry, "__call__", counted)
    (story,) = outcomes(f"To: desk@wire.example\n{header}: {garbage}\n\nFerries sail again on Monday.\n", "a.eml")
    assert isinstance(story, RawStory)
    assert story.text.strip() == "Ferries sail again on Monday."
    assert 0 < max(given) <= 2000


def test_a_long_headline_in_folded_encoded_words_is_whole() -> None:
    headline = " ".join(f"Паром {number} снова идёт в порт Тальмере," for number in range(9))
    words = Header(headline, "utf-8", header_name="Subject").encode()
    references = "".join(f"\n <{number:040}@wire.example>" for number in range(200))
    (story,) = outcomes(f"From: Tide Wire <t@wire.example>\nSubject: {words}\nReferences:{references}\n\nFerries sail.\n", "a.eml")
    assert isinstance(story, RawStory)
    assert (story.headline, story.provider, story.text.strip()) == (headline, "Tide Wire", "Ferries sail.")


@pytest.mark.parametrize("make", [nitf, rss])
@pytest.mark.parametrize(
    ("doctype", "reference"),
    [
        ("<!DOCTYPE x [" + LAUGHS + "]>", "&lol9;"),
        ('<!DOCTYPE x [<!ENTITY xxe SYSTEM "file://SECRET">]>', "&xxe;"),
        ('<!DOCTYPE x [<!ENTITY xxe PUBLIC "any" "http://127.0.0.1:9/secret">]>', "&xxe;"),
        ('<!DOCTYPE x [<!ENTITY % all SYSTEM "file://SECRET"> %all;]>', "calm"),
        ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', "calm"),
        ('<!DOCTYPE x [<!ENTITY a "' + "A" * 70_000 + '">]>', "&a;"),
        ("<!DOCTYPE x [" * 20_000, "calm"),
        ("", '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://SECRET" parse="text"/>calm'),
        ('<?xml-stylesheet type="text/xsl" href="file://SECRET"?>', "calm"),
    ],
)
def test_entities_are_not_expanded_and_files_not_opened(tmp_path: Path, make, doctype: str, reference: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    data = make(reference, doctype=doctype).replace("SECRET", str(secret))
    for outcome in outcomes(data):
        assert SECRET not in outcome.model_dump_json()
        assert "lollol" not in outcome.model_dump_json()
        assert not isinstance(outcome, RawStory) or outcome.text == "calm"


@pytest.mark.parametrize(
    ("declared", "real"),
    [
        ("utf-8", "latin-1"),
        ("iso-8859-1", "utf-8"),
        ("utf-16", "utf-8"),
        ("no-such", "utf-8"),
        ("ebcdic-cp-us", "utf-8"),
        ("utf-8", "utf-16"),
    ],
)
def test_xml_with_a_wrong_declaration_is_read_right(declared: str, real: str) -> None:
    [story] = outcomes(nitf("Inés Castell", prolog=f'<?xml version="1.0" encoding="{declared}"?>').encode(real))
    assert isinstance(story, RawStory)
    assert story.text == "Inés Castell"


@pytest.mark.parametrize(
    ("paragraph", "text"),
    [
        ("Salt & pepper", "Salt & pepper"),
        ("caf&eacute; &unheard; &#5;&#0;&#xFFFF;end", "café &unheard; end"),
        ("a\x00b\x0bc", "abc"),
        ("<![CDATA[R&D <b>&eacute;]]> &amp; more", "R&D <b>&eacute; & more"),
        ("<![CDATA[never closed", None),
        ("<undeclared:b>bold</undeclared:b>", "bold"),
        ("<b>crossed <i>tags</b></i>", "crossed tags"),
        ('<b xmlns:p="urn:a}b" p:lang="en">braces</b>', "braces"),
        ("cut off", None),
    ],
)
def test_sloppy_xml_is_mended_and_cut_off_xml_refused(paragraph: str, text: str | None) -> None:
    data = nitf(paragraph)
    [outcome] = outcomes(data if text else data[:-20])
    assert (outcome.text if isinstance(outcome, RawStory) else None) == text


DEEP = 50_000


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("<nitf>" + "<b>" * DEEP, "a.xml"),
        (nitf("<b>" * DEEP + "x" + "</b>" * DEEP), "a.xml"),
        ("<html><body>" + "<div>" * DEEP + "text", "a.html"),
        ("<html><body>" + "<p>word " * 10_000, "a.html"),
        ("<html><body>" + "<br>" * 10_000 + "Text", "a.html"),
        (json.dumps({"uri": "u", "versioncreated": "x", "type": "text", "body_html": "<p>a" + "<br>" * DEEP + "B</p>"}), "a.json"),
        (json.dumps({"uri": "u", "headline": "x", "type": "text", "body_html": "<i>" * DEEP + "B"}), "a.json"),
        ('{"a":' * DEEP, "a.json"),
        ("<!-- - -->" * 800 + "text", "a.xml"),
        ("<!-- - -->" * 800 + "text", "a"),
        ("<![CDATA[" * DEEP, "a.xml"),
        (nitf("<![CDATA[" * DEEP), "a.xml"),
        ("ZCZC\n" + "\n" * DEEP + "x" + "\n" * DEEP, "a"),
        ("<REUTERS NEWID='1'>" + "<TEXT>" * DEEP + "</REUTERS>", "a.sgm"),
        ("W2870\nr a BC-x" + " " * DEEP + "y\n^slug<\n" + " \n" * DEEP, "a"),
        ("\x01rwa0003 3 i 380 " + " " * DEEP + "\n\x02a =\n\x03" + "0" * DEEP, "a"),
        ("From: a\nTo: b\nSubject: " + "=?utf-8?q?" * 3000 + "\n\n" + " \n" * DEEP, "a"),
        ("From: a\nTo: b\nSubject: c\nContent-Type: multipart/mixed; boundary=x\n\n" + "--x\n" * 3000, "a"),
        ("<html><script type='application/ld+json'>" + '{"@graph":[' * 5000 + "</script><p>" + "Words of a story. " * 40, "a.html"),
        ('"a","b","c"\n' * 3 + '"' * DEEP, "a.csv"),
        ("x" * 12_000_000, "a.txt"),
        (nitf("x" * 12_000_000), "a.xml"),
        ("<html><link rel='canonical' href='http://[desk/a'>" + "<p>Words of a story. " * 40, "a.html"),
        ("<html>" + "x" * 9_000_000, "a.html"),
        ("<html>" + "<i>x" * 300_000, "a.html"),
        (b"\xff\xfe" + b"<\x00" * 1000, "a.xml"),
        (b"\x00" * 5000, "a.html"),
        (b"<html>\x00\x00<p>" + b"Some words of a story. " * 40 + b"\x00</p>", "a.html"),
    ],
)
def test_deep_long_and_odd_input_ends_in_an_outcome(data: str | bytes, name: str) -> None:
    found = outcomes(data, name)
    assert found
    for outcome in found:
        outcome.model_dump_json()


@pytest.mark.parametrize("format", [format.name for format in FORMATS])
@pytest.mark.parametrize("data", ["[]", "{}", "<rss/>", "<nitf/>", '{"items": []}', "a,b", "\x01\x02", "WARC/1.0"])
def test_no_record_is_passed_over_in_silence(data: str, format: str) -> None:
    assert outcomes(data, "a", format)


def test_json_text_with_nul_is_a_story_that_can_be_written() -> None:
    [story] = outcomes('{"text": "a\\u0000b", "title": "x\\u0000\\ud800y", "id": "\\ud83d"}', "a.jsonl", "jsonl")
    assert isinstance(story, RawStory)
    assert (story.headline, story.provider_id) == ("x \ufffdy", "\ufffd")
    story.model_dump_json().encode()


def test_html_never_raises_and_gives_plain_lines() -> None:
    for seed in range(300):
        chooser = random.Random(seed)
        parts = [
            "<p>",
            "</p>",
            "<br>",
            "<pre>",
            "</pre>",
            "<h2>",
            "</h2>",
            "<td>",
            "<script>",
            "text",
            "\n",
            "   ",
            "&nbsp;",
            "&",
            "<",
            "\x00",
            "<!--",
            "-->",
            "é",
        ]
        found = body(from_html("".join(chooser.choices(parts, k=40))))
        assert all(line == " ".join(line.split()) != "" for line in found.text.split("\n") if found.text)
        assert all(span.of(found.text) in found.text.split("\n") for span in found.headings)


FIXTURES = [path for path in sorted(CASES.iterdir()) if path.name != "expected.json"]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(FIXTURES),
    st.lists(
        st.tuples(st.sampled_from(["cut", "drop", "flip", "double", "insert"]), st.floats(0, 1), st.binary(min_size=1, max_size=8)),
        min_size=1,
        max_size=6,
    ),
    st.none() | st.sampled_from([format.name for format in FORMATS]),
)
def test_mutilated_files_end_in_outcomes_that_keep_their_promises(
    path: Path, cuts: list[tuple[str, float, bytes]], format: str | None
) -> None:
    data = path.read_bytes()
    for what, where, put in cuts:
        at = int(where * len(data))
        data = {
            "cut": data[:at],
            "drop": data[:at] + data[at + 20 :],
            "flip": data[:at] + put + data[at + len(put) :],
            "double": data + data[at:],
            "insert": data[:at] + put + data[at:],
        }[what]
    for outcome in outcomes(data, path.name, format):
        outcome.model_dump_json().encode()
        if isinstance(outcome, Reject):
            assert "failed on this record" not in outcome.message, outcome.message
