"""The ledger: the report of a shutdown, every accepted task with exactly one fate.

A shutdown may leave a million tasks, and has a fraction of a second to write its report. So their
records are made when the ledger is asked for them: see `Left`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from chasqui.datarecord import Deferred, listed
from chasqui.pool.states import ENDED, EndedCounts, TaskState, counts_of, summed
from chasqui.pool.task import Task


@dataclass(frozen=True, slots=True)
class Fate:
    """A task that a shutdown could not bring to an end.

    Example: `chasqui-tui help pool`.
    """

    number: int
    name: str
    state: TaskState
    worker: str | None = None
    stack: str = ""
    """Where its thread was at the deadline, as a traceback; empty for a task never started."""
    pool: str = ""
    """The name of its pool, if there are several."""


class Left:
    """The tasks that never started, by pool, until a ledger is asked for their fates."""

    __slots__ = ("_pools",)

    def __init__(self, *pools: tuple[str, Sequence[Task]]) -> None:
        self._pools = pools

    def named(self, pool: str) -> Left:
        """Return the same with the name of their pool."""
        return Left(*((pool, tasks) for _, tasks in self._pools))

    def __len__(self) -> int:
        return sum(len(tasks) for _, tasks in self._pools)

    def values(self) -> dict[str, Any]:
        """Return the field of a ledger; a task that a ledger calls left no longer changes."""
        return {"left": tuple(chain.from_iterable(_fates(*one) for one in self._pools))}


def together(parts: Sequence[Left]) -> Left:
    """Return all of them."""
    return Left(*chain.from_iterable(part._pools for part in parts))


def _fates(pool: str, tasks: Sequence[Task]) -> list[Fate]:
    return [Fate(task.number, task.name, task.state, pool=pool) for task in tasks]


@dataclass(frozen=True, slots=True)
class _Accepted(Deferred):
    """The field that comes before the counters."""

    accepted: int


@listed("clean", "balanced")
@dataclass(frozen=True, slots=True)
class Ledger(EndedCounts, _Accepted):
    """How each accepted task had ended when the pool stopped.

    Example: `chasqui-tui help pool`.
    """

    left: tuple[Fate, ...] = ()
    """Tasks that never started."""
    abandoned: tuple[Fate, ...] = ()
    """Tasks still running past the deadline; their threads cannot be killed."""
    seconds: float = 0.0
    """How long the shutdown took."""
    kept: int = 0
    """Tasks that stay in the engine's journal for the next engine with it, such as those left."""

    @classmethod
    def of(cls, left: Left, **rest: Any) -> Ledger:
        """Make the ledger of a shutdown that has left these."""
        made = cls(**rest)
        object.__delattr__(made, "left")
        object.__setattr__(made, "_source", left)
        return made

    @property
    def clean(self) -> bool:
        """Whether no task was left or abandoned."""
        return not self._count_left() and not self.abandoned

    @property
    def accounted(self) -> int:
        """The sum of all fates; equal to ``accepted`` unless something is lost."""
        return self.ended + self._count_left() + len(self.abandoned)

    @property
    def balanced(self) -> bool:
        """Whether every accepted task has a fate."""
        return self.accepted == self.accounted

    def __str__(self) -> str:
        others = {"left": self._count_left(), "abandoned": len(self.abandoned)}
        fates = {**counts_of(self), **others}
        return (
            f"accepted {self.accepted:,} {'=' if self.balanced else '≠'} "
            f"{' + '.join(f'{fate} {count:,}' for fate, count in fates.items())} "
            f"({'clean' if self.clean else 'not clean'})"
            f"{f', {self.kept:,} kept in the journal' if self.kept else ''}"
        )

    def _count_left(self) -> int:
        return len(self.left if self.source is None else self.source)


def over_all(pools: Mapping[str, Ledger], seconds: float) -> Ledger:
    """Return a ledger over several pools, which names the pool of each task."""
    parts = list(pools.values())
    if len(parts) == 1:
        return parts[0]
    return Ledger.of(
        together([_left_of(name, pools[name]) for name in pools]),
        accepted=sum(part.accepted for part in parts),
        **summed(ENDED, parts),
        abandoned=tuple(
            replace(fate, pool=name) for name in pools for fate in pools[name].abandoned
        ),
        seconds=seconds,
    )


def with_kept(ledger: Ledger, count: int) -> Ledger:
    """Return the same ledger with so many tasks kept in the journal."""
    if ledger.source is None:
        return replace(ledger, kept=count)
    rest = {one: getattr(ledger, one) for one in ("accepted", *ENDED, "abandoned", "seconds")}
    return Ledger.of(ledger.source, **rest, kept=count)


def _left_of(pool: str, ledger: Ledger) -> Left:
    return Left() if ledger.source is None else ledger.source.named(pool)
