"""The ledger: the report of a shutdown, every accepted task with exactly one fate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from chasqui.pool.task import TaskState


@dataclass(frozen=True, slots=True)
class Fate:
    """A task that a shutdown could not bring to an end."""

    number: int
    name: str
    state: TaskState
    worker: str | None = None
    stack: str = ""
    """Where its thread was at the deadline, as a traceback reads; empty for one never started."""
    pool: str = ""
    """The name of its pool, where there are several."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where each accepted task had ended when the pool stopped."""

    accepted: int
    completed: int
    failed: int
    cancelled: int
    left: tuple[Fate, ...] = ()
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
        ended = self.completed + self.failed + self.cancelled
        return ended + len(self.left) + len(self.abandoned)

    @property
    def balanced(self) -> bool:
        """Whether every accepted task has a fate."""
        return self.accepted == self.accounted

    def __str__(self) -> str:
        return (
            f"accepted {self.accepted:,} {'=' if self.balanced else '≠'} "
            f"completed {self.completed:,} + failed {self.failed:,} + "
            f"cancelled {self.cancelled:,} + left {len(self.left):,} + "
            f"abandoned {len(self.abandoned):,} ({'clean' if self.clean else 'not clean'})"
        )


def over_all(pools: Mapping[str, Ledger], seconds: float) -> Ledger:
    """Return one ledger of several pools, in which each task is named with its pool."""
    parts = list(pools.values())
    if len(parts) == 1:
        return parts[0]
    return Ledger(
        accepted=sum(part.accepted for part in parts),
        completed=sum(part.completed for part in parts),
        failed=sum(part.failed for part in parts),
        cancelled=sum(part.cancelled for part in parts),
        left=tuple(replace(one, pool=name) for name in pools for one in pools[name].left),
        abandoned=tuple(replace(one, pool=name) for name in pools for one in pools[name].abandoned),
        seconds=seconds,
    )
