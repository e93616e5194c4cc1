"""Streaming: what happens in an engine, to clients that ask for it.

An event is put into a bounded queue by the thread of the engine's bus. What a slow client does not
take in time is left out, and it is told how much.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import Final

from chasqui.control.safe_text import safe_line
from chasqui.control.wire.looking import EventRow, EventsAnswer
from chasqui.engine.events.event import Event

EVENTS: Final = 1024
TEXT: Final = 500


class EventStream:
    """The events for one client.

    Args:
        filter: words of kinds, such as ``task_failed``; empty: all of them.
        wake: has the server's thread look at it.
    """

    def __init__(self, filter: str, wake: Callable[[], object]) -> None:
        self._kinds = frozenset(filter.replace(",", " ").split())
        self._wake = wake
        self._rows: deque[EventRow] = deque()
        self._missed = 0

    def __call__(self, event: Event) -> None:
        """Take an event from the bus."""
        kind = kind_of_event(event)
        if self._kinds and kind not in self._kinds:
            return
        if len(self._rows) >= EVENTS:
            self._missed += 1
            return
        number, type = getattr(event, "number", None), getattr(event, "type", "")
        row = EventRow(
            at=event.at,
            kind=kind,
            text=safe_line(str(event), TEXT),
            number=number,
            type=safe_line(type, TEXT),
        )
        self._rows.append(row)
        self._wake()

    def take(self, most: int = 200) -> EventsAnswer | None:
        """Return the events since the last call; None when there are none."""
        rows = [self._rows.popleft() for _ in range(min(most, len(self._rows)))]
        return EventsAnswer(events=tuple(rows)) if rows else None

    @property
    def has_more(self) -> bool:
        """Whether there are events that were not taken."""
        return bool(self._rows)

    def missed(self) -> int:
        """Return how many were left out since the last call."""
        missed, self._missed = self._missed, 0
        return missed


def kind_of_event(event: Event) -> str:
    """Return the kind of an event as a client names it: ``task_failed``."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", type(event).__name__).lower()
