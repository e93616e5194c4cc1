"""Choosing a task type to submit, with its plugin and what it is for."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from chasqui.console.model.format import plain
from chasqui.console.model.fuzzy import Match, match
from chasqui.console.screens.picker import Picker
from chasqui.console.session import Session
from chasqui.control.port import TaskTypeInfo

NAME_WIDTH = 32  # at most; a narrow terminal cuts the help
PACKAGE_WIDTH = 20


class TypePicker(Picker[TaskTypeInfo]):
    """The task types; Enter takes the highlighted one."""

    TITLE_TEXT = "Submit: choose a task type"
    NONE = "no task type has these letters"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._take(session.types)

    def on_mount(self) -> None:
        """Show the known types, and read the present ones."""
        super().on_mount()
        self.run_worker(self._read_again())

    async def _read_again(self) -> None:
        await self._session.read_types()
        if self._session.types != self._read:
            self._take(self._session.types)
            self.narrow(self._typed)

    def _take(self, types: Sequence[TaskTypeInfo]) -> None:
        recent = {name: at for at, name in enumerate(self._session.recent)}
        self._read = types
        self._types = sorted(types, key=lambda info: recent.get(info.name, len(recent)))
        self._has_recent = any(info.name in recent for info in types)
        self._widths = (
            min(NAME_WIDTH, max((len(plain(info.name)) for info in types), default=0)),
            min(PACKAGE_WIDTH, max((len(_owner(info)) for info in types), default=0)),
        )

    def found(self, typed: str) -> Sequence[tuple[TaskTypeInfo, Match]]:
        """Return the types that match, the best first."""
        found = [
            (info, match(typed, info.name, f"{_owner(info)} {info.help}")) for info in self._types
        ]
        matches = [(info, how) for info, how in found if how is not None]
        return sorted(matches, key=lambda pair: pair[1].rank) if typed.strip() else matches

    def named(self, id: str) -> TaskTypeInfo | None:
        """Return the type with a name."""
        return next((info for info in self._types if info.name == id), None)

    def id_of(self, entry: TaskTypeInfo) -> str:
        """Return a type's name."""
        return entry.name

    def name_of(self, entry: TaskTypeInfo) -> str:
        """Return a type's name."""
        return entry.name

    def line(self, entry: TaskTypeInfo, how: Match) -> Content:
        """Draw a type: its name, its plugin, what it is for."""
        name = self.marked(entry.name, how)
        width, owner_width = self._widths
        owner = plain(_owner(entry), self.glyphs, cap=PACKAGE_WIDTH).ljust(owner_width)
        is_recent = entry.name in self._session.recent
        mark = f"  {'recent' if is_recent else '':6}" if self._has_recent else ""
        rest = Content(f"{mark}  {owner}  {plain(entry.help, self.glyphs)}").stylize("dim")
        return name + Content(" " * max(0, width - len(name))) + rest


class FileTypePicker(TypePicker):
    """The type of the tasks that a file is of."""

    TITLE_TEXT = "Submit a file: choose the type of its tasks"


def _owner(info: TaskTypeInfo) -> str:
    """Return where a type comes from: its plugin's package, else the plugin's name."""
    return plain(info.package or info.plugin)
