"""Context: what running work may touch.

A thread cannot be killed, so stopping is asked for: the flag is `Context.cancelled`, and every wait
of the context ends when it is set. Past its time limit a task counts as asked to stop as well.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

from chasqui import foreign, numbers, raised
from chasqui.errors import Cancelled, TimeLimit
from chasqui.pool import speech
from chasqui.pool.lines import error_of, is_harmless, line_of, traceback_of
from chasqui.pool.speech import Listener, Speaker
from chasqui.pool.task import Progress, Task
from chasqui.secret import longest_revealed, masked

log = logging.getLogger("chasqui.task")

MESSAGE = 1000  # characters of what is said with a progress


class TaskLog(logging.LoggerAdapter[logging.Logger]):
    """A logger that names the task first. Whoever listens to the task's pool hears it as well."""

    def __init__(self, task: Task, attempt: int | None = None) -> None:
        super().__init__(log, {"task": task.number, "type": task.name})
        self._speaker = Speaker(task, attempt or task.attempts)

    def process(
        self, msg: Any, kwargs: MutableMapping[str, Any]
    ) -> tuple[Any, MutableMapping[str, Any]]:
        """Put the task's number and name before the message."""
        assert self.extra is not None
        kwargs.setdefault("extra", self.extra)
        return f"task {self.extra['task']} {self.extra['type']}: {msg}", kwargs

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802 - the name is logging's
        """Whether anybody would see a line of this level."""
        return self.logger.isEnabledFor(level) or self._listener(level) is not None

    def _listener(self, level: int) -> Listener | None:
        listener = speech.listener_of(self._speaker.task)
        return listener if listener is not None and level >= listener.level else None

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        """Log a line; secrets that were revealed in this process are masked."""
        error = error_of(kwargs.get("exc_info"))
        if (listener := self._listener(level)) is not None:
            listener.hear(self._speaker, level, log.name, line_of(msg, args) + traceback_of(error))
        if not self.logger.isEnabledFor(level):
            return
        kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1
        is_tame = is_harmless(msg, args) and (error is None or raised.is_tame(error))
        if longest_revealed() or not is_tame:  # a handler gets what it need not ask for its text
            msg, args = masked(line_of(msg, args) + traceback_of(error)), ()
            kwargs.pop("exc_info", None)
        super().log(level, msg, *args, **kwargs)


class Context:
    """What a running task may ask and tell. Its methods belong to the task's own thread."""

    __slots__ = ("attempt", "task")

    attempt: int
    """Which attempt this is, if the task had particulars when it began; see `_stale`."""

    def __init__(self, task: Task) -> None:
        self.task = task

    @property
    def cancelled(self) -> bool:
        """Whether the task was asked to stop, or is past its time limit."""
        more = self.task._more
        return more is not None and (more.stop_asked is not None or self._late() or self._stale())

    @property
    def deadline(self) -> float | None:
        """When the time limit comes, in `time.monotonic` seconds; None without a limit."""
        more = self.task._more
        return None if more is None else more.deadline

    @property
    def log(self) -> TaskLog:
        """A logger whose lines name this task."""
        return TaskLog(self.task, getattr(self, "attempt", None))

    def raise_if_cancelled(self) -> None:
        """Leave the task here if it should stop.

        Raises:
            Cancelled: it was asked to stop.
            TimeLimit: it is past its time limit.
        """
        if self.task.stop_asked:
            raise Cancelled(f"task {self.task.number} was asked to stop")
        if self._late() or self._stale():
            raise TimeLimit(self.task.time_limit)

    def sleep(self, seconds: float) -> bool:
        """Sleep, but wake when the task should stop; True when the whole time has passed.

        Infinite is until then, less than 0 is 0; raises ValueError when it is no number of seconds.
        """
        pool, clock = self.task._pool, self.task._pool.clock
        left = numbers.sleep("seconds", seconds)
        moments = [self.deadline, None if left is None else clock.monotonic() + left]
        limit = min([one for one in moments if one is not None], default=None)
        pool.sleep(self.task, limit, self._stale)
        return not self.cancelled

    def progress(self, done: float, total: float | None = None, message: str = "") -> None:
        """Say how far the task is, in any unit; consoles show the newest.

        Raises ValueError when ``done`` or ``total`` is no finite number of 0 or more.
        """
        done = numbers.amount("done", done)
        total = None if total is None else numbers.amount("total", total)
        more = self.task._more or self.task._pool.particulars(self.task)
        if not self._stale():
            more.progress = Progress(done, total, foreign.exact(message, MESSAGE))

    def _stale(self) -> bool:
        """Whether this is an attempt that was given up: the task has ended or begun another."""
        more, attempt = self.task._more, getattr(self, "attempt", None)
        if more is None or attempt is None:
            return False
        return attempt != more.attempt or self.task.state != "running"

    def _late(self) -> bool:
        deadline = self.deadline
        return deadline is not None and self.task._pool.clock.monotonic() >= deadline
