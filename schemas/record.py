"""The bytes of one record, before anything is known of the story inside."""

from pydantic import Field

from schemas.base import Schema


class Record(Schema):
    """What the front door hands to a reader: a file, a line of JSONL, a member of an archive."""

    source_uri: str = Field(min_length=1)
    source_record: str = ""
    format: str | None = Field(None, description="The reader that must take it; None to sniff")
    text_column: str | None = Field(None, description="The field that holds the text, where the user named one")
    most_refused: int | None = Field(None, ge=0, description="How many of its parts may give no story; None for a share of its size")
    data: bytes
