"""The line to type a filter into: what it selects is shown while it is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from chasqui.console.widgets.field_input import FieldInput
from chasqui.console.widgets.key_order import actions_of

PAUSE_SECONDS = 0.15  # shorter than the look from the keys to the list, longer than between keys
EXAMPLE = "for example: type=demo.* err~timeout age<1h attempt>=3 text"


class FilterPrompt(FieldInput):
    """A filter as it is typed; Enter keeps it, Esc drops it, leaving the line keeps it."""

    BINDINGS: ClassVar = [Binding("escape", "drop", show=False)]
    _ACTIONS = actions_of([*Input.BINDINGS, *BINDINGS])

    @dataclass
    class Edited(Message):
        """The filter is another now."""

        text: str

    @dataclass
    class Ended(Message):
        """The line was closed, by a key or because the operator went elsewhere."""

        text: str
        by_key: bool

    def __init__(self) -> None:
        super().__init__("", placeholder=EXAMPLE)
        self._timer: Timer | None = None

    def edit(self, text: str) -> None:
        """Show the line with a filter to change."""
        self.display = True
        self.value = text
        self.cursor_position = len(text)
        self.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Apply the filter once nothing is typed for a moment."""
        event.stop()
        self._stop()
        if self.display:
            self._timer = self.set_timer(PAUSE_SECONDS, self._edited)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter."""
        event.stop()
        self._end(event.value, by_key=True)

    def action_drop(self) -> None:
        """Filter nothing."""
        self._end("", by_key=True)

    def on_blur(self, event: events.Blur) -> None:
        """Keep the filter: the operator has gone elsewhere."""
        if self.display:
            self._end(self.value, by_key=False)

    def _edited(self) -> None:
        self._timer = None
        self.post_message(self.Edited(self.value.strip()))

    def _end(self, text: str, *, by_key: bool) -> None:
        self._stop()
        self.display = False
        self.post_message(self.Ended(text.strip(), by_key))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
