"""Links: contents to cues, cues to sources, with made-up vectors."""

import numpy as np
import pytest

from tasks.tag.attributions import CONTENT, CUE, SOURCE, link
from tasks.tag.chain import Found
from tasks.tag.nearness import CELLS, EDGES, cells

WORDS = 30


def vectors(likes: dict[tuple[str, int], tuple[str, int]]) -> dict[str, np.ndarray]:
    """Linker vectors in which the word of each key looks for the word of its value."""
    names = ("content_start", "content_end", "cue_key", "cue_query", "source_key")
    made = {name: np.zeros((WORDS, WORDS + 1), np.float32) for name in names}
    made["null_source"] = np.zeros((1, WORDS + 1), np.float32)
    made["null_source"][0, WORDS] = 3
    for (asker, at), (key, wanted) in likes.items():
        made[asker][at, wanted] = 9
        made[key][wanted, wanted] = 1
    made["cue_query"][:, WORDS] = 1
    return made


def found(label: int, start: int, end: int) -> Found:
    return Found(label, start, end, 0.9)


FLAT = np.zeros((2, CELLS), np.float32)
ONE_PARAGRAPH = np.zeros(WORDS, np.int64)


def linked(
    spans: list[Found], likes: dict[tuple[str, int], tuple[str, int]], own: int = 0
) -> list[tuple[list[int], int | None, int | None]]:
    """Starts of content, cue and source of each attribution."""
    return [
        ([c.start for c in a.content], a.cue and a.cue.start, a.source and a.source.start)
        for a in link(spans, vectors(likes), FLAT, ONE_PARAGRAPH, own)
    ]


def test_a_split_content_shares_its_cue_and_the_cue_its_source() -> None:
    spans = [found(CONTENT, 0, 4), found(SOURCE, 5, 6), found(CUE, 6, 7), found(CONTENT, 8, 12)]
    likes = {("content_start", 0): ("cue_key", 6), ("content_start", 8): ("cue_key", 6), ("cue_query", 6): ("source_key", 5)}
    assert linked(spans, likes) == [([0, 8], 6, 5)]


def test_a_cue_may_have_no_source() -> None:
    spans = [found(CONTENT, 0, 4), found(SOURCE, 20, 21), found(CUE, 6, 7)]
    assert linked(spans, {("content_start", 0): ("cue_key", 6)}) == [([0], 6, None)]


def test_a_cue_that_nothing_chose_takes_a_spare_content_but_not_an_impossible_one() -> None:
    spans = [found(CONTENT, 0, 4), found(CUE, 5, 6), found(CONTENT, 8, 12), found(CUE, 14, 15)]
    torn = vectors({("content_start", 0): ("cue_key", 5), ("content_start", 8): ("cue_key", 5)})
    torn["content_end"][11, 14] = 8
    torn["cue_key"][14, 14] = 1
    assert [[c.start for c in a.content] for a in link(spans, torn, FLAT, ONE_PARAGRAPH, 0)] == [[0], [8]]
    torn["content_end"][11, 14] = 0
    assert [[c.start for c in a.content] for a in link(spans, torn, FLAT, ONE_PARAGRAPH, 0)] == [[0, 8]]


@pytest.mark.parametrize(("likely", "less"), [(8, 16), (16, 8)])
def test_of_several_spare_contents_the_one_that_gives_up_least_is_taken(likely: int, less: int) -> None:
    spans = [found(CONTENT, 0, 4), found(CUE, 5, 6), found(CONTENT, 8, 12), found(CUE, 14, 15), found(CONTENT, 16, 20)]
    torn = vectors({("content_start", at): ("cue_key", 5) for at in (0, 8, 16)})
    torn["content_end"][likely + 3, 14], torn["content_end"][less + 3, 14] = 8, 7
    torn["cue_key"][14, 14] = 1
    assert {tuple(c.start for c in a.content) for a in link(spans, torn, FLAT, ONE_PARAGRAPH, 0)} == {(0, less), (likely,)}


def test_contents_of_the_context_are_left_to_the_window_that_owns_them() -> None:
    spans = [found(CONTENT, 0, 4), found(CUE, 5, 6), found(CONTENT, 8, 12)]
    likes = {("content_start", 0): ("cue_key", 5), ("content_start", 8): ("cue_key", 5)}
    assert linked(spans, likes, own=7) == [([8], 5, None)]


def test_without_a_cue_each_content_stands_alone() -> None:
    assert linked([found(CONTENT, 0, 4), found(CONTENT, 8, 12)], {}) == [([0], None, None), ([8], None, None)]


def test_without_a_content_there_is_no_attribution() -> None:
    assert linked([found(CUE, 5, 6), found(SOURCE, 6, 7)], {}) == []


@pytest.mark.parametrize(
    ("candidate", "paragraphs", "same_as"),
    [(4, 1, 3), (11, 1, 12), (11, 2, 12)],
)
def test_cells_tell_sides_and_paragraphs_apart(candidate: int, paragraphs: int, same_as: int) -> None:
    paragraph = np.repeat(np.arange(paragraphs), WORDS // paragraphs)
    one, other = cells(6, 9, np.array([candidate, same_as]), paragraph)
    assert 0 <= one < CELLS
    assert one != other


def test_distance_cells_are_those_of_training() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from tasks.train.network import cells as torch_cells

    paragraph = np.array([0] * 10 + [1] * 20)
    everywhere = np.arange(WORDS)
    for start, end in ((0, 0), (3, 7), (12, 12), (25, 29)):
        theirs = torch_cells(torch.tensor([start]), torch.tensor([end]), torch.tensor(paragraph)[None])[0]
        assert cells(start, end, everywhere, paragraph).tolist() == theirs.tolist()
    assert list(EDGES) == sorted(EDGES)
