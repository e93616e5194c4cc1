"""The prompt for the priority of waiting tasks."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from chasqui import numbers
from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.field_input import FieldInput

WORDS = "Higher starts first; it goes behind those that have the same."
KEYS = "Enter sets it   Esc back"


class PriorityScreen(Dialog[int]):
    """A field with the present priority, if it is known; its result is another one.

    Args:
        whose: names the task, or says how many they are.
    """

    IS_QUESTION = True

    def __init__(self, whose: str, priority: int | None = None) -> None:
        super().__init__()
        self._whose = whose
        self._known = "" if priority is None else str(priority)

    def compose(self) -> ComposeResult:
        """Make the field and what it means."""
        with Vertical(classes="dialog"):
            yield Static(self.text(f"Priority of {self._whose}"), classes="title")
            yield Static(self.text(WORDS), classes="words")
            yield FieldInput(self._known)
            yield Static(classes="answer error")
            yield Static(self.text(KEYS), classes="hint")

    def on_mount(self) -> None:
        """Put the focus on the field, whose text the first digit replaces."""
        field = self.query_one(Input)
        field.focus()
        field.action_select_all()

    def on_field_input_told(self, event: FieldInput.Told) -> None:
        """Say why a text was refused."""
        self._say(event.reason)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on with a whole number; say what is wrong with anything else."""
        try:
            found = numbers.priority(int(event.value.strip()))
        except ValueError:
            most = f"{numbers.MOST_URGENT:,}"
            self._say(f"a priority is a whole number from -{most} to {most}, such as 5")
        else:
            self.dismiss(found)

    def _say(self, text: str) -> None:
        self.query_one(".answer", Static).update(self.text(text))
