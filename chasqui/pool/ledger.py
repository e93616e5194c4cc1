"""The ledger: the report of a shutdown, every accepted task with exactly one fate."""

from __future__ import annotations

from dataclasses import dataclass

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
