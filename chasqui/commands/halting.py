"""Being told to stop: a signal is noted, and wakes what waits for input."""

from __future__ import annotations

import contextlib
import os
import signal
from types import FrameType
from typing import Final, Self

from chasqui.commands import exits

CAUGHT: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Halt:
    """Notes the first signal; a further one raises KeyboardInterrupt, to wait for nothing more.

    A signal that the program was started to ignore stays ignored.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        """The first that came."""
        self.wake, self._writer = os.pipe()
        """The one becomes readable when something has changed."""
        os.set_blocking(self._writer, False)

    def __enter__(self) -> Self:
        for number in CAUGHT:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *error: object) -> None:
        # The handlers stay: a signal while the last words are written must not cut them off.
        os.close(self._writer)
        os.close(self.wake)
        self._writer = -1

    def poke(self) -> None:
        """Wake what waits for input. Any thread."""
        with contextlib.suppress(OSError):  # it is readable already, or nothing waits any more
            os.write(self._writer, b"\0")

    @property
    def status(self) -> int:
        """The exit status of a command that a signal has cut short."""
        by_hand = self.signal in (None, signal.SIGINT)
        return exits.INTERRUPTED if by_hand else exits.TERMINATED

    @property
    def word(self) -> str:
        """What has stopped the command."""
        by_hand = self.signal in (None, signal.SIGINT)
        return "interrupted" if by_hand or self.signal is None else f"stopped by {self.signal.name}"

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = signal.Signals(number)
        self.poke()
