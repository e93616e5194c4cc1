"""What the screens of a console share: the port, its last reading, and the calls to it.

Nothing here waits for the port on the thread that draws: each call has its own short-lived thread,
so a slow port never stops the screen. Commands run one after the other: two quick key presses take
effect in order, and a command is made when its turn comes, so that it sees what the command before
has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from inspect import isawaitable
from pathlib import Path
from typing import Final

from chasqui.console.actions.table import ACTIONS
from chasqui.console.model.format import Glyphs
from chasqui.console.model.keymap import Keymap
from chasqui.console.poller import Poller, ask
from chasqui.console.program import Program
from chasqui.console.refusing import refusal
from chasqui.console.remembered import Remembered
from chasqui.control.port import (
    ANOTHER_HOST,
    Capabilities,
    ChartQuery,
    Command,
    CommandOutcome,
    Port,
    SeeFailures,
    SettingsView,
    Snapshot,
    StackView,
    SubmitOptions,
    TaskDetail,
    TaskTypeInfo,
    TypeView,
    UndoView,
    ViewQuery,
)
from chasqui.control.safe_text import safe_line
from chasqui.control.wire.messages import WireError
from chasqui.errors import UnknownPool

RECENT: Final = 9  # types that are kept as used lately
Making = Callable[[], Command | Awaitable[Command]]
"""What makes a command once its turn has come; it may look at the engine first."""


class Session:
    """A port, and what is known about it."""

    def __init__(self, port: Port, glyphs: Glyphs, keys: Keymap | None = None) -> None:
        self.port = port
        self.glyphs = glyphs
        self.keys = keys or Keymap(ACTIONS)
        self.poller = Poller(port)
        self.types: Sequence[TaskTypeInfo] = ()
        """The task types as they were last read."""
        self.types_of: int | None = None
        """The process of the host that was asked for them; None: they are to be asked for again."""
        self.left: dict[str, dict[str, str | None]] = {}
        """How each form was left, by type and field; never a secret, and lost with the console."""
        self.recent: list[str] = []
        """The types that tasks were submitted of here, the last one first."""
        self.folder: Path | None = None
        """Where the engine's files lie, on this machine; None: in a script."""
        self.remembered = Remembered()
        """The filters by name, and whether the tour was seen."""
        self.has_tour = False
        """Whether a tour begins, unless the user has seen it."""
        self.config_theme = ""
        """The theme without what consoles have changed."""
        self.named: int | None = None
        """The task that a message named last."""
        self.program: Program | None = None
        """What the engine belongs to, and what goes on without a console; None: nothing more."""
        self._turn = asyncio.Lock()

    @property
    def caps(self) -> Capabilities:
        """What the engine allows; another host may allow something else."""
        return self.port.caps

    @property
    def snapshot(self) -> Snapshot | None:
        """The last reading."""
        return self.poller.snapshot

    @property
    def pools(self) -> list[str]:
        """The names of the engine's pools, if there are several."""
        return [pool.name for pool in self.snapshot.pools] if self.snapshot else []

    def vocabulary(self) -> dict[str, Sequence[str]]:
        """Return the words to complete a filter of failures with, by field."""
        types = [info.name for info in self.types]
        return {
            "type": types,
            "plugin": list(dict.fromkeys(name.rpartition(".")[0] for name in types)),
            "pool": self.pools,
        }

    async def apply(self, make: Making) -> CommandOutcome:
        """Carry out a command; errors are in the outcome.

        What was meant for a host is not carried out by the one that came after it.
        """
        host = self.caps.pid

        async def carried_out() -> CommandOutcome:
            if self.caps.pid != host:
                return ANOTHER_HOST
            command = await made_by(make)
            return await ask(lambda: self.port.apply(command))

        async with self._turn:
            return await _outcome_of(carried_out())

    async def look(self, command: Command) -> CommandOutcome:
        """Carry out a command that changes nothing, without waiting for others."""
        return await _outcome_of(ask(lambda: self.port.apply(command)))

    async def see(self, number: int) -> None:
        """Mark a failure as seen, unless the console may not."""
        if not refusal(self.caps):
            await self.apply(lambda: SeeFailures(numbers=(number,)))

    async def submit(
        self, type: str, params: Mapping[str, str], options: SubmitOptions
    ) -> CommandOutcome:
        """Submit a task; errors are in the outcome."""
        async with self._turn:
            outcome = await _outcome_of(ask(lambda: self.port.submit(type, params, options)))
        if outcome.ok:
            self.used(type)
        return outcome

    def used(self, type: str) -> None:
        """Note that a task of a type was submitted here, so that it is offered first."""
        others = [one for one in self.recent if one != type]
        self.recent = [type, *others][:RECENT]

    async def check(self, type: str, params: Mapping[str, str]) -> CommandOutcome:
        """Check texts, without waiting for commands; errors are in the outcome."""
        return await _outcome_of(ask(lambda: self.port.check(type, params)))

    async def complete(self, type: str, name: str, text: str) -> Sequence[str]:
        """Return what the text of a parameter may become; none if the port fails."""
        try:
            return await ask(lambda: self.port.complete(type, name, text))
        except Exception:  # it is a help while typing: a failure is told by what is asked next
            return ()

    async def read_types(self) -> None:
        """Read the task types; keep the last known ones when the port fails."""
        self.types_of = self.caps.pid
        try:
            self.types = tuple(await ask(self.port.types))
        except Exception as error:  # shown as stale, as for a reading
            if isinstance(error, WireError):
                self.types_of = None
            self.poller.note(error)

    async def detail(self, number: int, log_after: int) -> TaskDetail | None:
        """Return the details of a task, None if nothing is kept; raise what the port raises."""
        return await ask(lambda: self.port.detail(number, log_after))

    async def type_view(self, query: ChartQuery) -> TypeView | None:
        """Return everything about a type, None without such a type; raise what the port does."""
        snapshot = await ask(lambda: self.port.snapshot(ViewQuery(type_view=query)))
        return snapshot.type_view

    async def settings(self) -> SettingsView | None:
        """Return what may be set of the engine; raise what the port raises."""
        return (await ask(lambda: self.port.snapshot(ViewQuery(settings=True)))).settings

    async def undoable(self) -> UndoView | None:
        """Return what can be undone now; raise what the port raises."""
        return (await ask(lambda: self.port.snapshot(ViewQuery()))).undo

    async def workers_wanted(self, pool: str) -> int:
        """Return how many workers a pool is to have; raise what the port raises."""
        view = await self.settings()
        pools = () if view is None else view.pools
        wanted: Mapping[str, int] = {one.name: one.workers for one in pools}
        if pool not in wanted:
            raise UnknownPool(pool, wanted)
        return wanted[pool]

    async def stack(self, worker: str) -> StackView | None:
        """Return where a worker's task is, None without such a worker; raise what the port does."""
        return await ask(lambda: self.port.stack(worker))


async def made_by(make: Making) -> Command:
    """Make a command, once what it looks at has been read."""
    made = make()
    return await made if isawaitable(made) else made


async def _outcome_of(answer: Awaitable[CommandOutcome]) -> CommandOutcome:
    """Wait for the port; what it raises is in the outcome."""
    try:
        return await answer
    except Exception as error:  # the port failed: the user who pressed the key must know
        return CommandOutcome(ok=False, reason=safe_line(f"{type(error).__name__}: {error}", 200))
