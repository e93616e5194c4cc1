"""Choosing a task type: a list that a few typed letters narrow, the best match first.

The field always has the focus: arrows move in the list, Tab completes to the highlighted name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from chasqui.console.model.format import plain
from chasqui.console.model.fuzzy import Match, match
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.field_input import FieldInput
from chasqui.control.port import TaskTypeInfo

NAME_WIDTH = 32  # at most; a narrow terminal cuts the help
PACKAGE_WIDTH = 20


class TypePicker(Dialog[TaskTypeInfo]):
    """The task types; Enter takes the highlighted one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: list[TaskTypeInfo] = []
        self._typed = ""
        self._take(session.types)

    def compose(self) -> ComposeResult:
        """Make the filter and the list."""
        with Vertical(classes="page"):
            yield Static(self.text("Submit: choose a task type"), classes="title")
            yield FieldInput("", placeholder="type a few letters to narrow the list")
            yield Static(self.text("no task type has these letters"), id="none", classes="hint")
            types = OptionList(id="types", compact=True)
            types.can_focus = False
            yield types
            hint = "up/down choose, Tab completes, Enter takes it, Esc goes back"
            yield Static(self.text(hint), classes="hint")

    def on_mount(self) -> None:
        """Show the known types, and read the present ones."""
        self._narrow("")
        self.query_one(Input).focus()
        self.run_worker(self._read_again())

    async def _read_again(self) -> None:
        await self._session.read_types()
        if self._session.types != self._types:
            self._take(self._session.types)
            self._narrow(self._typed)

    def _take(self, types: Sequence[TaskTypeInfo]) -> None:
        self._types = types
        self._widths = (
            min(NAME_WIDTH, max((len(plain(info.name)) for info in types), default=0)),
            min(PACKAGE_WIDTH, max((len(_owner(info)) for info in types), default=0)),
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the types that match."""
        self._catch_up()

    def on_input_submitted(self) -> None:
        """Take the highlighted type."""
        self._catch_up()
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.dismiss(self._shown[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the clicked type, by its name: the list may have narrowed since."""
        named = [info for info in self._types if info.name == event.option_id]
        self.dismiss(named[0] if named else None)

    def on_key(self, event: events.Key) -> None:
        """Move in the list, or complete to the highlighted name."""
        types = self.query_one(OptionList)
        moves: dict[str, Callable[[], None]] = {
            "down": types.action_cursor_down,
            "up": types.action_cursor_up,
            "pagedown": types.action_page_down,
            "pageup": types.action_page_up,
            "tab": self._complete,
            "shift+tab": self.app.bell,
        }
        if event.key in moves:
            event.stop()
            moves[event.key]()

    def _complete(self) -> None:
        self._catch_up()
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.query_one(Input).value = self._shown[at].name
            self.query_one(Input).action_end()

    def _catch_up(self) -> None:
        """Narrow the list at once: in a burst, a key may come before its list has narrowed."""
        typed = self.query_one(Input).value
        if typed != self._typed:
            self._narrow(typed)

    def _narrow(self, text: str) -> None:
        self._typed = text
        found = [
            (match(text, info.name, f"{_owner(info)} {info.help}"), info) for info in self._types
        ]
        matches = [(how, info) for how, info in found if how is not None]
        if text.strip():
            matches.sort(key=lambda pair: pair[0].rank)
        self._shown = [info for _, info in matches]
        types = self.query_one(OptionList)
        types.clear_options()
        types.add_options(Option(self._line(info, how), id=info.name) for how, info in matches)
        types.highlighted = 0 if self._shown else None
        self.query_one("#none").display = not self._shown

    def _line(self, info: TaskTypeInfo, how: Match) -> Content:
        shown = plain(info.name, self.glyphs)
        name = Content(shown)
        if shown == info.name:
            for at in how.at:
                name = name.stylize("bold underline", at, at + 1)
        width, owner_width = self._widths
        owner = plain(_owner(info), self.glyphs, cap=PACKAGE_WIDTH).ljust(owner_width)
        rest = Content(f"  {owner}  {plain(info.help, self.glyphs)}").stylize("dim")
        return name + Content(" " * max(0, width - len(shown))) + rest


def _owner(info: TaskTypeInfo) -> str:
    """Return where a type comes from: its plugin's package, else the plugin's name."""
    return plain(info.package or info.plugin)
