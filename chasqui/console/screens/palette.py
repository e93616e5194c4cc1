"""The command palette: everything that can be done now, found by a few typed letters."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from chasqui.console.model.format import plain
from chasqui.console.model.fuzzy import Match
from chasqui.console.model.palette import PaletteEntry, narrowed
from chasqui.console.screens.picker import Picker

KEY_WIDTH = 10
NAME_WIDTH = 24  # at most; longer names push what is said about them to the right


class PaletteScreen(Picker[PaletteEntry]):
    """The entries of the palette; Enter takes the highlighted one."""

    TITLE_TEXT = "Commands: letters find a command, a number finds a task"
    NONE = "nothing matches; a number goes to the task with that number"

    def __init__(
        self, entries: Sequence[PaletteEntry], *, typed: str = "", named: int | None
    ) -> None:
        super().__init__(typed)
        self._entries = entries
        self._named = named

    def found(self, typed: str) -> Sequence[tuple[PaletteEntry, Match]]:
        """Return the entries that match, the best first."""
        return narrowed(self._entries, typed, self._named)

    def named(self, id: str) -> PaletteEntry | None:
        """Return an entry; that of a task only while it is listed."""
        return next((entry for entry in (*self._entries, *self._shown) if entry.id == id), None)

    def id_of(self, entry: PaletteEntry) -> str:
        """Return an entry's id."""
        return entry.id

    def name_of(self, entry: PaletteEntry) -> str:
        """Return an entry's name."""
        return entry.name

    def line(self, entry: PaletteEntry, how: Match) -> Content:
        """Draw an entry: its key, its name, what it does."""
        key = plain(entry.key, self.glyphs, cap=KEY_WIDTH)
        name = self.marked(entry.name, how)
        gap = Content(" " * max(2, NAME_WIDTH - len(name)))
        about = Content(plain(entry.about, self.glyphs)).stylize("dim")
        return Content(key.ljust(KEY_WIDTH)).stylize("bold $accent") + name + gap + about
