"""The server that wiredesk brings: a home of its own, and the true reason where it does not start."""

import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from flows import server


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            ["alembic.util.exc.CommandError: Can't locate revision identified by 'feedbeef0000'"],
            "a newer Prefect has used its database /p.db. It is sound",
        ),
        (["ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 4200): address already in use"], "port was taken"),
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
    with socket.create_server((server.HOST, 0)) as listening:
        port: int = listening.getsockname()[1]
        assert server.free_port(port) != port
        with socket.create_connection((server.HOST, port)) as client:
            listening.accept()[0].close()  # the side that closes first keeps the port for a minute
            assert client.recv(1) == b""
    assert server.free_port(port) == port


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
    api = server.Server(server.free_port(0), lasting=False)
    with pytest.raises(server.PrefectUnreachableError, match=rf"a newer Prefect has used its database .*{database}. It is sound"):
        api.wait(300)
    assert database.exists()
