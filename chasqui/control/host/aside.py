"""Aside: what may take long, on threads of its own, so that the server serves others meanwhile.

A check looks at files, which may lie on a disk that does not answer; thousands of failures take
a while to retry. Calls begin in the order in which they came. Threads start when there is something
to do, and end when they have had nothing to do for a while.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

IDLE_SECONDS: Final = 5.0


class Aside:
    """A queue of calls, and the threads that make them.

    Args:
        name: of the threads.
        threads: how many calls are made at a time; with one, each ends before the next begins.
    """

    def __init__(self, name: str, threads: int = 1) -> None:
        self._name = name
        self._most = threads
        self._changed = threading.Condition()
        self._calls: deque[Callable[[], object]] = deque()
        self._running = self._idle = 0
        self._closed = False

    def __len__(self) -> int:
        return len(self._calls)

    def put(self, call: Callable[[], object]) -> None:
        """Make a call, soon; it must not raise."""
        with self._changed:
            if self._closed:
                return
            self._calls.append(call)
            self._changed.notify()
            starts = self._idle < len(self._calls) and self._running < self._most
            self._running += starts
        if starts:
            threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def close(self) -> None:
        """Make no more calls; does not wait for the present ones."""
        with self._changed:
            self._closed = True
            self._calls.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while (call := self._next()) is not None:
            call()

    def _next(self) -> Callable[[], object] | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._calls or self._closed, IDLE_SECONDS)
            self._idle -= 1
            if self._calls:
                return self._calls.popleft()
            self._running -= 1
            return None
