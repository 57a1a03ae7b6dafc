"""Prefect's API for a run: the one that is configured, else a server of our own that lives as long as the run.

Prefect starts such a server too, but one that Ctrl-C stops before the run can report how it ended, that outlives a killed
parent, whose log ends up between our lines, and that keeps its runs in the user's database: once a newer Prefect has used
that, an older one cannot. And it serves whoever asks: every user of the machine, and every page that a browser shows. Ours asks
for a password, made anew at each start, and answers to names of this machine and to its own pages alone.
"""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from prefect.settings import Settings

HOST = "127.0.0.1"

NAMES = [HOST, "localhost"]
"""What a server of ours is called; a page whose host's name was made to lead here (DNS rebinding) calls it something else."""

USUAL_PORT = 4200
"""Where people look for Prefect's pages."""

FLUSH_SECONDS = 1.2
"""How long a server takes to store the last states of task runs: it does so once a second."""

CLOSING_SECONDS = 1.5
"""How long a server may take to close its connections; what it was told is in its database by then."""

STARTUP = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
"""Read from the environment: Prefect's settings are those of the moment when it was imported."""

QUIET = {
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    STARTUP: "90",
    "PREFECT_CLIENT_MAX_RETRIES": "3",
}
"""What a local run says to Prefect unless the user said otherwise. A first start makes the database: that takes most of
Prefect's own 20 seconds on a fast machine. Three retries bridge a restart of the API; five would keep a finished run waiting
for minutes when the API is gone."""

CAUSES = (
    (r"Can't locate revision", "a newer Prefect has used its database {database}. It is sound: use that Prefect, or name another database"),
    (r"disk is full|No space left", "the disk of its database {database} is full. Free some space and start the same command again"),
    (
        r"readonly database|unable to open database|Permission denied|Read-only file system",
        "it may not write to its database {database}. Set PREFECT_HOME to a folder that you may write to",
    ),
    (
        r"malformed|file is not a database",
        "its database {database} is damaged. It holds nothing but the history of runs: move it away, and the next start makes a new one",
    ),
)
"""What a server that does not start says, and what that means."""

ERROR = re.compile(r"(?:ERROR: +(?=\[)|[\w.]+(?:Error|Exception): +)(?P<message>.*)")
"""The end of a traceback, or a complaint of uvicorn's."""


class PrefectUnreachableError(Exception):
    """Prefect's API does not answer; the message says which, what is safe and what to do."""


def quiet() -> None:
    """Has Prefect say and do what a local run wants, unless the user said otherwise; to be called before Prefect is imported."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def configured() -> str | None:
    """The URL of the API that the environment or the Prefect profile names."""
    from prefect.settings import get_current_settings

    return get_current_settings().api.url


@contextmanager
def prefect_api(*, lasting: bool = False) -> Iterator[str]:
    """The URL of an API for the flow runs in the block; `lasting` for one that schedules runs and shows pages.

    Raises PrefectUnreachableError when the configured API does not answer, or ours does not start.
    """
    quiet()
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    if url := configured():
        if not _answers(url):
            raise PrefectUnreachableError(
                f"Prefect's API at {url} does not answer. Nothing was read or written. Start it (`prefect server start`), correct "
                "PREFECT_API_URL or the Prefect profile, or unset both: wiredesk then brings a server of its own."
            )
        yield url
        return
    password = f"wiredesk:{secrets.token_urlsafe()}"
    server = Server(listen(USUAL_PORT if lasting else 0), password, lasting=lasting)
    kept = password_file(server.url)
    try:
        if lasting:
            _keep(password, kept)
        with temporary_settings({PREFECT_API_URL: server.url, PREFECT_API_AUTH_STRING: password}):
            server.wait(float(os.environ[STARTUP]))
            yield server.url
            time.sleep(FLUSH_SECONDS)
    finally:
        server.stop()
        if lasting:
            kept.unlink(missing_ok=True)


def password_file(url: str) -> Path:
    """Where the password of our lasting server at `url` lies while it is up, for its user's eyes alone."""
    from prefect.settings import Settings

    return _own_home(Settings()) / f"password-{urlsplit(url).port}"


def _keep(password: str, path: Path) -> None:
    try:
        path.unlink(missing_ok=True)  # of a killed server
        path.touch(0o600, exist_ok=False)
        path.write_text(f"{password}\n")
    except OSError as error:
        raise _unusable(path.parent, error) from None


def _answers(url: str, seconds: float = 10.0) -> bool:
    import httpx

    try:
        return httpx.get(f"{url}/health", timeout=seconds).is_success
    except httpx.HTTPError:
        return False


def listen(port: int) -> socket.socket:
    """A socket that listens on `port` when nobody else does, else on one that is free; a server gets it, so that nobody takes its port."""
    listening = socket.socket()
    # Connections of a server before this one, which linger for a minute, are no hindrance.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except OSError:
        listening.close()
        if not port:
            raise
        return listen(0)
    return listening


class Server:
    """A server's process, on its way up; it ends with `stop`, or with this process, however that dies.

    It takes `listening` over, and asks for the `password`, which is `user:password`. Raises PrefectUnreachableError where it
    could not keep its database.
    """

    def __init__(self, listening: socket.socket, password: str, *, lasting: bool) -> None:
        from prefect.settings import Settings

        settings = Settings()  # of now, as the server's process will read them
        self.url = f"http://{HOST}:{listening.getsockname()[1]}/api"
        self._home = _own_home(settings)
        self._database = _database(settings, self._home)
        # A child inherits the blocked signals: what ends this program, or its whole group, leaves the server up until the
        # run has said how it ended.
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", f"from flows.server import serve; serve({listening.fileno()}, lasting={lasting})"],
                pass_fds=[listening.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                env={
                    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
                    "PREFECT_SERVER_UI_ENABLED": str(lasting),
                    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
                    "PREFECT_PROFILES_PATH": str(settings.profiles_path),
                    **os.environ,
                    "PREFECT_HOME": str(self._home),
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                },
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
            listening.close()
        assert self.process.stdin
        with suppress(OSError):  # already dead: `wait` will say so
            self.process.stdin.write(f"{password}\n")  # neither `ps` nor the environment shows it
            self.process.stdin.flush()
        self._said = deque[str](maxlen=100)
        self._hears = threading.Thread(target=self._said.extend, args=[self.process.stderr], daemon=True)
        self._hears.start()

    def wait(self, seconds: float) -> None:
        """Waits for the server to answer; raises PrefectUnreachableError."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            if _answers(self.url, 1.0):
                return
            time.sleep(0.1)
        if self.process.returncode is None:
            why = f"was not up within {seconds:.0f} s. On a very busy machine give it longer: {STARTUP}=300"
        else:
            self._hears.join(1.0)
            why = f"did not start: {reason(self._said, self._database)}"
        raise PrefectUnreachableError(f"Prefect's own server {why}. Nothing was read or written.")

    def stop(self) -> None:
        """Ends the server in good order, or at once when it takes too long."""
        assert self.process.stdin
        with suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(CLOSING_SECONDS + 1.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _own_home(settings: "Settings") -> Path:
    """The folder of our server, one for each release of Prefect: none can use the database of a later one."""
    from prefect import __version__

    home = settings.home / "wiredesk" / __version__
    try:
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        raise _unusable(home, error) from None
    return home


def _unusable(home: Path, error: OSError) -> PrefectUnreachableError:
    return PrefectUnreachableError(
        f"Prefect's own server cannot keep its runs in {home}: {error.strerror}. Nothing was read or written. "
        "Set PREFECT_HOME to a folder that you may write to, or PREFECT_API_URL to a server that runs."
    )


def _database(settings: "Settings", home: Path) -> str:
    """Where our server keeps its runs, in words: a file of its own unless the user configured a database."""
    chosen = settings.server.database
    if "connection_url" in chosen.model_fields_set and chosen.connection_url:
        return re.sub(r"//[^/@]*@", "//", chosen.connection_url.get_secret_value())
    return chosen.name or str(home / "prefect.db")


def reason(said: "deque[str] | list[str]", database: str) -> str:
    """Why a server did not start, and what to do, from the last lines that it said.

    >>> reason(["Traceback ...", "sqlite3.OperationalError: database or disk is full"], "/p.db")
    'the disk of its database /p.db is full. Free some space and start the same command again (database or disk is full)'
    >>> reason([], "/p.db")
    'it ended without a word'
    """
    lines = [line.strip() for line in said if line.strip()]
    errors = [found["message"] for found in map(ERROR.match, lines) if found] or lines
    for pattern, meaning in CAUSES:
        for error in reversed(errors):
            if re.search(pattern, error):
                return f"{meaning.format(database=database)} ({error})"
    return errors[-1] if errors else "it ended without a word"


def serve(descriptor: int, *, lasting: bool) -> None:
    """The life of the server's process, on the socket `descriptor`, with the password from its standard input.

    It ends when its standard input does: when the parent wants it to, or is gone.
    """
    listening, password = socket.socket(fileno=descriptor), sys.stdin.readline().strip()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app
    from prefect.settings import (
        PREFECT_SERVER_API_AUTH_STRING,
        PREFECT_SERVER_CORS_ALLOWED_ORIGINS,
        PREFECT_UI_API_URL,
        temporary_settings,
    )
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    origins = [f"http://{name}:{listening.getsockname()[1]}" for name in NAMES]
    ours = {
        PREFECT_SERVER_API_AUTH_STRING: password,
        PREFECT_SERVER_CORS_ALLOWED_ORIGINS: ",".join(origins),
        PREFECT_UI_API_URL: f"{origins[0]}/api",  # the pages send the password there: never to who listens on Prefect's usual port
    }
    # The password is asked for in a header that pages add themselves: no browser sends it for a page of others, as it would a cookie.
    with temporary_settings(ours):  # wins over environment and profile, which may be those of another server
        app = create_app(ephemeral=not lasting, final=True)
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=NAMES)
        uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)).run(sockets=[listening])


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(CLOSING_SECONDS)
    os._exit(1)
