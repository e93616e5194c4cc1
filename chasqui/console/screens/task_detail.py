"""All there is to know of one task; it follows the task until it has ended."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.model.detail import detail_lines
from chasqui.console.model.line import Span
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.text_view import TextView
from chasqui.control.port import Snapshot, TaskDetail

FINAL = ("completed", "failed", "cancelled")


class TaskDetailScreen(Dialog[None]):
    """Facts, parameters, result, error and traceback of a task."""

    BINDINGS: ClassVar = [Binding("q,enter", "close", show=False)]

    def __init__(self, session: Session, number: int) -> None:
        super().__init__()
        self._session = session
        self._number = number
        self._known: TaskDetail | None = None

    def compose(self) -> ComposeResult:
        """Make the title and the text."""
        with Vertical(classes="page"):
            yield Static(self.text(f"Task {self._number}"), id="heading", classes="title")
            yield TextView(id="detail")
            yield Static(
                self.text("Esc or q goes back, arrows and PgUp PgDn scroll"), classes="hint"
            )

    def on_mount(self) -> None:
        """Show the task."""
        self.query_one(TextView).focus()
        snapshot = self._session.snapshot
        if snapshot is not None:
            self.show_snapshot(snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Read the task again, unless it has ended."""
        if self._known is not None and self._known.state in FINAL:
            return
        detail = self._session.detail(self._number)
        view = self.query_one(TextView)
        if detail is None:
            known = detail_lines(self._known, snapshot.at, self.glyphs) if self._known else ()
            gone = Span(f"nothing more is kept of task {self._number}", "warn")
            view.show((gone, Span(""), *known))
            return
        if self._known is None:
            title = self.text(f"Task {self._number}  {detail.type}")
            self.query_one("#heading", Static).update(title, layout=False)
        self._known = detail
        view.show(detail_lines(detail, snapshot.at, self.glyphs))
