"""The states: those of a pool and of a worker, and the one table of those of a task.

The word of a state is also the name of its counter in every record of counts, and of what it is
called in rows, filters and the console; only its glyph and colour stand elsewhere, in the console.
A task's state is stored in `Task.state` and nowhere else.

A pool stores it with a plain assignment: a check would be a call, and what is decided is stored
with no call in between (see `commits`). `tests/pool/test_states.py` watches each of these stores
and holds them against this table, in both directions. `tests/test_states.py` names every record and
table in the package that lacks a state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

TaskState = Literal["queued", "scheduled", "running", "completed", "failed", "cancelled"]
WorkerState = Literal["starting", "idle", "running", "stuck", "abandoned", "stopping", "lost"]
PoolState = Literal["new", "running", "paused", "stopping", "stopped"]


class StateRow(NamedTuple):
    """What is true of a task in this state."""

    word: TaskState
    waits: str
    """Where it waits to be started; empty if it does not."""
    is_final: bool
    next: tuple[TaskState, ...]
    """The states that may follow."""


STATES: Final[Mapping[TaskState, StateRow]] = {
    state.word: state
    for state in (
        StateRow("queued", "backlog", False, ("running", "cancelled")),
        StateRow("scheduled", "schedule", False, ("queued", "cancelled")),
        StateRow("running", "", False, ("completed", "failed", "cancelled", "scheduled")),
        StateRow("completed", "", True, ()),
        StateRow("failed", "", True, ()),
        StateRow("cancelled", "", True, ()),
    )
}

FIRST: Final[frozenset[TaskState]] = frozenset({"queued", "scheduled"})
"""In which a task may be accepted."""
WAITING: Final[frozenset[TaskState]] = frozenset(
    state.word for state in STATES.values() if state.waits
)
OPEN: Final[tuple[TaskState, ...]] = tuple(
    state.word for state in STATES.values() if not state.is_final
)
"""Those that are not final, in the order in which readings list them."""
ENDED: Final[tuple[TaskState, ...]] = tuple(
    state.word for state in STATES.values() if state.is_final
)
"""The final ones, in that order."""
FINAL: Final[frozenset[TaskState]] = frozenset(ENDED)


# Without slots of their own, so that records with slots and several bases can derive from them.


@dataclass(frozen=True)
class OpenCounts:
    """How many tasks are in each state that is not final; for records to derive from."""

    __slots__ = ()

    queued: int = 0
    scheduled: int = 0
    running: int = 0


@dataclass(frozen=True)
class EndedCounts:
    """How many tasks are in each final state; for records to derive from."""

    __slots__ = ()

    completed: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def ended(self) -> int:
        """How many tasks are final."""
        return _sum(self, ENDED)


@dataclass(frozen=True)
class StateCounts(EndedCounts, OpenCounts):
    """How many tasks are in each state; for records to derive from."""

    __slots__ = ()

    @property
    def accounted(self) -> int:
        """How many tasks have a state; of a pool, as many as it has accepted."""
        return _sum(self, STATES)


def _sum(record: object, states: Iterable[TaskState]) -> int:
    return sum([getattr(record, state) for state in states])


def summed(names: Iterable[str], parts: Sequence[object]) -> dict[str, Any]:
    """Return the sum over all parts of each of these fields, by its name."""
    return {name: sum([getattr(part, name) for part in parts]) for name in names}


def counts_of(record: object, states: Iterable[TaskState] = ENDED) -> dict[str, Any]:
    """Return how many tasks a record has in each of these states: keywords for another record."""
    return {state: getattr(record, state) for state in states}
