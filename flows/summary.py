"""A run's account in words: one line, a table for the terminal, and Markdown for Prefect."""

import re

from rich.table import Table

from schemas.printable import one_line
from schemas.run import RunManifest

REASONS_NAMED = 10
"""Reasons for skipping that a summary names, of some forty that there are."""

MARKUP = re.compile(r"[\\`*_{}\[\]<>#+!|~&$^=:@/\"]|\.(?=[A-Za-z])")
"""What Markdown, or HTML within it, may take for more than a character: a URL too, which it makes a link of."""


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
    """What was left out, by reason; where there are very many reasons, by the most frequent."""
    named = manifest.skipped.most_common(REASONS_NAMED)
    words = [f"{count:,} {reason}" for reason, count in sorted(named)]
    if others := len(manifest.skipped) - len(named):
        words.append(f"{manifest.skipped.total() - sum(count for _, count in named):,} for {others} other reasons")
    return ", ".join(words)


def table(manifest: RunManifest) -> Table:
    """The account for a terminal."""
    grid = Table(show_header=False)
    for name, value in figures(manifest).items():
        grid.add_row(name, value)
    return grid


def markdown(manifest: RunManifest) -> str:
    """The account for the run's page in Prefect, with the seconds of each step."""
    lines = ["| | |", "|---|---:|", *(f"| {name} | {escaped(value)} |" for name, value in figures(manifest).items())]
    steps = [f"| {step} | {seconds:,.1f} |" for step, seconds in manifest.step_seconds.items()]
    if steps:
        lines += ["", "| step | seconds |", "|---|---:|", *steps]
    if manifest.skipped:
        lines += ["", "What was skipped, from where and why: `wiredesk skipped DIR`"]
    return "\n".join([f"# {escaped(in_words(manifest))}", "", *lines])


def escaped(words: str) -> str:
    """Words as Markdown shows them literally, on one line.

    >>> print(escaped("2 ![x](http://a.example)\\n|"))
    2 \\!\\[x\\](http\\:\\/\\/a\\.example) \\|
    """
    return MARKUP.sub(r"\\\g<0>", one_line(words))
