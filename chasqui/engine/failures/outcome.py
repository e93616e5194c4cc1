"""The outcome of an action on failures: what was done and skipped, and what can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from chasqui.datarecord import listed


@listed("ok")
@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, and what was skipped with its reason.

    Example: `chasqui-tui help engine`.
    """

    numbers: tuple[int, ...] = ()
    """The failures that were changed; for the undo of a cancel: the tasks that were put back."""
    tasks: tuple[int, ...] = ()
    """The numbers of the new tasks of a retry, its undo or that of a cancel, in the same order."""
    skipped: tuple[tuple[int | str, str], ...] = ()
    """The number of a failure, or the choice that matched none, with the reason."""

    @property
    def ok(self) -> bool:
        """Whether nothing was skipped."""
        return not self.skipped

    @property
    def retried(self) -> dict[int, int]:
        """Return the number of each new task, by the number of its failure."""
        return dict(zip(self.numbers, self.tasks, strict=False))


@listed("open")
@dataclass(frozen=True, slots=True)
class RetryOutcome:
    """What has become of the last retry of failures, as far as it was not undone.

    Example: `chasqui-tui help failures`.
    """

    at: float
    """When it was asked for, in seconds since the epoch."""
    count: int
    """How many tasks it has started."""
    completed: int
    failed: int
    cancelled: int

    @property
    def open(self) -> int:
        """How many of its tasks have not ended."""
        return self.count - self.completed - self.failed - self.cancelled


@dataclass(frozen=True, slots=True)
class Undoable:
    """What `Remedies.undo` would take back now.

    Example: `chasqui-tui help failures`.
    """

    verb: str
    """``retry``, ``discard`` or ``cancel``."""
    count: int
    """How many failures were changed, or tasks cancelled."""
    remaining: float
    """Seconds until it can no longer be undone."""
    number: int | None = None
    """The failure or task, if it is the only one."""
