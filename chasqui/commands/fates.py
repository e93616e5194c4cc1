"""The fates of tasks that a host has accepted, as they end.

One thread asks for all that are open, and is answered as each ends. New ones join at the next
question, which comes when all asked for have ended or after `ASK_SECONDS`. How many may be open is
bounded: a reader of the rows that is slow holds up the feeding, and memory stays flat.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Final

from chasqui.control.client.client import Client
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.working import NUMBERS, AwaitAnswer, AwaitArgs, FateRecord

ASK_SECONDS: Final = 0.5
"""How long tasks that were accepted meanwhile wait until their fates are asked for."""
LOOK_SECONDS: Final = 0.2
"""How often a wait looks whether it is to stop."""


class Fates:
    """Waits for tasks to end.

    Args:
        ended: is called with the line and the fate of a task, by the waiting thread.
    """

    def __init__(self, client: Client, ended: Callable[[int, FateRecord], object]) -> None:
        self._client = client
        self._ended = ended
        # The condition guards all below.
        self._changed = threading.Condition()
        self._open: dict[int, int] = {}  # the line of each task that has not ended, by its number
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
        with self._changed:
            while len(self._open) > most and not stop():
                if self._error is not None:
                    raise self._error
                self._changed.wait(LOOK_SECONDS)

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
            self._changed.notify_all()


def _broken(error: BaseException) -> WireError:
    return WireError("internal", f"the answers cannot be read: {error}")
