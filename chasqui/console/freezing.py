"""Freezing the panes: what they list stays as it was, while the status line and the engine go on.

All panes are read once, with many rows around the selected one, so that an operator can go through
all of them as they were at that moment. Another list, for example by a filter, has to be read: it
ends the freezing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from chasqui.console.reader import Reader, is_of_one_list
from chasqui.console.screens.panes import Panes
from chasqui.console.session import Session
from chasqui.control.port import Snapshot, ViewQuery


class Freezing:
    """What the panes show while the view is frozen."""

    def __init__(
        self,
        session: Session,
        reader: Reader,
        panes: Panes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._reader = reader
        self._panes = panes
        self._clock = clock
        self._begins = False
        self._at = 0.0
        self._listed = ViewQuery()
        self.frozen: Snapshot | None = None
        """The reading on screen; None while the panes go on."""

    @property
    def seconds(self) -> float | None:
        """How old the panes are; None while they go on."""
        return None if self.frozen is None else self._clock() - self._at

    def query(self) -> ViewQuery:
        """Return what to ask for: nothing for the panes while they are frozen."""
        if self._begins:
            return self._panes.ask(ViewQuery(), hidden=True)
        if self.frozen is not None:
            if is_of_one_list(self._panes.ask(ViewQuery(), hidden=True), self._listed):
                return ViewQuery()
            self.thaw()
        return self._panes.ask(ViewQuery())

    async def freeze(self) -> bool:
        """Read all panes once more, and let them stay so; False: there was no answer in time."""
        self._begins = True
        self._panes.look_around()
        self._listed = self.query()
        try:
            answered = await self._reader.read_for_keys()
        finally:
            self._begins = False
        snapshot = self._session.snapshot
        if not answered or snapshot is None or self._session.poller.error is not None:
            return False
        self._panes.show(snapshot, hidden=True)
        self._at, self.frozen = self._clock(), snapshot
        return True

    def forget_numbers(self) -> None:
        """Let the panes go on, and forget what they know by numbers of tasks."""
        self.thaw()
        for pane in self._panes:
            pane.forget_numbers()

    def thaw(self) -> None:
        """Let the panes go on."""
        self.frozen = None
