"""Whether a run ends early, and why: a signal, a failure, or an output that is over."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from types import FrameType

from chasqui.commands import exits
from chasqui.pool.signals import STOP_SIGNALS, handle


class RunStop:
    """What has stopped a run. Any thread may ask, and say that a task has failed.

    Args:
        on_failure: whether the first failure stops it.
    """

    def __init__(self, *, on_failure: bool) -> None:
        self.wake, self._writer = os.pipe()
        """A descriptor that becomes readable when the run may have to stop."""
        os.set_blocking(self._writer, False)
        self.signal: signal.Signals | None = None
        """The first that came."""
        self.hurries = False
        """Whether running tasks are not waited for any more."""
        self.failed = 0
        """How many tasks have failed."""
        self._on_failure = on_failure
        self._is_over: Callable[[], bool] = lambda: False

    def listen(self, is_over: Callable[[], bool]) -> None:
        """Handle signals from now on; ``is_over`` tells whether the output takes no more rows."""
        self._is_over = is_over
        handle((*STOP_SIGNALS, signal.SIGHUP), self._on_signal)

    def now(self) -> bool:
        """Whether it is to stop."""
        return self.signal is not None or (self._on_failure and self.failed > 0) or self._is_over()

    def fail(self) -> None:
        """Count a task that has failed."""
        self.failed += 1
        if self._on_failure:
            self.poke()

    def poke(self) -> None:
        """Wake what waits for input. Any thread."""
        with contextlib.suppress(BlockingIOError):  # then it is readable already
            os.write(self._writer, b"\0")

    @property
    def status(self) -> int:
        """The exit status when a signal has left work undone."""
        by_hand = self.signal == signal.SIGINT  # else a program or a closed terminal asked
        return exits.INTERRUPTED if by_hand else exits.TERMINATED

    def why(self, output_end: str | None) -> str:
        """Say why it stops, when no signal has come."""
        return f"stopping, since {output_end}" if output_end else "stopping at the first failure"

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.hurries = self.now()
        self.signal = self.signal or signal.Signals(number)
        self.poke()
