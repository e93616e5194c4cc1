"""Aside: what may take long, on a thread of its own, so that the server serves others meanwhile.

A check looks at files, which may lie on a disk that does not answer; thousands of failures take
a while to retry. Calls are made in the order in which they came. The thread starts with the first
call, and ends when it has had nothing to do for a while.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

IDLE_SECONDS: Final = 5.0


class Aside:
    """A queue of calls, and the thread that makes them.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._calls: deque[Callable[[], object]] = deque()
        self._runs = False
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
            starts = not self._runs
            self._runs = True
        if starts:
            threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def close(self) -> None:
        """Make no more calls; does not wait for the present one."""
        with self._changed:
            self._closed = True
            self._calls.clear()
            self._changed.notify()

    def _run(self) -> None:
        while (call := self._next()) is not None:
            call()

    def _next(self) -> Callable[[], object] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._calls or self._closed, IDLE_SECONDS)
            if self._calls:
                return self._calls.popleft()
            self._runs = False
            return None
