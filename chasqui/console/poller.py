"""Reading the port, whatever it does.

A port that raises leaves the last snapshot standing, with its age and the error; it never ends the
console.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from chasqui.control.port import Port, Snapshot, ViewQuery
from chasqui.control.safe_text import SafeText, safe_line


class Poller:
    """The last snapshot of a port, and how old it is."""

    def __init__(self, port: Port, clock: Callable[[], float] = time.monotonic) -> None:
        self._port = port
        self._clock = clock
        self._read_at = clock()
        self.snapshot: Snapshot | None = None
        self.error: SafeText | None = None

    def poll(self, query: ViewQuery) -> bool:
        """Read the port once; tell whether it answered."""
        try:
            self.snapshot = self._port.snapshot(query)
        except Exception as error:  # shown in the status line, with the age of what is on screen
            self.note(error)
            return False
        self._read_at = self._clock()
        self.error = None
        return True

    def note(self, error: Exception) -> None:
        """Remember why what is on screen is stale."""
        self.error = safe_line(f"{type(error).__name__}: {error}", 200)

    @property
    def stale_seconds(self) -> float:
        """Seconds since the port last answered."""
        return self._clock() - self._read_at
