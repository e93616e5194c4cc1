"""A shutdown under way, with its countdown, and then its ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.ending import Reason
from chasqui.console.model.ledger import shutdown_lines
from chasqui.console.model.line import Span
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.text_view import TextView
from chasqui.control.port import Snapshot


class ShutdownScreen(Dialog[Reason]):
    """Follow a shutdown to its ledger; the shutdown goes on if this screen is left."""

    BINDINGS: ClassVar = [
        Binding("f", "force", show=False),
        Binding("enter,q", "leave", show=False),
        Binding("Q", "ignore", show=False),
    ]

    def __init__(self, session: Session, sharpen: Callable[[], None]) -> None:
        super().__init__()
        self._session = session
        self._sharpen = sharpen

    def compose(self) -> ComposeResult:
        """Make the lines and the keys."""
        with Vertical(classes="page"):
            yield Static(self.text("Shutdown"), classes="title")
            yield TextView(id="ledger")
            yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Show the present state."""
        self.query_one(TextView).focus()
        if self._session.snapshot is not None:
            self.show_snapshot(self._session.snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the progress of the shutdown."""
        lines = list(shutdown_lines(snapshot, self.glyphs))
        if self._session.poller.error is not None:
            lines.append(Span(f"the engine does not answer: {self._session.poller.error}", "error"))
        self.query_one(TextView).show(lines)
        keys: tuple[str, ...] = ("Enter Leave",)
        if snapshot.ledger is None:
            keys = ("f Force: abort", "Esc Back", "q Leave, it goes on as plain text")
        self.query_one("#keys", OneLine).show([Span(key, "key") for key in keys])

    def action_force(self) -> None:
        """Ask for an abort."""
        snapshot = self._session.snapshot
        if snapshot is None or snapshot.ledger is None:
            self._sharpen()

    def action_leave(self) -> None:
        """Leave the console; the command line prints the ledger once more."""
        snapshot = self._session.snapshot
        if snapshot is not None and snapshot.ledger is not None:
            self.dismiss("stopped")
        elif snapshot is not None and snapshot.shutdown is not None:
            self.dismiss(snapshot.shutdown.mode)

    def action_ignore(self) -> None:
        """Do nothing: the shutdown is on screen already."""
