"""The ledger: the report of a shutdown, every accepted task with exactly one fate.

A shutdown may leave a million tasks, and has a fraction of a second to write its report. So the
record of each such task is made when it is looked at: see `Left`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, overload

from chasqui.pool.states import ENDED, EndedCounts, TaskState, counts_of, summed
from chasqui.pool.task import Task


@dataclass(frozen=True, slots=True)
class Fate:
    """A task that a shutdown could not bring to an end."""

    number: int
    name: str
    state: TaskState
    worker: str | None = None
    stack: str = ""
    """Where its thread was at the deadline, as a traceback; empty for a task never started."""
    pool: str = ""
    """The name of its pool, if there are several."""


class Left(Sequence[Fate]):
    """The fates of tasks that never started, by pool, equal to a tuple of them.

    They are made when they are looked at; a task that a ledger calls left no longer changes.
    """

    __slots__ = ("_pools",)

    def __init__(self, *pools: tuple[str, Sequence[Task]]) -> None:
        self._pools = pools

    def named(self, pool: str) -> Left:
        """Return the same with the name of their pool."""
        return Left(*((pool, tasks) for _, tasks in self._pools))

    def __len__(self) -> int:
        return sum(len(tasks) for _, tasks in self._pools)

    def __iter__(self) -> Iterator[Fate]:
        return chain.from_iterable(_fates(pool, tasks) for pool, tasks in self._pools)

    @overload
    def __getitem__(self, index: int) -> Fate: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Fate, ...]: ...
    def __getitem__(self, index: int | slice) -> Fate | tuple[Fate, ...]:
        if isinstance(index, int):
            at = range(len(self))[index]
            return next(islice(self, at, None))
        wanted = range(len(self))[index]
        if wanted.step == 1:
            return tuple(islice(self, wanted.start, wanted.stop))
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, tuple | Left):
            return NotImplemented
        return len(self) == len(other) and all(map(Fate.__eq__, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)  # another process has no tasks to look at


def _fates(pool: str, tasks: Sequence[Task]) -> Iterator[Fate]:
    return (Fate(task.number, task.name, task.state, pool=pool) for task in tasks)


@dataclass(frozen=True, slots=True)
class _Accepted:
    """The field that comes before the counters."""

    accepted: int


@dataclass(frozen=True, slots=True)
class Ledger(EndedCounts, _Accepted):
    """What became of each accepted task by the time the pool stopped."""

    left: Sequence[Fate] = ()
    """Tasks that never started."""
    abandoned: tuple[Fate, ...] = ()
    """Tasks still running past the deadline; their threads cannot be killed."""
    seconds: float = 0.0
    """How long the shutdown took."""

    @property
    def clean(self) -> bool:
        """Whether no task was left or abandoned."""
        return not self.left and not self.abandoned

    @property
    def accounted(self) -> int:
        """The sum of all fates; equal to ``accepted`` unless something is lost."""
        return self.ended + len(self.left) + len(self.abandoned)

    @property
    def balanced(self) -> bool:
        """Whether every accepted task has a fate."""
        return self.accepted == self.accounted

    def __str__(self) -> str:
        fates = {**counts_of(self), "left": len(self.left), "abandoned": len(self.abandoned)}
        return (
            f"accepted {self.accepted:,} {'=' if self.balanced else '≠'} "
            f"{' + '.join(f'{fate} {count:,}' for fate, count in fates.items())} "
            f"({'clean' if self.clean else 'not clean'})"
        )


def over_all(pools: Mapping[str, Ledger], seconds: float) -> Ledger:
    """Return a ledger over several pools, which names the pool of each task."""
    parts = list(pools.values())
    if len(parts) == 1:
        return parts[0]
    return Ledger(
        accepted=sum(part.accepted for part in parts),
        **summed(ENDED, parts),
        left=Left(*chain.from_iterable(_left_of(name, pools[name]) for name in pools)),
        abandoned=tuple(
            replace(fate, pool=name) for name in pools for fate in pools[name].abandoned
        ),
        seconds=seconds,
    )


def _left_of(pool: str, ledger: Ledger) -> tuple[tuple[str, Sequence[Task]], ...]:
    return ledger.left.named(pool)._pools if isinstance(ledger.left, Left) else ()
