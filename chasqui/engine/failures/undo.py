"""Undo: the last retry or discard of failures, or cancel of tasks, can be taken back for a while.

It can be taken back once. A journal keeps it, except for a cancel: its tasks end with the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chasqui.durations import age
from chasqui.engine.failures.failure import FailureState
from chasqui.engine.journal.keeping import Keeper
from chasqui.pool import forking
from chasqui.pool.clock import Clock
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.engine.failures.outcome import Undoable

UNDO_SECONDS: Final = 30.0
CANCEL: Final = "cancel"
"""The verb of a cancel, whose steps are no failures."""


class Step(NamedTuple):
    """The change of one failure."""

    number: int
    state: FailureState
    """Its state before."""
    task: int | None = None
    """The number of the task that retries it."""
    handle: Callable[[], Task | None] | None = None
    """A weak handle: its pool keeps it alive while it waits; undo does not."""


class LastAction:
    """The last action, which can be taken once; a journal keeps it.

    Args:
        find: returns the task of a number that waits or runs.
    """

    def __init__(self, clock: Clock, keeper: Keeper, find: Callable[[int], Task | None]) -> None:
        self._clock = clock
        self._keeper = keeper
        self._find = find
        self._lock = threading.Lock()  # guards all below
        forking.watch(self)
        self._verb = ""
        self._steps: Sequence[Any] = ()
        self._at = self._time = 0.0
        keeper.part("undo", self._restore)

    def note(self, verb: str, steps: Sequence[Any]) -> None:
        """Remember an action in place of the last one.

        The steps are `Step` objects, for a cancel what `Withdrawals` remembers of each task.
        """
        with self._lock:
            self._verb, self._steps, self._at = verb, steps, self._clock.monotonic()
            self._time = self._clock.time()
        self._keep()

    def look(self) -> Undoable | None:
        """Return what could be taken back now."""
        from chasqui.engine.failures.outcome import Undoable

        with self._lock:
            remaining = self._at + UNDO_SECONDS - self._clock.monotonic()
            if remaining < 0:
                self._forget_cancel()
            if not self._steps or remaining < 0:
                return None
            only = self._steps[0].number if len(self._steps) == 1 else None
            return Undoable(self._verb, len(self._steps), remaining, only)

    def _forget_cancel(self) -> None:
        """Let go of the parameters of tasks that can no longer be put back."""
        if self._verb == CANCEL:
            self._steps = ()

    def take(self) -> tuple[str, Sequence[Any]] | str:
        """Return the last action and its steps and forget it, or say why there is none."""
        with self._lock:
            verb, steps, at = self._verb, self._steps, self._at
            self._steps = ()
        self._keep()
        if not steps:
            return "there is nothing to take back"
        ago = self._clock.monotonic() - at
        if ago > UNDO_SECONDS:
            return f"the last {verb} was {age(ago)} ago; undo reaches {age(UNDO_SECONDS)}"
        return verb, steps

    def _keep(self) -> None:
        def read() -> list[Any] | None:
            verb, steps, at = self._verb, self._steps, self._time
            if verb == CANCEL:
                return None
            taken = [(step.number, step.state, step.task) for step in steps]
            return [verb, at, taken] if taken else None

        self._keeper.keep("undo", read, wait=False)

    def _restore(self, _: str, kept: Any) -> None:
        verb, at, taken = kept
        ago = max(0.0, self._clock.time() - at)  # unless the clock was set back
        steps = [Step(number, state, task) for number, state, task in taken]
        if verb == "retry":
            steps = [one._replace(handle=partial(self._find, one.task or 0)) for one in steps]
        with self._lock:
            self._verb, self._steps, self._at = verb, steps, self._clock.monotonic() - ago
            self._time = at
