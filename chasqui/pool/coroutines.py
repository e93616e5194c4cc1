"""Running works whose ``execute`` is a coroutine, each on the loop of its worker's own thread.

The loop is made with a worker's first such work and closed with the worker. When a task is asked to
stop, or its time limit comes, its coroutine is cancelled; nothing else of asyncio is touched. A
pool that runs no coroutines never imports asyncio.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from contextvars import Context as Variables
from typing import TYPE_CHECKING, Any, Protocol

from chasqui import loggers
from chasqui.errors import Cancelled, TimeLimit
from chasqui.pool.complaint import complain

if TYPE_CHECKING:
    import asyncio


log = loggers.named("chasqui.pool")


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
    def variables(self) -> Variables | None:
        """The context variables in which the body runs; None: it begins without any."""
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
        self.body: Coroutine[Any, Any, Any] | None = None
        """The coroutine that it runs, for those who look where it is."""

    def run(self, body: Coroutine[Any, Any, Any], run: CoroutineRun) -> Any:
        """Run a coroutine to its end.

        Raises:
            Cancelled: the task was asked to stop, and the coroutine let itself be cancelled.
        """
        import asyncio

        if self._runner is None:
            self._runner = asyncio.Runner()
        self.body = body
        variables = run.variables
        if variables is None:  # not the runner's own, which all bodies would share
            variables = Variables()
        try:
            result, error = self._runner.run(_stoppable(body, run), context=variables)
        except asyncio.CancelledError:
            if run.stop_asked:
                raise Cancelled(f"task {run.number} was asked to stop") from None
            raise
        except BaseException:
            # Another of its asyncio tasks has left by SystemExit or KeyboardInterrupt, and what the
            # loop has not ended must not go on inside of the next body.
            self._abandon()
            raise
        finally:
            self.body = None
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
        except BaseException as error:  # what is left in it may raise anything
            complain(log, error, "a body's event loop did not close")
        self._runner = None


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
