"""The books: where every accepted task is, each term counted on its own.

No term is found by difference, since a check that the terms add up could then never fail. The
pool's lock guards all of it.
"""

from __future__ import annotations

from chasqui.pool.backlog import Backlog
from chasqui.pool.ledger import Fate, Ledger
from chasqui.pool.metrics import Histogram, Metrics
from chasqui.pool.task import TRANSITIONS, Task, TaskState


class Books:
    """Counters, the backlog, and the tasks that run."""

    def __init__(self) -> None:
        self.backlog = Backlog()
        self.running: dict[int, Task] = {}
        self.accepted = 0
        self.rejected = 0
        self.ended: dict[TaskState, int] = {"completed": 0, "failed": 0, "cancelled": 0}
        self._wait = Histogram()
        self._run = Histogram()

    def accept(self, task: Task) -> None:
        """Count a task in and queue it."""
        self.accepted += 1
        self.backlog.append(task)

    def begin(self, task: Task) -> None:
        """Move a task that was taken from the backlog to those that run."""
        _move(task, "running")
        self.running[task.number] = task
        self._wait.record(task.waited or 0.0)

    def finish(self, task: Task, state: TaskState) -> None:
        """Move a task to its final state, from running or straight from the backlog."""
        _move(task, state)
        if self.running.pop(task.number, None) is not None:
            self._run.record(task.ran or 0.0)
        self.ended[state] += 1

    def find(self, number: int) -> Task | None:
        """Return the waiting or running task of this number."""
        return self.backlog.queued.get(number) or self.running.get(number)

    def metrics(self, workers: int, busy: int) -> Metrics:
        """Return one reading."""
        return Metrics(
            accepted=self.accepted,
            rejected=self.rejected,
            queued=len(self.backlog),
            running=len(self.running),
            completed=self.ended["completed"],
            failed=self.ended["failed"],
            cancelled=self.ended["cancelled"],
            workers=workers,
            busy=busy,
            wait=self._wait.read(),
            run=self._run.read(),
        )

    def ledger(self, abandoned: tuple[Fate, ...], seconds: float) -> Ledger:
        """Close the books: what still waits is left."""
        return Ledger(
            accepted=self.accepted,
            completed=self.ended["completed"],
            failed=self.ended["failed"],
            cancelled=self.ended["cancelled"],
            left=tuple(Fate(task.number, task.name, task.state) for task in self.backlog),
            abandoned=abandoned,
            seconds=seconds,
        )


def _move(task: Task, state: TaskState) -> None:
    if state not in TRANSITIONS[task.state]:
        raise RuntimeError(f"task {task.number} cannot go from {task.state} to {state}")
    task.state = state
