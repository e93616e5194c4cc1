"""Lines that know what earlier runs did with them: the work of a run with a journal.

Which lines run is noted in a slab (`chasqui.engine.journal.slab`), so that the next run knows it
after a kill. Such a line runs again, and its body can ask whether it may have run before. A line
that was running in three crashes in a row is probably what kills the process, and fails instead.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import CoroutineType
from typing import Any, Final

import msgspec

from chasqui.commands.run.line_keys import LineKey
from chasqui.engine.journal.slab import Slab, SlabReading
from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.rules import Policy
from chasqui.engine.types.task_type import TypedWork
from chasqui.errors import Interrupted
from chasqui.pool.context import Context
from chasqui.pool.task_context import TaskContext

CRASHES: Final = 3


class Ran(msgspec.Struct, frozen=True, array_like=True):
    """What earlier runs did with a line that has no end yet."""

    attempts: int = 0
    """Of its last attempt that is known."""
    crashes: int = 0
    """How many crashes in a row it was running in."""


class RanBefore(msgspec.Struct, frozen=True):
    """All such lines, up to a run."""

    epoch: int = 0
    """The number of the last run that is counted."""
    lines: dict[int, Ran] = {}


def counted(before: RanBefore, slab: SlabReading, *, was_killed: bool) -> RanBefore:
    """Return what is known once the slab of the last run is counted; twice makes no difference."""
    if slab.epoch <= before.epoch:
        return before
    lines = dict(before.lines)
    running = {ran.number for ran in slab.running}
    for line, attempt in slab.attempts.items():
        crashes = lines.get(line, Ran()).crashes + 1 if line in running and was_killed else 0
        lines[line] = Ran(attempt, crashes)
    return RanBefore(slab.epoch, lines)


class LineNotes:
    """What is noted of the lines that run. Any thread.

    Args:
        journal: the UUID of the journal, with which the idempotency keys of its lines begin; empty
            where the same line may be meant anew, so that it has another key in each run.
    """

    def __init__(self, slab: Slab, journal: str, ran: Mapping[int, Ran]) -> None:
        self.journal = journal
        self._slab = slab
        self._ran = ran

    def of(self, line: int) -> Ran | None:
        """Return what earlier runs did with a line; None if they did not run it."""
        return self._ran.get(line)

    def noted(self, key: LineKey, work: TypedWork, rules: Policy) -> tuple[TypedWork, Retry | None]:
        """Return the work of a line that is noted while it runs, and how it is retried.

        None: as its type says. A line that does not run again has a work that raises why, once.
        """
        mine = LineWork(work, key.number, self)
        why = mine.why_not(may_repeat=rules.on_interrupt != "fail")
        return (mine, None) if why is None else (GivenUpWork(work, why), Retry(attempts=1))

    def begin(self, line: int, attempt: int) -> None:
        """Note that the body of a line begins."""
        self._slab.begin(line, attempt, time.time_ns() // 1000)

    def end(self, line: int, attempt: int) -> None:
        """Note that it has ended, and its row is perhaps not on disk yet."""
        self._slab.finished(line, attempt)
        self._slab.end(line)


class LineWork(TypedWork[Any]):
    """The work of one line."""

    __slots__ = ("_line", "_notes", "_ran")

    def __init__(self, work: TypedWork, line: int, notes: LineNotes) -> None:
        super().__init__(work.type, work.params, work.name, work.id)
        self._line = line
        self._notes = notes
        self._ran = notes.of(line)

    def why_not(self, *, may_repeat: bool) -> Interrupted | None:
        """Return why it does not run again; None if it runs."""
        crashes = 0 if self._ran is None else self._ran.crashes
        if crashes >= CRASHES:
            return Interrupted(
                f"it was running in {crashes} crashes in a row, so it does not run again; find out "
                "whether it ends the process"
            )
        if crashes and not may_repeat:
            return Interrupted(
                "the process ended while it ran, and its type does not run again after that"
            )
        return None

    def execute(self, ctx: Context, /) -> Any:
        """Call the function, and note when it begins and ends."""
        mine = ctx
        if isinstance(ctx, TaskContext):
            journal = self._notes.journal
            mine = LineContext(ctx, f"{journal}:{self._line}" if journal else "", self._ran)
        attempt = mine.attempt
        self._notes.begin(self._line, attempt)
        try:
            result = super().execute(mine)
        except BaseException:
            self._notes.end(self._line, attempt)
            raise
        if isinstance(result, CoroutineType):
            return self._awaited(result, attempt)
        self._notes.end(self._line, attempt)
        return result

    async def _awaited(self, body: CoroutineType[Any, Any, Any], attempt: int) -> Any:
        try:
            return await body
        finally:
            self._notes.end(self._line, attempt)


class GivenUpWork(TypedWork[Any]):
    """A line that does not run any more: its body raises why."""

    __slots__ = ("_why",)

    def __init__(self, work: TypedWork, why: Interrupted) -> None:
        super().__init__(work.type, work.params, work.name, work.id)
        self._why = why

    def execute(self, ctx: Context, /) -> Any:
        """Raise why."""
        raise self._why


class LineContext(TaskContext):
    """The context of a line: its attempts go on counting; in a journal its key stays the same."""

    __slots__ = ("_key", "_ran")

    def __init__(self, ctx: TaskContext, key: str, ran: Ran | None) -> None:
        super().__init__(ctx.task)
        self._key = key
        self._ran = ran

    @property
    def attempt(self) -> int:
        """Which attempt this is, those of earlier runs included."""
        return super().attempt + (0 if self._ran is None else self._ran.attempts)

    @property
    def redelivered(self) -> bool:
        """Whether this attempt may have run before: it is the first of this run."""
        return self._ran is not None and super().attempt == 1

    @property
    def idempotency_key(self) -> str:
        """The same text for each attempt of this line in every run with this journal."""
        return self._key or super().idempotency_key
