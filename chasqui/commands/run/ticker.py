"""A thread that looks at a run now and then, and at once when a signal asks for its status.

A signal handler may interrupt the main thread while that holds any lock, so it looks at nothing
itself: it writes into a pipe, and this thread answers.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

from chasqui.pool.readable import readable
from chasqui.pool.signals import handle

ASKED: Final = b"?"
OVER: Final = b"."


class Ticker:
    """The thread.

    Args:
        seconds: between two looks.
        tick: looks.
        asked: answers SIGUSR1.
    """

    def __init__(
        self, seconds: float, tick: Callable[[], object], asked: Callable[[], object]
    ) -> None:
        self._seconds = seconds
        self._tick = tick
        self._asked = asked
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        self._thread = threading.Thread(target=self._run, name="chasqui-progress", daemon=True)

    def start(self) -> None:
        """Begin to look, and to listen to the signal."""
        self._thread.start()
        handle((signal.SIGUSR1,), self._on_signal)

    def ask(self) -> None:
        """Have the status said. Also from a signal handler."""
        if self._writer >= 0:
            with contextlib.suppress(BlockingIOError):  # it was asked for often enough
                os.write(self._writer, ASKED)

    def close(self) -> None:
        """Look no more; the signal has no effect from now on."""
        writer, self._writer = self._writer, -1
        os.write(writer, OVER)
        self._thread.join()
        os.close(writer)
        os.close(self._reader)

    def _run(self) -> None:
        while True:
            if not readable([self._reader], self._seconds):
                self._tick()
                continue
            said = os.read(self._reader, 4096)
            if OVER in said:
                return
            self._asked()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.ask()
