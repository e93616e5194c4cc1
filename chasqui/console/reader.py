"""Readings of the port in their turn, each with what is asked for when it begins.

One is under way at a time and at most one more waits, which stands for all that were asked for
meanwhile: a port that is slow gets no queue of readings. An answer that is of another list than the
one on screen by now is dropped; the reading that waits brings the right one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from chasqui.console.poller import Poller
from chasqui.control.port import Snapshot, ViewQuery

AHEAD_SECONDS: Final = 0.2  # that keys wait for the rows they act on


class Reader:
    """Reads through a poller and shows what it answers.

    Args:
        poller: what asks the port.
        query: returns what is to be asked for now.
        show: shows an answer; called with None when the reading brought nothing to show.
    """

    def __init__(
        self,
        poller: Poller,
        query: Callable[[], ViewQuery],
        show: Callable[[Snapshot | None], None],
    ) -> None:
        self._poller = poller
        self._query = query
        self._show = show
        self._turn = asyncio.Lock()
        self._in_line = self._asked = self._answered = 0

    @property
    def is_full(self) -> bool:
        """Whether a reading waits already that will see all that has changed by now."""
        return self._in_line > 1

    async def read(self) -> None:
        """Read, and show what has changed since this was called."""
        self._in_line += 1
        self._asked += 1
        mine = self._asked
        try:
            async with self._turn:
                if self._answered < mine:  # else the one before began after this was called
                    begun = self._asked
                    await self._read_once()
                    self._answered = begun
        finally:
            self._in_line -= 1

    async def read_for_keys(self) -> None:
        """Read, so that keys typed ahead find the rows as they are now.

        They wait for it, but not long: a port that is slow must not hold keys up.
        """
        await asyncio.wait({asyncio.ensure_future(self.read())}, timeout=AHEAD_SECONDS)

    async def _read_once(self) -> None:
        current = False
        try:
            query = self._query()
            answered = await self._poller.poll(query)
            current = answered and _is_of_one_list(query, self._query())
        except Exception as error:  # a pane's mistake must not take the console down
            self._poller.note(error)
        self._show(self._poller.snapshot if current else None)


def _is_of_one_list(one: ViewQuery, other: ViewQuery) -> bool:
    """Tell whether two readings list the same failures, whichever of their rows."""
    return one.failures_of == other.failures_of and (one.groups is None) == (other.groups is None)
