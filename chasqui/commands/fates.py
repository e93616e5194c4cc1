"""The fates of tasks that a host has accepted, as they end.

One thread asks for all that are open, and is answered as each ends. New ones join at the next
question, which comes when all asked for have ended or after `ASK_SECONDS`. How many may be open is
bounded: a reader of the rows that is slow holds up the feeding, and memory stays flat.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from chasqui.control.client.client import Client
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.working import NUMBERS, AwaitAnswer, AwaitArgs, FateRecord

ASK_SECONDS: Final = 0.5
"""How long tasks that were accepted meanwhile wait until their fates are asked for."""
LOOK_SECONDS: Final = 0.2
"""How often a wait looks whether it is to stop."""
QUIET_SECONDS: Final = 2.0
"""How long nothing may end before a wait says so."""


class Fates:
    """Waits for tasks to end.

    Args:
        ended: is called with the line and the fate of a task, by the waiting thread.
        quiet: is called once, by the thread that waits, when nothing has ended for a while.
    """

    def __init__(
        self,
        client: Client,
        ended: Callable[[int, FateRecord], object],
        quiet: Callable[[], object],
    ) -> None:
        self._client = client
        self._ended = ended
        self._quiet: Callable[[], object] | None = quiet
        # The condition guards all below.
        self._changed = threading.Condition()
        self._open: dict[int, int] = {}  # the line of each task that has not ended, by its number
        self._last_end = 0.0  # a moment of the monotonic clock
        self._closed = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._follow, name="chasqui-fates", daemon=True)
        self._thread.start()

    @property
    def open(self) -> int:
        """How many have not ended."""
        return len(self._open)

    def add(self, accepted: Iterable[tuple[int, int]]) -> None:
        """Wait for these as well: pairs of a line and the number of its task."""
        with self._changed:
            self._open.update((number, line) for line, number in accepted)
            self._changed.notify_all()

    def wait(self, most: int, stop: Callable[[], bool]) -> None:
        """Wait until at most so many are open, or ``stop`` says so.

        Raises:
            WireError: the host cannot be asked any more.
        """
        began = time.monotonic()
        while self._is_awaited(most, stop):
            if self._quiet and time.monotonic() - max(began, self._last_end) >= QUIET_SECONDS:
                quiet, self._quiet = self._quiet, None
                quiet()  # without the lock: it asks the host

    def _is_awaited(self, most: int, stop: Callable[[], bool]) -> bool:
        """Tell whether more than so many are open, after a short wait."""
        with self._changed:
            if len(self._open) <= most or stop():
                return False
            if self._error is not None:
                raise self._error
            self._changed.wait(LOOK_SECONDS)
            return True

    def close(self) -> None:
        """Ask no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _follow(self) -> None:
        try:
            while (numbers := self._to_ask()) is not None:
                args = AwaitArgs(numbers=numbers, timeout=ASK_SECONDS)
                for part in self._client.parts("await", args, AwaitAnswer):
                    for fate in part.fates:
                        self._end(fate)
        except BaseException as error:
            with self._changed:
                self._error = error if isinstance(error, WireError) else _broken(error)
                self._changed.notify_all()

    def _to_ask(self) -> tuple[int, ...] | None:
        with self._changed:
            while not self._open and not self._closed:
                self._changed.wait()
            return None if self._closed else tuple(self._open)[:NUMBERS]

    def _end(self, fate: FateRecord) -> None:
        with self._changed:
            line = self._open.get(fate.number)
        if line is None:
            return
        self._ended(line, fate)
        with self._changed:  # only now: what is not written yet counts as open
            self._open.pop(fate.number, None)
            self._last_end = time.monotonic()
            self._changed.notify_all()


def _broken(error: BaseException) -> WireError:
    return WireError("internal", f"the answers cannot be read: {error}")
