"""Reading: what can be seen of a pool, each look consistent in itself."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from chasqui.pool.backend import Worker
from chasqui.pool.core import Core
from chasqui.pool.histogram import Histogram
from chasqui.pool.intake import Blocked
from chasqui.pool.metrics import Metrics
from chasqui.pool.task import Task

WINDOW: Final = 10.0  # seconds that rates look back
STEP: Final = 1.0  # seconds between the marks that they look back to


@dataclass(frozen=True, slots=True)
class Mark:
    """Where two ever growing numbers stood at a moment."""

    at: float
    ended: int
    busy: float
    """Seconds that tasks have taken."""


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
                crew, workers = self._crew, self._crew.workers
                tasks = [worker.task for worker in workers if worker.task is not None]
                counts = (
                    self._accepted,
                    self._rejected,
                    len(self._queued),
                    0,
                    len(tasks),
                    crew.completed + sum([worker.completed for worker in workers]),
                    crew.failed + sum([worker.failed for worker in workers]),
                    self._dropped + crew.cancelled + sum([worker.cancelled for worker in workers]),
                    len(workers),
                )
                waits = [_copied(worker.wait, worker.waits) for worker in workers]
                runs = [_copied(worker.run, worker.runs) for worker in workers]
                undisturbed = self._turn is turn
                self._locked_thaw()
                if undisturbed:
                    break
            waits.append(crew.wait.copy())
            runs.append(crew.run.copy())
            now = self._monotonic()
            busy = sum(one.total for one in runs) + sum(now - task._claimed_at for task in tasks)
            mark = Mark(now, counts[5] + counts[6] + counts[7], busy)
            rate, utilisation, window = self._locked_rates(mark, len(workers))
            return Metrics(
                *counts, rate, utilisation, window, len(self._submitters), tuple(waits), tuple(runs)
            )

    @property
    def workers_lost(self) -> int:
        """How many workers could not start or died outside a task's body."""
        return self._crew.lost

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
        """Return the waiting or running task of this number."""
        found = self._queued.get(number)
        if found is not None:
            return found
        running = [worker.task for worker in self.workers()]
        return next((task for task in running if task and task.number == number), None)

    def blocked(self) -> tuple[Blocked, ...]:
        """List the submitters that wait for room, longest first."""
        with self._lock:
            return tuple(self._submitters.values())

    def __repr__(self) -> str:
        if self._forked:
            return f"<Pool {self.name} of the parent process>"
        with self._lock:
            workers, busy, queued = len(self._crew.workers), self._crew.busy, len(self._queued)
        return f"<Pool {self.name} {self.state}, {workers} workers ({busy} busy), {queued} waiting>"

    def _locked_rates(self, now: Mark, workers: int) -> tuple[float, float, float]:
        """Compare with a mark about `WINDOW` ago, or with the last one if that is older."""
        marks = self._marks
        while len(marks) > 1 and now.at - marks[1].at >= WINDOW:
            marks.popleft()
        then = marks[0]
        if now.at - marks[-1].at >= STEP:
            marks.append(now)
        window = now.at - then.at
        if window <= 0:
            return 0.0, 0.0, 0.0
        share = (now.busy - then.busy) / (window * workers) if workers else 0.0
        return (now.ended - then.ended) / window, min(1.0, max(0.0, share)), window


def _copied(folded: Histogram, fresh: list[float]) -> Histogram:
    """Return a histogram of what a worker has folded and what still lies about."""
    copy = folded.copy()
    copy.fold(fresh)
    return copy
