"""The tasks that a command on many tasks has skipped, each with its reason."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.model.line import Span
from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.text_view import TextView
from chasqui.control.port import CommandOutcome


class SkippedScreen(Dialog[None]):
    """The tasks that were skipped."""

    BINDINGS: ClassVar = [Binding("q,enter", "close", show=False)]

    def __init__(self, done: str, outcome: CommandOutcome) -> None:
        super().__init__()
        self._done = done
        self._outcome = outcome

    def compose(self) -> ComposeResult:
        """Make the title and the list."""
        with Vertical(classes="page"):
            title = f"{self._done}; {self._outcome.skipped_count:,} skipped"
            yield Static(self.text(title), classes="title")
            yield TextView(id="skipped")
            yield Static(self.text("Esc or q goes back"), classes="hint")

    def on_mount(self) -> None:
        """Show the list."""
        lines = [Span(f"task {number} {why}") for number, why in self._outcome.skipped]
        if self._outcome.more_skipped:
            lines.append(Span(f"and {self._outcome.more_skipped:,} more:", "dim"))
            lines += [Span(f"  {count:,} of all {why}") for why, count in self._outcome.reasons]
        view = self.query_one(TextView)
        view.show(lines)
        view.focus()
