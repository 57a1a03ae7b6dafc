"""Offsets of clean text, told in the text as it was given."""

from hypothesis import given as examples
from hypothesis import strategies as st

from schemas.story import RawStory
from tasks.clean import clean
from tasks.given import given

PIECES = st.lists(
    st.sampled_from(["Anna said", "“no”", " ", "\n", "\r\n", "\t", "Ã©", "&amp;", "ﬁ", "x.", "\u00ad"]), min_size=1, max_size=30
)


@examples(PIECES)
def test_every_letter_is_found_where_it_stood(pieces: list[str]) -> None:
    text = "".join(pieces)
    story = clean(RawStory(source_uri="stdin:", source_format="jsonl", source_sha256="0" * 64, text=text))
    kept = {at for run in story.source_map for at in range(run.text_start, run.text_start + run.length)}
    for at, character in enumerate(story.text):
        span = given(at, at + 1, story.source_map)
        if at in kept:
            assert span is not None
            assert text[span[0] : span[1]] == character
        else:
            assert span is None


@examples(PIECES, st.data())
def test_a_span_covers_what_its_letters_cover(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    story = clean(RawStory(source_uri="stdin:", source_format="jsonl", source_sha256="0" * 64, text=text))
    if not story.text:
        return
    start = data.draw(st.integers(0, len(story.text) - 1))
    end = data.draw(st.integers(start + 1, len(story.text)))
    letters = [span for at in range(start, end) if (span := given(at, at + 1, story.source_map))]
    whole = given(start, end, story.source_map)
    assert whole == ((letters[0][0], letters[-1][1]) if letters else None)
