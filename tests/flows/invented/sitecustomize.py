"""Gives workers a step that wiredesk does not have; on the path of the tests that declare it."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.story import SplitStory


def silence(story: "SplitStory") -> "SplitStory":
    """The invented step: calls the whole story a trailer, in which nobody says anything."""
    return story.model_copy(update={"sections": [s.model_copy(update={"kind": "trailer"}) for s in story.sections]})


if any("tasks.workers.pool" in word for word in sys.orig_argv):  # a worker
    from tasks.workers import batch

    batch.PURE["silence"] = silence  # type: ignore[index]
