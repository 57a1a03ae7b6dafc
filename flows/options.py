"""What a run may be told besides its sources and its dataset."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.base import Schema


def pattern(words: str) -> str:
    """The words, if they are a regular expression; raises ValueError, which says what is wrong with them."""
    try:
        re.compile(words)
    except re.error as error:
        raise ValueError(f"{words!r} is no regular expression: {error}") from None
    return words


Pattern = Annotated[str, AfterValidator(pattern)]


class Options(Schema):
    """How to ingest; each default is right for a scheduled feed."""

    format: str | None = Field(None, description="The reader for every source, as `wiredesk formats` lists it; None to sniff each record")
    text_column: str | None = Field(None, description="The column of CSV and Parquet tables that holds the text; None to find it by name")
    provider: str | None = Field(None, min_length=1, description="Whose stories they are that name no provider")
    take_embargoed: bool = Field(False, description="Take stories before their embargo has passed; else a later run takes them")
    refuse_rights: Pattern | None = Field(None, description="Refuse stories with this in their rights or their note to editors")
    limit: int | None = Field(None, ge=1, description="Stop after this many stories")
    skip: int = Field(0, ge=0, description="Leave out this many stories first")
    workers: int | None = Field(None, ge=1, description="Worker processes; None for one a core")
    batch_size: int = Field(500, ge=1, le=10_000, description="Stories that are committed together")
    story_seconds: float = Field(60.0, gt=0, description="How long one step may take over one story before the story is rejected")
    worker_memory: int = Field(2048, ge=512, description="MiB of data that a worker may hold before the story at hand is rejected")
    near_duplicates: bool = Field(True, description="Look for near duplicates among the stories of the dataset")
    wait: float = Field(0.0, ge=0, description="Seconds to wait for another run on the dataset; 0 gives up at once")
