"""The prompt for words to find in a text: they are marked while they are typed.

While it is open it gets all keys. Enter keeps the words marked, Esc does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from chasqui.console.widgets.field_input import FieldInput
from chasqui.console.widgets.key_order import actions_of


class SearchPrompt(FieldInput):
    """The words as they are typed."""

    BINDINGS: ClassVar = [
        Binding("escape", "drop", show=False),
        Binding("tab,shift+tab", "stay", show=False),
    ]
    _ACTIONS = actions_of([*Input.BINDINGS, *BINDINGS])

    @dataclass
    class Searched(Message):
        """Other words are to be found."""

        words: str

    @dataclass
    class SearchEnded(Message):
        """A key has closed the prompt."""

        words: str

    def __init__(self) -> None:
        super().__init__("", placeholder="words to find; Enter keeps them marked, Esc does not")
        self.select_on_focus = False
        self.display = False

    def open(self) -> None:
        """Open the prompt, empty."""
        self.display = True
        self.value = ""
        # At once, not when the screen gets to it: the next key may have arrived already.
        self.screen.set_focus(self)

    def action_stay(self) -> None:
        """Keep the focus: there is nothing to complete."""

    def action_drop(self) -> None:
        """Find nothing."""
        self._end("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find the words so far."""
        event.stop()
        if self.display:
            self.post_message(self.Searched(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the words."""
        event.stop()
        self._end(event.value)

    def _end(self, words: str) -> None:
        self.display = False
        self.post_message(self.SearchEnded(words))
