"""A run over a dataset: under its lock, with a manifest however it ends, and reported to Prefect."""

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, cast

from prefect import State
from prefect.artifacts import create_markdown_artifact
from prefect.exceptions import TerminationSignal
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.account import Account
from flows.progress import Listener, listener
from flows.summary import escaped, in_words, markdown
from schemas.printable import one_line
from schemas.run import RunManifest
from tasks.dataset import Dataset, DatasetError, begin_run, end_run, locked, sweep
from tasks.read import NoSuchFormatError, NoSuchSourceError

TASK_RUNS = 900
"""Task runs of one flow run, at most: Prefect's server drops events beyond about a thousand. More work becomes a subflow."""


def named(doing: str) -> Callable[[], str]:
    """How the runs of a flow are called, which logs and pages show: `ingest into /srv/wire/desk`, on one line."""
    return lambda: one_line(f"{doing} {flow_run.parameters['dataset']}")


def reported(run: Callable[[], RunManifest]) -> RunManifest:
    """Runs a flow's body and turns its result, or a known error, into a Prefect state with a readable message.

    The caller of the flow gets the manifest. Raises DatasetError, NoSuchSourceError and NoSuchFormatError, as `run` does.
    """
    try:
        manifest = run()
    except (DatasetError, NoSuchSourceError, NoSuchFormatError) as error:
        return failed(error)
    _publish(manifest)
    return _ended(Completed(message=in_words(manifest), data=manifest))


def accounted(dataset: Dataset, account: Account, wait: float, work: Callable[[], None]) -> RunManifest:
    """Does the work under the dataset's lock, with what killed runs left swept away; writes the manifest however it ends."""
    state: Literal["completed", "interrupted", "failed"] = "failed"
    with locked(dataset, account.run_id, wait=wait):
        sweep(dataset)
        begin_run(dataset, account.manifest())
        try:
            work()
            state = "completed"
        except (KeyboardInterrupt, TerminationSignal):
            state = "interrupted"
            logging.getLogger("prefect.flow_runs").setLevel(logging.CRITICAL)  # whoever ended the run says so
            raise
        finally:
            manifest = account.manifest(state)
            end_run(dataset, manifest)
            listener.get(Listener()).ended(manifest)
    return manifest


def run_id() -> str:
    """A new run's name: when it began, and eight digits that no other run has."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


def failed(error: Exception) -> RunManifest:
    """What a flow gives back that fails with this error: the state's message is the error's."""
    return _ended(Failed(message=one_line(str(error)), data=error))


def _ended(state: State[Any]) -> RunManifest:
    """A flow's end as a state, whose message the run's page shows; the caller gets what the state holds."""
    return cast(RunManifest, state)


def _publish(manifest: RunManifest) -> None:
    """Puts the summary beside the run in Prefect; a server that is gone by now costs the summary, not the run."""
    try:
        create_markdown_artifact(markdown(manifest), key=manifest.flow, description=escaped(in_words(manifest)))
    except Exception as error:
        get_run_logger().warning("the run's summary could not be published: %s", error)
