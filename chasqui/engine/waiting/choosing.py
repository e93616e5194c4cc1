"""Choosing waiting tasks by a filter, or putting all of them into another order.

Every task that waits is looked at, and no worker has to rest for it: the list of a pool's tasks is
copied in one step. So a task may have started by the time it is looked at, and what acts on the
choice must allow for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

from chasqui.engine.failures.failure import params_text
from chasqui.engine.filters.filter import Filter, Reader, parse
from chasqui.pool import windows
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.task import Task

READERS: Final[Mapping[str, Reader]] = {
    "": lambda tasks: [f"{task.name}\n{params_text(task)}" for task in tasks],
    "type": lambda tasks: map(attrgetter("name"), tasks),
    "state": lambda tasks: [(task.state,) for task in tasks],
    "age": lambda tasks: map(attrgetter("created"), tasks),
    "attempt": lambda tasks: map(attrgetter("attempts"), tasks),
    "number": lambda tasks: map(attrgetter("number"), tasks),
    "key": lambda tasks: [task.key or "" for task in tasks],
    "params": lambda tasks: map(params_text, tasks),
    "plugin": lambda tasks: [task.name.rpartition(".")[0] for task in tasks],
    "pool": lambda tasks: [task._pool.name for task in tasks],
    "priority": lambda tasks: map(attrgetter("priority"), tasks),
}
"""How a filter reads the fields of waiting tasks."""

ORDERS: Final[Mapping[str, Callable[[Task], Any]]] = {
    "number": attrgetter("number"),
    "type": attrgetter("name"),
    "priority": attrgetter("priority"),
    "age": lambda task: -task.created,
    "state": attrgetter("state"),
    "params": params_text,
}
"""What waiting tasks can be sorted by."""


class WaitingSelection(NamedTuple):
    """The tasks that a filter has chosen, in the order that was asked for."""

    filter: Filter
    tasks: list[Task]


def choose(pools: Iterable[Pool], text: str, now: float, order: str = "") -> WaitingSelection:
    """Choose the waiting and scheduled tasks that a filter selects.

    Args:
        now: seconds since the epoch.
        order: a key of `ORDERS`, with a minus before it for the largest first; "": as they will
            start, those of each pool together, and after all of them the scheduled ones.
    """
    found, pools = parse(text), list(pools)
    tasks = found.select(all_of(pools), READERS, now)
    if (by := ORDERS.get(order.lstrip("-"))) is None:
        return WaitingSelection(found, _as_they_start(pools, tasks))
    tasks.sort(key=ORDERS["number"])  # what is alike stays in this order
    tasks.sort(key=by, reverse=order.startswith("-"))
    return WaitingSelection(found, tasks)


def _as_they_start(pools: Sequence[Pool], tasks: Iterable[Task]) -> list[Task]:
    """Sort tasks as they will start, as far as that is known now."""
    places: dict[int, int] = {}
    for pool in pools:
        backlog = state_of(pool).backlog
        rings = [level.ring.copy() for level in backlog.order]
        for task in windows.in_turn(rings, backlog.queued, is_copied=True):
            places.setdefault(task.number, len(places))
    queued: list[Task] = []
    others: list[Task] = []  # scheduled, or in no queue by now: it came or started meanwhile
    for task in tasks:
        (queued if task.number in places else others).append(task)
    queued.sort(key=lambda task: places[task.number])
    others.sort(key=lambda task: (task.due or 0.0, task.number))
    return queued + others


def all_of(pools: Iterable[Pool]) -> list[Task]:
    """List all tasks that wait for a worker or for their time."""
    found: list[Task] = []
    for pool in pools:
        state = state_of(pool)
        # A task that comes due meanwhile is in both for a moment.
        waiting = {**state.scheduled.copy(), **state.queued.copy()}
        found += waiting.values()
    return found
