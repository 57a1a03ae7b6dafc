"""Report: write a dataset as one HTML page that can be mailed, printed and opened anywhere."""

import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tasks.dataset import answering, connect, manifests, open_dataset
from tasks.report import ReportContent, read_content, render


def report(dataset: str | Path, out: Path, *, stories: int = 5_000) -> ReportContent:
    """Writes the report of a dataset to `out`, its newest `stories` in full, and returns what it says.

    Nothing of an older report is lost before the new one is whole. Raises DatasetError when there is no dataset or it is
    damaged, OSError when `out` cannot be written.
    """
    opened = open_dataset(dataset)
    runs = manifests(opened)
    with connect(opened) as views, answering(opened):
        content = read_content(views, runs, stories=stories)
    page = render(content, title=f"wiredesk: {opened.root.name}", made_at=datetime.now(UTC), version=version("wiredesk"))
    unfinished = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        unfinished.write_text(page, encoding="utf-8", newline="\n")
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return content
