"""The ingest flow as a deployment that this machine serves."""

import asyncio
import multiprocessing
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from types import FrameType
from typing import cast
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.runner import Runner
from prefect.schedules import Schedule
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.options import Options
from flows.scheduled import scheduled
from schemas.ids import hash_of
from tasks.dataset import BusyError, locked, open_dataset

STOPS = (signal.SIGINT, signal.SIGTERM)
"""What ends a schedule: Ctrl-C, and `docker stop` or systemd."""

ORDERLY_SECONDS = 5.5
"""How long a run that is at work may take to end in good order; then its process is killed, which costs no row. Prefect's
runner looks every 3 seconds whether it ended."""

MARKING_SECONDS = 2.0
"""How long the API may then take to note that the run is cancelled."""

UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
"""The states of a run that keep the next one from starting."""


class Served:
    """The ingest flow, deployed with a schedule: each run in a process of its own, one at a time.

    A run that is due while another is at work is cancelled, for a later run takes its stories too.
    """

    def __init__(self, sources: list[str], dataset: str, options: Options, schedule: Schedule) -> None:
        self._dataset = dataset
        name = re.sub("[/%&<>]", "-", f"{Path(dataset).name}-{hash_of(sources, dataset)[:6]}")  # signs that Prefect refuses
        self._runner = Runner(name=name)
        deployment = self._runner.add_flow(
            scheduled(sources, dataset, options),
            name=name,
            schedule=schedule,
            parameters={"sources": sources, "dataset": dataset, "options": options.model_dump()},
            concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        self._deployment = cast(UUID, deployment)  # a coroutine only where a loop runs

    def mark_lost_runs(self) -> None:
        """Marks runs as crashed whose process is gone: a killed schedule left them running, and new ones would be cancelled.

        Only for an API that other machines do not use: whoever holds the dataset's lock here is at work, and stays as it is.
        """
        wanted = FlowRunFilter(
            deployment_id=FlowRunFilterDeploymentId(any_=[self._deployment]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=UNDER_WAY)),
        )
        with suppress(BusyError), locked(open_dataset(self._dataset), "schedule"), get_client(sync_client=True) as client:
            for run in client.read_flow_runs(flow_run_filter=wanted):
                client.set_flow_run_state(run.id, Crashed(message="its process was killed"), force=True)

    def until_stopped(self, on_stop: Callable[[], None]) -> None:
        """Runs the flow when it is due, until SIGINT or SIGTERM; then calls `on_stop` and cancels a run that is at work.

        The end takes ORDERLY_SECONDS and MARKING_SECONDS at most, and no process of a run is left. Raises what ended the
        serving otherwise.
        """
        ended = threading.Event()
        stopped = False

        def stop(number: int, frame: FrameType | None) -> None:
            nonlocal stopped
            stopped = True
            ended.set()

        before = {number: signal.signal(number, stop) for number in STOPS}
        loop = asyncio.new_event_loop()
        failures = list[BaseException]()

        def run() -> None:
            # Runs' processes inherit the blocked signal: Ctrl-C reaches us alone, and we end them.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                loop.run_until_complete(self._runner.start())
            except Exception as error:
                failures.append(error)
            finally:
                ended.set()

        # Not in the main thread: there Prefect's runner takes SIGTERM over, and waits in its handler for the loop that it stopped.
        serving = threading.Thread(target=copy_context().run, args=[run], daemon=True)
        serving.start()
        ended.wait()
        if stopped:  # a second signal changes nothing
            on_stop()
            self._end(loop, serving)
            return
        for number, handler in before.items():
            signal.signal(number, handler)
        if failures:
            raise failures[0]

    def _end(self, loop: asyncio.AbstractEventLoop, serving: threading.Thread) -> None:
        began = time.monotonic()
        asyncio.run_coroutine_threadsafe(self._runner.astop(), loop)
        while serving.is_alive() and time.monotonic() < began + ORDERLY_SECONDS + MARKING_SECONDS:
            serving.join(0.1)
            if time.monotonic() > began + ORDERLY_SECONDS:
                for process in multiprocessing.active_children():
                    process.kill()
