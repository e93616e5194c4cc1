"""Observers that keep what they hear, and that refuse."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from chasqui import Task
from chasqui.pool.states import TaskState
from tests.waiting import WAIT


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


class Refusing(Recorder):
    """Refuses acceptances while it is told to, after the test has let it go on."""

    def __init__(self, error: BaseException | None = None) -> None:
        super().__init__(self._asked)
        self.error = error
        self.entered = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.go_on.set()

    def _asked(self, name, tasks):
        if name == "accepted":
            error = self.error
            self.entered.release()
            assert self.go_on.wait(WAIT)
            if error is not None:
                raise error

    def hold(self):
        self.go_on.clear()

    def await_entered(self):
        assert self.entered.acquire(timeout=WAIT)
