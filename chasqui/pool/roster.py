"""The roster: the workers that there are and should be. The pool's lock guards it."""

from __future__ import annotations

from chasqui.pool import trace
from chasqui.pool.backend import Worker, WorkerState
from chasqui.pool.clock import Clock
from chasqui.pool.ledger import Fate
from chasqui.pool.task import Task


class Roster:
    """Workers by name; those that are retired stay until their task has ended."""

    def __init__(self, wanted: int, clock: Clock) -> None:
        self.wanted = wanted
        self.lost = 0
        """How many could not start, or died outside a task's body."""
        self.workers: list[Worker] = []
        self._clock = clock
        self._named = 0

    @property
    def busy(self) -> int:
        """How many run a task."""
        return sum(worker.task is not None for worker in self.workers)

    def enlist(self) -> list[Worker]:
        """Put as many new workers on the roster as are missing, and return them to be started."""
        fresh = []
        for _ in range(self.wanted - len(self._staying())):
            self._named += 1
            worker = Worker(f"w{self._named:02}", since=self._clock.time())
            self.workers.append(worker)
            fresh.append(worker)
        return fresh

    def retire_surplus(self) -> None:
        """Tell workers beyond the number wanted to stop, idle ones first."""
        staying = sorted(self._staying(), key=lambda worker: worker.task is not None)
        for worker in staying[: max(0, len(staying) - self.wanted)]:
            worker.retired = True

    def strike(self, worker: Worker, state: WorkerState) -> None:
        """Take a worker off, once."""
        self.set(worker, state)
        if worker in self.workers:
            self.workers.remove(worker)

    def set(self, worker: Worker, state: WorkerState, task: Task | None = None) -> None:
        """Note what a worker does from now on."""
        if worker.state != state or worker.task is not task:
            worker.state, worker.task = state, task
            worker.since = self._clock.time()

    def abandon(self) -> tuple[Fate, ...]:
        """Give up on the workers that still run a task, and say where each of them is."""
        fates = []
        for worker in self.workers:
            if (task := worker.task) is not None:
                stack = trace.stack_of(worker.ident)
                fates.append(Fate(task.number, task.name, task.state, worker.name, stack))
                self.set(worker, "abandoned", task)
        return tuple(fates)

    def _staying(self) -> list[Worker]:
        return [worker for worker in self.workers if not worker.retired]
