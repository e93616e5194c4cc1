"""The failure log: what failed, why, where and when, bounded.

It keeps text, never the error or the arguments themselves, so that a log entry holds no more than
its own few kilobytes alive. The count of all failures ever does not depend on what is kept.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from chasqui.engine.tasktype import TypedWork
from chasqui.pool.task import Attempt, Task
from chasqui.secret import longest_revealed, masked

PARAMS_TEXT = 400  # characters of all parameters together
MESSAGE_TEXT = 2000
KEEP_ATTEMPTS = 20  # of one task: the newest


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed task. Times are seconds since the epoch; durations seconds."""

    number: int
    type: str
    params: str
    exception: str
    """The name of the exception's class."""
    message: str
    traceback: str
    worker: str
    attempts: int
    created: float
    started: float
    finished: float
    waited: float
    ran: float


class FailureLog:
    """The newest failures, newest first; at most ``keep`` of them."""

    def __init__(self, keep: int = 1000) -> None:
        if keep < 1:
            raise ValueError(f"a failure log must keep at least 1 failure, got {keep}")
        self._lock = threading.Lock()  # guards the two below
        self._kept: deque[Failure] = deque(maxlen=keep)
        self._total = 0

    @property
    def total(self) -> int:
        """How many failures there were, kept or not."""
        return self._total

    def record(self, task: Task) -> None:
        """Add the failure of a task."""
        failure = describe(task)
        with self._lock:
            self._kept.appendleft(failure)
            self._total += 1

    def window(self, offset: int, limit: int) -> list[Failure]:
        """List at most ``limit`` failures, newest first, from the ``offset``-th on."""
        with self._lock:
            return list(islice(self._kept, offset, offset + limit))

    def find(self, number: int) -> Failure | None:
        """Return the failure of the task of this number, if it is kept."""
        return next((failure for failure in self if failure.number == number), None)

    def __iter__(self) -> Iterator[Failure]:
        with self._lock:
            return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)


def describe(task: Task) -> Failure:
    """Put a failed task into words."""
    error = task.error
    return Failure(
        number=task.number,
        type=task.name,
        params=params_text(task),
        exception=type(error).__name__,
        message=message_of(error),
        traceback=masked(task.traceback or ""),
        worker=task.worker or "",
        attempts=task.attempts,
        created=task.created or 0.0,
        started=task.started or 0.0,
        finished=task.finished or 0.0,
        waited=task.waited or 0.0,
        ran=task.ran or 0.0,
    )


def message_of(error: BaseException | None) -> str:
    """Return an error's text, bounded; an error whose text cannot be had says so."""
    try:
        return masked(str(error))[:MESSAGE_TEXT]
    except Exception as broken:
        return f"(its message cannot be had: {broken!r})"


def first_line(error: BaseException | None) -> str:
    """Return the first line of an error's text."""
    return message_of(error).partition("\n")[0]


def remember(task: Task) -> None:
    """Keep how an attempt has ended that will be followed by another."""
    error = task.error
    more = task._pool.particulars(task)
    more.attempt = task.attempts
    attempt = Attempt(
        number=task.attempts,
        started=task.started or 0.0,
        finished=task.finished or 0.0,
        worker=task.worker or "",
        exception=type(error).__name__,
        message=message_of(error),
        traceback=masked(task.traceback or ""),
    )
    more.errors = (*more.errors, attempt)[-KEEP_ATTEMPTS:]


def params_text(task: Task) -> str:
    """Return a task's parameters as ``name=value`` words, bounded."""
    if not isinstance(task.work, TypedWork):
        return str(task.work.id)[:PARAMS_TEXT]
    words: list[str] = []
    room = PARAMS_TEXT
    for name, text in task.work.params_shown():
        # Cut each value before joining: one huge text must not be copied again and again.
        words.append(f"{name}={masked(text[: room + longest_revealed()])[:room]}")
        room -= len(words[-1]) + 1
        if room <= 0:
            break
    return " ".join(words)
