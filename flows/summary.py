"""A run's account in words: one line, a table for the terminal, and Markdown for Prefect."""

from rich.table import Table

from schemas.run import RunManifest


def figures(manifest: RunManifest) -> dict[str, str]:
    """What the closing summary says, in order."""
    seconds = f"{(manifest.ended_at - manifest.started_at).total_seconds():.1f}"
    if (merged := manifest.compacted) is not None:
        return {
            "files": f"{merged.files_before:,}, now {merged.files_after:,}",
            "megabytes": f"{merged.bytes_before / 1e6:,.1f}, now {merged.bytes_after / 1e6:,.1f}",
            "seconds": seconds,
        }
    return {
        **({"upgraded": f"{manifest.upgraded:,} batches, to schema version {manifest.schema_version}"} if manifest.upgraded else {}),
        "read": f"{manifest.stories_in:,}",
        "written": f"{manifest.written:,}",
        "unchanged": f"{manifest.unchanged:,}" + (f" ({len(manifest.copies):,} from another source)" if manifest.copies else ""),
        "rejected": f"{manifest.rejected:,}",
        "skipped": f"{manifest.skipped.total():,}" + (f" ({_skipped(manifest)})" if manifest.skipped else ""),
        "quotes": f"{manifest.rows['quotes']:,}",
        "speakers": f"{manifest.speakers:,}",
        **({"in other languages": f"{manifest.untagged:,} (no entities, no quotes)"} if manifest.untagged else {}),
        **({"dates not understood": f"{manifest.undated:,} (see repairs in documents)"} if manifest.undated else {}),
        "seconds": seconds,
    }


def in_words(manifest: RunManifest) -> str:
    """The account in one line."""
    if (merged := manifest.compacted) is not None:
        return (
            f"{merged.files_before:,} files became {merged.files_after:,}"
            if merged.files_after < merged.files_before
            else "nothing to merge"
        )
    if manifest.flow == "reprocess" and not manifest.written and not manifest.rejected:
        if manifest.upgraded:
            return f"{manifest.upgraded:,} batches brought to schema version {manifest.schema_version}; no story had to be done again"
        return f"nothing to do: all {manifest.stories_in:,} stories are of this release"
    skipped = f"; {_skipped(manifest)} skipped" if manifest.skipped else ""
    if not manifest.stories_in:
        return ("nothing to try again" if manifest.flow == "retry" else "no stories to take") + skipped
    if not manifest.written and not manifest.rejected:
        return f"nothing new: all {manifest.stories_in:,} stories are in the dataset already{skipped}"
    counts = f"{manifest.written:,} written, {manifest.unchanged:,} unchanged, {manifest.rejected:,} rejected"
    return f"{counts} of {manifest.stories_in:,} stories"


def _skipped(manifest: RunManifest) -> str:
    """What was left out, by reason."""
    return ", ".join(f"{count:,} {reason}" for reason, count in sorted(manifest.skipped.items()))


def table(manifest: RunManifest) -> Table:
    """The account for a terminal."""
    grid = Table(show_header=False)
    for name, value in figures(manifest).items():
        grid.add_row(name, value)
    return grid


def markdown(manifest: RunManifest) -> str:
    """The account for the run's page in Prefect, with the seconds of each step."""
    lines = ["| | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in figures(manifest).items())]
    steps = [f"| {step} | {seconds:,.1f} |" for step, seconds in manifest.step_seconds.items()]
    if steps:
        lines += ["", "| step | seconds |", "|---|---:|", *steps]
    return "\n".join([f"# {in_words(manifest)}", "", *lines])
