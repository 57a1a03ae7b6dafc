"""The table of formats, and the step itself: one record in, its stories out."""

from collections.abc import Iterable, Iterator

from schemas.outcome import Reject, Skip, SkipReason
from schemas.record import Record
from schemas.story import RawStory
from tasks.read import (
    anpa,
    ap_media,
    csv,
    email,
    feed,
    html,
    iptc7901,
    json_feed,
    jsonl,
    newsml_1,
    newsml_g2,
    ninjs,
    nitf,
    parquet,
    reuters_sgml,
    text,
    warc,
    zczc,
)
from tasks.read.errors import NoSuchFormatError, RefusedError
from tasks.read.source import Format, Outcome, Source, looks_like_json
from tasks.read.streams import most_refused, too_many_refused
from tasks.read.xml import root_name

FORMATS: tuple[Format, ...] = (
    warc.FORMAT,
    parquet.FORMAT,
    json_feed.FORMAT,
    ap_media.FORMAT,
    ninjs.FORMAT,
    jsonl.FORMAT,
    newsml_g2.FORMAT,
    newsml_1.FORMAT,
    nitf.FORMAT,
    feed.FORMAT,
    reuters_sgml.FORMAT,
    anpa.FORMAT,
    iptc7901.FORMAT,
    zczc.FORMAT,
    email.FORMAT,
    html.FORMAT,
    csv.FORMAT,
    text.FORMAT,
)
"""Every reader, in the order in which they are asked; the most particular first, plain text last."""

BY_NAME: dict[str, Format] = {format.name: format for format in FORMATS}


def read(record: Record) -> list[RawStory | Skip | Reject]:
    """Reads every story in a record: by the reader that `record.format` names, else by the first that recognises it.

    Never raises: what no reader recognises, or what its reader refuses, comes back as a Reject with the reason.
    """
    source = Source(record)
    if not record.data.strip():
        return [source.skip(SkipReason.EMPTY)]
    try:
        format = named(record.format) if record.format else sniff(source)
        source.format = format.name
        return list(_bounded(source, format.stories(source))) or [source.skip(SkipReason.NO_STORY)]
    except RefusedError as refusal:
        return [source.reject(refusal.error, str(refusal))]
    except MemoryError:
        return [source.reject("MemoryError", "needs more memory than a worker may have; raise --worker-memory if it is worth more")]
    except Exception as error:
        return [source.reject(type(error).__name__, f"the {source.format or 'sniffing'} reader failed on this record: {error}")]


def _bounded(source: Source, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes, until so many of them are no story that the rest of the record is not worth its reading."""
    refused, record = 0, source.record
    most = most_refused(len(record.data)) if record.most_refused is None else record.most_refused
    for outcome in outcomes:
        yield outcome
        refused += not isinstance(outcome, RawStory)
        if refused > most:
            yield source.reject("TooManyRefused", too_many_refused(refused))
            return


def named(name: str) -> Format:
    """The format called `name`. Raises NoSuchFormatError."""
    if name not in BY_NAME:
        raise NoSuchFormatError(f"no format is called {name!r}; the formats are {', '.join(BY_NAME)}")
    return BY_NAME[name]


def sniff(source: Source) -> Format:
    """The first format that recognises the record. Raises RefusedError when none does."""
    for format in FORMATS:
        if format.recognises(source):
            return format
    raise RefusedError(
        "UnknownFormat",
        f"{_appearance(source)} that none of the readers recognises (tried {', '.join(BY_NAME)}); name the right one with --format",
    )


def _appearance(source: Source) -> str:
    """What an unknown record looks like, in a few words."""
    if looks_like_json(source):
        return f"JSON with the keys {', '.join(sorted(source.object)[:12])}" if source.object else "broken JSON, or JSON without objects,"
    if root := root_name(source):
        return f"XML with the root element <{root}>"
    if b"\x00" in source.head:
        return "binary data"
    return f"a {source.suffix} file" if source.suffix else "a file"
