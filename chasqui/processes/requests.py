"""Requests: what a child is sent of a task."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from msgspec import Raw

from chasqui.engine.journal.encoding import Encoding
from chasqui.engine.types.task_type import TypedWork, is_typed
from chasqui.errors import InvalidTaskType
from chasqui.pool import log_sinks
from chasqui.pool.task import Task
from chasqui.pool.task_context import TaskContext
from chasqui.processes.messages import BodyRun, encode

UNSENT: Final = (
    "cannot be sent to a child process, since JSON has no form for it: give it in another form, or "
    "send the type to a pool of threads"
)


class Requests:
    """Writes the requests for the child of one worker.

    Args:
        worker: the name of the worker.
        where: says how the child finds the type of a work.
    """

    def __init__(self, worker: str, where: Callable[[TypedWork], str]) -> None:
        self._worker = worker
        self._where = where
        self._encoding = Encoding(UNSENT)

    def of(self, task: Task, generation: int) -> bytes:
        """Return the request to run the body of a task; whatever it raises is the task's own."""
        work, context = typed(task), TaskContext(task)
        deadline = None if task._more is None else task._more.deadline
        message = BodyRun(
            task.number,
            work.name,
            self._where(work),
            Raw(self._encoding.text(work)),
            _level(task),
            None if deadline is None else max(0.0, deadline - task._pool.clock.monotonic()),
            task.time_limit,
            context.attempt,
            task.priority,
            task.key,
            task.submissions,
            task.created,
            task.started,
            self._worker,
            context.redelivered,
            context.idempotency_key,
            tuple(attempt[:6] for attempt in task.earlier),
            generation,
        )
        return encode(message)


def typed(task: Task) -> TypedWork:
    """Return the work of a task.

    Raises:
        InvalidTaskType: it is of no task type, so that no child can find its code.
    """
    work = task.work
    if not is_typed(work):
        raise InvalidTaskType(
            f"{task.name} cannot run in a child process: only calls of task types can be sent "
            "there. Make it a @task, or send it to a pool of threads"
        )
    return work


def _level(task: Task) -> int:
    """Return the lowest level of lines that anything here takes."""
    sink = log_sinks.sink_of(task)
    here = logging.getLogger().getEffectiveLevel()
    return here if sink is None else min(here, sink.level)
