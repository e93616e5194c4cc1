"""Particulars: what few tasks need, beside what is in every `Task`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chasqui.pool.attempts import Attempt, Progress
from chasqui.pool.locks import Condition


class Particulars:
    """What few tasks need; `TaskPool.particulars` makes those of a task."""

    __slots__ = (
        "alarm",
        "attempt",
        "callbacks",
        "created",
        "deadline",
        "details",
        "due",
        "durable",
        "errors",
        "expires",
        "key",
        "on_stop",
        "policy",
        "priority",
        "progress",
        "redelivered",
        "stop_asked",
        "submissions",
        "time_limit",
        "waiters",
        "wake",
    )

    def __init__(self, priority: int = 0, time_limit: float | None = None) -> None:
        self.priority = priority
        self.time_limit = time_limit
        self.deadline: float | None = None
        """When the time limit comes, on the pool's monotonic clock; None until the task starts."""
        self.attempt = 0
        """Which attempt was started last, if there were particulars by then."""
        self.redelivered = False
        """Whether its next attempt, or the one under way, may have run in an earlier process."""
        self.errors: tuple[Attempt, ...] = ()
        """How the attempts before this one have ended."""
        self.created: float | None = None
        """When it was accepted, where that is not when it was put into the backlog."""
        self.due: float | None = None
        """When a scheduled task is due; this and the two around it on the monotonic clock."""
        self.alarm = 0
        """The number of the timer's call that brings it in; 0 without one."""
        self.durable = True
        """Whether a journal keeps it, if the engine has one."""
        self.expires: float | None = None
        """When it is too late to start."""
        self.policy: object = None
        """What its submission says about retries, for the pool's `retry`."""
        self.key: str | None = None
        self.submissions = 1
        self.redelivered = False
        """Whether an attempt of another life of the engine may have run it."""
        self.stop_asked: float | None = None
        """When its body was asked to stop, on the monotonic clock."""
        self.details: object = None
        """Of the `Cancelled` that its body has left by, which is no error of the task."""
        self.on_stop: Callable[[], object] | None = None
        """Called, on whatever thread asks the running task to stop, beside the flag above."""
        self.progress: Progress | None = None
        self.callbacks: list[Callable[[Any], object]] | None = None
        self.waiters: dict[object, Callable[[Any], object]] | None = None
        """Called once it is final or left; see `chasqui.pool.waiters`."""
        self.wake: Condition | None = None
        """Made when a thread waits for the task, or it sleeps; shares the pool's lock."""
