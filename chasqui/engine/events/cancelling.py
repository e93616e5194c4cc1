"""Cancelling: how observers hear of tasks that were cancelled, one by one or a million at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from chasqui.engine.events.records import Event, TaskCancelled
from chasqui.pool.clock import Clock
from chasqui.pool.task import Task

PublishAll = Callable[[int, Iterable[Event]], None]


class CancelTeller:
    """What the pools of an engine tell of their cancelled tasks.

    Args:
        publish: publishes so many events, and makes no more of them than there is room for.
    """

    def __init__(self, publish: PublishAll, clock: Clock) -> None:
        self._publish = publish
        self._clock = clock
        self.keep: Callable[[Sequence[Task]], object] | None = None
        """Called with the tasks themselves, where somebody keeps what is not completed."""

    def __call__(self, task: Task) -> None:
        """Tell of one task."""
        self.many((task,))

    def many(self, tasks: Sequence[Task]) -> None:
        """Tell of tasks."""
        now = self._clock.time()
        events = (TaskCancelled(now, task.number, task.name) for task in tasks)
        self._publish(len(tasks), events)
        if self.keep is not None:
            self.keep(tasks)
