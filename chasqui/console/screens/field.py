"""A field of a form: a label, a control for the kind of its parameter, and a note below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Select, Static

from chasqui.console.model.form import (
    SEVERAL_LINES,
    choices_of,
    first_text,
    kept,
    label_notes,
    placeholder,
    sent,
)
from chasqui.console.model.format import Glyphs, glyphs_of, plain
from chasqui.console.widgets.field_input import FieldInput
from chasqui.control.port import ParameterInfo

Control = FieldInput | Select[str]
KEPT: Final = "(stays as it was)"


class FormField(Vertical):
    """A parameter to fill in.

    Args:
        info: the parameter.
        title: its label, if not its name.
        empty: what it means while it is empty, if that does not follow from the parameter.
    """

    def __init__(self, info: ParameterInfo, title: str = "", empty: str = "") -> None:
        super().__init__(classes="field")
        self.info = info
        self.problem = ""
        self._title = title or info.name
        self._empty = empty
        self.control: Control = self._make_control()

    def compose(self) -> ComposeResult:
        """Make the label, the control and the room for a problem."""
        yield Static(self._label(), classes="field-label")
        yield self.control
        yield Static(classes="field-said")

    def on_mount(self) -> None:
        """Draw the arrows of a list of choices in what the terminal can show."""
        if self._glyphs.is_ascii:
            for name, sign in (("down", "v"), ("up", "^")):
                for arrow in self.query(f".{name}-arrow").results(Static):
                    arrow.update(sign)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the whole field in view when a problem appears, or the terminal gets smaller."""
        if self.has_focus_within:
            self.call_after_refresh(self.scroll_visible, animate=False, immediate=True)

    @property
    def text(self) -> str | None:
        """The text typed in; None: nothing is chosen."""
        value = self.control.value
        return value if isinstance(value, str) else None

    @property
    def value(self) -> str | None:
        """The value to send; None: the parameter is left out."""
        return sent(self.info, self.text)

    @property
    def may_be_kept(self) -> bool:
        """Whether its text should and may be remembered."""
        return kept(self.info, self.text)

    def fill_in(self, text: str | None) -> None:
        """Set the text, or choose it."""
        if isinstance(self.control, FieldInput):
            self.control.value = text or ""
        else:
            known = text is not None and text in choices_of(self.info)
            self.control.value = text if known and text is not None else Select.NULL

    def say_kept(self) -> None:
        """Say that the value stays as it was, unless something is typed in."""
        if isinstance(self.control, FieldInput):
            self.control.placeholder = KEPT

    def reset(self) -> None:
        """Fill in the first text again."""
        self.fill_in(first_text(self.info))

    def say(self, problem: str, note: str = "") -> None:
        """Show what is wrong, else a note, else nothing."""
        self.problem = problem
        text = f"{self._glyphs.cross} {problem}" if problem else note
        said = self.query_one(".field-said", Static)
        said.update(Content(plain(text, self._glyphs)))
        said.set_class(bool(text), "-shown")
        said.set_class(bool(problem), "-wrong")

    @property
    def _glyphs(self) -> Glyphs:
        return glyphs_of(self.app)

    def _label(self) -> Content:
        name = plain(self._title, self._glyphs) + (" *" if self.info.required else "")
        notes = label_notes(self.info, self._glyphs, says_empty=bool(self._empty))
        return Content(name).stylize("bold") + Content(f"  {notes}")

    def _make_control(self) -> Control:
        info, text = self.info, first_text(self.info)
        if not choices_of(info):
            return FieldInput(
                text or "",
                placeholder=self._empty or placeholder(info),
                secret=info.kind == "secret",
                lined=info.kind in SEVERAL_LINES,
            )
        return Select(
            # Rich's Text: Textual searches no other kind of safe text for typed letters.
            [(Text(plain(choice)), choice) for choice in choices_of(info)],
            prompt=self._empty or ("(none)" if info.optional and not info.required else "(choose)"),
            value=text if text is not None else Select.NULL,
            allow_blank=text is None or info.optional,
            compact=True,
        )


def values_of(fields: Sequence[FormField]) -> dict[str, str]:
    """Return the values to send, by the names of the fields."""
    values = {field.info.name: field.value for field in fields}
    return {name: value for name, value in values.items() if value is not None}


def bring_into_view(control: Widget) -> None:
    """Scroll to a field with its label and note, if it still has the focus."""
    if control is control.screen.focused:
        field = next((node for node in control.ancestors if isinstance(node, FormField)), control)
        field.scroll_visible(animate=False, immediate=True)
