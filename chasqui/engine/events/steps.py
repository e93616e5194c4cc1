"""Steps: the events of a task's acceptance, start and completion.

They cost time for each task, so the engine follows tasks only while its log book is open at the
level `debug`. A followed task has a work that publishes its own start, and a callback for its end;
the pool knows nothing about it. The submitter or the worker, whichever comes first, publishes the
acceptance, so that it always comes before the start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, cast

from chasqui import foreign
from chasqui.engine.events.records import Event, TaskAccepted, TaskCompleted, TaskStarted
from chasqui.engine.types.task_type import TypedWork, is_typed
from chasqui.pool.clock import Clock
from chasqui.pool.context import Context
from chasqui.pool.task import Task
from chasqui.pool.work import Work


class Follower:
    """Publishes the steps of one task."""

    __slots__ = ("_clock", "_is_accepted", "_lock", "_publish")

    def __init__(self, publish: Callable[[Event], None], clock: Clock) -> None:
        self._publish = publish
        self._clock = clock
        self._lock = threading.Lock()  # so that the start waits for the acceptance
        self._is_accepted = False

    def work(self, work: Work) -> Work:
        """Return a work that does the same, and publishes its start."""
        return (_Typed if is_typed(work) else _Plain)(work, self)  # type: ignore

    def accepted(self, task: Task) -> None:
        """Publish the acceptance, once."""
        due = task.due
        delay = 0.0 if due is None else due - task.created
        with self._lock:
            if not self._is_accepted:
                self._is_accepted = True
                self._publish(TaskAccepted(task.created, task.number, task.name, delay))

    def started(self, task: Task) -> None:
        """Publish the start of an attempt."""
        self.accepted(task)
        now = self._clock.time()
        self._publish(TaskStarted(now, task.number, task.name, task.attempts, task.worker or ""))

    def ended(self, task: Task) -> None:
        """Publish the end if the task completed: the engine publishes other ends."""
        if task.state == "completed":
            now = self._clock.time()
            self._publish(TaskCompleted(now, task.number, task.name, task.ran or 0.0))


class _Typed(TypedWork):
    __slots__ = ("follower",)

    def __init__(self, work: TypedWork, follower: Follower) -> None:
        super().__init__(work.type, work.params, work.id)
        self.follower = follower

    def execute(self, ctx: Context, /) -> Any:
        self.follower.started(cast(Task, ctx.task))
        return super().execute(ctx)


class _Plain:
    __slots__ = ("_work", "follower")

    def __init__(self, work: Work, follower: Follower) -> None:
        self._work = work
        self.follower = follower

    @property
    def id(self) -> str:
        return self._work.id

    @property
    def name(self) -> str:
        return self._work.name

    def execute(self, ctx: Context, /) -> Any:
        self.follower.started(cast(Task, ctx.task))
        return self._work.execute(ctx)


def follow(task: Task) -> None:
    """Publish the acceptance and later the end of a task, if its work is a followed one."""
    if foreign.is_a(task.work, _Typed, _Plain):
        follower: Follower = task.work.follower  # type: ignore[attr-defined]
        follower.accepted(task)
        task.add_done_callback(follower.ended)


def follow_all(tasks: Iterable[Task]) -> None:
    """Follow several tasks; see `follow`."""
    for task in tasks:
        follow(task)
