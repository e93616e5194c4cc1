"""Running works whose ``execute`` is a coroutine, each on the loop of its worker's own thread.

The loop is made with a worker's first such work and closed with the worker, so that clients which
bodies keep for a thread live on. When a task is asked to stop, or its time limit comes, its
coroutine is cancelled. The asyncio tasks that a body has begun and left are cancelled at its end,
as `asyncio.run` does it: they would go on inside of later bodies. If some ignore that, the loop is
closed with them in it. What calls `asyncio.Task` itself is not counted. A pool that runs no
coroutines never imports asyncio.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from contextvars import Context as Variables
from typing import TYPE_CHECKING, Any, Final, Protocol

from chasqui import loggers
from chasqui.errors import Cancelled, TimeLimit
from chasqui.pool.complaint import complain

if TYPE_CHECKING:
    import asyncio


log = loggers.named("chasqui.pool")

LEFTOVER_SECONDS: Final = 0.5  # that asyncio tasks which a body has left have to clean up


class CoroutineRun(Protocol):
    """The run of a task's coroutine, on the side where bodies run."""

    @property
    def number(self) -> int:
        """The number of the task."""
        ...

    @property
    def name(self) -> str:
        """The name of the task's work."""
        ...

    @property
    def variables(self) -> Variables:
        """The context variables in which the body runs."""
        ...

    @property
    def stop_asked(self) -> bool:
        """Whether the task was asked to stop."""
        ...

    @property
    def time_limit(self) -> float | None:
        """How long the body may run, in seconds; None without a limit."""
        ...

    def seconds_left(self) -> float | None:
        """Return how long the body may still run; None without a limit."""
        ...

    def begin(self, stop: Callable[[], Any]) -> None:
        """Have ``stop`` called when the task is asked to stop, and log lines name the task."""
        ...

    def end(self, stop: Callable[[], Any]) -> None:
        """Have ``stop`` called no more."""
        ...


class Coroutines:
    """The event loop of one worker. Its own thread only."""

    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None
        self._made = 0
        """How many asyncio tasks the loop has made since the body began, and that of the body."""
        self._make: Callable[..., asyncio.Task[Any]] | None = None
        self.body: Coroutine[Any, Any, Any] | None = None
        """The coroutine that it runs, for those who look where it is."""

    def run(self, body: Coroutine[Any, Any, Any], run: CoroutineRun) -> Any:
        """Run a coroutine to its end.

        Raises:
            Cancelled: the task was asked to stop, and the coroutine let itself be cancelled.
        """
        import asyncio

        runner = self._runner or self._begin()
        self.body = body
        self._made = 0
        try:
            result, error = runner.run(_stoppable(body, run), context=run.variables)
        except asyncio.CancelledError:
            if run.stop_asked:
                raise Cancelled(f"task {run.number} was asked to stop") from None
            raise
        except BaseException:
            # Other code of its loop has left by SystemExit or KeyboardInterrupt, and the body's own
            # asyncio task has not ended.
            self._made += 1
            raise
        finally:
            self.body = None
            # Only then: `asyncio.all_tasks` looks at those of all threads, 2 us for each.
            if self._made > 1 or runner.get_loop().get_task_factory() is not self._make:
                self._end_others(runner, run.number)
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

    def _begin(self) -> asyncio.Runner:
        """Make a loop that counts the asyncio tasks it makes."""
        import asyncio

        def make(loop: Any, body: Any, **options: Any) -> asyncio.Task[Any]:
            self._made += 1
            return asyncio.Task(body, loop=loop, **options)

        self._make = make
        self._runner = runner = asyncio.Runner()
        runner.get_loop().set_task_factory(make)
        return runner

    def _end_others(self, runner: asyncio.Runner, number: int) -> None:
        """End what a body has left; if that cannot be, the next body gets another loop."""
        import asyncio

        try:
            if runner.run(_cancel_others()):
                return
            log.warning(
                "task %s: asyncio tasks that it has left ignore their cancel; "
                "its worker gets another event loop",
                number,
            )
        except BaseException as error:  # what is left may raise anything
            complain(log, error, "task %s: an asyncio task that it has left raised", number)
        self._runner = None
        asyncio.set_event_loop(None)
        runner.get_loop().close()  # not the runner, which would wait for all that is in it


async def _cancel_others() -> bool:
    """Cancel all other asyncio tasks of this loop; tell whether they have ended soon."""
    import asyncio

    loop, own = asyncio.get_running_loop(), asyncio.current_task()
    end = loop.time() + LEFTOVER_SECONDS
    while others := asyncio.all_tasks() - {own}:  # once more: some begin others as they clean up
        if (left := end - loop.time()) <= 0:
            return False
        for other in others:
            other.cancel()
        await asyncio.wait(others, timeout=left)
    return True


async def _stoppable(
    body: Coroutine[Any, Any, Any], run: CoroutineRun
) -> tuple[Any, BaseException | None]:
    """Return a body's result and no error, or what it raised.

    asyncio would set attributes of the error, and end its loop for a SystemExit.
    """
    import asyncio

    loop, running = asyncio.get_running_loop(), asyncio.current_task()
    assert running is not None

    def stop() -> None:
        with contextlib.suppress(RuntimeError):  # the worker is gone, and its loop with it
            loop.call_soon_threadsafe(running.cancel)

    run.begin(stop)
    if run.stop_asked:  # before there was anything to cancel
        running.cancel()
    timeout = asyncio.timeout(run.seconds_left())
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
            raise TimeLimit(run.time_limit) from None
        raise
    finally:
        run.end(stop)
