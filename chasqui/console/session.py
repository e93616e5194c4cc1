"""What the screens of one console share: the port, its last reading, and how to ask it for things.

Commands run one after the other, each on a short thread of its own: a slow port never stops the
screen, and two quick key presses arrive in their order. A command is made when its turn comes, so
that it sees what the one before has changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence

from chasqui.console.model.format import Glyphs
from chasqui.console.poller import Poller
from chasqui.control.port import (
    Command,
    Outcome,
    Port,
    Snapshot,
    SubmitOptions,
    TaskDetail,
    TaskTypeInfo,
)
from chasqui.control.safe_text import safe_line


class Session:
    """A port and what is known of it."""

    def __init__(self, port: Port, glyphs: Glyphs) -> None:
        self.port = port
        self.caps = port.caps
        self.glyphs = glyphs
        self.poller = Poller(port)
        self.left: dict[str, dict[str, str | None]] = {}
        """How each form was left, by type and field; never a secret, and gone with the console."""
        self._turn = asyncio.Lock()

    @property
    def snapshot(self) -> Snapshot | None:
        """The last reading."""
        return self.poller.snapshot

    async def apply(self, make: Callable[[], Command]) -> Outcome:
        """Have a command carried out; what goes wrong is in the outcome."""
        async with self._turn:
            command = make()
            return await _in_thread(lambda: self.port.apply(command))

    async def submit(self, type: str, params: Mapping[str, str], options: SubmitOptions) -> Outcome:
        """Submit a task; what goes wrong is in the outcome."""
        async with self._turn:
            return await _in_thread(lambda: self.port.submit(type, params, options))

    async def check(self, type: str, params: Mapping[str, str]) -> Outcome:
        """Have texts judged, without waiting for commands; what goes wrong is in the outcome."""
        return await _in_thread(lambda: self.port.check(type, params))

    def task_types(self) -> Sequence[TaskTypeInfo]:
        """List the task types, none when the port cannot say."""
        try:
            return self.port.task_types()
        except Exception as error:  # shown as stale, as with a reading
            self.poller.note(error)
            return ()

    def detail(self, number: int) -> TaskDetail | None:
        """Describe a task, as far as the port can."""
        try:
            return self.port.detail(number)
        except Exception as error:  # shown as stale, as with a reading
            self.poller.note(error)
            return None


async def _in_thread(call: Callable[[], Outcome]) -> Outcome:
    """Run a call on a thread that the console need not wait for when it ends."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Outcome] = loop.create_future()

    def settle(outcome: Outcome) -> None:
        if not answer.done():
            answer.set_result(outcome)

    def run() -> None:
        try:
            outcome = call()
        except Exception as error:  # the port's own mistake, told to the user who pressed the key
            reason = safe_line(f"{type(error).__name__}: {error}", 200)
            outcome = Outcome(ok=False, reason=reason)
        with contextlib.suppress(RuntimeError):  # the console was left meanwhile
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, name="chasqui-console-command", daemon=True).start()
    return await answer
