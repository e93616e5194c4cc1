"""The lines around the panes of the main screen: status, tabs, the selected row, the keys.

They are made once and kept: no reading looks for a widget.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.widget import Widget

from chasqui.console import reader
from chasqui.console.model.cadence import Cadence
from chasqui.console.model.palette import task_named
from chasqui.console.model.summary import frozen_spans
from chasqui.console.refusing import labelled
from chasqui.console.screens.dialog import dialogs_of
from chasqui.console.screens.panes import Panes
from chasqui.console.session import Session
from chasqui.console.widgets.detail_line import DetailLine
from chasqui.console.widgets.filter_prompt import PROMPT_KEYS
from chasqui.console.widgets.key_bar import KeyBar
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.status_bar import StatusBar
from chasqui.console.widgets.tab_strip import TabStrip
from chasqui.console.widgets.tiles import Tiles
from chasqui.console.widgets.too_small import TooSmall
from chasqui.control.port import Snapshot


class Lines:
    """The lines, and the card that stands for them in a terminal that is too small."""

    def __init__(self, session: Session, cadence: Cadence) -> None:
        self._session = session
        self._cadence = cadence
        self._frozen = OneLine(id="frozen")
        self._frozen.display = False
        self.tour = OneLine(id="tour")
        self.tour.display = False
        self._status = StatusBar()
        self._tabs = TabStrip()
        self.detail = DetailLine()
        self._keys = KeyBar()
        self.around = Tiles(id="panes")
        """What holds the panes: they are dimmed while the reading is old."""
        self.too_small = TooSmall(session.keys.actions)

    def above(self) -> Iterator[Widget]:
        """Yield the lines above the panes."""
        yield self._status
        yield self._tabs

    def below(self) -> Iterator[Widget]:
        """Yield the lines below the panes."""
        yield self._frozen
        yield self.tour
        yield self.detail
        yield self._keys

    def say(self, text: str, role: str, shorter: Sequence[str]) -> None:
        """Show a message; if it names a task, a click on it opens that task."""
        named = task_named(text)
        if named is not None:
            self._session.named = named
        self.detail.say(text, role, shorter, "" if named is None else f"go({named})")

    def show_status(self, frozen: float | None, *, are_old: bool) -> None:
        """Show the state of the engine, or the age of what is on screen.

        Args:
            frozen: for how many seconds the panes have been frozen; None: they go on.
            are_old: whether rows that came on screen again wait to be read.
        """
        slowed = self._cadence.rate if self._cadence.is_slowed else None
        self._status.show_reading(self._session.poller, self._session.caps.log, slowed)
        if (frozen is not None) != self._frozen.display:
            self._frozen.display = frozen is not None
        if frozen is not None:
            self._frozen.show(
                frozen_spans(frozen, self._session.keys.key("view.freeze"), self._session.glyphs)
            )
        self.too_small.show_status(self._status.spans)
        poller = self._session.poller
        for dialog in dialogs_of(self._status.app):
            dialog.show_age(poller)
        # A reading that comes soon dims nothing: each change of pane would flicker.
        waits = are_old and frozen is None and poller.asked_seconds > reader.AHEAD_SECONDS
        self.around.set_class(poller.error is not None or waits, "-stale")

    def show(self, snapshot: Snapshot, panes: Panes) -> None:
        """Show which panes there are, what is selected in the active one, and its keys."""
        pane = panes.in_use
        past = [index for index, one in enumerate(panes) if one.IS_PAST]
        framed = [at for at, one in enumerate(panes) if one.display] if panes.are_several else []
        self._tabs.show_tabs([one.tab(snapshot) for one in panes], panes.active, past, framed)
        self.detail.show_facts((*pane.marked, *pane.facts(snapshot)))
        if pane.prompt is not None and pane.prompt.display:  # it gets all keys
            self._keys.show(PROMPT_KEYS)
            return
        labels = {"view.freeze": "Go on"} if self._frozen.display else {}
        if self._session.snapshot is not None and self._session.snapshot.state == "paused":
            labels["engine.pause"] = "Resume"
        if panes.is_zoomed or not panes.are_several:
            labels["view.zoom"] = "Unzoom" if panes.is_zoomed else ""
        self._keys.show_actions(
            labelled(self._session.keys.actions, pane.KIND, self._session.caps),
            {**labels, **pane.labels(snapshot)},
            is_filtered=pane.is_filtered,
        )
