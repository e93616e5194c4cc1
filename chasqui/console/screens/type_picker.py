"""Choosing a task type: a list that typing narrows."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from chasqui.console.model.format import plain
from chasqui.console.screens.dialog import Dialog
from chasqui.control.port import TaskTypeInfo

NAME_WIDTH = 24


class TypePicker(Dialog[TaskTypeInfo]):
    """The task types; Enter takes the one in focus."""

    def __init__(self, types: Sequence[TaskTypeInfo]) -> None:
        super().__init__()
        self._types = types
        self._shown: list[TaskTypeInfo] = []

    def compose(self) -> ComposeResult:
        """Make the filter and the list."""
        with Vertical(classes="page"):
            yield Static(self.text("Submit: choose a task type"), classes="title")
            yield Input(compact=True, placeholder="type to narrow the list")
            yield Static(self.text("no task type has these words"), id="none", classes="hint")
            yield OptionList(id="types", compact=True)
            yield Static(self.text("up/down choose, Enter takes it, Esc goes back"), classes="hint")

    def on_mount(self) -> None:
        """Show all types."""
        self._narrow("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the types that match."""
        self._narrow(event.value)

    def on_input_submitted(self) -> None:
        """Take the type in focus."""
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.dismiss(self._shown[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the type that was clicked."""
        self.dismiss(self._shown[event.option_index])

    def on_key(self, event: events.Key) -> None:
        """Move in the list while the field has the focus."""
        types = self.query_one(OptionList)
        if event.key in ("down", "up") and self.query_one(Input).has_focus:
            event.stop()
            if event.key == "down":
                types.action_cursor_down()
            else:
                types.action_cursor_up()

    def _narrow(self, text: str) -> None:
        words = text.lower().split()
        self._shown = [
            one
            for one in self._types
            if all(word in f"{one.name} {one.help}".lower() for word in words)
        ]
        types = self.query_one(OptionList)
        types.clear_options()
        types.add_options(Option(self._line(one)) for one in self._shown)
        types.highlighted = 0 if self._shown else None
        self.query_one("#none").display = not self._shown

    def _line(self, info: TaskTypeInfo) -> Content:
        name = Content(plain(info.name, self.glyphs).ljust(NAME_WIDTH))
        return name + Content(f" {plain(info.help, self.glyphs)}").stylize("dim")
