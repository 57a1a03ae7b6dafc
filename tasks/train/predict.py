"""What the pipeline makes of gold texts with a tagger that is not the shipped one."""

import hashlib
from collections.abc import Iterator, Sequence

from schemas.extracted import ExtractedStory
from schemas.story import RawStory, SplitStory
from tasks.clean import clean
from tasks.entities import entities
from tasks.evaluate import AnnotatedStory
from tasks.given import as_given
from tasks.quotes import quotes
from tasks.split import split
from tasks.tag import Tagger

AT_ONCE = 32
"""Stories that the encoder sees together."""


def predict(tagger: Tagger, stories: Sequence[AnnotatedStory]) -> Iterator[AnnotatedStory]:
    """The stories as the pipeline annotates them, in order, offsets into their text as given."""
    for at in range(0, len(stories), AT_ONCE):
        part = stories[at : at + AT_ONCE]
        for story, tagged in zip(part, tagger.tag([_split(s) for s in part]), strict=True):
            found = entities(tagged)
            finished = ExtractedStory(split=tagged.split, entities=found, quotes=quotes(tagged, found), model_version=tagged.model_version)
            yield AnnotatedStory.model_validate({"id": story.id} | as_given(finished))


def _split(story: AnnotatedStory) -> SplitStory:
    sha256 = hashlib.sha256(story.text.encode("utf-8", "surrogatepass")).hexdigest()
    return split(clean(RawStory(source_uri=f"gold:{story.id}", source_format="jsonl", source_sha256=sha256, text=story.text)))
