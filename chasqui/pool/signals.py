"""Waiting for the signal to stop.

The first signal's handler only takes note and wakes the waiter; everything else happens where the
program waits. A second signal brings the deadline of every shutdown under way forward to now, so
that each still returns its ledger; with none under way it raises KeyboardInterrupt.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from types import FrameType

from chasqui.pool import forking
from chasqui.pool.clock import LOOK_SECONDS
from chasqui.pool.closing import shut_down
from chasqui.pool.exits import live_pools
from chasqui.pool.readable import readable

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def wait_for_signal() -> signal.Signals:
    """Wait for the first SIGINT or SIGTERM, and return which it was.

    From then on a second one ends the wait of a shutdown at once. A signal that the program was
    started to ignore stays ignored: a shell starts the background jobs of a script so.

    Raises:
        ValueError: called outside the main thread, where Python allows no signal handlers.

    Example: `chasqui-tui help pool`.
    """
    reader, writer = os.pipe()
    caught: list[signal.Signals] = []

    def note(number: int, _frame: FrameType | None) -> None:
        caught.append(signal.Signals(number))
        os.write(writer, b"\0")

    try:
        handle(STOP_SIGNALS, note)
        while not caught:
            # The system may hand a signal to any thread: then nothing ends this thread's wait, and
            # the handler runs when the wait is over.
            readable([reader], LOOK_SECONDS)
    finally:
        handle(STOP_SIGNALS, _hurry)
        os.close(reader)
        os.close(writer)
    return caught[0]


def handle(
    numbers: Iterable[signal.Signals], handler: Callable[[int, FrameType | None], object]
) -> None:
    """Have a handler called at signals, but not at those that are ignored."""
    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _forget_in_child() -> None:
    """In a forked child, end by signals as a fresh process does: nothing there waits for one."""
    for number in STOP_SIGNALS:
        if getattr(signal.getsignal(number), "__module__", "") == __name__:
            usual = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, usual)


forking.in_child(_forget_in_child)


def _hurry(_number: int, _frame: FrameType | None) -> None:
    stopping = [pool for pool in live_pools() if pool.state == "stopping"]
    for pool in stopping:
        shut_down((pool,), 0)
    if not stopping:
        raise KeyboardInterrupt
