"""The list of the tasks that have ended: all of the history, or what a filter selects of it.

All of it costs no more than the rows on screen, however long the history is. A filter has to look
at every task, so that is done aside; see `Lookup`.
"""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

from chasqui.control.completing import FINISHED_FIELDS, note_of
from chasqui.control.history_views import finished_row
from chasqui.control.lookup import Lookup
from chasqui.control.page_keeper import PageKeeper
from chasqui.control.port import ROWS, FinishedRow, Page, Window
from chasqui.control.safe_text import SafeText
from chasqui.engine.engine import BaseEngine
from chasqui.engine.filters.filter import parse
from chasqui.engine.history.entry import HistoryEntry
from chasqui.engine.history.finished import Finished, describe
from chasqui.secret import longest_revealed

LISTED: Final = ROWS  # of what a filter selects, at most: they are held between two readings
MADE: Final = 2 * ROWS  # rows that are kept, to be shown again


class Selected(NamedTuple):
    """What a filter selects, the newest first."""

    rows: tuple[FinishedRow, ...]
    total: int
    note: SafeText


class FinishedPages:
    """The windows on one engine's history. Any thread."""

    def __init__(self, engine: BaseEngine, pages: PageKeeper) -> None:
        self._engine = engine
        self._pages = pages
        self._selected: Lookup[Selected] = Lookup("chasqui-finished")
        self._made: dict[int, FinishedRow] = {}  # by number; a task ends once
        self._loaded: Lookup[int] = Lookup("chasqui-history")

    def page(self, window: Window | None, filter: str) -> Page[FinishedRow] | None:
        """List tasks that have ended."""
        if window is None:
            return None
        history, listed = self._engine.history, ("finished", filter)
        if self._loaded.read("", 0, partial(len, history)) is None:  # reads the journal, once
            return self._pages.page(listed, window, 0, (), is_partial=True)
        if not filter:
            entries = history._entries(window.offset, window.limit)
            rows = [self._row_of(entry) for entry in entries]
            return self._pages.page(listed, window, len(history), rows)
        selected = self._selected.read(filter, history.revision, partial(self._select, filter))
        if selected is None:
            return self._pages.page(listed, window, 0, (), is_partial=True)
        shown = selected.rows[window.offset : window.offset + window.limit]
        more = selected.total - len(selected.rows)
        return self._pages.page(
            listed, window, len(selected.rows), shown, note=selected.note, more=more
        )

    def _select(self, filter: str) -> Selected:
        found = self._engine.history.page(filter, limit=LISTED)
        note = note_of(parse(filter), FINISHED_FIELDS)
        return Selected(tuple(map(self._row, found.tasks)), found.total, note)

    def _row_of(self, entry: HistoryEntry) -> FinishedRow:
        """Return the row of an entry, mostly as it was made for a reading before.

        While a secret is revealed, each is made anew: the next one revealed must be masked too.
        """
        if longest_revealed():
            return self._row(describe(entry))
        row = self._made.get(entry.number)
        if row is None:
            row = self._made[entry.number] = self._row(describe(entry))
            if len(self._made) > MADE:
                self._made = {}
        return row

    def _row(self, found: Finished) -> FinishedRow:
        return finished_row(found, pool=found.pool if len(self._engine.pools) > 1 else "")
