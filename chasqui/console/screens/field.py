"""One field of a form: a label, a control for the kind of its parameter, and what is wrong."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Select, Static

from chasqui.console.model.format import UNICODE, Glyphs, plain
from chasqui.control.port import ParameterInfo

NO_CONTROLS = r"[^\x00-\x1f\x7f-\x9f]*"


class Field(Vertical):
    """A parameter to fill in; ``value`` is its text, empty when it is left out."""

    def __init__(self, parameter: ParameterInfo) -> None:
        super().__init__(classes="field")
        self.parameter = parameter
        self.control: Input | Select[str] = self._make_control()

    def compose(self) -> ComposeResult:
        """Make the label, the control and the place for a problem."""
        yield Static(self._label(), classes="field-label")
        yield self.control
        yield Static(classes="field-problem")

    @property
    def value(self) -> str:
        """The text of the field."""
        value = self.control.value
        return value if isinstance(value, str) else ""

    def show_problem(self, reason: str) -> bool:
        """Say what is wrong, or that nothing is; tell whether something is."""
        line = self.query_one(".field-problem", Static)
        line.update(Content(plain(f"{self._glyphs.cross} {reason}", self._glyphs)))
        line.set_class(bool(reason), "-shown")
        return bool(reason)

    @property
    def _glyphs(self) -> Glyphs:
        glyphs = getattr(self.app, "glyphs", UNICODE)
        return glyphs if isinstance(glyphs, Glyphs) else UNICODE

    def _label(self) -> Content:
        parameter = self.parameter
        name = plain(parameter.name) + (" *" if parameter.required else "")
        notes = [plain(parameter.help), plain(parameter.expects)]
        if parameter.optional:
            notes.append("may be empty")
        note = ", ".join(one for one in notes if one)
        return Content(name).stylize("bold") + Content(f"  {plain(note, self._glyphs)}")

    def _make_control(self) -> Input | Select[str]:
        parameter = self.parameter
        choices = ("yes", "no") if parameter.kind == "boolean" else parameter.choices
        default = parameter.default or ""
        if parameter.kind not in ("boolean", "choice"):
            # A default that cannot be shown as it is stays out of the field, and so in force.
            shown = default if plain(default) == default else ""
            hint = "needed" if parameter.required else "the default" if not shown else ""
            return Input(value=shown, placeholder=hint, compact=True, restrict=NO_CONTROLS)
        options = [(Content(plain(choice)), choice) for choice in choices]
        return Select(
            options,
            prompt="choose" if parameter.required else "the default",
            value=default if default in choices else Select.NULL,
            compact=True,
        )


class PriorityField(Vertical):
    """How soon the task starts among those that wait."""

    def __init__(self) -> None:
        super().__init__(classes="field")

    def compose(self) -> ComposeResult:
        """Make the label and the control."""
        label = Content("priority").stylize("bold")
        yield Static(label + Content("  a higher one starts first"), classes="field-label")
        yield Input(value="0", compact=True, restrict=r"-?[0-9]{0,9}")

    @property
    def priority(self) -> int | None:
        """The priority, None when it is not a number."""
        text = self.query_one(Input).value.strip() or "0"
        try:
            return int(text)
        except ValueError:
            return None
