"""When the console reads: a timer at the rate of its cadence."""

from __future__ import annotations

import time
from collections.abc import Callable

from textual.timer import Timer

from chasqui.console.model.cadence import Cadence


class Beat:
    """Calls at every reading's time.

    Args:
        rate: the readings a second that are wanted.
        start: starts a timer of so many seconds.
        call: begins a reading.
    """

    def __init__(
        self,
        rate: float,
        start: Callable[[float, Callable[[], None]], Timer],
        call: Callable[[], None],
    ) -> None:
        self.cadence = Cadence(rate)
        self._start = start
        self._call = call
        self._timer: Timer | None = None

    def start(self) -> None:
        """Start the timer, or start it again at the present rate."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._start(1 / self.cadence.rate, self._beat)

    def _beat(self) -> None:
        if self.cadence.note(time.monotonic(), time.thread_time()):
            self.start()
        self._call()
