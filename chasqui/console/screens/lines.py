"""The lines around the panes of the main screen: status, tabs, the selected row, the keys.

They are made once and kept: no reading looks for a widget.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.containers import Container
from textual.widget import Widget

from chasqui.console.panes.pane import Pane
from chasqui.console.refusing import labelled
from chasqui.console.session import Session
from chasqui.console.widgets.detail_line import DetailLine
from chasqui.console.widgets.key_bar import KeyBar
from chasqui.console.widgets.status_bar import StatusBar
from chasqui.console.widgets.tab_strip import TabStrip
from chasqui.console.widgets.too_small import TooSmall
from chasqui.control.port import Snapshot


class Lines:
    """The lines, and the card that stands for them in a terminal that is too small."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._status = StatusBar()
        self._tabs = TabStrip()
        self.detail = DetailLine()
        self._keys = KeyBar()
        self.around = Container(id="panes")
        """What holds the panes: they are dimmed while the reading is old."""
        self.too_small = TooSmall()

    def above(self) -> Iterator[Widget]:
        """Yield the lines above the panes."""
        yield self._status
        yield self._tabs

    def below(self) -> Iterator[Widget]:
        """Yield the lines below the panes."""
        yield self.detail
        yield self._keys

    def show_status(self) -> None:
        """Show the state of the engine, or the age of what is on screen."""
        self._status.show_reading(self._session.poller, self._session.caps.log)
        self.too_small.show_status(self._status.spans)
        self.around.set_class(self._session.poller.error is not None, "-stale")

    def show(self, snapshot: Snapshot, panes: Sequence[Pane], active: int) -> None:
        """Show which panes there are, what is selected in the active one, and its keys."""
        pane = panes[active]
        self._tabs.show_tabs([one.tab(snapshot) for one in panes], active)
        self.detail.show_facts(pane.facts(snapshot))
        labels = {"engine.pause": "Resume"} if snapshot.state == "paused" else {}
        self._keys.show_actions(
            labelled(pane.KIND, self._session.caps),
            {**labels, **pane.labels(snapshot)},
        )
