"""The account of each run, in `_runs/<run_id>.json`: written last, or by the next run when this one is killed."""

import re
from collections import Counter
from datetime import UTC
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from schemas.printable import json_escaped
from schemas.reading import Reading
from schemas.rows import CHILDREN, DocumentRow, QuoteRow, RejectRow
from schemas.run import BatchFiles, RunManifest
from tasks.dataset.folder.card import write_card
from tasks.dataset.folder.disk import sync, write_whole
from tasks.dataset.folder.errors import DatasetError, explained
from tasks.dataset.folder.files import count_rows, read_columns
from tasks.dataset.folder.layout import Dataset
from tasks.dataset.writing.commit import COMMIT_ORDER

_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def begin_run(dataset: Dataset, manifest: RunManifest) -> None:
    """Notes that a run has begun, with zero counts, so that the next run can account for it if it is killed."""
    with explained("opening the run's account", dataset.root):
        _write(dataset, dataset.runs / f"{_safe(manifest.run_id)}.begun", manifest)


def end_run(dataset: Dataset, manifest: RunManifest) -> Path:
    """Writes the run's manifest, `_runs/<run_id>.json`, last of all, and renews the dataset card; returns the manifest's path."""
    path = dataset.runs / f"{_safe(manifest.run_id)}.json"
    with explained("writing the run's manifest", dataset.root):
        write_card(dataset)
        _write(dataset, path, manifest)
        path.with_suffix(".begun").unlink(missing_ok=True)
        sync(dataset.runs)
    return path


def refused_sources(dataset: Dataset) -> dict[str, Reading]:
    """The sources of the dataset's rejects in order of name, each with how the run read it that refused it last."""
    rows = read_columns(dataset, RejectRow, ["source_uri", "run_id", "rejected_at"]).to_pylist()
    last = {row["source_uri"]: row["run_id"] for row in sorted(rows, key=lambda row: row["rejected_at"])}
    manifests = {run: _manifest(dataset, run) for run in set(last.values())}
    return {uri: run.reread.get(uri, run.reading) if (run := manifests[last[uri]]) else Reading() for uri in sorted(last)}


def manifests(dataset: Dataset) -> list[RunManifest]:
    """The accounts of all runs that have ended, in the order of their beginning. Raises DatasetError for one that cannot be read."""
    return [read_manifest(path) for path in sorted(dataset.runs.glob("*.json"))]


def account_for_killed_runs(dataset: Dataset) -> list[str]:
    """Gives a manifest to each run that began and never ended, with the counts that the dataset shows; returns their ids.

    What such a run found unchanged or skipped is not known: its stories_in are those that it wrote or rejected.
    """
    runs = []
    for begun in sorted(dataset.runs.glob("*.begun")):
        if not begun.with_suffix(".json").exists():
            end_run(dataset, _recounted(dataset, read_manifest(begun)))
            runs.append(begun.stem)
        begun.unlink(missing_ok=True)
    return runs


def _manifest(dataset: Dataset, run_id: str) -> RunManifest | None:
    """A run's manifest, or what it began with when it was killed; None when somebody deleted it."""
    for path in (dataset.runs / f"{_safe(run_id)}.json", dataset.runs / f"{_safe(run_id)}.begun"):
        if path.exists():
            return read_manifest(path)
    return None


def read_manifest(path: Path) -> RunManifest:
    """The account in a file of `_runs/`. Raises DatasetError when it cannot be read."""
    try:
        return RunManifest.model_validate_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"{path} is no account of a run that this wiredesk can read: it is damaged, or of a newer wiredesk. No story is in it: "
            f"move it out of the folder, or use the newer wiredesk. ({' '.join(str(error).split())[:300]})"
        ) from error


def _recounted(dataset: Dataset, begun: RunManifest) -> RunManifest:
    """The manifest of a killed run, from what it left in the dataset."""
    documents = _of_run(begun.run_id, read_columns(dataset, DocumentRow, ["run_id", "n_words", "ingested_at", "filename"]))
    rejected = _of_run(begun.run_id, read_columns(dataset, RejectRow, ["run_id", "rejected_at", "filename"]))
    stems = _stems(documents)
    times = [*documents["ingested_at"].to_pylist(), *rejected["rejected_at"].to_pylist()]
    rows = Counter({DocumentRow.TABLE: documents.num_rows, RejectRow.TABLE: rejected.num_rows})
    for table in CHILDREN:
        rows[table.TABLE] = count_rows(dataset, [dataset.file(table.TABLE, stem) for stem in stems])
    speakers = read_columns(dataset, QuoteRow, ["speaker"], stems)["speaker"].drop_null().unique()
    counts = {
        "state": "interrupted",
        "ended_at": max(times, default=begun.started_at).astimezone(UTC),
        "stories_in": documents.num_rows + rejected.num_rows,
        "written": documents.num_rows,
        "unchanged": 0,
        "rejected": rejected.num_rows,
        "rows": rows,
        "speakers": len(speakers),
        "words": pc.sum(documents["n_words"]).as_py() or 0,
        "batches": [BatchFiles(batch_id=stem, files=_files(dataset, stem)) for stem in sorted({*stems, *_stems(rejected)})],
    }
    return RunManifest.model_validate(begun.model_dump() | counts)


def _of_run(run_id: str, table: pa.Table) -> pa.Table:
    return table.filter(pc.equal(table["run_id"], run_id))


def _stems(table: pa.Table) -> list[str]:
    """The batches that rows were read from."""
    return sorted({Path(name).stem for name in table["filename"].unique().to_pylist()})


def _files(dataset: Dataset, stem: str) -> list[str]:
    paths = (dataset.file(table.TABLE, stem) for table in COMMIT_ORDER)
    return [str(path.relative_to(dataset.root)) for path in paths if path.exists()]


def _write(dataset: Dataset, path: Path, manifest: RunManifest) -> None:
    write_whole(path, json_escaped(manifest.model_dump_json(indent=2)).encode(), dataset.staging)


def _safe(run_id: str) -> str:
    """The run id, which must be fit for a file's name."""
    if not _SAFE_ID.fullmatch(run_id):
        raise ValueError(f"a run id is made of letters, digits, '.', '_' and '-', not {run_id!r}")
    return run_id
