"""Reading the port, whatever it does.

Each reading has its own thread, so a slow port delays no key. When a port raises or does not
answer, the last snapshot stays on screen, with its age and the reason; the console goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from chasqui.control.port import Port, Snapshot, ViewQuery
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.wire.messages import HostGone, WireError

Answer = TypeVar("Answer")

LATE_SECONDS: Final = 2.0  # after these without an answer, the screen counts as stale


class Poller:
    """The last snapshot of a port, and its age."""

    def __init__(self, port: Port, clock: Callable[[], float] = time.monotonic) -> None:
        self._port = port
        self._clock = clock
        self._read_at = clock()
        self._asked_at: float | None = None
        self.snapshot: Snapshot | None = None
        self._error: SafeText | None = None
        self._gone_at: float | None = None

    async def poll(self, query: ViewQuery) -> bool:
        """Read the port once, one caller at a time; tell whether it answered."""
        self._asked_at = self._clock()
        try:
            self.snapshot = await ask(lambda: self._port.snapshot(query))
        except Exception as error:  # shown in the status line, with the age of what is on screen
            self.note(error)
            return False
        finally:
            self._asked_at = None
        self._read_at = self._clock()
        self._error = self._gone_at = None
        return True

    def note(self, error: Exception) -> None:
        """Remember why the screen is stale."""
        if isinstance(error, HostGone):
            self._gone_at = self._clock() - error.seconds
        said = error.message if isinstance(error, WireError) else f"{type(error).__name__}: {error}"
        self._error = safe_line(said, 200)

    @property
    def error(self) -> SafeText | None:
        """Why the screen is stale; None while it is not."""
        if self._asked_at is not None and self._clock() - self._asked_at > LATE_SECONDS:
            return SafeText("no answer yet")
        return self._error

    @property
    def asked_seconds(self) -> float:
        """Seconds for which the answer under way has been waited for; 0 without one."""
        return 0.0 if self._asked_at is None else self._clock() - self._asked_at

    @property
    def gone_seconds(self) -> float | None:
        """Seconds for which the host has been gone; None while it is there."""
        return None if self._gone_at is None else self._clock() - self._gone_at

    @property
    def stale_seconds(self) -> float:
        """Seconds since the port last answered."""
        return self._clock() - self._read_at


async def ask(call: Callable[[], Answer]) -> Answer:
    """Run a call to the port on a thread that the console need not wait for when it ends.

    Raises what the call raises.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Answer] = loop.create_future()

    def settle(value: Answer | None, error: Exception | None) -> None:
        if answer.done():  # the console has stopped waiting
            return
        if error is None:
            answer.set_result(value)  # type: ignore[arg-type]
        else:
            answer.set_exception(error)

    def run() -> None:
        value, failed = None, None
        try:
            value = call()
        except Exception as error:
            failed = error
        with contextlib.suppress(RuntimeError):  # the console was left meanwhile
            loop.call_soon_threadsafe(settle, value, failed)

    threading.Thread(target=run, name="chasqui-console-port", daemon=True).start()
    return await answer
