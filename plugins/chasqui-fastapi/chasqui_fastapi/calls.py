"""Calls: a background task of Starlette as a work of an engine.

A plain function runs on a worker's thread. A coroutine function runs on the loop of the server, as
it does without Chasqui, since what it awaits may belong to that loop: a connection pool, a client,
a lock. The worker waits for it, so that it counts as running and a drain waits for it too.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.background import BackgroundTask

from chasqui import Context, TaskType


class Call:
    """A call of a plain function."""

    id = ""

    def __init__(self, task: BackgroundTask) -> None:
        self.name = name_of(task.func)
        self._task = task

    def execute(self, ctx: Context) -> Any:
        """Call it."""
        return self._task.func(*self._task.args, **self._task.kwargs)


class CallOnLoop(Call):
    """A call of a coroutine function, on a loop that runs in another thread."""

    def __init__(self, task: BackgroundTask, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(task)
        self._loop = loop

    async def execute(self, ctx: Context) -> Any:
        """Run it there and wait for it. A cancel of the task cancels it."""
        coroutine = super().execute(ctx)
        try:
            running = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:  # the loop is closed: the server has ended
            coroutine.close()
            raise
        return await asyncio.wrap_future(running)


def work_of(task: BackgroundTask) -> Any:
    """Return the work of a background task; call it within the server's loop.

    Raises:
        InvalidParameters: its function is a task type, and its arguments do not fit.
    """
    if isinstance(task.func, TaskType):
        return task.func.work(*task.args, **task.kwargs)
    if task.is_async:
        return CallOnLoop(task, asyncio.get_running_loop())
    return Call(task)


def name_of(function: Any) -> str:
    """Return what consoles and logs call a function: its module and name."""
    named = getattr(function, "func", function)  # of a partial
    name = getattr(named, "__qualname__", type(named).__qualname__)
    return f"{getattr(named, '__module__', '')}.{name}"
