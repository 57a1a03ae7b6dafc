"""What tests of flows share: Prefect's server, started once and only when a flow runs, and stories of the tests' own."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

FEED = Path(__file__).parent.parent / "feed"
POISON = Path(__file__).parent / "poison"


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Prefect API of the tests' own, on an empty database, in a home whose own a newer Prefect has used."""
    home = tmp_path_factory.mktemp("prefect")
    os.environ["PREFECT_HOME"] = str(home)
    used_by_a_newer_prefect(home / "prefect.db")
    os.environ["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] = "300"
    os.environ.pop("PREFECT_API_URL", None)
    from flows.server import prefect_api

    with prefect_api() as url:
        os.environ["PREFECT_API_AUTH_STRING"] = password()
        yield url


def password() -> str:
    """The password of the Prefect API that is in use here, as `user:password`."""
    from prefect.settings import get_current_settings

    secret = get_current_settings().api.auth_string
    assert secret
    return secret.get_secret_value()


def login() -> httpx.BasicAuth:
    """That password, for requests of a test's own."""
    return httpx.BasicAuth(*password().split(":"))


@pytest.fixture
def made_home(prefect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for a server of a test's own, its database made already: that takes most of a first start."""
    (made,) = Path(os.environ["PREFECT_HOME"]).glob("wiredesk/*/prefect.db")
    home = tmp_path / "prefect"
    folder = home / made.relative_to(os.environ["PREFECT_HOME"]).parent
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(folder / made.name)) as target:
        source.backup(target)
    monkeypatch.setenv("PREFECT_HOME", str(home))
    return home


def used_by_a_newer_prefect(database: Path) -> None:
    """Makes a database of a migration that no Prefect of today knows."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('feedbeef0000')")


@pytest.fixture(autouse=True)
def signals_of_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the signals of pytest's own process to pytest, in which some tests call commands."""
    monkeypatch.setattr("flows.commands.run.heed_sigterm", lambda: None)


@pytest.fixture
def feed() -> str:
    """The sample feed that ships with the project."""
    return str(FEED)


@pytest.fixture
def poisoned_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers whose clean step fails, hangs or dies of stories that say `POISON ...`."""
    monkeypatch.syspath_prepend(str(POISON))


def write_stories(folder: Path, count: int) -> Path:
    """A folder of short stories, each different, with quotes, names and a dateline."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:04}.txt").write_text(
            f"HARBOR CITY, May {number % 28 + 1} (AP) - Mayor Ruth Okonjo said on Monday that pier {number} would close.\n\n"
            f'"We counted {number} cracks," Okonjo said. "One was enough."\n\n'
            f"Engineer Piet Vandermolen told reporters that repairs of pier {number} would take {number % 9 + 2} weeks.\n",
            encoding="utf-8",
        )
    return folder
