"""The panes of the main screen: which is in use, and which are in front of their boxes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from chasqui.console.model.tiles import BOXES, FIRST_BESIDE, box_of
from chasqui.console.panes.pane import Pane
from chasqui.console.widgets.tiles import Tiles
from chasqui.control.port import Snapshot, ViewQuery


class Panes:
    """The panes in the order of their digits; one is in use. Styles say which are on screen."""

    def __init__(
        self, panes: Sequence[Pane], tiles: Tiles, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._all = tuple(panes)
        self._by_kind = {pane.KIND: pane for pane in panes}
        self._tiles = tiles
        self._clock = clock
        self._front = {box: next(kind for kind in box if kind in self._by_kind) for box in BOXES}
        self._front[box_of("failures")] = "failures"
        self._beside = FIRST_BESIDE
        self.active = 0
        """The index of the one in use."""
        self.is_zoomed = False
        """Whether the one in use has the whole screen, where there is room for several."""

    def __iter__(self) -> Iterator[Pane]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, index: int) -> Pane:
        return self._all[index]

    @property
    def in_use(self) -> Pane:
        """The one in use."""
        return self._all[self.active]

    @property
    def need_rows(self) -> bool:
        """Whether rows that should be on screen have not been read yet."""
        return any(pane.needs_rows for pane in self._all)

    @property
    def are_old(self) -> bool:
        """Whether rows on screen were read before they were last hidden."""
        return any(pane.display and pane.table.are_old for pane in self._all)

    def activate(self, index: int) -> None:
        """Use a pane, in front of its box."""
        self.active = index
        kind = self.in_use.KIND
        self._front[box_of(kind)] = kind
        if kind != "workers":
            self._beside = kind
        for number, pane in enumerate(self._all):
            pane.set_place(
                active=number == index,
                front=pane.KIND in self._front.values(),
                beside=pane.KIND in ("workers", self._beside),
            )

    @property
    def are_several(self) -> bool:
        """Whether several are on screen."""
        return sum(pane.display for pane in self._all) > 1

    @property
    def are_all_boxes(self) -> bool:
        """Whether each box is on screen; else the tabs name the panes that are not."""
        return sum(pane.display for pane in self._all) == len(BOXES)

    def zoom(self) -> bool:
        """Give the one in use the whole screen, or the others their places; False: it has it."""
        if not self.is_zoomed and not self.are_several:
            return False
        self.is_zoomed = not self.is_zoomed
        self._tiles.screen.set_class(not self.is_zoomed, "-split")
        return True

    def look_around(self) -> None:
        """Ask for many rows around the selected ones, once."""
        for pane in self._all:
            pane.table.look_around()

    def ask(self, query: ViewQuery, *, hidden: bool = False) -> ViewQuery:
        """Add the rows of all panes on screen to a query, or also of those that are not."""
        for pane in self._all:
            if pane.display or hidden:
                query = pane.ask(query)
        return query

    def show(self, snapshot: Snapshot, *, hidden: bool = False) -> None:
        """Show a snapshot in the panes on screen, and give each the rows that it needs.

        Args:
            snapshot: what to show.
            hidden: show it in those that are not on screen as well.
        """
        wanted = {}
        for pane in self._all:
            if pane.display or hidden:
                pane.show(snapshot)
            if pane.display:
                pane.set_title(self._titles(pane, snapshot))
                if pane.table.size:  # else it has no place yet
                    wanted[pane.KIND] = pane.rows_wanted
        self._tiles.want(wanted, self._clock())

    def _titles(self, pane: Pane, snapshot: Snapshot) -> tuple[str, str, str]:
        """Return the title of a pane, between those of the panes behind it in its box.

        Where the tabs name those that are behind, they are not said again.
        """
        if not self.are_all_boxes:
            return "", pane.tab(snapshot), ""
        others = [self._by_kind[kind] for kind in box_of(pane.KIND) if kind in self._by_kind]
        at = others.index(pane)
        names = [other.tab(snapshot) for other in others]
        title = f"[{names[at]}]" if names[1:] else names[at]
        return "  ".join(names[:at]), title, "  ".join(names[at + 1 :])
