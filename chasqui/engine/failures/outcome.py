"""The outcome of an action on failures: what was done and skipped, and what can be undone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RemedyOutcome:
    """What was done, and what was skipped with its reason."""

    numbers: tuple[int, ...] = ()
    """The failures that were changed."""
    tasks: tuple[int, ...] = ()
    """For a retry or its undo: the numbers of the new tasks, in the same order."""
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


@dataclass(frozen=True, slots=True)
class Undoable:
    """What `Remedies.undo` would take back now."""

    verb: str
    """``retry`` or ``discard``."""
    count: int
    """How many failures were changed."""
    remaining: float
    """Seconds until it can no longer be undone."""
