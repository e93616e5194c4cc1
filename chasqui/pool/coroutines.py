"""Running works whose ``execute`` is a coroutine, each on the loop of its worker's own thread.

The loop is made with a worker's first such work and closed with the worker. A task that is asked to
stop has its coroutine cancelled, and so has one whose time limit has come; nothing else of asyncio
is touched, and a pool that runs no coroutines never imports it.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Coroutine
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import TYPE_CHECKING, Any

from chasqui.errors import Cancelled, NeverRan, TimeLimit
from chasqui.pool import speech
from chasqui.pool.complaint import complain
from chasqui.pool.task import Task

if TYPE_CHECKING:
    import asyncio


log = logging.getLogger("chasqui.pool")


class Coroutines:
    """The event loop of one worker. Its own thread only."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def run(self, body: Coroutine[Any, Any, Any], task: Task) -> Any:
        """Run a coroutine to its end.

        Raises:
            Cancelled: the task was asked to stop, and the coroutine let itself be cancelled.
        """
        import asyncio

        if self._runner is None:
            self._runner = asyncio.Runner()
        try:
            result, error = self._runner.run(_stoppable(body, task), context=task.variables)
        except asyncio.CancelledError:
            if task.stop_asked:
                raise Cancelled(f"task {task.number} was asked to stop") from None
            raise
        except BaseException:
            # Another of its asyncio tasks has left by SystemExit or KeyboardInterrupt, and what the
            # loop has not ended must not go on inside of the next body.
            self._abandon()
            raise
        if error is None:
            return result
        try:
            raise error
        finally:
            del error  # it refers to this frame now

    def close(self) -> None:
        """Close the loop, if there is one."""
        if self._runner is not None:
            self._runner.close()

    def _abandon(self) -> None:
        """Close the loop with all that is left in it; the next body gets another."""
        try:
            self.close()
        except BaseException as error:  # what is left in it may raise whatever it likes
            complain(log, error, "a body's event loop did not close")
        self._runner = None


def never_ran(task: Task, result: Any) -> NeverRan:
    """Make the error of a task whose body returned what has still to be run."""
    what = {GeneratorType: "a generator", AsyncGeneratorType: "an async generator"}
    if isinstance(result, CoroutineType):
        result.close()  # else Python warns of it on stderr, when it is freed
    return NeverRan(
        f"{task.name} returned {what.get(type(result), 'a coroutine')}, so its body has not run; "
        "have it do the work and return the result"
    )


async def _stoppable(
    body: Coroutine[Any, Any, Any], task: Task
) -> tuple[Any, BaseException | None]:
    """Return a body's result and no error, or what it raised.

    asyncio would set attributes of the error, and end its loop for a SystemExit.
    """
    import asyncio

    loop, running = asyncio.get_running_loop(), asyncio.current_task()
    assert running is not None
    pool, more = task._pool, task._pool.particulars(task)

    def stop() -> None:
        with contextlib.suppress(RuntimeError):  # the worker is gone, and its loop with it
            loop.call_soon_threadsafe(running.cancel)

    speech.hand_on(task)
    more.on_stop = stop
    if more.stop_asked is not None:  # asked before there was anything to cancel
        running.cancel()
    limit = None if more.deadline is None else more.deadline - pool.clock.monotonic()
    timeout = asyncio.timeout(limit)
    try:
        async with timeout:
            try:
                return await body, None
            except asyncio.CancelledError:
                raise
            except BaseException as error:
                return None, error
    except TimeoutError:
        if timeout.expired():
            raise TimeLimit(more.time_limit) from None
        raise
    finally:
        if more.on_stop is stop:  # not that of a later attempt
            more.on_stop = None
