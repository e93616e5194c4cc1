"""Rows of tasks: what a journal writes when one is accepted, and when something becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from chasqui.engine.journal.encoding import Encoding, error_text, result_text
from chasqui.engine.journal.rows import OpenRow
from chasqui.engine.journal.schema import CANCELLED, COMPLETED, QUEUED, SCHEDULED
from chasqui.engine.types.task_type import is_typed
from chasqui.engine.types.wire import to_wire
from chasqui.pool.clock import Clock
from chasqui.pool.task import Task

encode: Final = msgspec.json.Encoder(enc_hook=to_wire).encode


class TaskRows:
    """Makes rows as JSON texts, in the order of the schema's columns.

    Args:
        path: of the journal, for its errors.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._encoding = Encoding()
        self.epoch = 0
        self.options_of: Callable[[Task], dict[str, Any]] = lambda task: {}
        """Returns what a submission said beyond type, parameters, priority and key, anew."""
        self.keeps_result: Callable[[Task], bool] = lambda task: False
        """Tells whether the type of a task keeps results."""
        self.ends_on_disk: Callable[[Task], bool] = lambda task: False
        """Tells whether a task is final only once that is on disk."""

    def of_accepted(self, tasks: Sequence[Task]) -> list[str]:
        """Return the rows of tasks that are new; raises TypeError for one without a type."""
        pool, epoch = None, 0.0
        rows = []
        for task in tasks:
            if task._pool is not pool:  # read once for all: it takes two readings of the clock
                pool, epoch = task._pool, task._pool.epoch
            rows.append(self._accepted(task, epoch))
        return rows

    def _accepted(self, task: Task, epoch: float) -> str:
        work: Any = task.work
        if not is_typed(work):
            raise TypeError(
                f"{task.name} has no task type, so the journal {self._path} cannot keep it: make "
                "it a @task, or submit it with durable=False"
            )
        more, due, options = task._more, task.due, self.options_of(task)
        pool = options.pop("pool", None) if options else None
        queued_at = task._queued_at if more is None or more.created is None else more.created
        row = (
            task.number,
            task.name,
            QUEUED if due is None else SCHEDULED,
            task.priority,
            self.epoch,
            0 if due is None else microseconds(due),
            microseconds(epoch + queued_at),
            task.key,
            self._encoding.params(work),
            encode(options).decode() if options else None,
            pool,
        )
        return encode(row).decode()

    def of_move(self, task: Task, due: float) -> str:
        """Return the change of a scheduled task that does something else, or at another time."""
        work: Any = task.work
        return self.of_change(task, SCHEDULED, not_before=due, params=self._encoding.params(work))

    def of_priority(self, task: Task, *, at_once: bool) -> str:
        """Return the priority that a waiting task has now, and with ``at_once`` its time."""
        due = microseconds(self._clock.time()) if at_once else None
        return encode((task.number, task.priority, self.epoch, due)).decode()

    def of_cancelled(self, task: Task) -> str:
        """Return the change of a task that is cancelled."""
        return self.of_change(task, CANCELLED, finished=self._clock.time())

    def of_withdrawn(self, row: OpenRow) -> str:
        """Return the change of a task that is cancelled while it is in the file only."""
        now, no = microseconds(self._clock.time()), None
        change = row.number, row.attempt, CANCELLED, self.epoch, no, no, now, no, no, no, no, no
        return encode(change).decode()

    def of_change(
        self,
        task: Task,
        state: int,
        *,
        not_before: float | None = None,
        finished: float | None = None,
        params: str | None = None,
    ) -> str:
        """Return what has become of a task."""
        started, error = task.started, task.error
        row = (
            task.number,
            task.attempts,
            state,
            self.epoch,
            None if not_before is None else microseconds(not_before),
            None if started is None else microseconds(started),
            None if finished is None else microseconds(finished),
            task.worker,
            self._result(task) if state == COMPLETED else None,
            None if error is None else error_text(error),
            None,
            params,
        )
        return encode(row).decode()

    def _result(self, task: Task) -> str | None:
        return result_text(getattr(task, "_result", None)) if self.keeps_result(task) else None


def is_durable(task: Task) -> bool:
    """Tell whether the journal of its engine keeps a task."""
    more = task._more
    return more is None or getattr(more, "durable", True)


def microseconds(seconds: float) -> int:
    """Return a moment in the unit of the file."""
    return int(seconds * 1e6)
