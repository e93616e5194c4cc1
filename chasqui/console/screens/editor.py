"""Editing a list or JSON over several lines; the form gets it back as a single line."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from chasqui.console.model.form import is_shown_whole, label_notes
from chasqui.console.model.layout import in_lines, in_one_line
from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.field_input import HIDDEN, LONGEST, too_long
from chasqui.console.widgets.key_order import act_at_once, actions_of
from chasqui.control.port import ParameterInfo


class Editor(TextArea):
    """A text area that refuses invisible characters."""

    _ACTIONS = actions_of(TextArea.BINDINGS)

    async def _on_key(self, event: events.Key) -> None:
        await act_at_once(self, self._ACTIONS, event)

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        lines = event.text.expandtabs(4).splitlines()
        wrong = ""
        if len(event.text) > LONGEST:
            wrong = too_long(event.text)
        elif not all(is_shown_whole(line) for line in lines):
            wrong = HIDDEN
        if wrong:
            self.app.bell()
            self.screen.query_one("#told", Static).update(wrong)
            return
        self.replace("\n".join(lines), *self.selection, maintain_selection_offset=False)


class EditorScreen(Dialog[str]):
    """Edits a text in several lines; closes with it, or with None to leave it as it was."""

    BINDINGS: ClassVar = [Binding("ctrl+e,ctrl+s", "take", show=False, priority=True)]

    def __init__(self, info: ParameterInfo, text: str) -> None:
        super().__init__()
        self._info = info
        self._text = text
        self._lines = in_lines(text, info.kind)

    def compose(self) -> ComposeResult:
        """Make the text area."""
        with Vertical(classes="page"):
            yield Static(self.text(self._info.name), classes="title")
            yield Static(self.text(label_notes(self._info, self.glyphs)), classes="hint")
            yield Editor(self._lines, show_line_numbers=True, compact=True)
            yield Static(id="told", classes="hint")
            yield Static(
                self.text("ctrl+e takes it into the form   Esc goes back without it"),
                classes="hint",
            )

    def on_mount(self) -> None:
        """Begin at the end of the text."""
        area = self.query_one(Editor)
        area.focus()
        area.move_cursor(area.document.end)

    def action_take(self) -> None:
        """Close with the text; an untouched text is returned exactly as it came."""
        now = self.query_one(Editor).text
        self.dismiss(self._text if now == self._lines else in_one_line(now))
