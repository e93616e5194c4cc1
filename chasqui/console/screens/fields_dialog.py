"""A dialog with fields: how the focus moves among them."""

from __future__ import annotations

from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding
from textual.widget import Widget

from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.field_input import FieldInput


class FieldsDialog(Dialog[None]):
    """A dialog whose fields are gone through by Tab and Enter."""

    BINDINGS: ClassVar = [
        # These change the focus before the next key is given to a field: otherwise all keys of a
        # burst, as over a slow line, would go to the field that had the focus when it began.
        Binding("tab", "next_field(1)", show=False, priority=True),
        Binding("shift+tab", "next_field(-1)", show=False, priority=True),
        Binding("enter", "accept_field", show=False, priority=True),
    ]

    def action_next_field(self, step: int) -> None:
        """Go to the next or the previous field."""
        if step > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_accept_field(self) -> None:
        """Go to the next field; other controls handle Enter themselves."""
        if not isinstance(self.focused, FieldInput):
            raise SkipAction
        self.focus_next()

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Set the focus, without scrolling to the bare control, past its label."""
        super().set_focus(widget, scroll_visible=False, from_app_focus=from_app_focus)
