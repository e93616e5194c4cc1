"""The single-line input of a form: its text is exactly what it shows.

Characters that are invisible, or that change how others appear, are refused with a message. A paste
of several lines is joined where line breaks mean nothing; elsewhere its first line is taken, with a
message about the rest. The text of a secret cannot be copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input

from chasqui.console.model.form import is_shown_whole
from chasqui.console.model.layout import in_one_line
from chasqui.console.model.pastes import MOST
from chasqui.console.widgets.key_order import act_at_once, actions_of

COMPACT = "-textual-compact"
HIDDEN = "a text with hidden characters was refused"
LONGEST = 1 << 18  # characters of a paste; fewer than `Pastes` keeps, so no paste is cut short


def too_long(text: str) -> str:
    """Say that a text was refused."""
    size = "more than a million" if len(text) >= MOST else f"{len(text):,}"
    return f"a text of {size} characters was refused; the most are {LONGEST:,}"


class FieldInput(Input):
    """An input for a parameter; ``lined`` means that it can be edited in several lines."""

    BINDINGS: ClassVar = [Binding("ctrl+e", "edit_or_end", show=False)]
    _ACTIONS = actions_of([*Input.BINDINGS, *BINDINGS])

    # As Textual has it, but compact from the start: a change would style each input once more.
    compact: Reactive[bool] = Reactive(True, toggle_class=COMPACT)

    @dataclass
    class Told(Message):
        """Something typed or pasted was refused, or only partly taken."""

        reason: str

    @dataclass
    class EditRequested(Message):
        """The user wants to edit the text in several lines."""

        input: FieldInput

    def __init__(
        self, text: str, *, placeholder: str = "", secret: bool = False, lined: bool = False
    ) -> None:
        super().__init__(
            text, placeholder=placeholder, password=secret, compact=True, classes=COMPACT
        )
        self.lined = lined

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a text, unless the new text has invisible characters."""
        if is_shown_whole(text):
            super().replace(text, start, end)
        else:
            self.app.bell()
            self.post_message(self.Told(HIDDEN))

    async def _on_key(self, event: events.Key) -> None:
        await act_at_once(self, self._ACTIONS, event)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()  # Textual's own drops all but the first line in silence
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
        """Edit in several lines; an input that cannot goes to its end instead."""
        if self.lined:
            self.post_message(self.EditRequested(self))
        else:
            self.action_end()

    def action_copy(self) -> None:
        """Copy the selected text, unless it is a secret."""
        if not self.password:
            super().action_copy()

    def action_cut(self) -> None:
        """Cut the selected text; a secret is only deleted."""
        if self.password:
            self.delete_selection()
        else:
            super().action_cut()
