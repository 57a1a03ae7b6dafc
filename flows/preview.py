"""A run that writes nothing: what an ingest would find, and what of it is new."""

from collections import Counter
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

from rich.table import Table

from flows.account import Account
from flows.intake import Intake, Verdict, terms
from flows.options import Options
from flows.progress import Listener
from flows.skips import Skips
from flows.workers import crew
from schemas.ids import StoryIds
from schemas.outcome import Reject
from schemas.story import RawStory
from tasks.dataset import Index, dataset_folder, load_index, open_dataset
from tasks.read import records
from tasks.workers.batch import Parcel


@dataclass
class Preview:
    """What an ingest would do."""

    new: int = 0
    unchanged: int = 0
    by_format: Counter[str] = field(default_factory=Counter)
    """New stories by the reader that takes them."""
    skips: Skips = field(default_factory=Skips)
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    """Those that would be listed."""


def preview(sources: list[str], dataset: str, options: Options) -> Preview:
    """Reads the sources and looks each story up in the dataset, which need not exist.

    Raises NoSuchSourceError, NoSuchFormatError and DatasetError.
    """
    records(sources, format=options.format)  # raises what is wrong with them
    found = Preview()
    account = Account("preview", "ingest", sources)
    admit = _index(dataset).admit

    def noted(raw: RawStory, ids: StoryIds | None) -> Verdict:
        verdict = admit(raw, ids)
        if verdict == "new":
            found.new += 1
            found.by_format[raw.source_format] += 1
        return verdict

    with crew(options, terms(options, account.started_at)) as workers:

        def read(_: str, records: Parcel) -> tuple[Parcel, None]:
            return workers.work("read", records.stories), None

        intake = Intake(sources, options, account, Listener(), workers.records, read, noted)
        for _ in intake.stories():
            pass
    found.rejects = intake.refused + intake.refusals.summaries()
    found.rejected = len(found.rejects) + account.unlisted
    found.unchanged, found.skips = account.unchanged, account.skips
    return found


def _index(dataset: str) -> Index:
    folder = dataset_folder(dataset)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        return load_index(open_dataset(dataset))
    with TemporaryDirectory() as nothing:
        return load_index(open_dataset(nothing, create=True))


def table(found: Preview) -> Table:
    """The preview for a terminal."""
    grid = Table(show_header=False)
    grid.add_row("new", f"{found.new:,}")
    for name, count in found.by_format.most_common():
        grid.add_row(f"  {name}", f"{count:,}")
    grid.add_row("unchanged", f"{found.unchanged:,}")
    grid.add_row("rejected", f"{found.rejected:,}")
    grid.add_row("skipped", f"{found.skips.counts.total():,}")
    return grid
