"""The workers of a run: as many as the machine can keep busy, unless the user said otherwise."""

import os

from flows.options import Options
from tasks.workers.batch import AS_THEY_ARE
from tasks.workers.crew import Crew
from tasks.workers.terms import Terms


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def crew(options: Options, terms: Terms = AS_THEY_ARE) -> Crew:
    """Workers as the options want them, that read on these terms."""
    return Crew(options.workers or cores(), seconds=options.story_seconds, megabytes=options.worker_memory, terms=terms)
