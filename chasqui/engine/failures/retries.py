"""The tasks of a retry, and how they have ended.

A failure keeps how its retry ended, so that its group can say it. The tasks of the last retry are
also counted together. A task holds the callback that follows it, so nothing here grows with the
tasks that wait.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from chasqui.pool import forking
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.engine.failures.outcome import RetryOutcome


class RetriedTasks:
    """The tasks that one retry of several failures has started.

    Args:
        settle: keeps how the task ended that retries a failure: its number, that of the task, and
            the state.
        at: when the retry was asked for, in seconds since the epoch.
    """

    def __init__(self, settle: Callable[[int, int, TaskState], object], at: float) -> None:
        self._settle = settle
        self._at = at
        self._lock = threading.Lock()  # guards the two below
        forking.watch(self)
        self._states: dict[int, TaskState | None] = {}
        self._counts: Counter[TaskState] = Counter()

    def follow(self, number: int, task: Task) -> None:
        """Follow the task that retries a failure; the failure says so already."""
        with self._lock:
            self._states[task.number] = None
        task.add_done_callback(partial(self._ended, number))

    def take_back(self, number: int) -> None:
        """Drop a task that an undo has cancelled, whether its end was counted or not."""
        with self._lock:
            state = self._states.pop(number, None)
            if state is not None:
                self._counts[state] -= 1

    def read(self) -> RetryOutcome | None:
        """Return the counts; None when no task is left."""
        from chasqui.engine.failures.outcome import RetryOutcome

        with self._lock:
            counts = self._counts
            ends = counts["completed"], counts["failed"], counts["cancelled"]
            return RetryOutcome(self._at, len(self._states), *ends) if self._states else None

    def _ended(self, number: int, task: Task) -> None:
        state = task.state
        with self._lock:
            if task.number in self._states:
                self._states[task.number] = state
                self._counts[state] += 1
        self._settle(number, task.number, state)
