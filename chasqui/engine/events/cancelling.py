"""The events of cancelled tasks, one at a time or a million at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from chasqui.engine.events.event import Event, TaskCancelled
from chasqui.pool.clock import Clock
from chasqui.pool.task import Task

PublishAll = Callable[[int, Iterable[Event]], None]


class CancelPublisher:
    """Publishes the events of cancelled tasks.

    Args:
        publish: publishes this many events; takes no more of them than there is room for.
    """

    def __init__(self, publish: PublishAll, clock: Clock) -> None:
        self._publish = publish
        self._clock = clock
        self.keep: Callable[[Sequence[Task]], object] | None = None
        """If set, called with the tasks themselves."""

    def publish(self, tasks: Sequence[Task]) -> None:
        """Publish the events of several tasks."""
        now = self._clock.time()
        events = (TaskCancelled(now, task.number, task.name) for task in tasks)
        self._publish(len(tasks), events)
        if self.keep is not None:
            self.keep(tasks)
