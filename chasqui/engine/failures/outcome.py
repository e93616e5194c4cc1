"""What an action on failures has done, and what not."""

from __future__ import annotations

from chasqui.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RemedyOutcome:
    """What was done, and what was skipped with its reason."""

    numbers: tuple[int, ...] = ()
    """The failures that it was done to."""
    tasks: tuple[int, ...] = ()
    """Of a retry, the numbers of the new tasks, side by side with those; of its undoing too."""
    skipped: tuple[tuple[int | str, str], ...] = ()
    """The number of a failure, or what was to choose some, with the reason."""

    @property
    def ok(self) -> bool:
        """Whether nothing was skipped."""
        return not self.skipped

    @property
    def retried(self) -> dict[int, int]:
        """Return the number of each new task by that of the failure."""
        return dict(zip(self.numbers, self.tasks, strict=False))
