"""Whether a run ends early, and why: a signal, how its tasks end, or an output that is over."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from types import FrameType

from chasqui.commands import exits
from chasqui.commands.run.halt import HaltCount, HaltRule
from chasqui.errors import PoolClosed
from chasqui.pool.readable import readable
from chasqui.pool.signals import STOP_SIGNALS, handle


class RunStop:
    """What has stopped a run. Any thread may ask, and say that a task has ended.

    Args:
        rules: which ends of tasks stop it.
    """

    def __init__(self, rules: Sequence[HaltRule] = ()) -> None:
        self.wake, self._writer = os.pipe()
        """A descriptor that becomes readable when the run may have to stop."""
        os.set_blocking(self._writer, False)
        self.signal: signal.Signals | None = None
        """The first that came."""
        self.hurries = False
        """Whether running tasks are not waited for any more."""
        self.failed = 0
        """How many tasks have failed."""
        self.halts = HaltCount(rules)
        self.counts = bool(rules)
        """Whether the end of each task has to be known, not only of those that failed."""
        self.lost = ""
        """What beside the output cannot be written any more."""
        self._is_over: Callable[[], bool] = lambda: False
        self._hold: Callable[[], object] = lambda: None

    def listen(self, is_over: Callable[[], bool], hold: Callable[[], object]) -> None:
        """Handle signals from now on.

        Args:
            is_over: tells whether the output takes no more rows.
            hold: is called by the thread whose task was the last by a rule, so that none starts
                after it.
        """
        self._is_over = is_over
        self._hold = hold
        handle((*STOP_SIGNALS, signal.SIGHUP), self._on_signal)

    def now(self) -> bool:
        """Whether it is to stop."""
        ends = self.signal is not None or self.halts.rule is not None or self.lost
        return bool(ends) or self._is_over()

    def ended(self, state: str) -> None:
        """Count a task that has ended in this state."""
        failed = state == "failed"
        self.failed += failed
        if not self.counts or not self.halts.ended(failed=failed, completed=state == "completed"):
            return
        rule = self.halts.rule
        self.hurries = self.hurries or (rule is not None and rule.now)
        with contextlib.suppress(PoolClosed):  # then nothing starts any more
            self._hold()
        self.poke()

    def interrupt(self, by: signal.Signals = signal.SIGINT) -> None:
        """Stop it as a signal does; once it is to stop, wait for running tasks no more."""
        self.hurries = self.now()
        self.signal = self.signal or by
        self.poke()

    def give_up(self, lost: str) -> None:
        """Stop it, since something that was asked for cannot be written. Any thread."""
        self.lost = self.lost or lost
        self.poke()

    def wait(self, seconds: float) -> None:
        """Wait for so long, or until the run may have to stop. The thread that reads."""
        if readable([self.wake], seconds):
            os.read(self.wake, 4096)

    def poke(self) -> None:
        """Wake what waits for input. Any thread."""
        with contextlib.suppress(BlockingIOError):  # then it is readable already
            os.write(self._writer, b"\0")

    @property
    def has_succeeded(self) -> bool:
        """Whether it stops since as many tasks have completed as were asked for."""
        rule = self.halts.rule
        return self.signal is None and rule is not None and rule.is_success

    @property
    def status(self) -> int:
        """The exit status when a signal has left work undone."""
        by_hand = self.signal == signal.SIGINT  # else a program or a closed terminal asked
        return exits.INTERRUPTED if by_hand else exits.TERMINATED

    def why(self, output_end: str | None) -> str:
        """Say why it stops, when no signal has come."""
        rule, lost = self.halts.rule, output_end or self.lost
        ending = f", since {lost}" if lost else "" if rule is None else rule.ending
        return f"stopping{ending}"

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.interrupt(signal.Signals(number))
