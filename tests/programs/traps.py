"""What means harm without being such a file: names, pipes and links, swaps, damage, stopped workers, SQL, requests."""

import json
import os
import random
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.flows.killing import read
from tests.programs.attacking import SECRET, Desk, Ended, Findings, started
from tests.programs.bombs import STORY

WORDS = (
    "[/evil]",
    "[bold red]shout",
    "[link=http://evil.example]press",
    "\x1b[2Jwiped",
    "\x1b]0;title\x07",
    "\x9b2Jwiped",
    "one\rtwo\nthree",
    "\u202egnp.exe",
    "![x](http://evil.example/x.png)",
    "a | b || c",
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE documents; --",
    "{{ 7 * 7 }} ${x} %s %n {0.__class__}",
)

COMMANDS_THE_TERMINAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

NAMES = (
    b"latin-\xe9\xff.txt",
    b"two\nlines.txt",
    b"\x1b[2J.txt",
    b"[a-z]*?.txt",
    b"-rf.txt",
    b"a%20%2F..%00.txt",
    b"#fragment?query.txt",
    b"[bold]evil[.txt",
    b"\xe2\x80\xaegnp.txt",
    b"x" * 250 + b".txt",
    b" .txt",
    b"a::b.txt",
)
"""Names that a file may have: of no encoding, or with signs that shells, patterns, URIs and terminals heed."""

STATEMENTS = (
    "FROM read_text('@CANARY@')",
    "SELECT * FROM '@CANARY@'",
    "FROM read_csv('@CANARY@', header = false)",
    "FROM read_blob('@DESK@/../secret.txt')",
    "FROM glob('@OUT@/../*')",
    "FROM parquet_scan('http://127.0.0.1:@PORT@/a.parquet')",
    "FROM sniff_csv('@CANARY@')",
    "COPY (SELECT 1) TO '@OUT@/a.csv'",
    "COPY documents FROM '@CANARY@'",
    "EXPORT DATABASE '@OUT@/all'",
    "ATTACH '@OUT@/a.db'",
    "ATTACH 'http://127.0.0.1:@PORT@/a.db'",
    "INSTALL httpfs FROM 'http://127.0.0.1:@PORT@'",
    "LOAD '@CANARY@'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
    "PRAGMA temp_directory = '@OUT@'",
    "CREATE TABLE t AS SELECT 1",
    "CREATE SECRET (TYPE s3)",
    "DELETE FROM documents",
    "DROP VIEW documents",
    "SELECT 1; COPY (SELECT 1) TO '@OUT@/b.csv'",
    "WITH a AS (FROM read_text('@CANARY@')) SELECT * FROM documents, a",
    "SELECT * FROM query('FROM read_text(''@CANARY@'')')",
)
"""Ways out of the dataset, each of which must be refused."""

FOREIGN = {"Host": "evil.example"}
PAGE = {"Origin": "http://evil.example"}

REQUESTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("POST", "/api/deployments/filter", {}),
    ("POST", "/api/flow_runs/filter", {}),
    ("POST", "/api/artifacts/filter", {}),
    ("GET", "/api/admin/settings", {}),
    ("POST", "/api/admin/database/clear", {}),
    ("POST", "/api/deployments/filter", {"Authorization": "Basic d2lyZWRlc2s6"}),
    ("POST", "/api/deployments/filter", FOREIGN),
    ("POST", "/api/deployments/filter", PAGE),
    ("POST", "/api/deployments/filter", {**PAGE, "Content-Type": "text/plain"}),
    ("OPTIONS", "/api/deployments/filter", {**PAGE, "Access-Control-Request-Method": "POST"}),
    ("GET", "/", FOREIGN),
    ("GET", "/docs", FOREIGN),
)
"""What a stranger on this machine asks, and a page in a browser of its user: nothing of it may be answered."""


INGEST = ("ingest", "INBOX", "--dataset", "DATASET", "--workers", "1")

DAMAGED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("_index", INGEST),
    ("documents", ("sql", "DATASET", "SELECT * FROM documents_latest")),
    ("_runs", ("skipped", "DATASET", "--all")),
    ("rejects", ("rejects", "DATASET")),
    (".", ("report", "DATASET", "--out", "PAGE")),
    ("documents", ("compact", "DATASET")),
    ("_index", INGEST),
    ("quotes", ("sql", "DATASET", "SELECT * FROM quotes JOIN documents USING (doc_id)")),
    ("_runs", ("report", "DATASET", "--out", "PAGE")),
    (".", ("rejects", "DATASET")),
    ("rejects", ("compact", "DATASET")),
    (".", INGEST),
    ("entities", ("reprocess", "DATASET", "--dry-run")),
    (".", ("check", "DATASET")),
)
"""Where a dataset is spoiled, and the command that then runs."""


# What lies in an inbox


def put_words(inbox: Path, seed: str, numbers: Iterable[int]) -> None:
    """Stories whose every field is one of WORDS: of an odd type, of none, or not readable."""
    fields = ("headline", "byline", "provider", "copyrightnotice", "usageterms", "pubstatus", "slugline", "located")
    for number in numbers:
        word = WORDS[number % len(WORDS)]
        story = {"uri": f"urn:{number}:{word}", "body_text": STORY, **dict.fromkeys(fields, word)}
        kinds: tuple[dict[str, object], ...] = (
            {**story, "type": word},
            {**story},
            {word: word, "type": "text", "body_text": 7},
            {"api_version": "1.1", "data": {"item": {**story, "type": word}}},
        )
        (inbox / f"{number:03}.json").write_text(json.dumps(kinds[number % len(kinds)]), encoding="utf-8")


def put_names(inbox: Path, seed: str, numbers: Iterable[int]) -> None:
    """Files under NAMES: first good stories, then as many that are none."""
    for number in numbers:
        text = STORY.replace("Monday", f"May {number + 1}").encode()
        again, name = divmod(number, len(NAMES))
        path = os.fsencode(inbox) + b"/" + (b"%d" % again if again else b"") + NAMES[name]
        Path(os.fsdecode(path)).write_bytes(b"\0\1\xff" * 99 if again % 2 else text)


def put_pipes(inbox: Path, seed: str, numbers: Iterable[int]) -> None:
    """Pipes, sockets, devices, and links that lead out, in a circle or nowhere."""
    secret = inbox.parent / "secret.txt"
    makers: tuple[Callable[[Path], object], ...] = (
        os.mkfifo,
        _socket,
        lambda path: path.symlink_to(secret),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to("/dev/stdin"),
        lambda path: path.symlink_to(path),
        lambda path: path.symlink_to("nowhere.txt"),
        lambda path: path.with_suffix("").symlink_to("/"),
        lambda path: path.with_suffix("").symlink_to("..", target_is_directory=True),
        lambda path: (path.with_suffix("") / "/".join("d" * 200)).mkdir(parents=True),
    )
    for number in numbers:
        makers[number % len(makers)](inbox / f"{number:03}.txt")


def put_stories(inbox: Path, seed: str, numbers: Iterable[int]) -> None:
    """Good stories, each different."""
    for number in numbers:
        (inbox / f"{number:03}.txt").write_text(STORY.replace("Monday", f"pier {number}"))


def put_copies(inbox: Path, seed: str, numbers: Iterable[int]) -> None:
    """One story under many names."""
    for number in numbers:
        (inbox / f"{number:03}.txt").write_text(STORY)


@contextmanager
def swapping(inbox: Path) -> Iterator[None]:
    """Puts links to a secret and pipes in the place of each numbered file, and files again, in a loop that never rests."""
    ended = threading.Event()
    aside = inbox.parent / "aside"
    aside.mkdir()
    names = [path.name for path in inbox.glob("[0-9]*")]
    ways: tuple[Callable[[Path], object], ...] = (
        lambda path: path.symlink_to(inbox.parent / "secret.txt"),
        lambda path: path.write_text(STORY),
        os.mkfifo,
        lambda path: path.write_text(STORY),
    )

    def loop() -> None:
        while not ended.is_set():
            for way in ways:
                for name in names:
                    way(aside / name)
                    (aside / name).replace(inbox / name)
                ended.wait(0.001)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's address has 107 bytes at most
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


# What happens to a dataset, its workers and its server


def damage(desk: Desk, seed: str, count: int) -> Findings:
    """Spoils one file of a dataset at a time, and runs a command over it: refused or done, never a traceback.

    An ingest over a spoiled index must give the rows that it gives over a sound one.
    """
    chance, found = random.Random(seed), Findings(inputs=count)
    inbox, page = desk.place / "inbox", desk.place / "report.html"
    inbox.mkdir()
    put_stories(inbox, seed, range(3))

    def run(command: tuple[str, ...], dataset: Path) -> Ended:
        return desk.run(*(str({"DATASET": dataset, "INBOX": inbox, "PAGE": page}.get(word, word)) for word in command))

    sound = desk.place / "sound"
    shutil.copytree(desk.dataset, sound)
    run(INGEST, sound)
    rows = read(sound)
    for number in range(count):
        copy = desk.place / f"damaged-{number}"
        shutil.copytree(desk.dataset, copy)
        folder, command = DAMAGED[number % len(DAMAGED)]
        path = chance.choice(sorted(path for path in (copy / folder).rglob("*") if path.is_file()))
        how = _spoil(path, chance)
        what = f"{command[0]} after {path.relative_to(copy)} was {how}"
        ended = run(command, copy)
        found.take(ended, what)
        found.seconds = max(found.seconds, ended.seconds)
        if folder == "_index" and command == INGEST and ended.status < 2 and read(copy) != rows:
            found.violations.append(f"{what}: other rows than with a sound index")
    return found


def _spoil(path: Path, chance: random.Random) -> str:
    """Damages a file, or puts another in its place; says how."""
    data = bytearray(path.read_bytes())
    how = chance.choice(("flipped", "flipped", "cut off", "emptied", "garbled", "made a folder", "joined by a stranger"))
    if how == "flipped" and data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif how == "cut off":
        del data[chance.randrange(len(data) or 1) :]
    elif how == "emptied":
        data.clear()
    elif how == "garbled":
        data[:] = chance.randbytes(len(data))
    elif how == "made a folder":
        path.unlink()
        path.mkdir()
        return how
    elif how == "joined by a stranger":
        (path.parent / f"stranger{path.suffix}").write_bytes(chance.randbytes(100))
        (path.parent / "stranger.begun").write_text("{")
    path.write_bytes(data)
    return how


def stopped(desk: Desk, seed: str, count: int) -> Findings:
    """Stops a worker in the middle of its work, and the run goes on without it."""
    chance, found = random.Random(seed), Findings()
    for number in range(count):
        inbox = desk.place / f"inbox-{number}"
        inbox.mkdir()
        put_stories(inbox, seed, range(6))
        after, halted = chance.uniform(0, 2), list[tuple[int, float]]()

        def halt(parent: int, after: float = after, halted: list[tuple[int, float]] = halted) -> None:
            if not halted:
                halted.extend((pid, time.monotonic() + after) for pid in _workers(parent)[:1])
            if halted and time.monotonic() > halted[0][1] and halted[0][1]:
                with suppress(ProcessLookupError):
                    os.kill(halted[0][0], signal.SIGSTOP)
                halted[0] = (halted[0][0], 0.0)

        options = ("--dataset", str(desk.place / f"desk-{number}"), "--workers", "1", "--story-seconds", "1", "--batch-size", "2")
        ended = desk.run("ingest", str(inbox), *options, during=halt)
        for pid, at in halted:
            if not at:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        found.inputs += bool(halted)
        found.take(ended, f"a worker stopped after {after:.1f} s")
        found.seconds = max(found.seconds, ended.seconds)
    return found


def _workers(parent: int) -> list[int]:
    children = [int(pid) for path in Path(f"/proc/{parent}/task").glob("*/children") for pid in path.read_text().split()]
    return [pid for pid in children if b"tasks.workers" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def sql(desk: Desk, seed: str, count: int) -> Findings:
    """Tries to read, write and load what is no table of the dataset."""
    chance, found, out = random.Random(seed), Findings(inputs=count), desk.place / "out"
    out.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        places: dict[str, str | Path] = {
            "@CANARY@": desk.place / "secret.txt",
            "@OUT@": out,
            "@DESK@": desk.dataset,
            "@PORT@": str(listening.getsockname()[1]),
        }
        for statement in chance.sample(STATEMENTS * (count // len(STATEMENTS) + 1), count):
            said = statement
            for sign, place in places.items():
                said = said.replace(sign, str(place))
            ended = desk.run("sql", str(desk.dataset), said)
            found.take(ended, statement)
            found.seconds = max(found.seconds, ended.seconds)
            if ended.status != 2:
                found.violations.append(f"{statement}: ended with {ended.status}")
            if left := [path.name for path in out.iterdir()]:
                found.violations.append(f"{statement}: wrote {left}")
            with suppress(BlockingIOError):
                listening.accept()[0].close()
                found.violations.append(f"{statement}: went to the network")
    return found


def server(desk: Desk, seed: str, count: int) -> Findings:
    """Asks the server that a schedule brings for what is none of a stranger's business."""
    inbox, found = desk.place / "inbox", Findings()
    inbox.mkdir()
    (inbox / "good.txt").write_text(STORY)
    environment = {name: value for name, value in desk.environment.items() if not name.startswith("PREFECT_API_")}
    environment["PREFECT_HOME"] = str(desk.place / "prefect")
    options = ("--dataset", str(desk.place / "desk"), "--interval", "86400", "--workers", "1")
    with started("schedule", str(inbox), *options, environment=environment) as process:
        url, until = None, time.monotonic() + 240
        while not (url := re.search(r"http://[\w.:]+", process.said)) and time.monotonic() < until:
            time.sleep(0.2)
        if not url:
            found.crashes, found.violations = 1, [f"the schedule did not start: {process.said[-300:]}"]
            return found
        for method, path, headers in (REQUESTS * (count // len(REQUESTS) + 1))[:count]:
            found.inputs += 1
            answer = httpx.request(method, url[0] + path, headers=headers, content=None if method == "GET" else b"{}", timeout=60)
            what = " ".join((method, path, *(f"{name}: {value}" for name, value in headers.items())))
            if answer.status_code < 400 and not (method == "OPTIONS" and "access-control-allow-origin" not in answer.headers):
                found.violations.append(f"{what}: answered with {answer.status_code}")
            elif answer.headers.get("access-control-allow-origin") in {"*", PAGE["Origin"]}:
                found.violations.append(f"{what}: a page of any site may read the answer")
        found.violations += _runs_of_strangers(url[0], desk)
        os.kill(process.pid, signal.SIGINT)
        found.take(process.end(), "the schedule")
    return found


def _runs_of_strangers(url: str, desk: Desk) -> list[str]:
    """Asks for a run over another inbox; what is wrong when it is granted."""
    with httpx.Client(base_url=url, timeout=60) as client:
        asked = client.post("/api/deployments/filter", json={})
        if not asked.is_success:
            return []
        parameters = {"sources": [str(desk.place / "secret.txt")], "dataset": str(desk.place / "theirs")}
        runs = [client.post(f"/api/deployments/{one['id']}/create_flow_run", json={"parameters": parameters}) for one in asked.json()]
    return ["a stranger had a run made over a file of its choice"] if any(run.is_success for run in runs) else []


def printed(desk: Desk, dataset: Path) -> Findings:
    """Prints what stories say by every command that does: nothing in it commands a terminal, and the report loads nothing."""
    found, page = Findings(), desk.place / "report.html"
    for command in (
        ("rejects", str(dataset)),
        ("skipped", str(dataset), "--all"),
        ("sql", str(dataset), "SELECT * FROM documents"),
        ("report", str(dataset), "--out", str(page)),
        ("ingest", str(desk.place / "inbox"), "--dataset", str(desk.place / "dry"), "--dry-run", "--workers", "1"),
    ):
        ended = desk.run(*command)
        found.take(ended, command[0])
        if sign := COMMANDS_THE_TERMINAL.search(ended.said):
            found.violations.append(f"{command[0]}: printed {sign[0]!r}")
    if page.exists() and re.search(r"<img src=x|<script>alert", page.read_text("utf-8")):
        found.violations.append("report: holds markup of a story's")
    return found + Findings(violations=_published(desk))


def _published(desk: Desk) -> list[str]:
    """What is wrong with the summaries that runs left in Prefect."""
    user, _, password = desk.environment.get("PREFECT_API_AUTH_STRING", "").partition(":")
    with httpx.Client(base_url=desk.environment["PREFECT_API_URL"], auth=(user, password), timeout=60) as client:
        artifacts = client.post("/artifacts/filter", json={}).raise_for_status().json()
    pages = [f"{artifact['data']} {artifact['description']}" for artifact in artifacts]
    return [f"a summary in Prefect holds {word!r}" for word in ("![x](http", SECRET) if any(word in page for page in pages)]
