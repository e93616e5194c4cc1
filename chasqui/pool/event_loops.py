"""Event loops: how a coroutine waits until another thread calls it, under asyncio and under trio.

anyio runs on one of the two, and uvloop is a loop of asyncio. Neither is imported here: a library
that the program has not imported runs no loop.
"""

from __future__ import annotations

import math
import sys
from typing import Any, Protocol


class LoopBell(Protocol):
    """What one coroutine waits for, on its own event loop, and any thread may ring."""

    def ring(self) -> None:
        """Let the coroutine go on; it may be rung any number of times.

        It takes no lock but that of trio's entry queue, which is never held for longer than this.

        Raises:
            RuntimeError: its loop is closed, or at the recursion limit a RecursionError.
        """
        ...

    async def wait(self, timeout: float | None = None) -> None:
        """Wait until it is rung, or for ``timeout`` seconds.

        A ring that comes later ends the next wait. So look at the condition after this returns.
        """
        ...


def bell_here() -> LoopBell:
    """Make a bell for the coroutine that runs on this thread.

    Raises:
        RuntimeError: no coroutine of asyncio or trio runs here.
    """
    # trio first: in guest mode its tasks run inside of an asyncio loop, which runs as well.
    lowlevel = sys.modules.get("trio.lowlevel")
    if lowlevel is not None and lowlevel.in_trio_task():
        return TrioBell(sys.modules["trio"])
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None and (loop := asyncio._get_running_loop()) is not None:
        return AsyncioBell(loop)
    raise RuntimeError(
        "no event loop of asyncio or trio runs here; in a plain function use wait() or result()"
    )


def is_rung(bell: LoopBell) -> bool:
    """Ring, and tell whether that reaches the coroutine; not if its loop is closed."""
    try:
        bell.ring()
    except RecursionError:
        raise
    except RuntimeError:  # RunFinishedError of trio is one too
        return False
    return True


class AsyncioBell:
    """A bell for a coroutine of asyncio."""

    __slots__ = ("_loop", "_rung")

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._rung = loop.create_future()

    def ring(self) -> None:
        """Let the coroutine go on; see `LoopBell`."""
        self._loop.call_soon_threadsafe(_set, self._rung)

    async def wait(self, timeout: float | None = None) -> None:
        """Wait until it is rung, or for ``timeout`` seconds."""
        rung = self._rung
        alarm = None if timeout is None else self._loop.call_later(timeout, _set, rung)
        try:
            await rung
        finally:
            self._rung = self._loop.create_future()
            if alarm is not None:
                alarm.cancel()


def _set(rung: Any) -> None:
    if not rung.done():  # rung twice, or its coroutine is cancelled
        rung.set_result(None)


class TrioBell:
    """A bell for a task of trio."""

    __slots__ = ("_event", "_token", "_trio")

    def __init__(self, trio: Any) -> None:
        self._trio = trio
        self._token = trio.lowlevel.current_trio_token()
        self._event = trio.Event()

    def ring(self) -> None:
        """Let the task of trio go on; see `LoopBell`."""
        self._token.run_sync_soon(self._event.set)

    async def wait(self, timeout: float | None = None) -> None:
        """Wait until it is rung, or for ``timeout`` seconds."""
        with self._trio.move_on_after(math.inf if timeout is None else timeout):
            await self._event.wait()
        self._event = self._trio.Event()
