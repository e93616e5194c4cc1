"""Context: what running work may touch.

This is a protocol: a body on a thread of the pool's own process is given a `TaskContext`, and a
backend that runs bodies elsewhere may give them a proxy.
"""

from __future__ import annotations

import logging
from typing import Protocol, runtime_checkable

from chasqui.pool.attempts import Attempt


class RunningTask(Protocol):
    """A task, as its own body sees it: a `Task`, or what stands for it in another process."""

    @property
    def number(self) -> int:
        """Its number."""
        ...

    @property
    def name(self) -> str:
        """The name of its work."""
        ...

    @property
    def priority(self) -> int:
        """Higher starts first."""
        ...

    @property
    def time_limit(self) -> float | None:
        """How long the body may run, in seconds; None without a limit."""
        ...

    @property
    def attempts(self) -> int:
        """How often it was started."""
        ...

    @property
    def key(self) -> str | None:
        """The key that makes it the only task that waits or runs."""
        ...

    @property
    def submissions(self) -> int:
        """How many submissions of its key it stands for."""
        ...

    @property
    def created(self) -> float:
        """When it was accepted, in seconds since the epoch."""
        ...

    @property
    def started(self) -> float | None:
        """When this attempt began, in seconds since the epoch."""
        ...

    @property
    def worker(self) -> str | None:
        """The name of the worker that runs it."""
        ...

    @property
    def stop_asked(self) -> bool:
        """Whether its body was asked to stop."""
        ...

    @property
    def earlier(self) -> tuple[Attempt, ...]:
        """How the attempts before this one have ended."""
        ...


@runtime_checkable
class Context(Protocol):
    """What the body of a running task may ask and report, on the task's own thread only.

    A body cannot be ended from outside on every backend, so it is asked to stop: the flag is
    `cancelled`, and every wait of the context ends when it is set. Past its time limit a task
    counts as asked to stop as well.

    Examples: `chasqui-tui help authors` and `pool`.
    """

    __slots__ = ()

    @property
    def task(self) -> RunningTask:
        """The task that runs."""
        ...

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1 on.

        It only grows, so a system that this body writes to may refuse what comes from an attempt
        lower than one it has seen: such a body was abandoned, and writes late.
        """
        ...

    @property
    def redelivered(self) -> bool:
        """Whether this attempt may have run before, in an earlier process.

        With a journal a task that was running at a crash runs again, and one that had just ended
        may. A body that cannot simply be repeated asks here whether its work was done already.
        """
        ...

    @property
    def idempotency_key(self) -> str:
        """The same text for each attempt of this task, and for no other task.

        With a journal it stays the same over a restart. Services that take such a key, as many
        payment services do, carry out a request once however often it is sent.
        """
        ...

    @property
    def cancelled(self) -> bool:
        """Whether the task should stop: it was asked to, or its time limit has passed."""
        ...

    @property
    def deadline(self) -> float | None:
        """When the time limit comes, in `time.monotonic` seconds; None without a limit."""
        ...

    @property
    def log(self) -> logging.LoggerAdapter[logging.Logger]:
        """A logger whose lines name this task."""
        ...

    def raise_if_cancelled(self) -> None:
        """Leave the task here if it should stop.

        Raises:
            Cancelled: it was asked to stop.
            TimeLimit: it is past its time limit.
        """
        ...

    def sleep(self, seconds: float) -> bool:
        """Sleep, but wake when the task should stop; True when the whole time has passed.

        Infinity sleeps until then, and less than 0 counts as 0.

        Raises:
            ValueError: ``seconds`` is not a number of seconds.
        """
        ...

    def progress(self, done: float, total: float | None = None, message: str = "") -> None:
        """Report how far the task is, in any unit; consoles show the newest report.

        Raises:
            ValueError: ``done`` or ``total`` is not a finite number of 0 or more.
        """
        ...
