"""A line that folds away what is below it, and summarises it while it is folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message

from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import OneLine


class Fold(OneLine, can_focus=True):
    """A line to open and close by Enter, space or a click."""

    BINDINGS: ClassVar = [Binding("enter,space", "open_or_close", show=False)]

    @dataclass
    class Toggled(Message):
        """The line was opened or closed."""

        is_open: bool

    def __init__(self, title: str) -> None:
        super().__init__()
        self._heading = title
        self._about = ""
        self.is_open = False

    def on_mount(self) -> None:
        """Draw the line."""
        self._draw_line()

    def describe(self, about: str) -> None:
        """Set the summary."""
        self._about = about
        self._draw_line()

    def toggle(self, is_open: bool) -> None:
        """Open or close it."""
        if is_open != self.is_open:
            self.is_open = is_open
            self._draw_line()
            self.post_message(self.Toggled(is_open))

    def action_open_or_close(self) -> None:
        """Open it if it is closed, else close it."""
        self.toggle(not self.is_open)

    def on_click(self, event: events.Click) -> None:
        """Open or close it."""
        self.action_open_or_close()

    def _draw_line(self) -> None:
        marks = ("+", "-") if self.glyphs.is_ascii else ("▸", "▾")
        title = f"{marks[self.is_open]} {self._heading}"
        self.show((Span(title, "title"), Span(self.plain(self._about), "dim")))
