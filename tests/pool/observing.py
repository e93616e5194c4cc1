"""An observer that keeps what it hears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chasqui import Task
from chasqui.pool.states import TaskState


class Recorder:
    """Keeps each call as its name and what was said; `meanwhile` is called with each name."""

    def __init__(self, meanwhile: Callable[[str, Sequence[Task]], object] = lambda *_: None):
        self.heard: list[Any] = []
        self._meanwhile = meanwhile

    def accepted(self, tasks: Sequence[Task]) -> None:
        self._hear("accepted", tasks)

    def started(self, task: Task) -> None:
        self._hear("started", [task], task.attempts)

    def retried(self, task: Task, delay: float) -> None:
        self._hear("retried", [task], delay)

    def ended(self, tasks: Sequence[Task], state: TaskState) -> None:
        self._hear("ended", tasks, state)

    def left(self, tasks: Sequence[Task]) -> None:
        self._hear("left", tasks)

    def _hear(self, name: str, tasks: Sequence[Task], *more: object) -> None:
        self.heard.append((name, [task.number for task in tasks], *more))
        self._meanwhile(name, tasks)
