"""Marking rows of a list: one, a range, or all that match; what is marked is acted on together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence

from chasqui.console import reader
from chasqui.console.acting.acts import Act
from chasqui.console.acting.steering import ASKING, why_not
from chasqui.console.panes.pane import Pane
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.control.port import MARKS, Command, Marked


def marking(
    screen: CommandingScreen,
    pane: Pane,
    count: Callable[[], Command | None],
    is_frozen: Callable[[], bool],
) -> Mapping[str, Act]:
    """Return the code of each action on the marks of a pane."""
    return MarkingActions(screen, pane, count, is_frozen).acts()


class MarkingActions:
    """The marks of a pane.

    Args:
        screen: the main screen.
        pane: the pane with the list.
        count: returns the question how many match; None: all rows that can be read are marked.
        is_frozen: tells whether the panes stay as they are.
    """

    def __init__(
        self,
        screen: CommandingScreen,
        pane: Pane,
        count: Callable[[], Command | None],
        is_frozen: Callable[[], bool],
    ) -> None:
        self._screen = screen
        self._pane = pane
        self._count = count
        self._is_frozen = is_frozen

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {"list.mark": self.mark, "list.range": self.range, "list.mark_all": self.mark_all}

    def mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go to the next row."""
        table = self._pane.table
        key = None if table.selected is None else table.selected.key
        if key is None:
            is_empty = table.selection.key is None
            gone = "the selected row has left the list: up and down select another"
            self._screen.say("no row is selected" if is_empty else gone, "warn")
        elif not _can_be_marked(key):
            self._screen.say(
                f"a type is not marked: {self._key('task.open')} lists its tasks", "warn"
            )
        elif not table.marks.toggle(key):
            self._say_full()
        else:
            table.action_list_down()

    async def range(self) -> None:
        """Mark the rows from the last mark to the cursor."""
        table = self._pane.table
        last, here = table.marks.last, table.selection.key
        if last is None or last not in table.marks:
            self.mark()
            return
        if last not in table.rows.keys:
            table.look_around()
            await self._screen.read_for_keys()
        keys = table.rows.keys
        if last not in keys or here not in keys:
            self._screen.say(f"the last mark is too far away: {self._all_match}", "warn")
            return
        await self._mark(_between(keys, last, here))

    async def mark_all(self) -> None:
        """Mark all rows that match the filter, and no others.

        The keys after it wait a moment for the count. If it takes longer, those that change
        anything are refused until it is there.
        """
        if self._is_frozen():
            freeze = self._key("view.freeze")
            self._screen.say(
                f"the view is frozen; what matches now is marked after {freeze}", "warn"
            )
            return
        command = self._count()
        if command is None:
            await self._mark_all_read()
            return
        self._screen.is_asking = True
        counting = self._screen.run_worker(
            self._mark_counted(command), group="commands", exit_on_error=False
        )
        counted = asyncio.ensure_future(counting.wait())
        done, _ = await asyncio.wait({counted}, timeout=reader.AHEAD_SECONDS)
        if not done:
            self._screen.say(ASKING, "dim")

    async def _mark_counted(self, command: Command) -> None:
        try:
            counted = await self._screen.session.apply(lambda: command)
        finally:
            self._screen.is_asking = False
        if not counted.ok:
            self._screen.say(f"nothing marked: {why_not(counted)}", "error")
            return
        self._pane.table.marks.take(counted)
        self._pane.table.repaint_lines()
        await self._screen.read_for_keys()
        self._screen.say("", "dim")
        if not counted.count:
            self._screen.say("nothing matches, so nothing is marked", "warn")

    async def _mark_all_read(self) -> None:
        table = self._pane.table
        table.look_around()
        await self._screen.read_for_keys()
        if len(table.rows) < table.total:
            self._say_full()
        else:
            table.marks.clear()
            await self._mark(table.rows.keys)

    @property
    def _all_match(self) -> str:
        return f"{self._key('list.mark_all')} marks all that match"

    def _key(self, id: str) -> str:
        return self._screen.session.keys.key(id)

    def _say_full(self) -> None:
        said = f"no more than {MARKS:,} rows are marked one by one: {self._all_match}"
        self._screen.say(said, "warn")

    async def _mark(self, keys: Sequence[Hashable]) -> None:
        table = self._pane.table
        if not table.marks.add(key for key in keys if _can_be_marked(key)):
            self._say_full()
        table.repaint_lines()
        await self._screen.read_for_keys()


def chosen(pane: Pane) -> Marked:
    """Return what the next action is about: the marked rows, else the one under the cursor.

    `CountWaiting` and `CountFailures` take it, and return the numbers of what is left of it.
    """
    table = pane.table
    if table.marks:
        return table.marks.asked
    key = table.selection.key
    if isinstance(key, str):
        return Marked(groups=(key,))
    return Marked(numbers=(key,) if isinstance(key, int) else ())


def _can_be_marked(key: Hashable) -> bool:
    """Tell whether a row is a task or a kind of failure."""
    return isinstance(key, int | str)


def _between(keys: Sequence[Hashable], one: Hashable, other: Hashable) -> Sequence[Hashable]:
    """Return the rows from one to the other, whichever is above."""
    first, last = sorted((keys.index(one), keys.index(other)))
    return keys[first : last + 1]
