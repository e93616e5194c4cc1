"""The one-line input of a form: what is seen in it is its text, whole.

Characters that are not seen, or that change how others are seen, are refused aloud and not taken. A
paste of several lines becomes one where line breaks mean nothing; elsewhere its first line is taken
and the rest is told. The text of a secret cannot be copied out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from chasqui.console.model.form import is_shown_whole
from chasqui.console.model.layout import in_one_line
from chasqui.console.model.pastes import MOST
from chasqui.console.widgets.key_order import act_at_once, actions_of

HIDDEN = "a text with hidden characters was not taken"
LONGEST = 1 << 18  # characters of a paste; less than what `Pastes` keeps, so none is taken in part


def too_long(text: str) -> str:
    """Say that a text was not taken."""
    size = "more than a million" if len(text) >= MOST else f"{len(text):,}"
    return f"a text of {size} characters was not taken; {LONGEST:,} are the most"


class FieldInput(Input):
    """An input for one parameter; ``lined`` means that it can be edited in several lines."""

    BINDINGS: ClassVar = [Binding("ctrl+e", "edit_or_end", show=False)]
    _ACTIONS = actions_of([*Input.BINDINGS, *BINDINGS])

    @dataclass
    class Told(Message):
        """Something typed or pasted was not taken as it is."""

        reason: str

    @dataclass
    class EditRequested(Message):
        """The text is to be edited in several lines."""

        input: FieldInput

    def __init__(
        self, text: str, *, placeholder: str = "", secret: bool = False, lined: bool = False
    ) -> None:
        super().__init__(text, placeholder=placeholder, password=secret, compact=True)
        self.lined = lined

    def replace(self, text: str, start: int, end: int) -> None:
        """Put a text in place of another, unless something of it would not be seen."""
        if is_shown_whole(text):
            super().replace(text, start, end)
        else:
            self.app.bell()
            self.post_message(self.Told(HIDDEN))

    async def _on_key(self, event: events.Key) -> None:
        await act_at_once(self, self._ACTIONS, event)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()  # Textual's own takes the first line and says nothing of the rest
        event.stop()
        lines = event.text.splitlines()
        if not lines:
            return
        if len(event.text) > LONGEST:
            self.app.bell()
            self.post_message(self.Told(too_long(event.text)))
            return
        text = in_one_line(event.text) if self.lined else lines[0]
        self.replace(text, *sorted(self.selection))
        if not self.lined and any(line.strip() for line in lines[1:]):
            self.post_message(self.Told(f"only the first of {len(lines):,} lines was taken"))

    def action_edit_or_end(self) -> None:
        """Edit in several lines; where there is only one, go to its end."""
        if self.lined:
            self.post_message(self.EditRequested(self))
        else:
            self.action_end()

    def action_copy(self) -> None:
        """Copy what is selected, unless it is a secret."""
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """Cut what is selected; a secret is only deleted."""
        if self.password:
            self.delete_selection()
        else:
            super().action_cut()
