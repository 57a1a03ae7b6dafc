"""What the dataset already has, so that a run knows what is new, a new version, unchanged or a copy."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from schemas.ids import StoryIds, ids_of
from schemas.outcome import Reject
from schemas.run import Copy
from schemas.story import RawStory
from tasks.dataset.folder.layout import Dataset, check_version
from tasks.dataset.writing.idcolumn import IdColumn
from tasks.dataset.writing.known import known_documents, microseconds, place_id
from tasks.dataset.writing.near import NearDuplicates
from tasks.dataset.writing.rejects import Place, RejectLedger, load_rejects
from tasks.dataset.writing.stamp import Committed


class Rank(NamedTuple):
    """What orders the versions of a story; the greatest is the latest. The `_latest` views order by the same."""

    version: int
    published_at: int
    ingested_at: int
    doc_id: str


class Numbered(NamedTuple):
    """A document that is to be committed, with its place among the versions of its story."""

    story_id: str
    content_id: str
    place_id: str
    rank: Rank
    supersedes: str | None


class _Waiting(NamedTuple):
    """A story that was admitted and is not committed yet."""

    number: int
    content_id: str
    place: Place


@dataclass
class Index:
    """What the dataset already has, and what this run has admitted to it. Not for sharing between processes."""

    docs: IdColumn
    stories: IdColumn
    contents: IdColumn
    places: IdColumn
    versions: NDArray[np.int64]
    published: NDArray[np.int64]
    ingested: NDArray[np.int64]
    rejects: RejectLedger
    near: NearDuplicates
    commits: "dict[str, Committed]" = field(default_factory=dict)
    """What was committed through this index, by batch: committing again changes nothing."""
    _new_docs: dict[str, str] = field(default_factory=dict)
    _new_contents: dict[str, str] = field(default_factory=dict)
    _new_ranks: dict[str, list[Rank]] = field(default_factory=lambda: defaultdict(list))
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _waiting_contents: dict[str, str] = field(default_factory=dict)
    _waiting_places: dict[Place, str] = field(default_factory=dict)
    _admitted: int = 0

    def __len__(self) -> int:
        return len(self.docs) + len(self._new_docs)

    def admit(self, raw: RawStory, ids: StoryIds | None = None) -> Copy | Literal["new", "unchanged"]:
        """Whether the story is new (a new story or a new version), there already, or a copy of a document from another source.

        Call in source order. A new story is remembered, so that its like later in the run is not new again, unless the
        first was refused by a later step and its reject committed before. `ids` are the story's, where they are known.
        """
        place, (_, content, doc) = Place(raw.source_uri, raw.source_record), ids or ids_of(raw)
        self.rejects.passed(place)
        if (like := doc if doc in self._waiting or self.has(doc) else self._document_saying(content)) is not None:
            if self._came_from(like, place):
                return "unchanged"
            return Copy(doc_id=like, source_uri=raw.source_uri, source_record=raw.source_record)
        self._admitted += 1
        self._waiting[doc] = _Waiting(self._admitted, content, place)
        self._waiting_contents[content] = self._waiting_places[place] = doc
        return "new"

    def has(self, doc: str) -> bool:
        """Whether a document is in the dataset."""
        return doc in self._new_docs or bool(self.docs.rows(doc))

    def number(self, documents: pa.Table, ingested: int) -> dict[str, Numbered]:
        """The documents that the dataset does not have, in the order of their admission, with version and supersedes.

        A version is the provider's number; 0 asks for the next one. Documents that were never admitted come last.
        """
        rows = {
            row["doc_id"]: row
            for row in documents.select(["doc_id", "story_id", "content_id", "version", "source_uri", "source_record"]).to_pylist()
        }
        published = dict(zip(documents["doc_id"].to_pylist(), microseconds(documents["published_at"]).tolist(), strict=True))
        ranks, numbered = dict[str, list[Rank]](), dict[str, Numbered]()
        for doc in sorted((doc for doc in rows if not self.has(doc)), key=self._turn):
            story = rows[doc]["story_id"]
            others = ranks.setdefault(story, self._ranks(story))
            version = rows[doc]["version"] or 1 + max((rank.version for rank in others), default=0)
            rank = Rank(version, published[doc], ingested, doc)
            before = max((other for other in others if other < rank), default=None)
            place = place_id(rows[doc]["source_uri"], rows[doc]["source_record"])
            numbered[doc] = Numbered(story, rows[doc]["content_id"], place, rank, before.doc_id if before else None)
            others.append(rank)
        return numbered

    def versions_beside(self, batch: Mapping[str, Numbered]) -> dict[str, frozenset[str]]:
        """For each document of the batch in hand, the versions of its story: those in the dataset and those in the batch."""
        stories = defaultdict[str, set[str]](set)
        for doc, own in batch.items():
            stories[own.story_id] |= {doc, *(rank.doc_id for rank in self._ranks(own.story_id))}
        return {doc: frozenset(stories[own.story_id]) for doc, own in batch.items()}

    def committed(self, documents: Iterable[Numbered]) -> None:
        """Notes that documents are in the dataset now."""
        for story, content, place, rank, _ in documents:
            self._new_docs[rank.doc_id] = place
            self._new_contents[content] = rank.doc_id
            self._new_ranks[story].append(rank)
            self._forget(rank.doc_id)

    def refused(self, rejects: Sequence[Reject]) -> None:
        """Notes that records were refused after all: their like, met later, is new."""
        self.rejects.refused(rejects)
        for reject in rejects:
            if (doc := self._waiting_places.get(Place(reject.source_uri, reject.source_record))) is not None:
                self._forget(doc)

    def _came_from(self, doc: str, place: Place) -> bool:
        """Whether a document was read from that place."""
        if (waiting := self._waiting.get(doc)) is not None:
            return waiting.place == place
        own = self._new_docs.get(doc)
        return place_id(*place) == (own if own is not None else self.places[self.docs.rows(doc)[0]])

    def _turn(self, doc: str) -> tuple[int, str]:
        return (self._waiting[doc].number if doc in self._waiting else self._admitted + 1, doc)

    def _document_saying(self, content: str) -> str | None:
        """The document that says just this, wherever it came from; one that waits for its commit counts."""
        waiting = self._waiting_contents.get(content) or self._new_contents.get(content)
        return waiting or next((self.docs[row] for row in self.contents.rows(content)), None)

    def _ranks(self, story: str) -> list[Rank]:
        """The ranks of a story's versions in the dataset."""
        old = [
            Rank(int(self.versions[row]), int(self.published[row]), int(self.ingested[row]), self.docs[row])
            for row in self.stories.rows(story)
        ]
        return old + self._new_ranks.get(story, [])

    def _forget(self, doc: str) -> None:
        if (waiting := self._waiting.pop(doc, None)) is not None:
            self._waiting_contents.pop(waiting.content_id, None)
            self._waiting_places.pop(waiting.place, None)


def load_index(dataset: Dataset) -> Index:
    """Reads what the dataset already has: ids and versions of documents, and the rejects. Raises DamagedError.

    Takes about a second for 100,000 documents in some thousands of files.
    """
    table = known_documents(dataset)
    for found in table["schema_version"].unique().to_pylist():
        check_version(found, dataset.root)
    return Index(
        docs=IdColumn(table["doc_id"]),
        stories=IdColumn(table["story_id"]),
        contents=IdColumn(table["content_id"]),
        places=IdColumn(table["place_id"]),
        versions=table["version"].to_numpy(),
        published=table["published_at"].to_numpy(),
        ingested=table["ingested_at"].to_numpy(),
        rejects=load_rejects(dataset),
        near=NearDuplicates(dataset),
    )
