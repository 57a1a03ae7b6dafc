"""Attacks wiredesk with all that strangers can send it: `python -m tests.programs.attack [CLASS ...] [--count N] [--seed S]`.

A class makes hostile inputs by code and lays them into an inbox beside good stories; the real command ingests it in processes of
its own. Other classes spoil datasets, stop workers, or ask `sql` and the server of a schedule for what they must not give. Nothing
may crash, hang, be lost or come out that lay outside of the inbox; no process may hold more than 1.5 GB, and no input cost
more than 5 CPU seconds. Where the inputs of a class together are too much, each is tried by itself. `--list` says which classes
there are. A command that hangs or takes 4 GB is ended.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flows.server import prefect_api
from tests.programs import bombs, traps
from tests.programs.attacking import Desk, Findings
from tests.programs.figures import scratch
from tests.programs.ingesting import files, ingest, ingested


@dataclass(frozen=True)
class Attack:
    """A class of hostile inputs."""

    name: str
    why: str
    tries: Callable[[Desk, str, int], Findings]
    """Tries so many inputs of a seed."""
    count: int
    """Inputs, if the command line does not say how many."""


ATTACKS = (
    Attack("parquet", "a few bytes that grow to gigabytes, and damaged footers", ingested(files(
        ".parquet", bombs.parquet_long_text, bombs.parquet_many_rows, bombs.parquet_footer, bombs.parquet_footer_length,
        bombs.parquet_columns)), 5),
    Attack("csv", "giant fields, many columns, marks that nothing pairs", ingested(files(
        ".csv", bombs.csv_field, bombs.csv_columns, bombs.csv_rows, bombs.csv_quotes)), 4),
    Attack("gzip", "hundreds of thousands of records that are nothing", ingested(files(
        ".jsonl.gz", bombs.gzip_rejects, bombs.gzip_skips, bombs.gzip_lines)), 3),
    Attack("compressed", "files that unpack to much, or to themselves", ingested(files(
        ".gz", bombs.gzip_zeros, bombs.gzip_in_gzip, bombs.gzip_members, bombs.zstd_window, bombs.xz_dictionary, bombs.bzip2_zeros)), 6),
    Attack("zip", "members that overlap, nest, lie about their size or lead out", ingested(files(
        ".zip", bombs.zip_overlapping, bombs.zip_wrong_sizes, bombs.zip_in_zip, bombs.zip_fan, bombs.zip_paths)), 5),
    Attack("tar", "links, devices and paths that lead out", ingested(files(
        ".tar", bombs.tar_links, bombs.tar_devices, bombs.tar_paths, bombs.tar_sizes, bombs.tar_headers)), 5),
    Attack("json", "deep, with huge numbers, half characters and keys that repeat", ingested(files(
        ".jsonl", bombs.json_deep, bombs.json_numbers, bombs.json_surrogates, bombs.json_keys, bombs.json_types)), 5),
    Attack("xml", "entities, inclusions, depth, attributes", ingested(files(
        ".xml", bombs.xml_laughs, bombs.xml_quadratic, bombs.xml_external, bombs.xml_parameter, bombs.xml_include, bombs.xml_deep,
        bombs.xml_attributes)), 7),
    Attack("html", "tags that nothing closes, or that cross", ingested(files(
        ".html", bombs.html_deep, bombs.html_crossed, bombs.html_attributes, bombs.html_data)), 4),
    Attack("warc", "lengths that lie", ingested(files(".warc", bombs.warc_lengths, bombs.warc_header, bombs.warc_chunks)), 3),
    Attack("email", "thousands of parts, mails in mails", ingested(files(
        ".eml", bombs.email_parts, bombs.email_nested, bombs.email_boundaries, bombs.email_base64)), 4),
    Attack("patterns", "what patterns go through more than once: datelines, marks, names", ingested(files(
        ".txt", bombs.text_dateline, bombs.text_places, bombs.text_marks, bombs.text_spaces, bombs.text_names, bombs.text_lines)), 12),
    Attack("words", "markup, escapes and formulas in every field", ingested(traps.put_words, then=traps.printed), len(traps.WORDS)),
    Attack("names", "file names of no encoding, or with signs that patterns and URIs heed, in a dataset of such a name", ingested(
        traps.put_names, then=traps.printed, dataset="de[s]k*?", stories=True), 2 * len(traps.NAMES)),
    Attack("typed", "such names on the command line", ingested(traps.put_names, typed=True, stories=True), 2 * len(traps.NAMES)),
    Attack("pipes", "pipes, sockets, devices, and links that lead out or nowhere", ingested(traps.put_pipes), 10),
    Attack("swaps", "files that become links and pipes between listing and opening", ingested(
        traps.put_copies, beside=traps.swapping), 300),
    Attack("damage", "flipped bits and strangers in a dataset, under every command", traps.damage, len(traps.DAMAGED)),
    Attack("stopped", "workers that are stopped in the middle of their work", traps.stopped, 1),
    Attack("sql", "reading, writing and loading out of the dataset", traps.sql, 16),
    Attack("server", "a stranger's requests to the server of a schedule", traps.server, len(traps.REQUESTS)),
)  # fmt: skip


def attack(folder: Path, names: Sequence[str] = (), count: int | None = None, seed: int = 1) -> Iterator[tuple[str, Findings]]:
    """Tries the classes of these names, or all; yields each with what was found."""
    with desk_in(folder) as desk:
        for one in ATTACKS:
            if not names or one.name in names:
                yield one.name, one.tries(desk.room(one.name), f"{seed}:{one.name}", count or one.count)


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    """A desk with a Prefect API, a sound dataset, and the cost of an ingest of good stories alone."""
    with prefect_api() as url:
        from prefect.settings import get_current_settings

        password = get_current_settings().api.auth_string
        environment = {**os.environ, "PREFECT_API_URL": url}
        if password:
            environment["PREFECT_API_AUTH_STRING"] = password.get_secret_value()
        desk = Desk(folder, environment, folder / "calm" / "desk").room("calm")
        inbox = desk.place / "inbox"
        inbox.mkdir()
        calm = ingest(desk, inbox)
        if calm.violations:
            raise RuntimeError(f"an ingest of good stories alone: {calm.violations}")
        yield replace(desk, place=folder, calm=calm.seconds)


def table(rows: Sequence[tuple[str, Findings]]) -> str:
    """One line a class, and one for all."""
    lines: list[tuple[str, ...]] = [("class", "inputs", "crashes", "hangs", "lost", "violations", "peak MB", "slowest CPU s")]
    for name, found in (*rows, ("all", sum((found for _, found in rows), Findings()))):
        counts = (found.inputs, found.crashes, found.hangs, found.lost, len(found.violations))
        lines.append((name, *map(str, counts), f"{found.peak / 2**20:,.0f}", f"{found.seconds:.1f}"))
    return "\n".join(f"{line[0]:<12}" + "".join(f"{cell:>15}" for cell in line[1:]) for line in lines)


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 when anything was violated."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("classes", metavar="CLASS", nargs="*", help="the classes to try; all if none is named")
    parser.add_argument("--count", type=int, help="inputs of a class")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="say which classes there are")
    wanted = parser.parse_args(arguments)
    if wanted.list:
        print("\n".join(f"{one.name:<12}{one.why}" for one in ATTACKS))
        return 0
    if strangers := set(wanted.classes) - {one.name for one in ATTACKS}:
        parser.error(f"no such class: {', '.join(sorted(strangers))}; --list says which there are")
    began, rows = time.monotonic(), list[tuple[str, Findings]]()
    with scratch() as folder:
        os.environ["PREFECT_HOME"] = str(folder / "prefect")
        os.environ.pop("PREFECT_API_URL", None)
        for name, found in attack(folder, wanted.classes, wanted.count, wanted.seed):
            rows.append((name, found))
            for violation in found.violations:
                print(f"! {name}: {violation}", flush=True)
    print(f"attack, seed {wanted.seed}, {time.monotonic() - began:.0f} s\n{table(rows)}")
    return 1 if any(found.violations for _, found in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
