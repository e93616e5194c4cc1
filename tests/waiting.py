"""Waiting, in real time, for what another thread is about to do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

WAIT = 10.0  # real seconds that a test waits before it calls something hung
PAUSE = 0.002  # seconds between two looks


def until(condition: Callable[[], object]) -> None:
    """Look again and again until a condition holds."""
    pause = threading.Event()
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        pause.wait(PAUSE)
