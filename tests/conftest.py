"""What all tests start from."""

import os
import signal
from collections.abc import Iterator

import pytest

os.environ.pop("COLUMNS", None)  # pytest-xdist and some shells set it, and a console keeps the width that it finds when it is made


@pytest.fixture(scope="session", autouse=True)
def hears_ctrl_c() -> Iterator[None]:
    """Ctrl-C is heard, here and by the programs that tests start, though a shell has it ignored by what runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
