"""Waiting, in real time, for what another thread is about to do."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

WAIT = 10.0  # real seconds that a test waits before it calls something hung
PAUSE = 0.002  # seconds between two looks


def until(condition: Callable[..., object]) -> None:
    """Look again and again until a condition holds; it is called with nothing."""
    pause = threading.Event()
    deadline = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        pause.wait(PAUSE)


class Meeting:
    """Where all workers of a pool wait for the test, which so knows what it looks at."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._barrier = threading.Barrier(workers + 1, timeout=WAIT)

    def attend(self) -> None:
        """Be held, as one of the workers, until the test has looked."""
        self._barrier.wait()
        self._barrier.wait()

    @contextmanager
    def held(self, meanwhile: Callable[[], None]) -> Iterator[None]:
        """Do something again and again until all workers are held; let them go afterwards."""

        def all_held() -> bool:
            meanwhile()
            return self._barrier.n_waiting == self._workers

        until(all_held)
        self._barrier.wait()
        yield
        self._barrier.wait()
