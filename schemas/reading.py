"""How a run reads its sources and on which terms it takes their stories: the part of its options that a retry must know."""

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


class Reading(Schema):
    """How sources are read and which of their stories are taken; as it stands, each record is sniffed and embargoes are kept."""

    format: str | None = Field(None, description="The reader for every source, as `wiredesk formats` lists it; None to sniff each record")
    text_column: str | None = Field(
        None, description="The column of tables and field of JSON stories that holds the text; None to find it by name"
    )
    provider: str | None = Field(None, min_length=1, description="Whose stories they are that name no provider")
    take_embargoed: bool = Field(False, description="Take stories before their embargo has passed; else a later run takes them")
    refuse_rights: Pattern | None = Field(None, description="Refuse stories with this in their rights or their note to editors")
