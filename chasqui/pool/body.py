"""Bodies: what a worker does around the body of a task.

A backend calls this on the side where bodies run. A task that has expired does not start. A body
runs in the context variables of its submitter, a coroutine on the worker's event loop. A body that
returned something which has yet to run, such as a generator, has failed. What a body raises is
returned to the caller, and its result is placed where the pool looks for it.
"""

from __future__ import annotations

from contextvars import Context as Variables
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any, Final

from chasqui.errors import Expired, NeverRan
from chasqui.pool.backend import Perform, Worker
from chasqui.pool.coroutines import CoroutineRun, Coroutines
from chasqui.pool.particulars import Particulars
from chasqui.pool.task import Task
from chasqui.pool.task_context import TaskContext, TaskRun

make = TaskContext.__new__
UNRUN: Final = (
    (GeneratorType, "a generator"),
    (AsyncGeneratorType, "an async generator"),
    (CoroutineType, "a coroutine"),
)
"""What a body may return that has yet to run."""


def performer(worker: Worker, coroutines: Coroutines, variables: Variables) -> Perform:
    """Return the function that runs the bodies of a worker's tasks, on the worker's thread.

    ``variables`` is the context in which that thread runs. Bodies whose submitter had no context
    variables run in it directly, which saves 0.1 us, until a variable is set in it: the others must
    not see that. The variables of a submitter stay as they were for another attempt.
    """

    # One function, since each call more would cost every task 0.05 us.
    def perform(task: Task) -> BaseException | None:
        context = make(TaskContext)  # as `TaskContext(task)` would
        context.task = task
        more = task._more
        if more is not None:
            context._attempt = more.attempt
            if is_too_late(task, more):
                return expired(task)
        try:
            seen = task.variables
            if seen is not None:
                seen = seen.copy()
                result = seen.run(task.work.execute, context)
            elif variables:
                seen = Variables()
                result = seen.run(task.work.execute, context)
            else:
                result = task.work.execute(context)
            if result is not None:
                kind = type(result)
                if kind is CoroutineType or kind is GeneratorType or kind is AsyncGeneratorType:
                    run = TaskRun(task, variables.copy() if seen is None else seen)
                    result, never_ran = run_to_end(result, coroutines, run)
                    if never_ran is not None:
                        return never_ran
                if more is None:
                    task._result = result
                else:
                    place(worker, task, result)
        except BaseException as error:
            # SystemExit and KeyboardInterrupt too: a task's failure is its own.
            return error
        return None

    return perform


def is_too_late(task: Task, more: Particulars) -> bool:
    """Tell whether a task has expired: before its first start, and never after that."""
    return more.expires is not None and more.attempt <= 1 and task._claimed_at >= more.expires


def expired(task: Task) -> Expired:
    """Make the error of a task that does not start, since it is too late."""
    return Expired(f"task {task.number} ({task.name}) expired before it could start")


def place(worker: Worker, task: Task, result: Any) -> None:
    """Place the result of a task's body; see `chasqui.pool.backend.Perform`."""
    if task.time_limit is not None:
        worker.result = result
    else:
        task._result = result


def run_to_end(
    result: Any, coroutines: Coroutines, run: CoroutineRun
) -> tuple[Any, NeverRan | None]:
    """Run what a body returned, if that is a coroutine; return its result.

    The error is for a body that returned something else that has yet to run.
    """
    if type(result) is CoroutineType:
        result = coroutines.run(result, run)
    for kind, what in UNRUN:
        if type(result) is kind:  # by identity: a metaclass may define how its classes hash
            if isinstance(result, CoroutineType):
                result.close()  # else Python warns about it on stderr when it is freed
            return None, NeverRan(
                f"{run.name} returned {what}, so its body has not run; "
                "have it do the work and return the result"
            )
    return result, None
