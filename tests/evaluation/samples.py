"""Checks what every file of the shared samples is read into: `python -m tests.evaluation.samples /work/shared/samples`.

The expected outcomes stand in `samples.jsonl`, one file a line: how many stories, skips and rejects, a reason for each
kind of file, and of up to four stories the short facts (headline as word count and hash, byline, dateline, version, ...).
The facts are what the readers gave when the table was made, looked through by eye; headlines and versions of the XML and
JSON formats were also compared with what a plain parse of the files finds. `--write` renews the facts and keeps the
reasons: use it when outcomes have changed for the better, and read the difference. The samples are other people's copy:
nothing of their text is kept here.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from schemas.record import Record
from schemas.story import RawStory
from tasks.read import read, records

TABLE = Path(__file__).with_name("samples.jsonl")
FACTS = (
    "source_format", "encoding", "layout", "version", "status", "language", "byline", "dateline", "dateline_place", "dateline_date",
    "published_at", "embargoed_until", "urgency", "slugline", "provider",
)  # fmt: skip
MOST_FACTS = 4
"""Stories of a file whose facts are kept; of larger files the counts alone."""


def outcome_of(path: Path, folder: Path) -> dict[str, Any]:
    """What a file is read into: counts of outcomes by kind and reason, and the facts of its stories."""
    counts: Counter[str] = Counter()
    stories = []
    for record in records([path]):
        for outcome in read(record) if isinstance(record, Record) else [record]:
            if isinstance(outcome, RawStory):
                counts["stories"] += 1
                stories.append(outcome)
            else:
                counts[getattr(outcome, "reason", None) or f"rejected: {getattr(outcome, 'error', '')}"] += 1
    row: dict[str, Any] = {"path": str(path.relative_to(folder)), "outcome": dict(sorted(counts.items()))}
    if stories and len(stories) <= MOST_FACTS:
        row["stories"] = [facts_of(story) for story in stories]
    elif stories:
        row["totals"] = {
            "words": sum(len(story.text.split()) for story in stories),
            **{name: sum(1 for story in stories if getattr(story, name)) for name in ("headline", "byline", "dateline", "published_at")},
        }
    return row


def facts_of(story: RawStory) -> dict[str, Any]:
    """The short facts of a story, without its words."""
    told = story.model_dump(mode="json", include=set(FACTS), exclude_defaults=True)
    headline = story.headline or ""
    digest = hashlib.sha256(headline.encode()).hexdigest()[:8]
    return {
        **({"headline": f"{len(headline.split())} words, {digest}"} if headline else {}),
        **told,
        "words": len(story.text.split()),
        "lines": story.text.count("\n") + 1,
        **({"subheads": len(story.headings)} if story.headings else {}),
    }


def main(arguments: list[str]) -> int:
    """Prints every file that is not read as the table says; 1 when there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="renew the table")
    options = parser.parse_args(arguments)
    table = {row["path"]: row for row in map(json.loads, TABLE.read_text(encoding="utf-8").splitlines())} if TABLE.exists() else {}
    found = [outcome_of(path, options.folder) for path in sorted(options.folder.rglob("*")) if path.is_file()]
    if options.write:
        lines = [json.dumps({**row, "why": table.get(row["path"], {}).get("why", "")}, ensure_ascii=False) for row in found]
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return 0
    wrong = 0
    for row in found:
        expected = {key: value for key, value in table.pop(row["path"], {}).items() if key != "why"}
        if row != expected:
            wrong += 1
            print(f"{row['path']}\n  expected {json.dumps(expected, ensure_ascii=False)}\n  found    {json.dumps(row, ensure_ascii=False)}")
    for path in table:
        wrong += 1
        print(f"{path}\n  is in the table but not in the folder")
    totals = sum((Counter(row["outcome"]) for row in found), Counter())
    print(f"{len(found)} files, {wrong} not as expected; {', '.join(f'{count} {what}' for what, count in totals.most_common())}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
