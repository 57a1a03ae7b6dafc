"""The server that wiredesk brings: a home of its own, and the true reason where it does not start."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from flows import server
from tests.flows.conftest import login, password


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            ["alembic.util.exc.CommandError: Can't locate revision identified by 'feedbeef0000'"],
            "a newer Prefect has used its database /p.db. It is sound",
        ),
        (["sqlite3.OperationalError: database or disk is full", "ERROR:    Application startup failed. Exiting."], "/p.db is full"),
        (
            ["sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) attempt to write a readonly database", "(Background)"],
            "may not write",
        ),
        (["PermissionError: [Errno 13] Permission denied: '/p.db'"], "Set PREFECT_HOME"),
        (["sqlite3.DatabaseError: file is not a database"], "/p.db is damaged"),
        (["Traceback (most recent call last):", "ModuleNotFoundError: No module named 'fastapi'"], "No module named 'fastapi'"),
        (["Killed\n"], "Killed"),
        ([], "it ended without a word"),
    ],
)
def test_the_reason_is_the_one_that_the_server_gave(said: list[str], reason: str) -> None:
    given = server.reason(said, "/p.db")
    assert reason in given
    assert ("damaged" in given) == ("not a database" in "".join(said)), "a sound file is called damaged"
    assert ("move it away" in given) == ("not a database" in "".join(said)), "a sound file is to be thrown away"


def test_a_port_is_free_again_when_the_server_before_is_gone() -> None:
    with server.listen(0) as listening:
        host, port = listening.getsockname()
        assert host == "127.0.0.1"
        with server.listen(port) as other:
            assert other.getsockname()[1] != port
        with socket.create_connection((server.HOST, port)) as client:
            listening.accept()[0].close()  # the side that closes first keeps the port for a minute
            assert client.recv(1) == b""
    with server.listen(port) as again:
        assert again.getsockname()[1] == port


def test_a_home_that_cannot_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.write_text("a file")
    monkeypatch.setenv("PREFECT_HOME", str(home))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    program = [sys.executable, "-c", "from flows.cli import app; app()", "ingest", str(tmp_path), "-d", str(tmp_path / "desk")]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert f"{home}/wiredesk" in done.stderr
    assert "Not a directory" in done.stderr
    assert not (tmp_path / "desk").exists()


def test_what_a_newer_prefect_keeps_in_the_home_is_left_alone(prefect: str, tmp_path: Path) -> None:
    from prefect.settings import Settings

    home = Settings().home
    with closing(sqlite3.connect(home / "prefect.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("feedbeef0000",)]
    assert [path.name for path in home.glob("wiredesk/*/prefect.db")] == ["prefect.db"]


def test_a_database_that_the_user_chose_and_a_newer_prefect_used_is_named_and_not_given_up(
    prefect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings import Settings

    database = Settings().home / "prefect.db"
    monkeypatch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", f"sqlite+aiosqlite:///{database}")
    api = server.Server(server.listen(0), "desk:secret", lasting=False)
    with pytest.raises(server.PrefectUnreachableError, match=rf"a newer Prefect has used its database .*{database}. It is sound"):
        api.wait(300)
    assert database.exists()


@pytest.mark.parametrize(
    ("given", "status"),
    [(None, 401), ("", 401), ("wiredesk:", 401), ("wiredesk:guessed", 401), ("the right one", 200)],
)
def test_who_does_not_know_the_password_is_turned_away(given: str | None, status: int, prefect: str) -> None:
    told = password() if given == "the right one" else given
    auth = None if told is None else httpx.BasicAuth(*(told.split(":") if told else ("", "")))
    assert httpx.post(f"{prefect}/flow_runs/filter", json={}, auth=auth).status_code == status
    assert httpx.get(f"{prefect}/admin/settings", auth=auth).status_code == status
    assert httpx.post(f"{prefect}/flows/", content=b'{"name": "theirs"}', auth=auth).status_code in (status, status + 1)  # 201


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost.evil.example:4200", 400),
        ("127.0.0.2", 400),
        ("", 400),
        ("localhost", 200),
        ("127.0.0.1:4200", 200),
    ],
)
def test_a_host_that_is_not_this_machine_is_refused(host: str, status: int, prefect: str) -> None:
    asked = httpx.get(f"{prefect}/health", headers={"Host": host}, auth=login())
    assert asked.status_code == status


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "http://localhost", "https://127.0.0.1:{port}", "null"])
def test_a_page_of_others_may_not_read_nor_ask(origin: str, prefect: str) -> None:
    foreign = origin.format(port=urlsplit(prefect).port)
    assert {"access-control-allow-origin", "access-control-allow-credentials"}.isdisjoint(asked_by(foreign, prefect, "POST"))
    before = asked_by(foreign, prefect, "OPTIONS")
    assert "access-control-allow-origin" not in before


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_pages_of_its_own_may_ask_and_read(name: str, prefect: str) -> None:
    own = f"http://{name}:{urlsplit(prefect).port}"
    for method in ("POST", "OPTIONS"):
        assert asked_by(own, prefect, method)["access-control-allow-origin"] == own


def asked_by(origin: str, prefect: str, method: str) -> httpx.Headers:
    """What the server answers to a page of that origin that knows the password, or to the browser that asks for it first."""
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    headers = {"Origin": origin} | (wanted if method == "OPTIONS" else {})
    auth = login()
    return httpx.request(method, f"{prefect}/flow_runs/filter", headers=headers, auth=auth, content=b"{}").headers


@pytest.mark.parametrize("channel", ["events/in", "events/out", "logs/out"])
def test_a_socket_is_closed_to_who_does_not_know_the_password(channel: str, prefect: str) -> None:
    url = f"{prefect.replace('http', 'ws', 1)}/{channel}"
    with connect(url, subprotocols=["prefect"]) as theirs:  # type: ignore[list-item]
        theirs.send(json.dumps({"type": "auth", "token": "wiredesk:guessed"}))
        with pytest.raises(ConnectionClosed):
            theirs.recv(30)
    with pytest.raises(InvalidStatus), connect(url):
        pass


def test_the_password_is_in_no_list_of_processes(prefect: str, made_home: Path) -> None:
    process = Path("/proc")
    if not process.exists():
        pytest.skip("no /proc here")
    api = server.Server(server.listen(0), "desk:never-seen", lasting=False)
    try:
        api.wait(300)
        shown = [(process / str(api.process.pid) / what).read_bytes() for what in ("cmdline", "environ")]
        assert shown[0]
        assert not [text for text in shown if b"never-seen" in text]
    finally:
        api.stop()


@pytest.mark.slow
def test_a_server_ends_with_a_parent_that_is_killed(prefect: str, made_home: Path) -> None:
    program = textwrap.dedent("""
        import time
        from flows.server import prefect_api
        with prefect_api() as url:
            print(url, flush=True)
            time.sleep(600)
    """)
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout
    url = urlsplit(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    while True:
        try:
            socket.create_connection((server.HOST, url.port or 0)).close()
        except OSError:
            return
        time.sleep(0.1)
