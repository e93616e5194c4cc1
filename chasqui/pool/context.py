"""Context: what running work may touch.

This is a protocol: a body on a thread of the pool's own process is given a `TaskContext`, and a
backend that runs bodies elsewhere may give them a proxy.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from chasqui.pool.task import Task


@runtime_checkable
class Context(Protocol):
    """What a running task may ask and report. Its methods belong to the task's own thread.

    A body cannot be ended from outside on every backend, so it is asked to stop: the flag is
    `cancelled`, and every wait of the context ends when it is set. Past its time limit a task
    counts as asked to stop as well.
    """

    __slots__ = ()

    @property
    def task(self) -> Task:
        """The task that runs."""
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
