"""Feeding: taking tasks from a client, as far as there is room, without ever waiting.

A request is handled in order. Tasks of the same type and options that follow each other go in
together. When the backlog is full the rest of the request is parked: the pool rings when there is
room, and the client, which has no answer yet, waits. So neither side holds more than a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

from chasqui.control.commands import SubmitOptions
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.taking import (
    TypesByName,
    check_journal,
    first_run,
    offered,
    policy_of,
    work_of,
)
from chasqui.control.wire.messages import ErrorRecord, Kind
from chasqui.control.wire.working import SubmitAnswer, SubmitTask
from chasqui.engine.engine import BaseEngine
from chasqui.engine.types.task_type import TypedWork
from chasqui.errors import (
    ChasquiError,
    InvalidParameters,
    JournalUnavailable,
    PoolClosed,
    UnknownType,
)
from chasqui.pool.bells import Bell
from chasqui.pool.offering import room_in, stand_by, step_back
from chasqui.pool.task import Task

PROBLEMS: Final = 50  # of a task that are listed


class Submitted(Protocol):
    """Called with the tasks that a feed has submitted."""

    def __call__(self, tasks: Sequence[Task], /) -> object:
        """Take note of them."""


class Feed:
    """The tasks of one request, on their way in. Only the server's thread uses it.

    Args:
        engine: takes them.
        tasks: what was asked for.
        name: of the client, for those who look at who waits for room.
        bell: rings when it is worth going on.
        submitted: called with the tasks.
    """

    def __init__(
        self,
        engine: BaseEngine,
        tasks: Sequence[SubmitTask],
        name: str,
        bell: Bell,
        submitted: Submitted,
    ) -> None:
        self._engine = engine
        self._name = name
        self._bell = bell
        self._submitted = submitted
        self._results: list[int | ErrorRecord | None] = [None] * len(tasks)
        self._works: list[tuple[int, TypedWork, SubmitOptions]] = []
        self._at = 0
        self._waits_at: Any = None
        types = TypesByName(engine)
        for at, task in enumerate(tasks):
            try:
                self._works.append((at, work_of(types, task), task.options))
            except (ChasquiError, ValueError) as error:
                self._results[at] = refusal(error)

    def go_on(self) -> bool:
        """Submit what there is room for; tell whether all of it has been decided."""
        while self._at < len(self._works):
            run = [self._works[self._at][1]]
            try:
                check_journal(self._engine)
                pool = self._engine.backlog_of(run[0], **self._policy())
                run = self._run(room_in(pool))
                tasks = offered(self._engine, run, self._works[self._at][2])
            except (ChasquiError, ValueError) as error:
                accepted = error.accepted if isinstance(error, JournalUnavailable) else ()
                self._take(accepted)
                self._decide(len(run) - len(accepted), refusal(error))
                continue
            self._take(tasks)
            if len(tasks) < len(run) and not stand_by(pool, self, self._bell, self._name):
                if self._waits_at is not None and self._waits_at is not pool:
                    step_back(self._waits_at, self)
                self._waits_at = pool
                return False
        self.step_back()
        return True

    def give_up(self) -> None:
        """Refuse what has not got in: the time to wait for room is over."""
        self.step_back()
        while self._at < len(self._works):
            try:
                pool = self._engine.backlog_of(self._works[self._at][1], **self._policy())
            except (ChasquiError, ValueError) as error:
                self._decide(1, refusal(error))
                continue
            text = safe_line(f"the backlog of pool {pool.name} is full")
            more = SafeText("submit again later, or wait longer for room")
            self._decide(1, ErrorRecord(kind="full", message=text, next=more))

    def step_back(self) -> None:
        """Wait for room no longer."""
        if self._waits_at is not None:
            step_back(self._waits_at, self)
            self._waits_at = None

    def answer(self) -> SubmitAnswer:
        """Return what became of each task."""
        return SubmitAnswer(results=tuple(one for one in self._results if one is not None))

    def _run(self, room: int) -> list[TypedWork]:
        """Return the next works that may go in together, no more than there is room for."""
        return first_run(
            [(work, own) for _, work, own in self._works[self._at : self._at + max(1, room)]]
        )

    def _policy(self) -> dict[str, Any]:
        return policy_of(self._works[self._at][2])

    def _take(self, tasks: Sequence[Task]) -> None:
        """Note the next ones as accepted."""
        if tasks:
            self._submitted(tasks)
        for (at, _, _), task in zip(self._works[self._at :], tasks, strict=False):
            self._results[at] = task.number
        self._at += len(tasks)

    def _decide(self, count: int, result: ErrorRecord) -> None:
        """Note why the next ones are not accepted."""
        for at, _, _ in self._works[self._at : self._at + count]:
            self._results[at] = result
        self._at += count


def refusal(error: Exception) -> ErrorRecord:
    """Return why a task was not accepted."""
    kind: Kind = "invalid"
    if isinstance(error, JournalUnavailable):
        later = SafeText("submit again later; `chasqui-tui status` says how the journal is")
        return ErrorRecord(kind="busy", message=safe_line(str(error)), next=later)
    if isinstance(error, UnknownType):
        kind = "unknown_type"
    elif isinstance(error, PoolClosed):
        kind = "gone"
    problems: tuple[tuple[str, SafeText], ...] = ()
    if isinstance(error, InvalidParameters):
        listed = [*error.problems.items()][:PROBLEMS]
        problems = tuple((safe_line(name), safe_line(why)) for name, why in listed)
    return ErrorRecord(kind=kind, message=safe_line(str(error)), problems=problems)
