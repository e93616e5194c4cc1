"""A shutdown under way, with its countdown, and then its ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.acting.steering import why_not
from chasqui.console.ending import Reason
from chasqui.console.model.ledger import shutdown_lines
from chasqui.console.model.line import Span
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.console.widgets.field_input import FieldInput
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.text_view import TextView
from chasqui.control.option_texts import seconds
from chasqui.control.port import Shutdown, ShutdownMode, Snapshot
from chasqui.durations import age


class ShutdownScreen(Dialog[Reason]):
    """Follow a shutdown to its ledger; the shutdown goes on if this screen is left."""

    BINDINGS: ClassVar = [
        Binding("f", "force", show=False),
        Binding("t", "deadline", show=False),
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
            yield FieldInput("", placeholder="stop within, such as 10s or 2m")
            yield AnswerLine()
            yield OneLine(id="keys")

    def on_mount(self) -> None:
        """Show the present state."""
        self.query_one(FieldInput).display = False
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
            keys = ("f Force: abort", "t Sooner", "Esc Back", "q Leave, it goes on as plain text")
        elif self.query_one(FieldInput).display:  # it would take the keys that are shown now
            self._close_field()
            self.query_one(AnswerLine).say("", "dim")
        self.query_one("#keys", OneLine).show([Span(key, "key") for key in keys])

    def action_force(self) -> None:
        """Ask for an abort."""
        snapshot = self._session.snapshot
        if snapshot is None or snapshot.ledger is None:
            self._sharpen()

    def action_deadline(self) -> None:
        """Ask for an earlier deadline."""
        snapshot = self._session.snapshot
        if snapshot is not None and snapshot.shutdown is not None and snapshot.ledger is None:
            field = self.query_one(FieldInput)
            field.value, field.display = "", True
            field.focus()

    def action_close(self) -> None:
        """Close the field of the deadline, else the screen."""
        if self.query_one(FieldInput).display:
            self._close_field()
        else:
            self.dismiss(None)

    async def on_input_submitted(self, event: FieldInput.Submitted) -> None:
        """Bring the deadline forward."""
        snapshot, answer = self._session.snapshot, self.query_one(AnswerLine)
        try:
            within = seconds(event.value) if event.value.strip() else None
        except ValueError as error:
            answer.say(f"the time {error}", "error")
            return
        self._close_field()
        if within is None or snapshot is None or snapshot.shutdown is None:
            return
        left, mode = snapshot.shutdown.remaining, snapshot.shutdown.mode
        if left is not None and within >= left:
            answer.say(f"a deadline can only be brought forward: {age(left)} are left", "error")
        else:
            self.run_worker(self._bring_forward(mode, within), group="commands")

    async def _bring_forward(self, mode: ShutdownMode, within: float) -> None:
        outcome = await self._session.apply(lambda: Shutdown(mode=mode, timeout=within))
        said = f"it ends within {age(within)}" if outcome.ok else why_not(outcome)
        if self.is_attached:
            self.query_one(AnswerLine).say(said, "ok" if outcome.ok else "error")

    def _close_field(self) -> None:
        self.query_one(FieldInput).display = False
        self.query_one(TextView).focus()

    def action_leave(self) -> None:
        """Leave the console; the command line prints the ledger once more."""
        snapshot = self._session.snapshot
        if snapshot is not None and snapshot.ledger is not None:
            self.dismiss("stopped")
        elif snapshot is not None and snapshot.shutdown is not None:
            self.dismiss(snapshot.shutdown.mode)

    def action_ignore(self) -> None:
        """Do nothing: the shutdown is on screen already."""
