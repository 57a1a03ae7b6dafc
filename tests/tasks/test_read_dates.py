"""Dates: what is told apart, what is not guessed, and what a story says of a date that could not be read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.record import Record
from schemas.story import UNDATED, RawStory
from tasks.read import read
from tasks.read.dates import Unread, moment

DAY, NIGHT = "2024-03-12T00:00:00", "2024-03-12T10:15:00"
UNDERSTOOD = [
    *[(value, DAY) for value in (20240312, "20240312", 20240312.0, "2024-03-12", "2024/03/12", "2024.3.12", "12.03.2024", "12.3.2024")],
    *[
        (value, DAY)
        for value in ("March 12, 2024", "Mar. 12, 2024", "12 March 2024", "12 Mar 2024", "12-MAR-24", "Tuesday, March 12, 2024")
    ],
    *[(value, DAY) for value in ("March 12, 2024 Tuesday", "Published 12 March 2024", "12 mars 2024", "12. März 2024", "2024年3月12日")],
    *[(value, NIGHT) for value in (20240312101500, "20240312101500", 202403121015, "20240312T101500Z", "2024-03-12T10:15")],
    *[(value, NIGHT) for value in (1710238500, "1710238500", 1710238500.0, 1710238500000, 1710238500000000, 1710238500000000000)],
    *[(value, NIGHT) for value in ("2024-03-12 10:15 AM", "2024-03-12T10:15:00.000+0000", "2024-03-12 10:15:00 UTC", "12.03.2024 10:15")],
    *[(value, NIGHT) for value in ("Tue Mar 12 10:15:00 2024", "Tue Mar 12 10:15:00 +0000 2024", "12-MAR-2024 10:15:00.00")],
    *[(value, NIGHT) for value in ({"$date": "2024-03-12T10:15:00Z"}, {"$date": {"$numberLong": "1710238500000"}})],
    ('{"$date": "2024-03-12T10:15:00Z"}', NIGHT),
    ("2024-03-12T05:15:00 EST", NIGHT),
    ("Tue, 12 Mar 2024 11:15:00 +0100", NIGHT),
    ("13/03/2024", "2024-03-13T00:00:00"),
    ("03/13/2024 22:15", "2024-03-13T22:15:00"),
    ("03/03/2024", "2024-03-03T00:00:00"),
    (-1577923200, "1920-01-01T00:00:00"),
    ("1897-05-01", "1897-05-01T00:00:00"),
    ("1970-01-01", "1970-01-01T00:00:00"),
]


@pytest.mark.parametrize(("value", "iso"), UNDERSTOOD)
def test_a_date_is_understood_however_it_is_written(value: Any, iso: str) -> None:
    found = moment(value)
    assert found
    assert found.isoformat() == f"{iso}+00:00"


NOT_UNDERSTOOD = [
    "12/03/2024",
    "03-12-2024",
    "3/12/2024 10:15",
    "Tuesday, 12/03/2024",
    "12.03.24",
    "1.2.3",
    "11 12 2024",
    "2024-03",
    "2024",
]
NOT_UNDERSTOOD += ["May 2024", "1 May", "Tuesday", "10:15", "yesterday", "31/02/2024", "2024/13/03", "0099-01-01", "2611-05-23", "soon"]
NOT_UNDERSTOOD += [2024031210, "2024031210", "1999123123"]  # an hour of that day, or seconds since 1970 of a day in 2034
NOT_UNDERSTOOD += ["2024-03-12 10:15 IST", 2024, 45363, 12345678, 20241340, 99999999999999, 1e300, float("inf"), -1, [1], {"a": {"b": 1}}]


@pytest.mark.parametrize("value", NOT_UNDERSTOOD)
def test_a_date_that_could_be_two_or_none_is_not_guessed(value: Any) -> None:
    assert isinstance(moment(value), Unread)
    assert moment(value, "2024-03-12") == moment("2024-03-12")


@pytest.mark.parametrize(
    "value", [None, "", " ", "NaT", "nan", float("nan"), "NULL", "None", "N/A", 0, "0", "0000-00-00", False, True, [], {}]
)
def test_where_no_date_is_there_none_is_missed(value: Any) -> None:
    assert moment(value) is None


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v))
)
def test_nothing_raises(value: Any) -> None:
    found = moment(value)
    assert found is None or isinstance(found, Unread) or found.year >= 1850


NITF = "<nitf><head><docdata>{}</docdata></head><body><body.content><p>Rain.</p></body.content></body></nitf>"
STORIES = [
    ("a.jsonl", json.dumps({"text": "Rain.", "date": "12/03/2024"}), "12/03/2024"),
    ("a.jsonl", json.dumps({"text": "Rain.", "date": "12/03/2024", "publish_date": "2024-03-12"}), None),
    ("a.jsonl", json.dumps({"text": "Rain.", "date": "NaT"}), None),
    ("a.jsonl", json.dumps({"text": "Rain.", "date": 20241340}), "20241340"),
    ("a.json", json.dumps({"uri": "urn:1", "body_text": "Rain.", "versioncreated": "last  night"}), "last night"),
    (
        "a.json",
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"content_text": "Rain.", "date_published": "soon"}]}),
        "soon",
    ),
    ("a.xml", "<rss><channel><item><description>Rain.</description><pubDate>soon</pubDate></item></channel></rss>", "soon"),
    ("a.xml", "<rss><channel><item><description>Rain.</description><pubDate>12/03/2024</pubDate></item></channel></rss>", "12/03/2024"),
    ("a.xml", "<rss><channel><item><description>Rain.</description></item></channel></rss>", None),
    ("a.xml", NITF.format("<date.issue norm='soon'/>"), "soon"),
    ("a.xml", NITF.format("<date.issue norm='soon'/><date.release norm='20240312T101500Z'/>"), None),
    ("a.xml", NITF.format("<date.issue norm='soon'/>"), "soon"),
    ("a.xml", NITF.format("<date.issue norm='soon'/><date.release norm='20240312T101500Z'/>"), None),
    ("a.xml", "<nitf><body><p>Rain.</p></body></nitf>", None),
    ("a.eml", "From: a@b.example\nSubject: Rain\nDate: soon\n\nRain.", "soon"),
    ("a.sgm", "<REUTERS NEWID='1'><DATE>26-FEB-1987 15:01:01.79</DATE><TEXT><BODY>Rain.</BODY></TEXT></REUTERS>", None),
    ("a.sgm", "<REUTERS NEWID='1'><DATE>soon</DATE><TEXT><BODY>Rain.</BODY></TEXT></REUTERS>", "soon"),
]


@pytest.mark.parametrize(("name", "data", "unread"), STORIES)
def test_a_story_says_which_date_was_not_understood(name: str, data: str, unread: str | None) -> None:
    [story] = read(Record(source_uri=f"file:///{name}", data=data.encode()))
    assert isinstance(story, RawStory)
    told = [repair.removeprefix(UNDATED) for repair in story.repairs if repair.startswith(UNDATED)]
    assert told == ([unread] if unread else [])
    assert story.published_at is None or not unread
