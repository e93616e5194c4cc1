"""How often threads take turns while someone is served beside tasks that compute.

With Python's switch interval of 5 ms, a thread beside 16 tasks that compute may wait 80 ms for each
turn. While a console or a client is served, the interval is 1 ms.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SECONDS: Final = 0.001


class QuickTurns:
    """Counts who needs quick turns in this process. Any thread.

    The interval that was there before comes back after the last of them. An interval that is as
    short already stays, and so does one that something else has set meanwhile.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the two below
        self._users = 0
        self._before: float | None = None

    def begin(self) -> None:
        """Have quick turns until `end` was called as often as this."""
        with self._lock:
            self._users += 1
            if self._users == 1 and sys.getswitchinterval() > SECONDS:
                self._before = sys.getswitchinterval()
                sys.setswitchinterval(SECONDS)

    def end(self) -> None:
        """Need quick turns no more."""
        with self._lock:
            self._users -= 1
            if self._users or self._before is None:
                return
            if abs(sys.getswitchinterval() - SECONDS) < SECONDS / 10:  # it is kept in microseconds
                sys.setswitchinterval(self._before)
            self._before = None

    @contextmanager
    def needed(self) -> Iterator[None]:
        """Have quick turns within a block."""
        self.begin()
        try:
            yield
        finally:
            self.end()


QUICK_TURNS: Final = QuickTurns()
"""Those of this process: the interval belongs to the interpreter."""
