"""The read step: from files, folders, archives and streams to one `RawStory` a story, whatever shape the wire has it in.

`records` is the front door and does all the input; `read` is pure and takes one record at a time; `FORMATS` is the
table of readers. A new format is a file with its `Format`, and a line in `formats.py`.
"""

from tasks.read.door import cut, records
from tasks.read.errors import NoSuchFormatError, NoSuchSourceError
from tasks.read.formats import FORMATS, read
from tasks.read.opening import Found
from tasks.read.source import Format
from tasks.read.unpack import Options
from tasks.read.walk import find, is_there, located

__all__ = [
    "FORMATS",
    "Format",
    "Found",
    "NoSuchFormatError",
    "NoSuchSourceError",
    "Options",
    "cut",
    "find",
    "is_there",
    "located",
    "read",
    "records",
]
