"""What a command on many tasks has left alone, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from chasqui.console.model.line import Span
from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.text_view import TextView
from chasqui.control.safe_text import SafeText

MOST = 1000  # lines; what is still listed shows the others


class SkippedScreen(Dialog[None]):
    """The tasks that were skipped."""

    BINDINGS: ClassVar = [Binding("q,enter", "close", show=False)]

    def __init__(self, done: str, skipped: Sequence[tuple[int, SafeText]]) -> None:
        super().__init__()
        self._done = done
        self._skipped = skipped

    def compose(self) -> ComposeResult:
        """Make the title and the list."""
        with Vertical(classes="page"):
            title = f"{self._done}; {len(self._skipped):,} skipped"
            yield Static(self.text(title), classes="title")
            yield TextView(id="skipped")
            yield Static(self.text("Esc or q goes back"), classes="hint")

    def on_mount(self) -> None:
        """Show the list."""
        lines = [Span(f"task {number} {why}") for number, why in self._skipped[:MOST]]
        if len(self._skipped) > MOST:
            lines.append(Span(f"and {len(self._skipped) - MOST:,} more", "dim"))
        view = self.query_one(TextView)
        view.show(lines)
        view.focus()
