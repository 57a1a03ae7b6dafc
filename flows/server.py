"""Prefect's API for a run: the one that is configured, else a server of our own that lives as long as the run.

Prefect starts such a server too, but one that Ctrl-C stops before the run can report how it ended, that outlives a killed
parent, and whose log ends up between our lines.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"

USUAL_PORT = 4200
"""Where people look for Prefect's pages."""

FLUSH_SECONDS = 1.2
"""How long a server takes to store the last states of task runs: it does so once a second."""

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


class PrefectUnreachableError(Exception):
    """Prefect's API does not answer; the message says which, what is safe and what to do."""


@contextmanager
def prefect_api(*, lasting: bool = False) -> Iterator[str]:
    """The URL of an API for the flow runs in the block; `lasting` for one that schedules runs and shows pages.

    Raises PrefectUnreachableError when the configured API does not answer, or ours does not start.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

    settings = get_current_settings()
    if configured := settings.api.url:
        if not _answers(configured):
            raise PrefectUnreachableError(
                f"Prefect's API at {configured} does not answer. Nothing was read or written. Start it (`prefect server start`), correct "
                "PREFECT_API_URL or the Prefect profile, or unset both: wiredesk then brings a server of its own."
            )
        yield configured
        return
    port = free_port(USUAL_PORT if lasting else 0)
    url = f"http://{HOST}:{port}/api"
    server = start(port, lasting)
    try:
        with temporary_settings({PREFECT_API_URL: url}):
            wait_for(url, server, float(os.environ[STARTUP]))
            yield url
            time.sleep(FLUSH_SECONDS)
    finally:
        server.terminate()
        server.wait()


def _answers(url: str, seconds: float = 10.0) -> bool:
    import httpx

    try:
        return httpx.get(f"{url}/health", timeout=seconds).is_success
    except httpx.HTTPError:
        return False


def free_port(wanted: int) -> int:
    """The port `wanted` when it is free, else one that is."""
    with socket.socket() as probe:
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def start(port: int, lasting: bool) -> subprocess.Popen[bytes]:
    """A server's process, on its way up."""
    # A child inherits the blocked signal, so that Ctrl-C leaves the server up until the run has said how it ended.
    unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", f"from flows.server import serve; serve({port}, lasting={lasting})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
                "PREFECT_SERVER_UI_ENABLED": str(lasting),
                "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)


def wait_for(url: str, server: subprocess.Popen[bytes], seconds: float) -> None:
    """Waits for a server to answer; raises PrefectUnreachableError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        if _answers(url, 1.0):
            return
        time.sleep(0.1)
    how = f"ended with status {server.returncode}" if server.returncode is not None else f"did not start within {seconds:.0f} s"
    raise PrefectUnreachableError(
        f"Prefect's own server {how}. Nothing was read or written. Run `prefect server start` to see why; often its database "
        "(~/.prefect/prefect.db) is damaged or its disk full. On a very busy machine give it longer: "
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=300."
    )


def serve(port: int, *, lasting: bool) -> None:
    """The life of the server's process; it ends when its parent does."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    uvicorn.run(create_app(ephemeral=not lasting, final=True), host=HOST, port=port, log_level="error")


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)
