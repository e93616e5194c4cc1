"""A table of what lasts and is sorted anew at each reading, such as types or kinds of failures.

Until the user moves the cursor it stays on the first row, whichever that is. A key that comes just
after another row has become the first was meant for the one before.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from chasqui.console.model.columns import Column, Rows
from chasqui.console.model.pinned import Pinned
from chasqui.console.widgets.snap_table import SnapTable


class SortedTable(SnapTable):
    """A table whose cursor, for a key, is where it was when the person at the keys saw it.

    Args:
        rest: the key of a row that stands for all that is not listed; no key is meant for that.
    """

    def __init__(self, columns: Sequence[Column], *, id: str, rest: Hashable = None) -> None:
        super().__init__(columns, id=id, stays_first=True)
        self.pinned = Pinned[Hashable]()
        self._rest = rest
        self._at = 0.0

    def follow(self, at: float) -> None:
        """Look at the selected row; after each reading, whose time in seconds this is."""
        self._at = at
        self._follow()

    @property
    def slid(self) -> Hashable | None:
        """What has just given its row to the selected one, which a key was meant for."""
        self._follow()
        return self.pinned.meant if self.pinned.has_changed else None

    def hold(self) -> None:
        """Put the cursor back on the row that a key was meant for, if it is in the list still."""
        slid = self.slid
        if slid in self.rows.keys and not self.selection.chosen:
            self.select(self.first_row + self.rows.keys.index(slid))
            self._follow()

    def start_over(self, columns: Sequence[Column]) -> None:
        """Forget rows and selection, and what keys were meant for."""
        super().start_over(columns)
        self.pinned = Pinned[Hashable]()

    def set_rows(self, rows: Rows[Any], *, offset: int, total: int) -> None:
        """Take the rows of a window; see `SnapTable.set_rows`."""
        super().set_rows(rows, offset=offset, total=total)
        if self.are_renewed:  # no key is meant for what was first when it was last on screen
            self.pinned = Pinned[Hashable]()

    def action_list_up(self) -> None:
        """Select the row above the one that was seen under the cursor."""
        self.hold()
        super().action_list_up()

    def action_list_down(self) -> None:
        """Select the row below the one that was seen under the cursor."""
        self.hold()
        super().action_list_down()

    def _follow(self) -> None:
        selection = self.selection
        if selection.here and selection.key != self._rest:
            self.pinned.follow(selection.key, selection.key, self._at, chosen=selection.chosen)
