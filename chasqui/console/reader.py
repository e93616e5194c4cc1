"""Readings of the port, one after the other, each with the query of the moment it begins.

One reading is under way at a time, and at most one more waits, for all that were requested
meanwhile: a slow port gets no queue of readings. An answer about another list than the one that is
on screen by now is dropped; the waiting reading brings the right one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from chasqui.console.poller import Poller
from chasqui.control.port import Snapshot, ViewQuery

LISTS: Final = ViewQuery.__struct_fields__
CHOICES: Final = (*(f"{name}_of" for name in LISTS if f"{name}_of" in LISTS), "backlog_order")
"""Which fields of a query say which rows of a list are wanted; see `ViewQuery`."""
AHEAD_SECONDS: Final = 0.2  # for which keys wait for the rows they act on


class Reader:
    """Reads through a poller and shows what it answers.

    Args:
        poller: reads the port.
        query: returns the present query.
        show: shows an answer; called with None when there is nothing to show.
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
        self._begun: set[asyncio.Future[None]] = set()  # asyncio itself does not keep them
        self._in_line = self._asked = self._answered = 0

    @property
    def is_full(self) -> bool:
        """Whether a reading waits already, which will see every change up to now."""
        return self._in_line > 1

    def begin(self) -> None:
        """Begin to read, unless a reading waits already; wait for nothing."""
        if self.is_full:
            return
        # Not a worker of Textual's, of which each posts three messages.
        reading = asyncio.ensure_future(self.read())
        self._begun.add(reading)
        reading.add_done_callback(self._begun.discard)

    async def read(self) -> None:
        """Read, and show what has changed since this was called."""
        self._in_line += 1
        self._asked += 1
        mine = self._asked
        try:
            async with self._turn:
                if self._answered < mine:  # else the reading before began after this call
                    begun = self._asked
                    await self._read_once()
                    self._answered = begun
        finally:
            self._in_line -= 1

    async def read_for_keys(self) -> bool:
        """Read, so that keys typed ahead act on the rows as they are now.

        They wait for it, but not long: a slow port must not hold up keys. Tells whether it is done.
        """
        reading = asyncio.ensure_future(self.read())
        done, _ = await asyncio.wait({reading}, timeout=AHEAD_SECONDS)
        return bool(done)

    async def _read_once(self) -> None:
        current = False
        try:
            query = self._query()
            answered = await self._poller.poll(query)
            current = answered and is_of_one_list(query, self._query())
        except Exception as error:  # a bug in a pane must not end the console
            self._poller.note(error)
        self._show(self._poller.snapshot if current else None)


def is_of_one_list(one: ViewQuery, other: ViewQuery) -> bool:
    """Tell whether two readings are about lists of the same rows, whichever windows they have."""
    chosen = all(getattr(one, name) == getattr(other, name) for name in CHOICES)
    return chosen and (one.groups is None) == (other.groups is None)
