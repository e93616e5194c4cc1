"""A worker that has no task: since when, and what it has done; it is followed while it is shown."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.actions.table import bindings_for
from chasqui.console.model.detail import worker_lines
from chasqui.console.model.line import Span
from chasqui.console.model.stack import stack_lines
from chasqui.console.model.text import Text
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.text_view import TextView
from chasqui.control.port import Snapshot, StackView, WorkerRow


class WorkerDetailScreen(Dialog[None]):
    """Facts about a worker, and the stack of the task that it takes meanwhile."""

    BINDINGS: ClassVar = [Binding("q,enter", "close", show=False), *bindings_for("detail")]

    def __init__(self, session: Session, worker: WorkerRow) -> None:
        super().__init__()
        self._session = session
        self._worker = worker
        self._stack: StackView | None = None
        self._is_reading = self._is_unfolded = self._is_gone = False

    def compose(self) -> ComposeResult:
        """Make the title and the text."""
        with Vertical(classes="page"):
            yield Static(self.text(f"Worker {self._worker.name}"), classes="title")
            yield TextView(id="detail")

    def on_mount(self) -> None:
        """Show the worker."""
        self.query_one(TextView).focus()
        snapshot = self._session.snapshot
        if snapshot is not None:
            self.show_snapshot(snapshot)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Look at the worker again, unless a look is under way."""
        rows = snapshot.worker_page.rows if snapshot.worker_page else ()
        self._worker = next((row for row in rows if row.name == self._worker.name), self._worker)
        self._show(snapshot)
        if not self._is_reading:
            self._is_reading = True
            self.run_worker(self._read(snapshot))

    def action_detail_frames(self) -> None:
        """Fold or unfold the frames of libraries."""
        self._is_unfolded = not self._is_unfolded
        if self._session.snapshot is not None:
            self._show(self._session.snapshot)

    async def _read(self, snapshot: Snapshot) -> None:
        try:
            self._stack = await self._session.stack(self._worker.name)
            self._is_gone = self._stack is None
            self._show(self._session.snapshot or snapshot)
        except Exception as error:  # no answer, or a bug in drawing it: the screen is stale
            self._session.poller.note(error)
        finally:
            self._is_reading = False

    def _show(self, snapshot: Snapshot) -> None:
        lines: list[Text] = []
        if self._is_gone:
            lines = [Span("there is no such worker any more", "warn"), Span("")]
        lines.extend(worker_lines(self._worker, snapshot.at, self.glyphs))
        if self._stack is not None and self._stack.task is not None:
            key = self._session.keys.named("detail.frames")
            lines.extend(stack_lines(self._stack, key, unfolded=self._is_unfolded))
        self.query_one(TextView).show(lines)
