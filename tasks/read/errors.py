"""What stops a reader: a record it must refuse, or a source or format that is not there."""

from schemas.outcome import Refusal


class RefusedError(Exception):
    """A record that no reader can take; becomes a `Reject` with this error name and message."""

    def __init__(self, error: Refusal, message: str) -> None:
        super().__init__(message)
        self.error = error


class NoSuchSourceError(Exception):
    """A source that names no file, no folder and no place to look for one."""


class NoSuchFormatError(Exception):
    """A format name that no reader bears."""
