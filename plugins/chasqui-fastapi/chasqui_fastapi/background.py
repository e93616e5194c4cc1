"""BackgroundTasks: replaces FastAPI's class of that name.

As with FastAPI, tasks are collected while the endpoint runs, and submitted once its response has
been sent; an endpoint that raises submits none. But then they run on the engine: at most as many at
once as it has workers, and independently of each other. A failure is kept and can be retried, a
console can watch and steer the tasks, and the ledger of a shutdown names those that are left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

from fastapi import BackgroundTasks as OfFastAPI
from fastapi import Depends
from starlette.background import BackgroundTask
from starlette.requests import HTTPConnection

from chasqui import Engine, Task
from chasqui_fastapi.calls import work_of
from chasqui_fastapi.lifespan import engine_of

P = ParamSpec("P")


class EngineTasks(BackgroundTask):
    """Background tasks of one response, which run on an engine.

    With Starlette: ``JSONResponse(…, background=tasks)``.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.tasks: list[Task] = []
        """What was submitted, once the response has been sent."""
        self._works: list[Any] = []

    def add_task(self, func: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have a function called after the response: a plain one, a coroutine, or a task type.

        Raises:
            BacklogFull: the engine has no room for it now; `too_busy` answers the client.
            PoolClosed: the engine is being shut down.
            InvalidParameters: the arguments do not fit their task type.
        """
        work = work_of(BackgroundTask(func, *args, **kwargs))
        self.engine.check_room(work, len(self._works) + 1)
        self._works.append(work)

    async def __call__(self) -> None:
        """Submit them. If the backlog has filled up meanwhile this waits, and no client does."""
        while self._works:
            self.tasks.append(await self.engine.submit_async(self._works.pop(0)))


def _tasks_of(connection: HTTPConnection, background: OfFastAPI) -> EngineTasks:
    """Make the tasks of a request; FastAPI calls them after the response, as it does its own."""
    tasks = EngineTasks(engine_of(connection))
    background.add_task(tasks)
    return tasks


if TYPE_CHECKING:
    BackgroundTasks = EngineTasks
else:
    # Every parameter whose class derives from FastAPI's own gets an object of FastAPI's own.
    BackgroundTasks = Annotated[EngineTasks, Depends(_tasks_of)]
