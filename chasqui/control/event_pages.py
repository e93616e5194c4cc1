"""The list of events: all that are kept, or what a filter selects of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chasqui.control.completing import EVENT_FIELDS, note_of
from chasqui.control.event_book import EventBook
from chasqui.control.event_records import EventView
from chasqui.control.page_keeper import PageKeeper
from chasqui.control.port import Page, Window
from chasqui.engine.filters.filter import Reader, parse
from chasqui.pool.clock import Clock

NONE: Final = -1  # the number of no task
READERS: Final[Mapping[str, Reader]] = {
    "": lambda rows: [f"{row.level} {row.text} {row.by}" for row in rows],
    "age": lambda rows: [row.at for row in rows],
    "number": lambda rows: [NONE if row.task is None else row.task for row in rows],
    "type": lambda rows: [row.type for row in rows],
}


class EventPages:
    """The windows on a book of events. Any thread."""

    def __init__(self, book: EventBook, pages: PageKeeper, clock: Clock) -> None:
        self._book = book
        self._pages = pages
        self._clock = clock

    def page(self, window: Window | None, filter: str) -> Page[EventView] | None:
        """List events, the newest first; a filter looks at all, which are few."""
        if window is None:
            return None
        rows, found = self._book.rows(), parse(filter)
        if found.terms:
            rows = found.select(rows, READERS, self._clock.time())
        shown = rows[window.offset : window.offset + window.limit]
        note = note_of(found, EVENT_FIELDS)
        return self._pages.page(("events", filter), window, len(rows), shown, note=note)
