"""Asking for the name of a filter that is saved."""

from __future__ import annotations

from collections.abc import Collection

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from chasqui.console.remembered import NAME
from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.console.widgets.field_input import FieldInput


class NameFilterScreen(Dialog[str]):
    """A field for a name; closes with it.

    Args:
        title: the pane's.
        text: the filter.
        taken: the names of the filters that are saved; one is replaced once that is confirmed.
    """

    def __init__(self, title: str, text: str, taken: Collection[str]) -> None:
        super().__init__()
        self._heading = f"Save a filter of {title}"
        self._text = text
        self._taken = taken
        self._asked = ""

    def compose(self) -> ComposeResult:
        """Make the field."""
        with Vertical(classes="dialog"):
            yield Static(self.text(self._heading), classes="title")
            yield Static(self.text(self._text), classes="words")
            yield FieldInput("", placeholder="a name, such as slow-mails")
            yield AnswerLine()
            yield Static(self.text("Enter saves it, Esc goes back"), classes="hint")

    def on_mount(self) -> None:
        """Put the focus on the field."""
        self.query_one(FieldInput).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the name, if it is one."""
        event.stop()
        name, answer = event.value.strip().removeprefix("@"), self.query_one(AnswerLine)
        if not NAME.fullmatch(name):
            answer.say("a name is 1 to 30 letters, digits, dots, _ or -", "error")
        elif name in self._taken and name != self._asked:
            self._asked = name
            answer.say(f"there is a filter {name}: Enter again replaces it", "warn")
        else:
            self.dismiss(name)
