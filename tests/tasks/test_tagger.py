"""The shipped tagger on invented stories: what it finds, what it must not read, and that its files are the right ones."""

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from schemas.base import Span
from schemas.story import CleanStory, RawStory, Section, SectionKind, SourceRun, SplitStory
from schemas.tagged import Attribution, Mention
from tasks.tag import DamagedModel, Tagger, load_tagger
from tasks.tag.chain import Scores
from tasks.tag.labels import LINK_WIDTH, LINKS, OUTPUTS, REFERENCES, REFERENT_WIDTH
from tasks.tag.model import SETTINGS, WEIGHTS, Calibration, load_model, shipped_folder
from tasks.tag.tagger import LONGEST, Segment, by_name, undated, with_values
from tasks.tag.words import Pieces, Window, pieces


@cache
def tagger() -> Tagger:
    return load_tagger()


def story(*sections: tuple[SectionKind, str], language: str | None = "en") -> SplitStory:
    """Sections as a split story, each line a paragraph."""
    text = "\n".join(words for _, words in sections)
    raw = RawStory(source_uri="test:", source_format="text", source_sha256="0" * 64, text=text)
    clean = CleanStory(
        raw=raw, text=text, source_map=[SourceRun(text_start=0, source_start=0, length=len(text))] if text else [], language=language
    )
    made, at = [], 0
    for kind, words in sections:
        paragraphs, start = [], at
        for line in words.split("\n"):
            paragraphs.append({"start": at, "end": at + len(line)})
            at += len(line) + 1
        made.append(Section.model_validate({"kind": kind, "start": start, "end": at - 1, "paragraphs": paragraphs}))
    return SplitStory(clean=clean, sections=made)


HARBOUR = (
    'Transport Minister Ilona Varga said on Tuesday that the harbour would open in May. "We have waited long enough," she told '
    "reporters in Lisbon.\nThe European Commission accused her of breaking a promise."
)


def attributions(told: SplitStory) -> list[tuple[str, str | None, str | None]]:
    tagged = tagger().tag([told])[0]
    return [
        (" … ".join(c.of(told.text) for c in a.content), a.cue and a.cue.of(told.text), a.source and a.source.of(told.text))
        for a in tagged.attributions
    ]


def test_who_said_what() -> None:
    found = attributions(story(("lede", HARBOUR)))
    assert ('"We have waited long enough,"', "told", "she") in found
    assert any("the harbour would open in May" in content and cue == "said" and "Varga" in str(source) for content, cue, source in found)


def test_names_and_values() -> None:
    told = story(("lede", HARBOUR))
    found = {(m.span.of(told.text), m.label) for m in tagger().tag([told])[0].mentions}
    assert found >= {("Ilona Varga", "PERSON"), ("Lisbon", "PLACE"), ("European Commission", "ORGANIZATION"), ("Tuesday", "DATE")}


def test_furniture_gives_names_but_no_quotes() -> None:
    told = story(("byline", 'By Joana Pires, who said "hello"'), ("lede", "Rain fell over Lisbon."))
    tagged = tagger().tag([told])[0]
    assert "Joana Pires" in {m.span.of(told.text) for m in tagged.mentions}
    assert not tagged.attributions


@pytest.mark.parametrize(
    ("dateline", "named"),
    [
        ("KISARU, Kenya (AFP) -", [("KISARU", "PLACE"), ("Kenya", "PLACE"), ("AFP", "ORGANIZATION")]),
        ("BEIJING, March 3 (Xinhua) --", [("BEIJING", "PLACE"), ("March 3", "DATE"), ("Xinhua", "ORGANIZATION")]),
        ("KUALA LUMPUR, March 3 (Bernama) --", [("KUALA LUMPUR", "PLACE"), ("March 3", "DATE"), ("Bernama", "ORGANIZATION")]),
        ("OSTERBY, March 3 (Saltpress) --", [("OSTERBY", "PLACE"), ("March 3", "DATE"), ("Saltpress", "ORGANIZATION")]),
        ("MOSCOW, March 3. /TASS/.", [("MOSCOW", "PLACE"), ("March 3", "DATE"), ("TASS", "ORGANIZATION")]),
    ],
)
def test_what_a_dateline_names_is_known_from_the_split(dateline: str, named: list[tuple[str, str]]) -> None:
    told = story(("dateline", dateline), ("lede", "Rain fell."), ("dateline", dateline), ("body", "Hail fell."))
    assert [(m.span.of(told.text), m.label) for m in tagger().tag([told])[0].mentions] == named * 2


def test_what_is_not_for_publication_is_not_read() -> None:
    told = story(("lede", "Rain fell."), ("withheld", 'Call Minister Ilona Varga, who said "never" on Tuesday.'))
    tagged = tagger().tag([told])[0]
    assert not tagged.mentions
    assert not tagged.attributions


@pytest.mark.parametrize(("language", "read"), [("en", True), ("en-GB", True), (None, True), ("und", True), ("pt", False), ("tr", False)])
def test_other_languages_pass_unread(language: str | None, read: bool) -> None:
    tagged = tagger().tag([story(("lede", HARBOUR), language=language)])[0]
    assert bool(tagged.mentions) == read
    assert (tagged.model_version == tagger().version) == read


def test_stories_side_by_side_are_tagged_as_each_alone() -> None:
    one, other = story(("lede", HARBOUR)), story(("lede", "Nothing was said. " * 40))
    together = tagger().tag([one, other, one])
    assert together[0].attributions == together[2].attributions
    assert [a.content for a in together[0].attributions] == [a.content for a in tagger().tag([one])[0].attributions]


def test_a_long_story_is_read_to_its_end() -> None:
    filler = "\n".join(f"The road to village number {n} was closed because of snow and ice." for n in range(LONGEST // 4))
    found = attributions(story(("lede", filler + '\n"The plough is broken," said Mayor Edda Lind.')))
    assert ('"The plough is broken,"', "said", "Mayor Edda Lind") in found


def test_an_empty_story_has_nothing_in_it() -> None:
    tagged = tagger().tag([story()])[0]
    assert not tagged.mentions
    assert not tagged.attributions


def test_a_changed_model_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(shipped_folder(), folder)
    settings = (folder / SETTINGS).read_text("utf-8")
    for changed in (settings.replace('"least_quote_score": 0', '"least_quote_score": 1'), settings.replace(f'"{SETTINGS}":', '"other":')):
        assert changed != settings
        (folder / SETTINGS).write_text(changed, "utf-8")
        with pytest.raises(DamagedModel, match=f"{SETTINGS} is (not the file|missing)|other is missing"):
            load_tagger(folder)
    (folder / SETTINGS).write_text(settings[:1000], "utf-8")
    with pytest.raises(DamagedModel, match="cannot be read"):
        load_tagger(folder)
    (folder / SETTINGS).write_text(settings, "utf-8")
    with (folder / WEIGHTS).open("ab") as weights:
        weights.write(b"x")
    with pytest.raises(DamagedModel, match=f"{WEIGHTS} is not the file"):
        load_tagger(folder)
    (folder / SETTINGS).unlink()
    with pytest.raises(DamagedModel, match="is missing"):
        load_tagger(folder)


@pytest.mark.parametrize(
    ("text", "date", "kept"),
    [
        ("Ilona Varga on Tuesday", "Tuesday", "Ilona Varga"),
        ("the ministry, late Tuesday", "Tuesday", "the ministry"),
        ("Tuesday", "Tuesday", "Tuesday"),
        ("the Tuesday group", "Tuesday", "the Tuesday group"),
        ("a man arrested Tuesday", "Tuesday", "a man arrested Tuesday"),
        ("Ahmed Tuesday", "Tuesday", "Ahmed"),
    ],
)
def test_a_day_behind_a_source_is_not_part_of_it(text: str, date: str, kept: str) -> None:
    day = Mention(span=Span(start=text.index(date), end=text.index(date) + len(date)), label="DATE", score=1)
    said = Attribution(content=[Span(start=50, end=60)], cue=None, source=Span(start=0, end=len(text)), score=1)
    source = undated(said, [day], text).source
    assert source is not None
    assert source.of(text) == kept


@pytest.mark.parametrize("raw", [0.0, 0.01, 0.5, 0.99, 1.0])
def test_calibration_keeps_the_order_of_scores(raw: float) -> None:
    curve = Calibration(slope=0.8, intercept=0.4)
    assert 0 < curve(raw) < 1
    assert curve(raw) >= curve(raw / 2)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("It cost 25,000 Swiss francs.", "Swiss", [("25,000 Swiss francs", "MONEY")]),
        ("It rose to RM50,000 by noon.", "RM50", [("RM50,000", "MONEY"), ("noon", "TIME")]),
        ("They rested on Labor Day.", "Labor Day", [("Labor Day", "OTHER")]),
        ("In May Fox 2000 fell.", "Fox 2000", [("May", "DATE"), ("Fox 2000", "OTHER")]),
    ],
)
def test_a_name_keeps_its_place_unless_it_is_only_a_part_of_a_value(text, name, found):
    span = Span(start=text.index(name), end=text.index(name) + len(name))
    mentions = with_values([Mention(span=span, label="OTHER", score=0.9)], story(("body", text)))
    assert [(m.span.of(text), m.label) for m in mentions] == found


def all_outputs(words: Pieces, width: int) -> tuple[dict[str, Scores], Scores]:
    """Outputs by name of one window, made up: every number another one."""
    row = np.arange((len(words.ids) + 2) * width, dtype=np.float32).reshape(-1, width)
    return by_name(row, Segment(0, words, True), Window(0, 0, len(words.starts))), row


def test_a_model_that_was_trained_before_references_gives_none() -> None:
    words = pieces("Norblatsk slept.", [Span(start=0, end=16)], load_model().tokenizer)
    firsts = [1 + first for first in words.first[:-1]]
    assert len(firsts) == 3 < len(words.ids)
    full = sum(n for _, n in OUTPUTS)
    older, row = all_outputs(words, full - 2 * REFERENT_WIDTH)
    assert list(older) == ["quote", "entity", *LINKS, "null_source"]
    assert older["source_key"].tolist() == row[firsts, -LINK_WIDTH:].tolist()
    assert older["null_source"].tolist() == row[:1, -LINK_WIDTH:].tolist()
    newer, row = all_outputs(words, full)
    assert {*newer} - {*older} == {*REFERENCES, "null_referent"}
    assert newer["referent"].tolist() == row[firsts, -REFERENT_WIDTH:].tolist()
    assert newer["null_referent"].tolist() == row[:1, -REFERENT_WIDTH:].tolist()
    assert newer["null_source"].shape == (1, LINK_WIDTH)
