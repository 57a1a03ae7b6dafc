"""Embargoes printed in a story's notes."""

from datetime import datetime


def embargo_in(notes: str, published: datetime | None) -> datetime | None:
    """The moment until which the notes forbid publication; None where they do not."""
    return None
