"""Awaiting: telling a client how tasks ended, as soon as they have.

The callback of a task runs on the thread that ended it, so it only puts the task into a queue and
wakes the server. Nothing that a client does can hold up a worker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from chasqui.control.safe_text import safe_block, safe_line
from chasqui.control.wire.working import AwaitAnswer, FateErrorRecord, FateRecord
from chasqui.engine.failures.log import message_of
from chasqui.engine.types.task_type import is_typed
from chasqui.engine.values.marks import plain
from chasqui.foreign import kind_of, without
from chasqui.pool.states import FINAL
from chasqui.pool.task import Task


class Awaited:
    """The tasks of one request.

    Args:
        tasks: by number; None for those of which nothing is known.
        wake: has the server's thread look at it.
    """

    def __init__(self, tasks: dict[int, Task | None], wake: Callable[[], object]) -> None:
        self._wake = wake
        self._ended: deque[Task] = deque()
        self._unknown = [number for number, task in tasks.items() if task is None]
        self._open = {number for number, task in tasks.items() if task is not None}
        for task in tasks.values():
            if task is not None:
                task.add_done_callback(self._take)

    def _take(self, task: Task) -> None:
        self._ended.append(task)
        self._wake()

    @property
    def is_over(self) -> bool:
        """Whether all have been told of."""
        return not self._open and not self._ended and not self._unknown

    def ended(self, most: int = 200) -> AwaitAnswer | None:
        """Return those that have ended since, at most so many; None when there are none."""
        fates = [FateRecord(number=number) for number in self._unknown]
        self._unknown = []
        while self._ended and len(fates) < most:
            task = self._ended.popleft()
            self._open.discard(task.number)
            fates.append(fate_of(task))
        return AwaitAnswer(fates=tuple(fates)) if fates else None

    @property
    def has_more(self) -> bool:
        """Whether some have ended and were not told of."""
        return bool(self._ended)

    def rest(self) -> AwaitAnswer:
        """Return those that have not ended."""
        return AwaitAnswer(open=tuple(sorted(self._open)))


def fate_of(task: Task) -> FateRecord:
    """Say how a task ended; whatever its values do, there is an answer."""
    state = task.state if task.state in FINAL else "left"
    try:
        params: Any = task.work.params_as_json() if is_typed(task.work) else {}
        result = plain(task.result()) if task.state == "completed" else None
    except BaseException as broken:  # of a value of the task, which is not the host's trouble
        why = str(safe_line(without("row", broken)))
        params, result = {"repr": why}, {"repr": why}
    error = None
    if task.error is not None:
        kind, message = safe_line(kind_of(task.error)), safe_block(message_of(task))
        error = FateErrorRecord(type=kind, message=message)
    return FateRecord(
        number=task.number,
        type=safe_line(task.name),
        params=params,
        state=state,
        attempts=task.attempts,
        result=result,
        error=error,
        waited=task.waited,
        ran=task.ran,
    )
