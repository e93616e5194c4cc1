"""The states of a task: the one table of them, from which the rest is derived.

The word of a state is also the name of its counter in `Metrics` and of what it is called in rows,
filters and the console; only its glyph and colour stand elsewhere, in the console. A state is
stored in `Task.state` and nowhere else.

A pool stores it with a plain assignment: a check would be a call, and what is decided is stored
with no call in between (see `core`). `tests/pool/test_states.py` watches each of these stores and
holds them against this table, in both directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

TaskState = Literal["queued", "scheduled", "running", "completed", "failed", "cancelled"]


class State(NamedTuple):
    """What is true of a task in this state."""

    word: TaskState
    waits: str
    """Where it waits to be started; empty if it does not."""
    is_final: bool
    next: tuple[TaskState, ...]
    """The states that may follow."""


STATES: Final[Mapping[TaskState, State]] = {
    state.word: state
    for state in (
        State("queued", "backlog", False, ("running", "cancelled")),
        State("scheduled", "schedule", False, ("queued", "cancelled")),
        State("running", "", False, ("completed", "failed", "cancelled", "scheduled")),
        State("completed", "", True, ()),
        State("failed", "", True, ()),
        State("cancelled", "", True, ()),
    )
}

FIRST: Final[frozenset[TaskState]] = frozenset({"queued", "scheduled"})
"""In which a task may be accepted."""
WAITING: Final[frozenset[TaskState]] = frozenset(one.word for one in STATES.values() if one.waits)
OPEN: Final[tuple[TaskState, ...]] = tuple(one.word for one in STATES.values() if not one.is_final)
"""Those that are not final, in the order in which readings list them."""
ENDED: Final[tuple[TaskState, ...]] = tuple(one.word for one in STATES.values() if one.is_final)
"""The final ones, in that order."""
FINAL: Final[frozenset[TaskState]] = frozenset(ENDED)
