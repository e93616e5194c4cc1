"""Checking a form while it is filled in: after a pause in the typing; the last change wins.

One check runs at a time, so that a disk that does not answer costs one thread, not one per key. Its
result is shown only if nothing has changed meanwhile; otherwise the form is checked again at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from textual.screen import Screen
from textual.timer import Timer

T = TypeVar("T")

PAUSE_SECONDS = 0.2  # longer than between two keys, shorter than a glance at the screen


class Checker(Generic[T]):
    """The checks of one form, or what else is asked about it while it is filled in.

    Args:
        screen: the form; it has ended when it is no longer attached.
        ask: checks the present values.
        show: called with what was found.
    """

    def __init__(
        self,
        screen: Screen[None],
        ask: Callable[[], Awaitable[T]],
        show: Callable[[T], None],
    ) -> None:
        self._screen = screen
        self._ask = ask
        self._show = show
        self._changes = 0
        self._running = False
        self._timer: Timer | None = None

    def changed(self) -> None:
        """Check the form once nothing has changed for a while."""
        self.overrule()
        self._timer = self._screen.set_timer(PAUSE_SECONDS, self._begin)

    def overrule(self) -> None:
        """Drop the check under way: the form has changed, or has been submitted."""
        self._changes += 1
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _begin(self) -> None:
        self._timer = None
        if not self._running:
            self._running = True
            self._screen.run_worker(self._judge(), group="checks", exit_on_error=False)

    async def _judge(self) -> None:
        try:
            while self._screen.is_attached:
                change = self._changes
                outcome = await self._ask()
                if self._timer is not None:
                    return  # the user is typing: the timer starts again
                if change == self._changes:
                    self._show(outcome)
                    return
        finally:
            self._running = False
