"""The dialog for the options that all rows of a file are submitted with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from chasqui.console.model import options
from chasqui.console.screens.field import FormField, bring_into_view, values_of
from chasqui.console.screens.fields_dialog import FieldsDialog
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.console.widgets.field_input import FieldInput
from chasqui.control.option_texts import read_options
from chasqui.control.port import ParameterInfo

AROUND = 6  # lines of the dialog besides the fields
KEYS = "ctrl+s sets   Tab next   Esc back"


class OptionsScreen(FieldsDialog):
    """A field for each option; ``chosen`` has their texts once they are set, by name.

    Args:
        fields: the options.
        texts: those that are set now.
    """

    BINDINGS: ClassVar = [Binding("ctrl+s", "set", show=False, priority=True)]
    DEFAULT_CSS = """
    #option-fields { height: auto; }
    """

    def __init__(self, fields: list[ParameterInfo], texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = texts
        self._fields = [
            FormField(info, options.title(info.name), options.empty(info.name)) for info in fields
        ]
        self.chosen: dict[str, str] | None = None
        """None: the dialog was left by Esc."""

    def compose(self) -> ComposeResult:
        """Make the fields."""
        with Vertical(classes="dialog"):
            yield Static(self.text("Options of every row"), classes="title")
            with VerticalScroll(id="option-fields", can_focus=False):
                yield from self._fields
            yield AnswerLine()
            yield Static(self.text(KEYS), classes="hint")

    def on_mount(self) -> None:
        """Fill in what is set."""
        for field in self._fields:
            field.fill_in(self._texts.get(field.info.name))
        self._fields[0].control.focus()

    def on_resize(self) -> None:
        """Leave room for the lines around the fields, which scroll where that is needed."""
        self.query_one("#option-fields").styles.max_height = max(3, self.size.height - AROUND)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Scroll to the field in use at once: keys that are typed meanwhile are seen."""
        bring_into_view(event.widget)

    def on_field_input_told(self, event: FieldInput.Told) -> None:
        """Say why a text was refused."""
        self.query_one(AnswerLine).say(event.reason, "error")

    def action_set(self) -> None:
        """Close with the options; say what is wrong and stay open otherwise."""
        texts = values_of(self._fields)
        _, problems = read_options(texts)
        for field in self._fields:
            field.say(problems.get(field.info.name, ""))
        wrong = next((field for field in self._fields if field.problem), None)
        if wrong is not None:
            wrong.control.focus()
            return
        self.chosen = texts
        self.dismiss(None)
