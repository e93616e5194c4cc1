"""Choosing from a list that a few typed letters narrow, the best match first.

The field always has the focus: arrows move in the list, Tab completes to the highlighted name.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar, Generic

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from chasqui.console.model.format import plain
from chasqui.console.model.fuzzy import Match
from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.field_input import FieldInput

HINT = "up/down choose, Tab completes, Enter takes it, Esc goes back"


class Picker(Dialog[ScreenResultType], Generic[ScreenResultType]):
    """A list to choose from; Enter takes the highlighted entry."""

    TITLE_TEXT: ClassVar[str]
    NONE: ClassVar[str]
    """Shown when nothing matches."""

    def __init__(self, typed: str = "") -> None:
        super().__init__()
        self._shown: list[ScreenResultType] = []
        self._typed = typed

    @abstractmethod
    def found(self, typed: str) -> Sequence[tuple[ScreenResultType, Match]]:
        """Return the entries that match, the best first."""

    @abstractmethod
    def named(self, id: str) -> ScreenResultType | None:
        """Return the entry with an id, also when it is not listed any more."""

    @abstractmethod
    def id_of(self, entry: ScreenResultType) -> str:
        """Return what tells an entry from all others."""

    @abstractmethod
    def name_of(self, entry: ScreenResultType) -> str:
        """Return what Tab completes to."""

    @abstractmethod
    def line(self, entry: ScreenResultType, how: Match) -> Content:
        """Draw an entry."""

    def compose(self) -> ComposeResult:
        """Make the filter and the list."""
        with Vertical(classes="page"):
            yield Static(self.text(self.TITLE_TEXT), classes="title")
            field = FieldInput(self._typed, placeholder="type a few letters to narrow the list")
            field.select_on_focus = False  # typing adds to the text and replaces nothing
            yield field
            yield Static(self.text(self.NONE), id="none", classes="hint")
            entries = OptionList(classes="entries", compact=True)
            entries.can_focus = False
            yield entries
            yield Static(self.text(HINT), classes="hint")

    def on_mount(self) -> None:
        """Show what matches at first."""
        self.narrow(self._typed)
        field = self.query_one(Input)
        field.cursor_position = len(field.value)
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the entries that match."""
        self._catch_up()

    def on_input_submitted(self) -> None:
        """Take the highlighted entry."""
        self._catch_up()
        entry = self._highlighted
        if entry is not None:
            self.dismiss(entry)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the clicked entry, by its id: the list may have narrowed since."""
        self.dismiss(self.named(str(event.option_id)))

    def on_key(self, event: events.Key) -> None:
        """Move in the list, or complete to the highlighted name."""
        entries = self.query_one(OptionList)
        moves: dict[str, Callable[[], None]] = {
            "down": entries.action_cursor_down,
            "up": entries.action_cursor_up,
            "pagedown": entries.action_page_down,
            "pageup": entries.action_page_up,
            "tab": self._complete,
            "shift+tab": self.app.bell,
        }
        if event.key in moves:
            event.stop()
            moves[event.key]()
        else:
            super().on_key(event)

    @property
    def _highlighted(self) -> ScreenResultType | None:
        at = self.query_one(OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def _complete(self) -> None:
        self._catch_up()
        entry = self._highlighted
        if entry is not None:
            self.query_one(Input).value = self.name_of(entry)
            self.query_one(Input).action_end()

    def _catch_up(self) -> None:
        """Narrow the list at once: in a burst, a key may come before its list has narrowed."""
        typed = self.query_one(Input).value
        if typed != self._typed:
            self.narrow(typed)

    def narrow(self, typed: str) -> None:
        """List what matches."""
        self._typed = typed
        matches = self.found(typed)
        self._shown = [entry for entry, _ in matches]
        entries = self.query_one(OptionList)
        entries.clear_options()
        entries.add_options(
            Option(self.line(entry, how), id=self.id_of(entry)) for entry, how in matches
        )
        entries.highlighted = 0 if self._shown else None
        self.query_one("#none").display = not self._shown

    def marked(self, name: str, how: Match) -> Content:
        """Return a name with the letters that were typed marked."""
        shown = plain(name, self.glyphs)
        content = Content(shown)
        if shown == name:
            for at in how.at:
                content = content.stylize("bold underline", at, at + 1)
        return content
