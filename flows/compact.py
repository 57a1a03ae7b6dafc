"""The compact flow: the small files of many runs merged into few large ones, so that the dataset stays fast to read."""

from prefect import flow

from flows.account import Account
from flows.running import accounted, named, reported, run_id
from schemas.run import RunManifest
from tasks import steps
from tasks.dataset import open_dataset


@flow(flow_run_name=named("compact"))
def compact(dataset: str, wait: float = 0.0) -> RunManifest:
    """Merges small files of the dataset, every row kept; returns the run's account.

    Readers see the old files or the new ones. Safe to kill; waits `wait` seconds when another run has the dataset.
    Fails, with the reason as the state's message, with DatasetError.
    """
    return reported(lambda: _run(dataset, wait))


def _run(place: str, wait: float) -> RunManifest:
    account, dataset = Account(run_id(), "compact", []), open_dataset(place)

    def merge() -> None:
        account.compacted = steps.merge(dataset).result()

    return accounted(dataset, account, wait, merge)
