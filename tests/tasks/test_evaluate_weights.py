"""What passes are worth, and a tagger's output that is kept in a file."""

import gzip
import json
from pathlib import Path

import pytest

from flows.evaluate import weigh_file
from schemas.tagged import TaggedStory
from tasks.clean import clean
from tasks.evaluate import AnnotatedQuote, AnnotatedStory
from tasks.evaluate.tags import kept, read_tags, tagged_again, write_tags
from tasks.evaluate.weights import weigh
from tasks.quotes import NAMES
from tasks.split import split
from tests.tasks.building import tagged

STORY = "{source [PERSON Ada Lund]} {cue told} {content the crews of the ferry that the pier is shut}."


def gold_of(story: TaggedStory, content: str, speaker: str | None = None) -> AnnotatedStory:
    """A gold story with one quote."""
    [attribution] = story.attributions
    start = story.text.index(content)
    extents = [[(s.start, s.end)] if s else [] for s in (attribution.cue, attribution.source)]
    quote = AnnotatedQuote(content=[(start, start + len(content))], cue=extents[0], source=extents[1], speaker=speaker)
    return AnnotatedStory(id="story", text=story.text, quotes=[quote])


def test_a_pass_is_worth_what_is_lost_without_it() -> None:
    story = tagged(STORY)
    scores, weights = weigh([gold_of(story, "that the pier is shut", "Ada Lund")], [story])
    lost = {weight.name: weight for weight in weights}
    assert list(lost) == list(NAMES)
    assert scores == (1.0, 1.0, 1.0, 1.0)
    assert (lost["unaddressed"].rows, lost["unaddressed"].lost.exact) == (1, 1.0)
    assert (lost["named"].rows, lost["named"].lost.found) == (1, 0.0)
    assert {name for name, weight in lost.items() if weight.rows} == {"unaddressed", "named"}


def test_a_pass_that_harms_weighs_less_than_nothing() -> None:
    story = tagged(STORY)
    _, weights = weigh([gold_of(story, "the crews of the ferry that the pier is shut")], [story])
    [weight] = [weight for weight in weights if weight.name == "unaddressed"]
    assert weight.lost.exact == -1.0
    assert weight.lost.speaker is None


def test_stories_without_gold_quotes_weigh_nothing() -> None:
    story = tagged(STORY)
    with pytest.raises(ValueError, match="no story has gold quotes"):
        weigh([AnnotatedStory(id="story", text=story.text)], [story])


def test_a_kept_output_comes_back_as_it_was(tmp_path: Path) -> None:
    story = tagged(STORY)
    write_tags(tmp_path / "tags.gz", [kept("a", story)])
    assert story.text not in gzip.decompress((tmp_path / "tags.gz").read_bytes()).decode()
    assert tagged_again(read_tags(tmp_path / "tags.gz")["a"], story.split) == story


@pytest.mark.parametrize("content", ['{"id": "a"}\n', "no JSON\n", '["a"]\n'])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "tags").write_text(content)
    with pytest.raises(ValueError, match="holds no tagger's output"):
        read_tags(tmp_path / "tags")


def test_the_output_for_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="tag it again"):
        tagged_again(kept("a", tagged(STORY)), tagged(f"{STORY} It rained.").split)


def test_stories_are_weighed_by_a_kept_output_alone(tmp_path: Path) -> None:
    from flows.extract import story_of

    story = tagged(STORY)
    gold = gold_of(story, "that the pier is shut")
    (tmp_path / "gold.jsonl").write_text(gold.model_dump_json() + "\n" + json.dumps({"id": "b", "text": "It rained.", "quotes": []}) + "\n")
    again = story.model_copy(update={"split": split(clean(story_of(story.text, "story")))})
    write_tags(tmp_path / "tags", [kept("story", again)])
    stories, scores, weights = weigh_file(tmp_path / "gold.jsonl", tmp_path / "tags")
    assert (stories, scores.exact) == (1, 1.0)
    assert next(weight.lost.exact for weight in weights if weight.name == "unaddressed") == 1.0
