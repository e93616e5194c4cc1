"""What a batch of tasks should say of itself; nothing of Chasqui."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.stateful.job import Job


@dataclass(eq=False)
class Group:
    """Tasks that were given together, and what follows them."""

    number: int
    size: int
    follows: str | None
    """The type of the task that follows them."""
    jobs: list[Job] = field(default_factory=list)
    then: Job | None = None
    refused: bool = False
    """Whether nothing follows though something should."""
    done: bool = False

    @property
    def is_over(self) -> bool:
        """Whether all that got in have ended, and nobody has seen to it yet."""
        return not self.done and all(job.final for job in self.jobs)

    @property
    def is_left(self) -> bool:
        """Whether some of them will never end, so that nothing follows."""
        waiting = [job for job in self.jobs if job.state in ("queued", "scheduled")]
        return self.follows is not None and any(job.pool.ended for job in waiting)

    @property
    def counts(self) -> tuple[int, ...]:
        """All that got in, and how many wait, run, have completed, failed, and been cancelled."""
        states = Counter(job.state for job in self.jobs)
        waiting = states["queued"] + states["scheduled"]
        ends = [states[name] for name in ("running", "completed", "failed", "cancelled")]
        return (len(self.jobs), waiting, *ends)
