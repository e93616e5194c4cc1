"""Reading: what can be seen of a pool, each look consistent in itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chasqui.pool.backend import Worker
from chasqui.pool.core import Core
from chasqui.pool.histogram import Samples
from chasqui.pool.intake import Blocked
from chasqui.pool.metrics import Metrics
from chasqui.pool.task import Task

WINDOW: Final = 10.0  # seconds that rates look back
STEP: Final = 1.0  # seconds between the marks that they look back to

Counts = tuple[int, int, int, int, int, int, int, int, int]
"""The first nine fields of `Metrics`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where two ever growing numbers stood at a moment."""

    at: float
    ended: int
    taken: float
    """Seconds that tasks had taken."""


class Reading(Core):
    """The part of a pool that observers meet."""

    __slots__ = ()

    _marks: deque[Mark]
    _submitters: dict[object, Blocked]

    def metrics(self) -> Metrics:
        """Return one consistent reading."""
        with self._lock:
            self._check_fork()
            while True:
                turn = self._locked_freeze()
                taken = self._locked_take()
                undisturbed = self._turn is turn
                self._locked_thaw()
                if undisturbed:
                    break
            counts, tasks, waits, runs = taken
            now = self._monotonic()
            ended = counts[5] + counts[6] + counts[7]
            running = now * len(tasks) - sum(map(_begun, tasks))
            then = self._locked_mark(now, ended, running, runs)
            blocked = len(self._submitters)
        window = now - then.at
        return Metrics(
            *counts,
            rate=(ended - then.ended) / window if window > 0 else 0.0,
            window=window,
            blocked=blocked,
            waits=tuple(waits),
            runs=tuple(runs),
            used=running - then.taken,
        )

    def _locked_take(self) -> tuple[Counts, list[Task], list[Samples], list[Samples]]:
        """Take the counts of a frozen pool, what it runs, and its durations.

        Apart from `metrics`, because since 3.12 an exception that a signal handler raises at the
        turn of an inlined comprehension gets past the `with` around it.
        """
        crew, workers = self._crew, self._crew.workers
        tasks = [worker.task for worker in workers if worker.task is not None]
        counts = (
            self._accepted,
            self._rejected,
            len(self._queued),
            len(self._scheduled),
            len(tasks),
            crew.completed + sum([worker.completed for worker in workers]),
            crew.failed + sum([worker.failed for worker in workers]),
            self._dropped + crew.cancelled + sum([worker.cancelled for worker in workers]),
            len(workers),
        )
        waits = [worker.wait.samples(worker.waits) for worker in workers]
        runs = [worker.run.samples(worker.runs) for worker in workers]
        waits.append(crew.wait.samples([]))
        runs.append(crew.run.samples([]))
        return counts, tasks, waits, runs

    @property
    def workers_lost(self) -> int:
        """How many workers could not start or died outside a task's body."""
        return self._crew.lost

    @property
    def workers_abandoned(self) -> tuple[Worker, ...]:
        """The workers that were given up, while their threads still run a body past its limit."""
        with self._lock:
            return tuple(self._crew.abandoned)

    @property
    def came_late(self) -> int:
        """How many bodies ended after their worker had been given up."""
        return self._crew.late

    @property
    def workers_wanted(self) -> int:
        """How many workers there should be."""
        return self._crew.wanted

    def workers(self) -> tuple[Worker, ...]:
        """List the workers there are; the records stay live."""
        with self._lock:
            return tuple(self._crew.workers)

    def waiting(self, offset: int = 0, limit: int = 50) -> list[Task]:
        """List a window of the backlog, in the order in which it will be served."""
        with self._lock:
            self._check_fork()
            while True:
                turn = self._locked_freeze()
                try:
                    shown = self._backlog.window(offset, limit)
                finally:
                    undisturbed = self._turn is turn
                    self._locked_thaw()
                if undisturbed:
                    return shown

    def find(self, number: int) -> Task | None:
        """Return the waiting, scheduled or running task of this number."""
        found = self._queued.get(number) or self._scheduled.get(number)
        if found is not None:
            return found
        running = [worker.task for worker in self.workers()]
        return next((task for task in running if task and task.number == number), None)

    def __repr__(self) -> str:
        if self._forked:
            return f"<Pool {self.name} of the parent process>"
        with self._lock:
            workers, busy, queued = len(self._crew.workers), self._crew.busy, len(self._queued)
        return f"<Pool {self.name} {self.state}, {workers} workers ({busy} busy), {queued} waiting>"

    def _locked_mark(self, now: float, ended: int, running: float, runs: Sequence[Samples]) -> Mark:
        """Return the newest mark that is `WINDOW` old or older, else the first; leave a new one."""
        marks = self._marks
        while len(marks) > 1 and now - marks[1].at >= WINDOW:
            marks.popleft()
        if now - marks[-1].at >= STEP:
            marks.append(Mark(now, ended, running + sum(one.seconds for one in runs)))
        return marks[0]


def _begun(task: Task) -> float:
    return task._claimed_at
