"""Undo: the last retry or discard of failures can be taken back, once, for a while."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Final, NamedTuple

from chasqui.durations import age
from chasqui.engine.failures.failure import FailureState
from chasqui.pool import forking
from chasqui.pool.clock import Clock
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.engine.failures.outcome import Undoable

UNDO_SECONDS: Final = 30.0


class Step(NamedTuple):
    """The change of one failure."""

    number: int
    state: FailureState
    """Its state before."""
    task: int | None = None
    """The number of the task that retries it."""
    handle: weakref.ref[Task] | None = None
    """A weak handle: its pool keeps it alive while it waits; undo does not."""


class LastAction:
    """The last action, which can be taken once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()  # guards the three below
        forking.watch(self)
        self._verb = ""
        self._steps: list[Step] = []
        self._at = 0.0

    def note(self, verb: str, steps: list[Step]) -> None:
        """Remember an action in place of the last one."""
        with self._lock:
            self._verb, self._steps, self._at = verb, steps, self._clock.monotonic()

    def look(self) -> Undoable | None:
        """Return what could be taken back now."""
        from chasqui.engine.failures.outcome import Undoable

        with self._lock:
            remaining = self._at + UNDO_SECONDS - self._clock.monotonic()
            if not self._steps or remaining < 0:
                return None
            return Undoable(self._verb, len(self._steps), remaining)

    def take(self) -> list[Step] | str:
        """Return the steps of the last action and forget them, or say why there are none."""
        with self._lock:
            verb, steps, at = self._verb, self._steps, self._at
            self._steps = []
        if not steps:
            return "there is nothing to take back"
        ago = self._clock.monotonic() - at
        if ago > UNDO_SECONDS:
            return f"the last {verb} was {age(ago)} ago; undo reaches {age(UNDO_SECONDS)}"
        return steps
