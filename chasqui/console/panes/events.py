"""The events: what has happened to the engine, newest first, and who asked for it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chasqui.console.actions.table import bindings_for
from chasqui.console.model.events import COLUMNS, facts, row
from chasqui.console.model.format import Glyphs
from chasqui.console.model.line import Span
from chasqui.console.panes.pane import FilteredPane
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.control.completing import EVENT_FIELDS
from chasqui.control.port import EventView, Snapshot, ViewQuery

EXAMPLE = "error breaker type=demo.* age<1h"


class EventsPane(FilteredPane):
    """A row for each event; the selection is an event's number."""

    KIND = "events"
    BINDINGS = bindings_for("events", namespace="screen.")
    TITLE = "Events"
    IS_PAST = True
    COLUMNS = COLUMNS
    STAYS_FIRST = True

    _rows: tuple[EventView, ...] = ()

    def __init__(self, digit: int, glyphs: Glyphs) -> None:
        super().__init__(digit, glyphs, ListFilter(EVENT_FIELDS, EXAMPLE))

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""
        return msgspec.structs.replace(query, events=self.table.window, events_of=self.filter.text)

    def show(self, snapshot: Snapshot) -> None:
        """Show the events of a snapshot."""
        page = snapshot.event_page
        if page is None:
            return
        self._rows = page.rows
        self.fill(
            page,
            lambda event: event.number,
            lambda event: row(event, snapshot.at, self.glyphs),
            self._empty(),
        )

    @property
    def selected_event(self) -> EventView | None:
        """The event under the cursor, or None when it is no longer kept."""
        selected = self.table.selected
        key = selected.key if selected else None
        return next((event for event in self._rows if event.number == key), None)

    @property
    def selected_number(self) -> int | None:
        """The number of the task that the selected event is about."""
        event = self.selected_event
        return None if event is None else event.task

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected event."""
        event = self.selected_event
        if event is None:
            return self.gone("event", "")
        return [span for span in facts(event, snapshot.at, self.glyphs) if span.text]

    def _empty(self) -> Sequence[str]:
        if self.filter.text:
            return ("No event matches the filter.", self.clears)
        return (
            "Nothing of note has happened.",
            "pauses, limits, breakers, skipped turns and lost workers appear here",
        )
